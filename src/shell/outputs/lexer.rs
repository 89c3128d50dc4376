//! Words, operators and redirections of a POSIX-like script, with the texts of heredocs.

use super::HOLE;
use crate::shell::parentheses::parenthesised;

/// A part of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word without its quotes; substitutions are holes, variables stay.
    Word { text: String, is_quoted: bool },
    /// `;`, `;;`, `&`, `&&`, `|`, `||`, `(`, `)` or a line break.
    Operator(&'static str),
    /// A redirection of output or input; the next word is its target.
    Redirection { is_output: bool },
    /// The text that a heredoc or a herestring gives to a command.
    Input(String),
}

/// What a script is made of.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    /// The scripts inside `$(…)`, backquotes and `<(…)`.
    pub(super) nested: Vec<String>,
}

/// Splits a script. Nothing is an error: what makes no sense becomes words.
pub(super) fn lex(script: &str) -> Lexed {
    let mut lexer = Lexer::new(script);
    while !lexer.rest.is_empty() {
        lexer.token();
    }
    lexer.lexed
}

struct Lexer<'script> {
    rest: &'script str,
    lexed: Lexed,
    /// The heredocs whose texts begin on the next line: where their token stands, the delimiter,
    /// whether tabs before it count, and whether the text is taken literally.
    heredocs: Vec<Heredoc>,
    /// Whether `))` may stand further on.
    has_arithmetic: bool,
}

struct Heredoc {
    token: usize,
    delimiter: String,
    has_tabs: bool,
    is_literal: bool,
}

impl<'script> Lexer<'script> {
    fn new(script: &'script str) -> Self {
        Self { rest: script, lexed: Lexed::default(), heredocs: Vec::new(), has_arithmetic: true }
    }

