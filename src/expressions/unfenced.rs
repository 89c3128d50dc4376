//! What stands beside `${{ }}` in a condition, and was meant to be part of it.

use super::scan::fences;
use super::{ContextUse, Expr, Site, contexts, is_too_long};

/// Calls `visit` for every context that a condition names beside its `${{ }}`. GitHub takes that for text, but it is what
/// the condition reads as soon as somebody mends it.
pub fn meant(site: &Site<'_>, visit: &mut impl FnMut(&ContextUse<'_>)) {
    let value = site.text.value.as_str();
    let is_first = value.find("${{") == Some(site.outer.start);
    let is_whole = value.get(site.outer.clone()) == Some(value.trim());
    if !site.key.is_condition() || site.is_key || !is_first || is_whole || is_too_long(value) {
        return;
    }
    let (mut whole, mut at) = (String::new(), 0);
    for fence in fences(value) {
        let Some(inner) = fence.inner.and_then(|inner| value.get(inner)) else { return };
        whole.extend([value.get(at..fence.outer.start).unwrap_or_default(), "(", inner, ")"]);
        at = fence.outer.end;
    }
    whole.push_str(value.get(at..).unwrap_or_default());
    if let Ok(expression) = Expr::parse(whole.trim()) {
        contexts::of(&expression, 0).iter().for_each(visit);
    }
}
