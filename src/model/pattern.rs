//! Patterns as people write them in settings.

/// Tells whether a whole text is what a pattern describes, in which `*` stands for any text and `?`
/// for any one character; in time proportional to the product of their lengths at worst.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut place) = (0, 0);
    // Where to go on when the text since the last star turns out not to fit.
    let mut again: Option<(usize, usize)> = None;
    while let Some(character) = text.get(place) {
        match pattern.get(at) {
            Some('*') => {
                again = Some((at, place));
                at += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == character => {
                at += 1;
                place += 1;
            }
            Some(_) | None => {
                let Some((star, begun)) = again else { return false };
                again = Some((star, begun + 1));
                at = star + 1;
                place = begun + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("?*", "", false),
            ("test-*", "test-unit", true),
            ("test-*", "a test-unit", false),
            ("*a*b", "xaxab", true),
            ("*a*b", "xaxabc", false),
            ("a*b*c", "aXbXbXc", true),
            ("pool-?", "pool-ü", true),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        assert!(!matches(&"*a".repeat(200), &"a".repeat(199)));
    }
}
