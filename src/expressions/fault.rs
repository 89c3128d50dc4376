//! Says why an expression cannot be read, where, and what to write instead.

use std::ops::Range;

use github_actions_expressions::{Error, SyntaxError, call};

use super::{Expr, Fault, FaultKind};
use crate::knowledge::functions;
use crate::model::suggest::closest;

/// What other languages write, and what stands for it here.
const OTHER_OPERATORS: &[(&str, &str)] = &[
    ("and", "write `&&`"),
    ("or", "write `||`"),
    ("not", "write `!` before the value"),
    ("eq", "write `==`"),
    ("is", "write `==`"),
    ("ne", "write `!=`"),
    ("lt", "write `<`"),
    ("le", "write `<=`"),
    ("gt", "write `>`"),
    ("ge", "write `>=`"),
    ("in", "write `contains(list, item)`"),
    ("=", "write `==`"),
    ("===", "write `==`"),
    ("=~", "there are no patterns; write `contains`, `startsWith` or `endsWith`"),
    ("!==", "write `!=`"),
    ("<>", "write `!=`"),
    ("=>", "write `>=`"),
    ("=<", "write `<=`"),
    ("&", "write `&&`"),
    ("|", "write `||`"),
    ("??", "write `||`"),
    ("?", "write `case(condition, value, otherwise)`"),
    ("+", "there is no arithmetic; texts are joined by `format('{0}{1}', one, other)`"),
    ("-", "there is no arithmetic"),
    ("*", "there is no arithmetic"),
    ("/", "there is no arithmetic; a text is in single quotes"),
    ("%", "there is no arithmetic"),
];

/// Explains a `${{` whose `}}` was not found: the line may have one in what looks like a string.
pub(super) fn of_open_fence(text: &str, outer: &Range<usize>) -> Fault {
    let inside = text.get(outer.clone()).unwrap_or_default();
    let before_end = inside.find("}}").and_then(|end| inside.get(..end)).unwrap_or_default();
    let quote = before_end.rfind('\'').filter(|_| before_end.matches('\'').count() % 2 == 1);
    match quote {
        Some(quote) => {
            let at = outer.start + quote;
            syntax(at..at + 1, "the string that begins here is not closed", Some("close it with a single quote"))
        }
        None => syntax(outer.clone(), "this `${{` has no `}}`", None),
    }
}

fn syntax(range: Range<usize>, message: impl Into<String>, help: Option<&str>) -> Fault {
    Fault { kind: FaultKind::Syntax, range, message: message.into(), help: help.map(str::to_owned) }
}

/// Explains an error of the parser in an expression that stands at an offset of its scalar.
pub(super) fn of_error(error: &Error, source: &str, offset: usize) -> Fault {
    let start = source.len() - source.trim_start().len();
    let whole = start..source.trim_end().len().max(start);
    let mut fault = match error {
        Error::Syntax(_) if source.trim().is_empty() => syntax(0..source.len(), "this expression is empty", None),
        Error::Syntax(error) => of_syntax(error, source),
        Error::Depth => syntax(whole, "this expression is nested more than 50 levels deep", None),
        Error::Call(call::Error::UnknownFunction(name)) => {
            let known = closest(name, functions::ALL.iter().map(|function| function.name));
            let hint = known.map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
            Fault {
                kind: FaultKind::UnknownFunction,
                range: wrong_call(name, source).unwrap_or(whole),
                message: format!("there is no function `{name}`{hint}"),
                help: None,
            }
        }
        Error::Call(call::Error::Arity(function, expected)) => {
            let debug = format!("{function:?}");
            let (name, parameters) =
                functions::named(&debug).map_or((debug.as_str(), ""), |known| (known.name, known.parameters));
            Fault {
                kind: FaultKind::Arity,
                range: wrong_call(name, source).unwrap_or(whole),
                message: format!("`{name}` takes {expected}: {name}({parameters})"),
                help: None,
            }
        }
    };
    fault.range = offset + fault.range.start..offset + fault.range.end;
    fault
}

