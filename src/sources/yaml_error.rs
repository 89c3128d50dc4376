//! Says what stopped the YAML parser in words that help, and shows the place to mend.
//!
//! The parser names the rule of the grammar that was broken, where it could not go on. What is to be
//! mended often stands before that, and is found here in the text of the lines around.

use granit_parser::ErrorKind;

use crate::model::place::Span;
use crate::model::yaml::{help_for_tag, put_in_quotes};

/// What stopped the parser.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Explained {
    /// The place to mend.
    pub(super) span: Span,
    /// What is wrong.
    pub(super) message: String,
    /// What to do, if it is known.
    pub(super) help: Option<String>,
}

/// Explains an error of the parser; `None` where its own words are all there is to say.
pub(super) fn explain(kind: &ErrorKind, source: &str, at: usize) -> Option<Explained> {
    let is = |kinds: &[ErrorKind]| kinds.contains(kind);
    if is(&[ErrorKind::TabInPlainScalar, ErrorKind::TabInIndentation, ErrorKind::TabInBlockIndentation]) {
        tab(source, at)
    } else if is(&[ErrorKind::UnclosedQuotedScalar]) {
        let help = "write the same quote at the end of the text";
        Some(explained(at..at + 1, "the text that begins with this quote is never closed", help))
    } else if is(&[ErrorKind::InvalidTrailingSingleQuotedScalar, ErrorKind::InvalidTrailingDoubleQuotedScalar]) {
        trailing(source, at)
    } else if is(&[ErrorKind::InvalidQuotedScalarIndent]) {
        runaway(source, at)
    } else if is(&[ErrorKind::UnknownQuotedScalarEscape, ErrorKind::InvalidQuotedScalarHexEscape]) {
        escape(source, at)
    } else if is(&[ErrorKind::MappingValueNotAllowed]) {
        colon(source, at)
    } else if is(&[ErrorKind::SimpleKeyExpected, ErrorKind::InvalidSimpleKey]) {
        no_key(source, at)
    } else if is(&[ErrorKind::ExpectedBlockMappingKey, ErrorKind::ExpectedBlockSequenceEntry]) {
        misplaced(source, at)
    } else if matches!(kind, ErrorKind::UnexpectedCharacter { .. })
        || is(&[ErrorKind::InvalidTagTerminator, ErrorKind::MissingTagUri, ErrorKind::MissingAnchorOrAliasName])
    {
        indicator(source, at)
    } else {
        None
    }
}

fn explained(range: std::ops::Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Explained {
    Explained { span: Span::new(range.start, range.end), message: message.into(), help: Some(help.into()) }
}

/// A line of the source.
#[derive(Clone, Copy)]
struct Line<'source> {
    /// Where its first character stands.
    start: usize,
    text: &'source str,
}

impl<'source> Line<'source> {
    /// Returns the line around a place.
    fn around(source: &'source str, at: usize) -> Option<Self> {
        let start = source.get(..at)?.rfind('\n').map_or(0, |found| found + 1);
        Some(Self { start, text: source.get(start..)?.lines().next().unwrap_or_default() })
    }

    /// Returns the nearest line above that holds something.
    fn above(self, source: &'source str) -> Option<Self> {
        let above = source.get(..self.start)?.trim_end();
        Self::around(source, above.len()).filter(|_| !above.is_empty())
    }

    fn number(self, source: &str) -> usize {
        source.get(..self.start).unwrap_or_default().matches('\n').count() + 1
    }

    fn indentation(self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    /// Returns how far the first thing in the line is from its start, behind the dashes of items.
    fn depth(self) -> usize {
        let rest = self.text.trim_start_matches(' ');
        let behind = rest.trim_start_matches("- ").trim_start_matches(' ');
        self.text.len() - behind.len()
    }

    /// Returns the line without its indentation and the dashes of items.
    fn content(self) -> &'source str {
        self.text.get(self.depth()..).unwrap_or_default().trim_end()
    }

    /// Splits the line at the colon of its key.
    fn pair(self) -> Option<(&'source str, &'source str)> {
        let content = self.content();
        let end = content.find(": ").or_else(|| content.ends_with(':').then(|| content.len() - 1))?;
        let (key, value) = (content.get(..end)?, content.get(end + 1..)?);
        (is_word(key) && !key.starts_with('-')).then(|| (key, value.trim()))
    }
}