    fn take(&mut self, count: usize) -> &'script str {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn next_char(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.take(character.len_utf8());
        Some(character)
    }

    fn push(&mut self, token: Token) {
        self.lexed.tokens.push(token);
    }

    fn token(&mut self) {
        let blank = self.rest.len() - self.rest.trim_start_matches([' ', '\t', '\r']).len();
        self.take(blank);
        if self.rest.starts_with("\\\n") {
            self.take(2);
        } else if self.rest.starts_with('#') {
            self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with('\n') {
            self.take(1);
            self.push(Token::Operator("\n"));
            self.texts_of_heredocs();
        } else if !self.arithmetic() && !self.redirection() && !self.operator() && !self.rest.is_empty() {
            self.word();
        }
    }

    fn operator(&mut self) -> bool {
        if !self.rest.starts_with(['&', '|', ';', '(', ')']) {
            return false;
        }
        let operators = ["&&", "||", "|&", ";;", ";", "&", "|", "(", ")"];
        let Some(found) = operators.into_iter().find(|operator| self.rest.starts_with(operator)) else { return false };
        self.take(found.len());
        self.push(Token::Operator(if found == "|&" { "|" } else { found }));
        true
    }

    /// `((…))` counts and runs nothing.
    fn arithmetic(&mut self) -> bool {
        let Some(inside) = self.rest.strip_prefix("((").filter(|_| self.has_arithmetic) else { return false };
        let Some(end) = inside.find("))") else {
            // There is none further on either.
            self.has_arithmetic = false;
            return false;
        };
        let text = self.take(end + 4);
        self.expand(text);
        self.push(Token::Word { text: ":".to_owned(), is_quoted: false });
        true
    }

    fn redirection(&mut self) -> bool {
        if !self.rest.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '&' | '<' | '>')) {
            return false;
        }
        let digits = self.rest.len() - self.rest.trim_start_matches(|next: char| next.is_ascii_digit()).len();
        let body = self.rest.get(digits..).unwrap_or_default();
        let forms = ["&>>", "&>", "<<<", "<<-", "<<", "<>", ">>", ">&", "<&", ">|", ">", "<"];
        let Some(form) = forms.into_iter().find(|form| body.starts_with(form)) else { return false };
        if body.starts_with("<(") || body.starts_with(">(") || (digits > 0 && form.starts_with('&')) {
            return false;
        }
        // Only standard output is written to the file; `2>` is of no interest.
        let is_output = form.contains('>') && self.rest.get(..digits).is_some_and(|fd| matches!(fd, "" | "1"));
        self.take(digits + form.len());
        match form {
            "<<<" => {
                let (text, _) = self.read_word();
                self.push(Token::Input(format!("{text}\n")));
            }
            "<<" | "<<-" => self.heredoc(form == "<<-"),
            _ => self.push(Token::Redirection { is_output }),
        }
        true
    }

    fn heredoc(&mut self, has_tabs: bool) {
        let (delimiter, is_literal) = self.read_word();
        let token = self.lexed.tokens.len();
        self.push(Token::Input(String::new()));
        self.heredocs.push(Heredoc { token, delimiter, has_tabs, is_literal });
    }

    /// Reads the lines of a heredoc up to its delimiter.
    fn text_of(&mut self, heredoc: &Heredoc) -> String {
        let mut text = String::new();
        while !self.rest.is_empty() {
            let line = self.take(self.rest.find('\n').map_or(self.rest.len(), |at| at + 1));
            let plain = if heredoc.has_tabs { line.trim_start_matches('\t') } else { line };
            if plain.trim_end_matches(['\n', '\r']) == heredoc.delimiter {
                break;
            }
            text.push_str(plain);
        }
        text
    }

    fn texts_of_heredocs(&mut self) {
        for heredoc in std::mem::take(&mut self.heredocs) {
            let text = self.text_of(&heredoc);
            let text = if heredoc.is_literal { literal(&text) } else { self.expand(&text) };
            if let Some(Token::Input(known)) = self.lexed.tokens.get_mut(heredoc.token) {
                *known = text;
            }
        }
    }

    /// Takes the substitutions out of a heredoc's text.
    fn expand(&mut self, text: &str) -> String {
        let mut inner = Lexer::new(text);
        let mut expanded = String::new();
        while let Some(next) = inner.rest.chars().next() {
            match next {
                '$' | '`' => inner.substitution(&mut expanded),
                _ => expanded.extend(inner.next_char()),
            }
        }
        self.lexed.nested.append(&mut inner.lexed.nested);
        expanded
    }

    fn word(&mut self) {
        let before = self.rest.len();
        let (text, is_quoted) = self.read_word();
        if self.rest.len() == before {
            // An operator where a word should be: it is taken so that reading goes on.
            self.next_char();
        }
        self.push(Token::Word { text, is_quoted });
    }

    /// Reads a word, and whether any part of it is quoted.
    fn read_word(&mut self) -> (String, bool) {
        let blank = self.rest.len() - self.rest.trim_start_matches([' ', '\t']).len();
        self.take(blank);
        let (mut text, mut is_quoted) = (String::new(), false);
        while let Some(next) = self.rest.chars().next() {
            match next {
                ' ' | '\t' | '\r' | '\n' | ';' | '|' | '&' | ')' => break,
                '<' | '>' if !self.rest.get(1..).is_some_and(|rest| rest.starts_with('(')) => break,
                '(' if !text.ends_with('=') => break,
                '<' | '>' => {
                    self.take(1);
                    self.parentheses(&mut text);
                }
                '(' => self.parentheses(&mut text),
                '\'' => {
                    is_quoted = true;
                    self.take(1);
                    let end = self.rest.find('\'').unwrap_or(self.rest.len());
                    text.push_str(&literal(self.take(end)));
                    self.take(1);
                }
                '"' => {
                    is_quoted = true;
                    self.double_quoted(&mut text);
                }
                '\\' => self.escaped(&mut text),
                '$' | '`' => self.substitution(&mut text),
                _ => text.extend(self.next_char()),
            }
        }
        (text, is_quoted)
    }

    fn escaped(&mut self, text: &mut String) {
        self.take(1);
        text.extend(self.next_char().filter(|next| *next != '\n'));
    }

    fn double_quoted(&mut self, text: &mut String) {
        self.take(1);
        while let Some(next) = self.rest.chars().next() {
            match next {
                '"' => {
                    self.take(1);
                    break;
                }
                '\\' if self.rest.get(1..).is_some_and(|rest| rest.starts_with(['"', '\\', '$', '`', '\n'])) => {
                    self.escaped(text);
                }
                '$' | '`' => self.substitution(text),
                _ => text.extend(self.next_char()),
            }
        }
    }

    /// Takes `$(…)`, `${{ … }}` and backquotes as holes, and keeps variables.
    fn substitution(&mut self, text: &mut String) {
        if self.rest.starts_with("${{") {
            self.take(self.rest.find("}}").map_or(self.rest.len(), |at| at + 2));
            text.push(HOLE);
        } else if self.rest.starts_with("$(") {
            self.take(1);
            self.parentheses(text);
        } else if self.rest.starts_with("${") {
            // `${NAME:-default}` is a variable too, and nobody looks at its default.
            text.push_str(self.take(self.rest.find('}').map_or(self.rest.len(), |at| at + 1)));
        } else if self.rest.starts_with('`') {
            self.take(1);
            let end = self.rest.find('`').unwrap_or(self.rest.len());
            let inner = self.take(end).to_owned();
            self.lexed.nested.push(inner);
            self.take(1);
            text.push(HOLE);
        } else {
            text.extend(self.next_char());
        }
    }

    /// Takes everything up to the closing parenthesis as a script of its own.
    fn parentheses(&mut self, text: &mut String) {
        let inner = self.take(parenthesised(self.rest));
        let inner = inner.strip_prefix('(').map_or(inner, |rest| rest.strip_suffix(')').unwrap_or(rest));
        // What counts runs nothing but what is substituted in it, just as a text in quotes.
        let arithmetic = inner.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let quoted = |text: &str| format!(": \"{}\"", text.replace('"', ""));
        self.lexed.nested.push(arithmetic.map_or_else(|| inner.to_owned(), quoted));
        text.push(HOLE);
    }
}

/// Takes the expressions out of a text that the shell takes literally; nothing else is known at run
/// time only.
fn literal(text: &str) -> String {
    let mut parts = text.split("${{");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push(HOLE);
        plain.push_str(part.split_once("}}").map_or("", |(_, rest)| rest));
    }
    plain
}
