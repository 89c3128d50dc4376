//! Lists that come in pages: the `Link` header of RFC 8288.

use http::HeaderMap;

/// Returns the address of the next page.
pub(super) fn next(headers: &HeaderMap) -> Option<String> {
    let links = headers.get_all(http::header::LINK);
    links.iter().filter_map(|value| value.to_str().ok()).find_map(|value| links_of(value).find(is_next)).map(|link| {
        let (address, _) = link;
        address.to_owned()
    })
}

/// Takes `<address>; rel="next", <address>; rel="last"` apart. A comma may stand in an address, so
/// the angle brackets lead.
fn links_of(value: &str) -> impl Iterator<Item = (&str, &str)> {
    value.split('<').filter_map(|link| link.split_once('>'))
}

fn is_next((_, parameters): &(&str, &str)) -> bool {
    parameters.split([';', ',']).any(|parameter| {
        parameter.trim().strip_prefix("rel=").is_some_and(|relation| {
            relation.trim_matches('"').split_whitespace().any(|word| word.eq_ignore_ascii_case("next"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &'static str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert("link", value.parse().unwrap());
        assert_eq!(next(&headers).as_deref(), expected, "{value}");
    }

    #[test]
    fn the_next_page_is_found() {
        check(r#"<https://h/a?page=2>; rel="next", <https://h/a?page=9>; rel="last""#, Some("https://h/a?page=2"));
        check(r#"<https://h/a?page=1>; rel="prev", <https://h/a?x=1,2>; rel="next""#, Some("https://h/a?x=1,2"));
        check("<https://h/b>; rel=next", Some("https://h/b"));
        check(r#"<https://h/b>; title="x"; rel="last Next""#, Some("https://h/b"));
        check(r#"<https://h/a?page=1>; rel="prev", <https://h/a?page=1>; rel="first""#, None);
        check("rel=next", None);
        check("", None);
        assert_eq!(next(&HeaderMap::new()), None);
    }
}
