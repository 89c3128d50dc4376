//! Pages of a list, with GitHub's `Link` header.

use serde_json::{Value, json};

use super::reply::{Asked, Reply};

/// Answers with the page that was asked for; `field` names the list.
pub(super) fn page<T>(asked: &Asked<'_>, field: &str, items: &[T], shape: impl Fn(&T) -> Value) -> Reply {
    page_of(items.len(), asked, field, items, shape)
}

/// Answers with a page of a list that is said to be longer than what is shown of it.
pub(super) fn page_of<T>(
    total: usize,
    asked: &Asked<'_>,
    field: &str,
    items: &[T],
    shape: impl Fn(&T) -> Value,
) -> Reply {
    let size = number(asked, "per_page").unwrap_or(30).clamp(1, 100);
    let page = number(asked, "page").unwrap_or(1).max(1);
    let shown: Vec<Value> = items.iter().skip((page - 1) * size).take(size).map(shape).collect();
    let reply = Reply::json(200, &json!({"total_count": total, field: shown}));
    let last = items.len().div_ceil(size).max(1);
    let mut links = Vec::new();
    let mut link = |to: usize, relation: &str| links.push(format!("<{}>; rel=\"{relation}\"", address(asked, to)));
    if page > 1 {
        link((page - 1).min(last), "prev");
    }
    if page < last {
        link(page + 1, "next");
        link(last, "last");
    }
    if page > 1 {
        link(1, "first");
    }
    if links.is_empty() { reply } else { reply.header("link", &links.join(", ")) }
}

fn number(asked: &Asked<'_>, name: &str) -> Option<usize> {
    asked.parameter(name)?.parse().ok()
}

fn address(asked: &Asked<'_>, page: usize) -> String {
    let mut query: Vec<String> =
        asked.seen.query.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).collect();
    query.retain(|pair| !pair.starts_with("page="));
    query.push(format!("page={page}"));
    format!("{}{}?{}", asked.base, asked.seen.path, query.join("&"))
}