fn is_word(text: &str) -> bool {
    let is_of_word = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.');
    !text.is_empty() && text.chars().all(is_of_word)
}

/// Finds the tab in the indentation at a place, or of a line below it.
fn tab(source: &str, at: usize) -> Option<Explained> {
    let mut line = Line::around(source, at);
    while let Some(found) = line {
        let blanks = found.text.len() - found.text.trim_start_matches([' ', '\t', '-']).len();
        let is_content = found.start + blanks >= at && !found.text.trim().is_empty();
        if let Some(tab) = found.text.get(..blanks).and_then(|blanks| blanks.find('\t')).filter(|_| is_content) {
            let tab = found.start + tab;
            return Some(explained(tab..tab + 1, "a tab cannot indent a line", "indent the line with spaces"));
        }
        let next = found.start + found.text.len();
        line = source.get(next..)?.find('\n').and_then(|end| Line::around(source, next + end + 1));
    }
    None
}

/// Says what is wrong with a text behind a closing quote: the quote may be the opening one of another
/// text, when that of an earlier line was never closed.
fn trailing(source: &str, at: usize) -> Option<Explained> {
    let before = source.get(..at)?.trim_end();
    let quote = before.chars().next_back().filter(|last| matches!(last, '"' | '\''))?;
    let closing = before.len() - 1;
    let opening = opening(source, closing, quote)?;
    if let Some(found) = closed_later(source, opening, closing) {
        return Some(found);
    }
    let line = Line::around(source, opening)?;
    let value = line.text.get(opening - line.start..)?;
    let help = if quote == '\'' && at == closing + 1 {
        "inside single quotes, a quote is written twice: ''".to_owned()
    } else {
        put_in_quotes(value)
    };
    let end = at + source.get(at..)?.chars().next().map_or(0, char::len_utf8);
    Some(explained(at..end, format!("the text was closed by `{quote}` before this"), help))
}

/// Explains a quoted text whose end was not found in its line.
fn runaway(source: &str, at: usize) -> Option<Explained> {
    let begins_value = |opening: &usize| {
        let before = source.get(..*opening).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default().trim_end();
        line.is_empty() || line.ends_with([':', '-', '[', '{', ',', '?'])
    };
    let found = ['"', '\''].into_iter().filter_map(|quote| {
        let opening = opening(source, at, quote).filter(begins_value)?;
        Some((opening, quote))
    });
    let (opening, quote) = found.min()?;
    let closing = closing(source, opening, quote).unwrap_or(source.len());
    closed_later(source, opening, closing)
}

fn closed_later(source: &str, opening: usize, closing: usize) -> Option<Explained> {
    source.get(opening..closing)?.contains('\n').then(|| {
        let message = match Line::around(source, closing).filter(|_| closing < source.len()) {
            Some(line) => {
                format!("the text that begins with this quote is closed only in line {}", line.number(source))
            }
            None => "the text that begins with this quote is never closed".to_owned(),
        };
        explained(opening..opening + 1, message, "write the same quote at the end of the text")
    })
}

/// Finds the quote that opens the text which ends at a place: the last one that is not escaped.
fn opening(source: &str, end: usize, quote: char) -> Option<usize> {
    let mut before = source.get(..end)?;
    loop {
        let found = before.rfind(quote)?;
        let head = before.get(..found)?;
        let is_escaped = match quote {
            '\'' => head.ends_with('\''),
            _ => (head.len() - head.trim_end_matches('\\').len()) % 2 == 1,
        };
        if !is_escaped {
            return Some(found);
        }
        before = head.get(..head.len().checked_sub(1)?)?;
    }
}

/// Finds the quote that closes the text which begins at a place.
fn closing(source: &str, opening: usize, quote: char) -> Option<usize> {
    let mut characters = source.get(opening + 1..)?.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' && quote == '"' {
            characters.next();
        } else if character == quote && (quote == '"' || characters.next_if(|(_, next)| *next == quote).is_none()) {
            return Some(opening + 1 + at);
        }
    }
    None
}