fn of_syntax(error: &SyntaxError, source: &str) -> Fault {
    let at = error.offset.min(source.len());
    let rest = source.get(at..).filter(|rest| !rest.trim().is_empty()).unwrap_or_default();
    let (before, found) = (source.get(..at).unwrap_or_default(), token(rest));
    let here = at..at + found.len();
    let is_fence = |at: &usize| source.get(*at..).is_some_and(|rest| rest.starts_with("${{"));
    if let Some(inner) = outside_strings(source).map(|(at, _)| at).find(is_fence) {
        let help = Some("close that one first; a name that stands inside an expression needs no fence");
        return syntax(inner..inner + 3, "this `${{` stands inside another, which is not closed", help);
    }
    match rest.chars().next() {
        Some('"') => {
            return syntax(at..at + 1, "expressions have no double quotes; strings are in single quotes: 'text'", None);
        }
        Some('‘' | '’' | '“' | '”') => {
            return syntax(here, format!("`{found}` is no quote; strings are in straight single quotes: 'text'"), None);
        }
        Some('\'') if error.message.starts_with("unterminated") => {
            let help = Some("close it with a single quote");
            return syntax(at..at + 1, "the string that begins here is not closed", help);
        }
        Some(')') if unclosed(before).is_none() => {
            return syntax(here, "no parenthesis is open that this one could close", Some("delete it, or open one"));
        }
        None if error.message.contains(')') => {
            if let Some(open) = unclosed(before) {
                return syntax(
                    open..open + 1,
                    "this parenthesis is not closed",
                    Some("write `)` behind its last value"),
                );
            }
        }
        Some(_) | None => {}
    }
    if is_word(found) && error.message == "unexpected symbol" {
        let is_end = |character: char| character.is_whitespace() || "()[],'!=<>&|".contains(character);
        let text = rest.split(is_end).next().unwrap_or_default();
        let help = format!("put a text in single quotes: '{text}'");
        return syntax(at..at + text.len(), format!("`{text}` is no name"), Some(&help));
    }
    if let Some(fault) = other_operator(before, found, at) {
        return fault;
    }
    if let Some(name) = last_word(before).filter(|name| functions::named(name).is_some() && is_word(found)) {
        let start = before.trim_end().len() - name.len();
        let help = format!("write `{name}(`");
        return syntax(start..start + name.len(), format!("`{name}` lacks its parenthesis"), Some(&help));
    }
    if found.is_empty() {
        return syntax(here, format!("this is no expression: {} at its end", error.message), None);
    }
    let help = (is_word(found) && error.message.contains("trailing"))
        .then_some("write an operator such as `==` or `&&` before it, or a text in single quotes");
    syntax(here, format!("this is no expression: {} at `{found}`", error.message), help)
}

/// Explains an operator of another language, which is a sign or a word.
fn other_operator(before: &str, found: &str, at: usize) -> Option<Fault> {
    let is_sign = |character: char| "=!<>&|?~".contains(character);
    let (sign, start) = if found.starts_with(is_sign) {
        // The parser has read `==` of `===`.
        let head = before.len() - before.trim_end_matches(is_sign).len();
        (format!("{}{found}", before.get(at - head..)?), at - head)
    } else {
        (found.to_owned(), at)
    };
    let known = |word: &str| OTHER_OPERATORS.iter().find(|(other, _)| other.eq_ignore_ascii_case(word));
    if let Some((other, help)) = known(&sign) {
        return Some(syntax(start..start + sign.len(), format!("there is no `{other}` in expressions"), Some(help)));
    }
    // `not x` is read as the context `not`, with something behind it.
    let word = last_word(before).filter(|word| word.eq_ignore_ascii_case("not"))?;
    let start = before.trim_end().len() - word.len();
    Some(syntax(start..start + word.len(), "there is no `not` in expressions", Some("write `!` before the value")))
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-')
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_of_word)
}

/// Returns the word, the signs or the character with which a text begins.
fn token(text: &str) -> &str {
    let is_sign = |character: char| "=!<>&|?~".contains(character);
    let Some(first) = text.chars().next().filter(|first| !first.is_whitespace()) else { return "" };
    let length = match first {
        _ if is_of_word(first) && first != '-' => text.find(|character| !is_of_word(character)),
        _ if is_sign(first) => text.find(|character| !is_sign(character)),
        _ => Some(first.len_utf8()),
    };
    text.get(..length.unwrap_or(text.len())).unwrap_or_default()
}

/// Returns the word that ends a text, if it stands alone there.
fn last_word(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let start = text.rfind(|character| !is_of_word(character)).map_or(0, |at| at + 1);
    let is_alone = !text.get(..start)?.ends_with(['.', '\'']);
    text.get(start..).filter(|word| !word.is_empty() && is_alone && text.get(start..).is_some_and(is_word))
}

/// Calls `visit` for the place of every character that stands in no string.
fn outside_strings(source: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quoted = false;
    source.char_indices().filter(move |(_, character)| {
        if *character == '\'' {
            quoted = !quoted;
        }
        !quoted
    })
}

