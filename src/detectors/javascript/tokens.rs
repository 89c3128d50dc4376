//! Programs in JavaScript or TypeScript as tokens: as much as it takes to follow calls, and no grammar.

use std::collections::BTreeMap;
use std::rc::Rc;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Name(String),
    /// A text in quotes.
    Text(String),
    /// A template text.
    Template(Vec<Part>),
    /// A number or a regular expression.
    Other,
    /// An operator or a bracket.
    Sign(&'static str),
}

/// A part of a template text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Plain text.
    Text(String),
    /// The tokens of an expression.
    Code(usize),
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// The number of the line, from 1.
    pub(super) line: usize,
    /// Whether it is the first of its line.
    pub(super) is_first: bool,
}

impl Token {
    /// Tells whether it is a sign.
    pub(super) fn is(&self, sign: &str) -> bool {
        matches!(&self.kind, Kind::Sign(own) if *own == sign)
    }

    /// Tells whether it is a certain name.
    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(&self.kind, Kind::Name(own) if own == name)
    }

    /// Returns the name.
    pub(super) fn name(&self) -> Option<&str> {
        if let Kind::Name(name) = &self.kind { Some(name) } else { None }
    }
}

/// The tokens of a program, with the brackets that belong together.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    pub(super) all: Vec<Token>,
    /// Where a bracket is closed, by where it is opened.
    pub(super) closed: BTreeMap<usize, usize>,
    /// The expressions inside template texts.
    pub(super) inner: Vec<Rc<Tokens>>,
}

/// How deep template texts may stand in each other.
const DEEPEST: usize = 8;

/// Signs of more than one character, longest first, and those of one.
const SIGNS: &[&str] = &[
    ">>>=", "...", "===", "!==", "**=", "&&=", "||=", "??=", ">>>", "<<=", ">>=", "=>", "==", "!=", "<=", ">=", "&&",
    "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "**", "(", ")", "[", "]", "{", "}",
    ";", ",", ".", ":", "?", "=", "+", "-", "*", "/", "%", "<", ">", "!", "&", "|", "^", "~", "@", "#",
];

/// Names behind which a slash begins a regular expression.
const BEFORE_VALUE: &[&str] =
    &["return", "typeof", "case", "in", "of", "new", "delete", "void", "throw", "await", "else"];

/// Reads a program; nothing where its brackets do not fit.
pub(super) fn tokens(text: &str) -> Option<Tokens> {
    read(text, 1, 0)
}

fn read(text: &str, line: usize, depth: usize) -> Option<Tokens> {
    let mut reader = Reader { text, at: 0, line, is_first: true, depth, found: Tokens::default() };
    while reader.next()? {}
    let mut found = reader.found;
    found.closed = pairs(&found.all)?;
    Some(found)
}

/// Returns which brackets belong together.
fn pairs(tokens: &[Token]) -> Option<BTreeMap<usize, usize>> {
    let (mut open, mut closed) = (Vec::new(), BTreeMap::new());
    for (at, token) in tokens.iter().enumerate() {
        let Kind::Sign(sign) = token.kind else { continue };
        match sign {
            "(" | "[" | "{" => open.push((at, sign)),
            ")" | "]" | "}" => {
                let (start, opened) = open.pop()?;
                let fits = matches!((opened, sign), ("(", ")") | ("[", "]") | ("{", "}"));
                fits.then_some(())?;
                closed.insert(start, at);
            }
            _ => {}
        }
    }
    open.is_empty().then_some(closed)
}

struct Reader<'text> {
    text: &'text str,
    at: usize,
    line: usize,
    is_first: bool,
    depth: usize,
    found: Tokens,
}

impl<'text> Reader<'text> {
    fn rest(&self) -> &'text str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes on behind some bytes, and counts their lines.
    fn skip(&mut self, bytes: usize) {
        let breaks = self.rest().get(..bytes).unwrap_or_default().matches('\n').count();
        self.line += breaks;
        self.is_first |= breaks > 0;
        self.at += bytes;
    }

    fn push(&mut self, kind: Kind, bytes: usize) {
        let (line, is_first) = (self.line, std::mem::take(&mut self.is_first));
        self.found.all.push(Token { kind, line, is_first });
        self.skip(bytes);
    }