/// Finds the escape that is none, in the text in double quotes that begins at a place.
fn escape(source: &str, opening: usize) -> Option<Explained> {
    let mut characters = source.get(opening + 1..)?.char_indices();
    while let Some((at, character)) = characters.next() {
        if character == '"' {
            return None;
        }
        if character != '\\' {
            continue;
        }
        let (_, letter) = characters.next()?;
        let start = opening + 1 + at;
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ if "0abt\tnvfre \"/\\N_LP\r\n".contains(letter) => 0,
            _ => {
                let help = format!("write `\\\\{letter}`, or put the text in single quotes");
                let end = start + 1 + letter.len_utf8();
                return Some(explained(start..end, format!("`\\{letter}` is no escape in double quotes"), help));
            }
        };
        let code = source.get(start + 2..).unwrap_or_default().chars().take(digits);
        if code.filter(char::is_ascii_hexdigit).count() < digits {
            let message = format!("`\\{letter}` takes {digits} hexadecimal digits");
            let help = format!("write `\\\\{letter}` for a backslash, or put the text in single quotes");
            return Some(explained(start..start + 2, message, help));
        }
    }
    None
}

/// Explains a colon where no key may stand.
fn colon(source: &str, at: usize) -> Option<Explained> {
    let line = Line::around(source, at)?;
    if let Some((key, value)) = line.pair().filter(|(key, _)| line.start + line.depth() + key.len() < at) {
        let help =
            if key == "run" { "write the script in the lines below `run: |`".to_owned() } else { put_in_quotes(value) };
        return Some(explained(at..at + 1, "a value without quotes cannot have a colon before a blank", help));
    }
    let above = line.above(source)?;
    let is_key = line.pair().is_some();
    match above.pair() {
        Some((key, value)) if is_key && !value.is_empty() && above.depth() < line.depth() => {
            let start = line.start + line.depth();
            let message = format!("this line is indented deeper than `{key}` above, so it belongs to its value");
            Some(explained(start..at, message, format!("indent it like `{key}`")))
        }
        Some(_) => None,
        None if is_key => unfinished_key(above),
        None => {
            let help = "put the text in quotes, or write `|` behind its key and the text in the lines below";
            Some(explained(at..at + 1, "a text without quotes cannot have a colon before a blank", help))
        }
    }
}

/// Explains a line that should be a key with its value and is not.
fn unfinished_key(line: Line<'_>) -> Option<Explained> {
    let content = line.content();
    let start = line.start + line.depth();
    let whole = start..start + content.len();
    let first = content.split(' ').next()?;
    if let Some(key) = first.strip_prefix('-').filter(|key| !key.is_empty()) {
        let help = format!("write `- {key}`");
        return Some(explained(start..start + 1, "there is no blank behind the dash of an item", help));
    }
    match first.split_once(':') {
        Some((key, value)) if is_word(key) && !value.is_empty() && !value.starts_with("//") => {
            let colon = start + key.len();
            let message = format!("there is no blank behind the colon of `{key}`");
            Some(explained(colon..colon + 1, message, format!("write `{key}: {}`", value.trim())))
        }
        None if is_word(first) => {
            Some(explained(whole, "this line has no colon behind its key", format!("write `{first}:`")))
        }
        Some(_) | None => None,
    }
}

/// Explains a line that is no key.
fn no_key(source: &str, at: usize) -> Option<Explained> {
    let line = Line::around(source, at)?;
    let content = line.content();
    let start = line.start + line.depth();
    let whole = start..start + content.len();
    if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.text.starts_with(mark)) {
        let help = "resolve the conflict and delete its marks";
        return Some(explained(whole, "this is the mark of a merge that was not finished", help));
    }
    if let Some(key) = text_above(line, source) {
        let help = format!("indent it deeper than `{key}` if it belongs to the text there");
        return Some(explained(whole, "this line is no key with a value", help));
    }
    if content.starts_with(['#', '"', '\'']) {
        return None;
    }
    unfinished_key(line)
}

/// Finds the key of the block of text that ends right above a line.
fn text_above<'source>(line: Line<'source>, source: &'source str) -> Option<&'source str> {
    let depth = line.depth();
    let mut above = line.above(source)?;
    loop {
        if let Some((key, value)) = above.pair() {
            let is_block = value.starts_with(['|', '>']) && value.len() <= 3;
            if is_block && above.depth() >= depth {
                return Some(key);
            }
            if above.depth() <= depth {
                return None;
            }
        }
        above = above.above(source)?;
    }
}

