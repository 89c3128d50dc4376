//! Where a parenthesis of a script of a POSIX-like shell is closed.

/// Returns the length of a text up to the parenthesis that closes its first one, that included; quotes
/// inside may hold parentheses. One that nothing closes reaches to the end.
pub(super) fn parenthesised(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 && quote.is_none() && character == ')' {
            return at + 1;
        }
    }
    text.len()
}