    /// Reads a token; false at the end, nothing where the program cannot be read.
    fn next(&mut self) -> Option<bool> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Some(false) };
        let until = |end: &str, start: usize| rest.get(start..).and_then(|rest| rest.find(end)).map(|at| at + start);
        let is_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$');
        match first {
            _ if first.is_whitespace() => {
                let bytes = rest.find(|character: char| !character.is_whitespace()).unwrap_or(rest.len());
                self.skip(bytes);
            }
            '/' if rest.starts_with("//") => self.skip(until("\n", 0).unwrap_or(rest.len())),
            '#' if self.at == 0 && rest.starts_with("#!") => self.skip(until("\n", 0).unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => self.skip(until("*/", 2).map_or(rest.len(), |at| at + 2)),
            '/' if self.begins_value() => self.push(Kind::Other, regular_expression(rest)),
            '\'' | '"' => {
                let (text, bytes) = quoted(rest, first)?;
                self.push(Kind::Text(text), bytes);
            }
            '`' => self.template()?,
            _ if first.is_ascii_digit() => {
                let bytes = rest.find(|character: char| !(is_name(character) || character == '.'));
                self.push(Kind::Other, bytes.unwrap_or(rest.len()));
            }
            _ if is_name(first) => {
                let bytes = rest.find(|character: char| !is_name(character)).unwrap_or(rest.len());
                self.push(Kind::Name(rest.get(..bytes)?.to_owned()), bytes);
            }
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => self.push(Kind::Sign(sign), sign.len()),
                None => self.skip(first.len_utf8()),
            },
        }
        Some(true)
    }

    /// Tells whether a value may begin here, and with it a regular expression.
    fn begins_value(&self) -> bool {
        self.found.all.last().is_none_or(|last| match &last.kind {
            Kind::Name(name) => BEFORE_VALUE.contains(&name.as_str()),
            Kind::Sign(sign) => !matches!(*sign, ")" | "]" | "}"),
            Kind::Text(_) | Kind::Template(_) | Kind::Other => false,
        })
    }

    fn template(&mut self) -> Option<()> {
        let rest = self.rest();
        let (mut parts, mut text, mut at) = (Vec::new(), String::new(), 1);
        loop {
            let left = rest.get(at..)?;
            let character = left.chars().next()?;
            if character == '`' {
                break;
            }
            if character == '\\' {
                let (escaped, bytes) = escape(left);
                text.push_str(&escaped);
                at += bytes;
            } else if left.starts_with("${") {
                let bytes = closing(left.get(2..)?, 0)?;
                let line = self.line + rest.get(..at)?.matches('\n').count();
                let inner = (self.depth < DEEPEST).then(|| read(left.get(2..2 + bytes)?, line, self.depth + 1))??;
                parts.extend([Part::Text(std::mem::take(&mut text)), Part::Code(self.found.inner.len())]);
                self.found.inner.push(Rc::new(inner));
                at += bytes + 3;
            } else {
                text.push(character);
                at += character.len_utf8();
            }
        }
        parts.push(Part::Text(text));
        self.push(Kind::Template(parts), at + 1);
        Some(())
    }
}

/// Returns how long the expression of a template text is, up to its closing brace.
fn closing(text: &str, level: usize) -> Option<usize> {
    (level < DEEPEST).then_some(())?;
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        let rest = text.get(at..)?;
        let character = rest.chars().next()?;
        match character {
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            '{' => depth += 1,
            '\'' | '"' => at += quoted(rest, character)?.1 - 1,
            '`' => at += skipped_template(rest, level + 1)? - 1,
            _ => {}
        }
        at += character.len_utf8();
    }
}

/// Returns how long a template text inside of another one is.
fn skipped_template(text: &str, level: usize) -> Option<usize> {
    let mut at = 1;
    loop {
        let rest = text.get(at..)?;
        match rest.chars().next()? {
            '`' => return Some(at + 1),
            '\\' => at += escape(rest).1,
            '$' if rest.starts_with("${") => at += 3 + closing(rest.get(2..)?, level)?,
            character => at += character.len_utf8(),
        }
    }
}

/// Reads a text in quotes; nothing where the line ends before it does.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let (mut found, mut at) = (String::new(), 1);
    loop {
        let rest = text.get(at..)?;
        match rest.chars().next()? {
            '\n' => return None,
            '\\' => {
                let (escaped, bytes) = escape(rest);
                found.push_str(&escaped);
                at += bytes;
            }
            character if character == quote => return Some((found, at + 1)),
            character => {
                found.push(character);
                at += character.len_utf8();
            }
        }
    }
}

/// Reads what stands behind a backslash.
fn escape(text: &str) -> (String, usize) {
    match text.chars().nth(1) {
        Some('n') => ("\n".to_owned(), 2),
        Some('t') => ("\t".to_owned(), 2),
        Some('\n') => (String::new(), 2),
        Some(character) => (character.to_string(), 1 + character.len_utf8()),
        None => (String::new(), 1),
    }
}

/// Returns how long a regular expression is.
fn regular_expression(text: &str) -> usize {
    let (mut in_class, mut escaped) = (false, false);
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '\n' => return 1,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return at + 1,
            _ => {}
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let found = tokens(text).map(|tokens| tokens.all).unwrap_or_default();
        found.iter().filter_map(|token| token.name().map(str::to_owned)).collect()
    }

    #[test]
    fn what_is_only_said_is_no_code() {
        assert_eq!(
            names("#!/usr/bin/env node\n// a()\n/* b() */ c('d()', \"e\", /f\\/(g/, `h()`) / i / 2"),
            ["c", "i"]
        );
        assert_eq!(names("x = y\n/ 2; return /z'/g.test(w)"), ["x", "y", "return", "g", "test", "w"]);
    }

    #[test]
    fn template_texts_hold_expressions() {
        let found = tokens("`a ${b({c: `}${d}`})} \\` e`").unwrap();
        assert_eq!(found.inner.len(), 1);
        assert!(matches!(&found.all[0].kind, Kind::Template(parts) if parts.len() == 3));
    }

    #[test]
    fn what_does_not_fit_is_not_read() {
        for text in ["(", ")", "([)]", "'a", "`a", "`${`"] {
            assert!(tokens(text).is_none(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn anything_is_read_to_an_end(text in "[a({\\[\\]})'\"`$\\\\/\n é=>.,;]{0,60}") {
            drop(tokens(&text));
        }
    }
}