/// Explains what follows a finished value in its line, or a line between two levels.
fn misplaced(source: &str, at: usize) -> Option<Explained> {
    let line = Line::around(source, at)?;
    if line.start + line.indentation() == at {
        let end = line.start + line.text.trim_end().len();
        let message = "the indentation of this line fits none of the levels above it";
        return is_between_levels(line, source)
            .then(|| explained(at..end, message, "indent it like the line that it belongs beside"));
    }
    let (_, value) = line.pair()?;
    let is_closed = source.get(..at)?.trim_end().ends_with([']', '}']);
    let end = at + source.get(at..)?.chars().next().map_or(0, char::len_utf8);
    is_closed.then(|| explained(at..end, "the value ends with the bracket before this", put_in_quotes(value)))
}

fn is_between_levels(line: Line<'_>, source: &str) -> bool {
    let mut next = line.above(source);
    while let Some(above) = next {
        if above.indentation() == line.indentation() || above.depth() == line.indentation() {
            return false;
        }
        if above.indentation() < line.indentation() {
            return true;
        }
        next = above.above(source);
    }
    true
}

/// Explains a character that has a meaning in YAML and begins a value.
fn indicator(source: &str, at: usize) -> Option<Explained> {
    let character = source.get(at..)?.chars().next()?;
    let line = Line::around(source, at)?;
    let (before, value) = line.text.split_at_checked(at - line.start)?;
    let is_alone = !before.trim_end().ends_with(['[', '{', ',']);
    let in_quotes = || if is_alone { put_in_quotes(value) } else { put_in_quotes("") };
    let (message, help) = match character {
        '@' | '`' | '%' => (format!("a value without quotes cannot begin with `{character}`"), in_quotes()),
        '!' => ("YAML reads `!` as the beginning of a tag".to_owned(), help_for_tag(source, at)),
        '*' => ("YAML reads `*` as the beginning of an alias".to_owned(), in_quotes()),
        '&' => ("YAML reads `&` as the beginning of an anchor".to_owned(), in_quotes()),
        _ => return None,
    };
    Some(explained(at..at + 1, message, help))
}

#[cfg(test)]
mod tests {
    use crate::model::yaml::IssueKind;
    use crate::sources::yaml;

    /// Compares what is said of a text that cannot be read: line and column of the place, the text
    /// there, the message, and the help.
    fn check(source: &str, place: &str, message: &str, help: &str) {
        let issues = yaml::parse(source).issues;
        let found: Vec<_> = issues
            .iter()
            .map(|issue| {
                let before = source.get(..issue.span.start).unwrap();
                let line = before.matches('\n').count() + 1;
                let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
                let text = source.get(issue.span.start..issue.span.end).unwrap();
                let help = issue.help.clone().unwrap_or_default();
                (issue.kind, format!("{line}:{column} {text}"), issue.message.clone(), help)
            })
            .collect();
        assert_eq!(found, [(IssueKind::Syntax, place.to_owned(), message.to_owned(), help.to_owned())], "{source}");
    }

    #[test]
    fn a_quote_that_was_not_closed_is_told_once_where_it_stands() {
        let help = "write the same quote at the end of the text";
        let closed = "the text that begins with this quote is closed only in line";
        check("a:\n  - b: \"x\n    c: d\n  - b: \"y\"\n    c: d\n", "2:8 \"", &format!("{closed} 4"), help);
        check("a:\n  - b: 'it''s\n    c: d\n\n  - b: 'y'\n", "2:8 '", &format!("{closed} 5"), help);
        check("a: \"\\\"x\n  b\nc: \"y\"\n", "1:4 \"", &format!("{closed} 3"), help);
        let never = "the text that begins with this quote is never closed";
        check("a:\n  - b: 'x\n    c: d\n", "2:8 '", never, help);
        let long = "  - b: c 'd'\n".repeat(40);
        check(&format!("a:\n  - b: \"x\n{long}"), "2:8 \"", never, help);
    }

    #[test]
    fn texts_behind_a_quote_are_told_in_its_line() {
        check("a: \"b\" c\n", "1:8 c", "the text was closed by `\"` before this", "put the value in quotes: '\"b\" c'");
        let help = "inside single quotes, a quote is written twice: ''";
        check("a: 'don't'\n", "1:9 t", "the text was closed by `'` before this", help);
    }

