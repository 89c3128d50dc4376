//! Names of branches, tags and commits behind `@`.

/// What no ref has anywhere, by `git check-ref-format`.
const REFUSED: &[&str] = &["..", "//", "@{", "?", "*", "[", "\\", "~", "^", ":", " "];

/// Says why no branch, tag or commit has a name.
pub fn fault(name: &str) -> Option<String> {
    if name.is_empty() || name.contains("${{") {
        return None;
    }
    if let Some(refused) = REFUSED.iter().find(|refused| name.contains(**refused)) {
        return Some(format!("no ref has `{refused}` in it"));
    }
    if name.chars().any(char::is_control) {
        return Some("no ref has a control character in it".to_owned());
    }
    if name.starts_with('/') || name.ends_with(['/', '.']) || name == "@" {
        return Some("no ref begins with `/`, ends with `/` or `.`, or is `@`".to_owned());
    }
    let is_wrong =
        |part: &str| part.starts_with('.') || part.rsplit_once('.').is_some_and(|(_, ending)| ending == "lock");
    name.split('/').any(is_wrong).then(|| "no part of a ref begins with `.` or ends with `.lock`".to_owned())
}

/// Tells whether a name looks like a commit hash that was cut short: seven or eight hexadecimal
/// digits, letters and numbers among them, so that neither a word nor a date is meant.
pub fn is_short_hash(name: &str) -> bool {
    matches!(name.len(), 7 | 8)
        && name.bytes().all(|byte| byte.is_ascii_hexdigit())
        && name.bytes().any(|byte| byte.is_ascii_digit())
        && name.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_refs_are_clean() {
        for name in ["v1", "main", "release/v1.2", "feature-x", "a@b", "refs/tags/v1", "v1.0.0+build", "ü"] {
            assert_eq!(fault(name), None, "{name}");
        }
    }

    #[test]
    fn what_git_refuses_is_told() {
        for name in ["v1..2", "a b", "a//b", "/a", "a/", "v1.", "a/.b", "a.lock", "a:b", "@", "a\u{7f}"] {
            assert!(fault(name).is_some(), "{name}");
        }
    }

    #[test]
    fn words_and_dates_are_no_hashes() {
        assert!(is_short_hash("a1b2c3d") && is_short_hash("0123abcd"));
        for name in ["deadbeef", "20240101", "a1b2c3", "v1", "a1b2c3d4e"] {
            assert!(!is_short_hash(name), "{name}");
        }
    }
}