/// Finds the parenthesis that is opened last and not closed.
fn unclosed(source: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, character) in outside_strings(source) {
        match character {
            '(' => open.push(at),
            ')' => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

/// Finds the call of a function that the parser refused: the one that ends first, of those that it
/// refuses when they stand alone.
fn wrong_call(name: &str, source: &str) -> Option<Range<usize>> {
    let mut open = Vec::new();
    for (at, character) in outside_strings(source) {
        if character == '(' {
            open.push(at);
        } else if character == ')'
            && let Some(opened) = open.pop()
            && let Some(called) = last_word(source.get(..opened)?).filter(|word| word.eq_ignore_ascii_case(name))
        {
            let start = source.get(..opened)?.trim_end().len() - called.len();
            if matches!(Expr::parse(source.get(start..=at)?), Err(Error::Call(_))) {
                return Some(start..start + called.len());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the text of the place, the message and the help.
    fn check(source: &str, place: &str, message: &str, help: &str) {
        let fault = of_error(&Expr::parse(source).unwrap_err(), source, 0);
        let found =
            (source.get(fault.range).unwrap(), fault.message.as_str(), fault.help.as_deref().unwrap_or_default());
        assert_eq!(found, (place, message, help), "{source}");
    }

    #[test]
    fn operators_of_other_languages_are_told_with_those_of_this_one() {
        for (source, place, help) in [
            ("a = 'x'", "=", "write `==`"),
            ("a === 'x'", "===", "write `==`"),
            ("a !== 'x'", "!==", "write `!=`"),
            ("a and b", "and", "write `&&`"),
            ("a OR b", "OR", "write `||`"),
            ("not a", "not", "write `!` before the value"),
            ("a eq 'x'", "eq", "write `==`"),
            ("a in b", "in", "write `contains(list, item)`"),
            ("a & b", "&", "write `&&`"),
            ("a ? b : c", "?", "write `case(condition, value, otherwise)`"),
        ] {
            let shown = OTHER_OPERATORS.iter().find(|(other, _)| other.eq_ignore_ascii_case(place)).unwrap().0;
            check(source, place, &format!("there is no `{shown}` in expressions"), help);
        }
        let help = "there is no arithmetic; texts are joined by `format('{0}{1}', one, other)`";
        check("a + b", "+", "there is no `+` in expressions", help);
    }

    #[test]
    fn parentheses_are_told_where_they_stand_or_lack() {
        check("toJSON needs.x)", "toJSON", "`toJSON` lacks its parenthesis", "write `toJSON(`");
        check(" (a || b ", "(", "this parenthesis is not closed", "write `)` behind its last value");
        check("contains(a, 'b)'", "(", "this parenthesis is not closed", "write `)` behind its last value");
        check("a || b)", ")", "no parenthesis is open that this one could close", "delete it, or open one");
    }

    #[test]
    fn strings_are_told_where_they_begin() {
        check("a == 'b", "'", "the string that begins here is not closed", "close it with a single quote");
        let text = "x ${{ startsWith(github.ref, refs/tags/') }} y";
        let fault = of_open_fence(text, &(2..text.len()));
        assert_eq!((fault.range, fault.message.as_str()), (39..40, "the string that begins here is not closed"));
        let fault = of_open_fence("it's ${{ a", &(5..10));
        assert_eq!((fault.range, fault.message.as_str()), (5..10, "this `${{` has no `}}`"));
    }

    #[test]
    fn a_fence_that_the_next_one_closes_is_told() {
        let message = "this `${{` stands inside another, which is not closed";
        let help = "close that one first; a name that stands inside an expression needs no fence";
        check(" github.workflow-${{ github.ref ", "${{", message, help);
        check(" a ‘b’", "‘", "`‘` is no quote; strings are in straight single quotes: 'text'", "");
    }

    #[test]
    fn what_is_not_understood_is_told_as_a_whole_word() {
        let help = "write an operator such as `==` or `&&` before it, or a text in single quotes";
        let quoted = "put a text in single quotes: 'refs/heads/main'";
        check("a == refs/heads/main", "refs/heads/main", "`refs/heads/main` is no name", quoted);
        check("a needs.x", "needs", "this is no expression: unexpected trailing input at `needs`", help);
    }

    #[test]
    fn the_call_that_is_wrong_is_told() {
        let arity = |source: &str| of_error(&Expr::parse(source).unwrap_err(), source, 0).range.start;
        assert_eq!(arity("contains(github.ref, 'b') && contains('x')"), 29);
        assert_eq!(arity("contains(contains('x'), 'contains(')"), 9);
        assert_eq!(arity("nothing(toJSON(), 1)"), 8);
    }
}