    #[test]
    fn escapes_are_told_where_they_stand() {
        let help = |letter| format!("write `\\\\{letter}`, or put the text in single quotes");
        check(r#"a: "C:\tmp\dir""#, r"1:11 \d", r"`\d` is no escape in double quotes", &help('d'));
        let help = r"write `\\x` for a backslash, or put the text in single quotes";
        check(r#"a: "\x4""#, r"1:5 \x", r"`\x` takes 2 hexadecimal digits", help);
    }

    #[test]
    fn tabs_are_told_where_they_indent() {
        let (message, help) = ("a tab cannot indent a line", "indent the line with spaces");
        check("a:\n  - b: c\n\t\td: e\n", "3:1 \t", message, help);
        check("a:\n  - b: \"c\n \td\"\n", "3:2 \t", message, help);
    }

    #[test]
    fn values_that_need_quotes_are_shown_in_them() {
        let message = "a value without quotes cannot have a colon before a blank";
        check("a:\n  - name: Deploy: prod\n", "2:17 :", message, "put the value in quotes: 'Deploy: prod'");
        check("a:\n  - run: echo \"b: c\"\n", "2:17 :", message, "write the script in the lines below `run: |`");
        let message = "YAML reads `!` as the beginning of a tag";
        let help = "write `${{ !contains(a, 'b') }}`";
        check("if: !contains(a, 'b')\n", "1:5 !", message, help);
        check("a: @b\n", "1:4 @", "a value without quotes cannot begin with `@`", "put the value in quotes: '@b'");
        check("a: [`b`]\n", "1:5 `", "a value without quotes cannot begin with ```", "put the value in quotes");
        check("a:\n  - *\n", "2:5 *", "YAML reads `*` as the beginning of an alias", "put the value in quotes: '*'");
        check("a: [b] c\n", "1:8 c", "the value ends with the bracket before this", "put the value in quotes: '[b] c'");
    }

    #[test]
    fn lines_that_lack_a_blank_or_a_colon_are_told_themselves() {
        let after = "\n    run: echo\n";
        let check = |line: &str, place: &str, message: &str, help: &str| {
            check(&format!("a:\n  {line}{after}"), place, message, help);
        };
        check("-name: x", "2:3 -", "there is no blank behind the dash of an item", "write `- name:`");
        check("- name:x", "2:9 :", "there is no blank behind the colon of `name`", "write `name: x`");
        check("- name x", "2:5 name x", "this line has no colon behind its key", "write `name:`");
        let deeper = "this line is indented deeper than `name` above, so it belongs to its value";
        super::tests::check("a:\n  - name: x\n      run: y\n", "3:7 run", deeper, "indent it like `name`");
    }

    #[test]
    fn lines_that_are_no_keys_are_told_for_what_they_are() {
        let message = "this is the mark of a merge that was not finished";
        check("a:\n<<<<<<< HEAD\n  b: c\n", "2:1 <<<<<<< HEAD", message, "resolve the conflict and delete its marks");
        let (message, help) =
            ("this line is no key with a value", "indent it deeper than `run` if it belongs to the text there");
        check("- run: |\n    cat <<EOF\n  text\n    EOF\n", "3:3 text", message, help);
        check("- run: |\n  echo a\n", "2:3 echo a", message, help);
        let (message, help) = (
            "the indentation of this line fits none of the levels above it",
            "indent it like the line that it belongs beside",
        );
        check("a:\n  - b: c\n   d: e\n", "3:4 d: e", message, help);
    }

    #[test]
    fn what_is_not_understood_is_told_in_the_parsers_words() {
        check("a:\n  b: c\n  - d\n", "3:5 ", "while parsing a block mapping, did not find expected key", "");
    }

    proptest::proptest! {
        #[test]
        fn places_stay_inside(text in "[a-c:\\-\\[\\]{}&*|>'\"\\\\ \t\n#!?ü,@]{0,80}") {
            for issue in yaml::parse(&text).issues {
                assert!(text.get(issue.span.start..issue.span.end).is_some(), "{issue:?}");
            }
        }
    }
}
