//! Says how a value is to be quoted that YAML reads as something else.

use crate::model::place::Span;

/// The characters of a value up to which it is written out.
const MOST_SHOWN: usize = 80;

/// Says that a value belongs in quotes, and shows it in them if it is short; a comment behind it is
/// left out. With an empty value it says no more than that.
pub fn put_in_quotes(value: &str) -> String {
    let value = value.find(" #").and_then(|end| value.get(..end)).unwrap_or(value).trim();
    if value.is_empty() || value.chars().count() > MOST_SHOWN {
        return "put the value in quotes".to_owned();
    }
    if value.contains('\'') && !value.contains(['"', '\\']) {
        return format!("put the value in quotes: \"{value}\"");
    }
    format!("put the value in quotes: '{}'", value.replace('\'', "''"))
}

/// Returns the help for an `!` that begins a tag where it was meant as a part of the value.
pub fn help_for_tag(source: &str, at: usize) -> String {
    let start = source.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let before = source.get(start..at).unwrap_or_default();
    let value = source.get(at..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim();
    let is_condition = before.trim_end().rsplit([' ', '{', ',']).next() == Some("if:");
    if is_condition && !before.contains('{') && value.chars().count() <= MOST_SHOWN {
        return format!("write `${{{{ {value} }}}}`");
    }
    put_in_quotes(if before.contains(['{', '[']) { "" } else { value })
}

/// Returns the help for an alias to an anchor that does not exist, which may be a pattern.
pub fn help_for_alias(source: &str, span: Span) -> String {
    let alias = source.get(span.start..span.end).unwrap_or_default();
    let is_of_name = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
    if alias.len() > 1 && alias.chars().skip(1).all(is_of_name) {
        return format!("define the anchor above the alias; if a pattern is meant, put it in quotes: '{alias}'");
    }
    format!("YAML reads `*` as the beginning of an alias; put a pattern in quotes: '{alias}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_those_that_need_no_escape() {
        assert_eq!(put_in_quotes("a: b # c"), "put the value in quotes: 'a: b'");
        assert_eq!(put_in_quotes("it's: b"), "put the value in quotes: \"it's: b\"");
        assert_eq!(put_in_quotes(" "), "put the value in quotes");
    }

    #[test]
    fn a_condition_gets_its_fence() {
        let help = |source: &str| help_for_tag(source, source.find('!').unwrap());
        assert!(help("- if: !cancelled()\n").starts_with("write `${{ !cancelled() }}`"));
        assert_eq!(help("- name: !x y\n"), "put the value in quotes: '!x y'");
        assert_eq!(help("- {if: !x, run: a}\n"), "put the value in quotes");
    }
}
