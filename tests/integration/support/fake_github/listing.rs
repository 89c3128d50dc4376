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
    let shown: Vec<Value> = shown(asked, items).iter().map(shape).collect();
    linked(asked, items.len(), Reply::json(200, &json!({"total_count": total, field: shown})))
}

/// Answers with the page that was asked for of a list without a name.
pub(super) fn plain(asked: &Asked<'_>, items: &[Value]) -> Reply {
    linked(asked, items.len(), Reply::json(200, &Value::from(shown(asked, items).to_vec())))
}

/// Returns what is on the page that was asked for.
fn shown<'items, T>(asked: &Asked<'_>, items: &'items [T]) -> &'items [T] {
    let (page, size) = place(asked);
    let start = ((page - 1) * size).min(items.len());
    &items[start..(start + size).min(items.len())]
}

/// Returns the page that was asked for, from 1, and how many are on one.
fn place(asked: &Asked<'_>) -> (usize, usize) {
    (number(asked, "page").unwrap_or(1).max(1), number(asked, "per_page").unwrap_or(30).clamp(1, 100))
}

fn linked(asked: &Asked<'_>, items: usize, reply: Reply) -> Reply {
    let (page, size) = place(asked);
    let last = items.div_ceil(size).max(1);
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
