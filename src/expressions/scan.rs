//! Finds `${{ … }}` in text.

use std::ops::Range;

/// A `${{` and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fence {
    /// From `${{` to behind `}}`.
    pub(super) outer: Range<usize>,
    /// What stands between; `None` where `}}` is missing.
    pub(super) inner: Option<Range<usize>>,
}

/// Finds every `${{ … }}` of a text. A `}}` in a string of the expression does not end it.
pub(super) fn fences(text: &str) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("${{")) {
        let start = from + at;
        let inner = start + 3;
        let Some(end) = end(text.get(inner..).unwrap_or_default()) else {
            let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at);
            found.push(Fence { outer: start..line_end, inner: None });
            break;
        };
        found.push(Fence { outer: start..inner + end + 2, inner: Some(inner..inner + end) });
        from = inner + end + 2;
    }
    found
}

/// Returns the range of every `${{ … }}` of a text, from `${{` to behind `}}`; nothing where one has
/// no end.
pub fn ranges(text: &str) -> Option<Vec<Range<usize>>> {
    fences(text).into_iter().map(|fence| fence.inner.map(|_| fence.outer)).collect()
}

/// Finds the `}}` that ends an expression.
fn end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut quoted = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_do_not_end_an_expression() {
        let inner = |text: &str| {
            fences(text)
                .into_iter()
                .map(|fence| fence.inner.map(|range| text.get(range).unwrap().to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(inner("a ${{ x }} b ${{y}}"), [Some(" x ".to_owned()), Some("y".to_owned())]);
        assert_eq!(inner("${{ '}}' }}"), [Some(" '}}' ".to_owned())]);
        assert_eq!(inner("${{ 'it''s}}' }}"), [Some(" 'it''s}}' ".to_owned())]);
        assert_eq!(inner("${{ x"), [None]);
        assert_eq!(inner("${x} {{ y }}"), []);
    }
}
