//! From a script's text to words and operators.

use std::collections::VecDeque;
use std::ops::Range;

/// A word of a command: its text without quotes, and its range in the script with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text without quotes and escapes; variables and substitutions stay as written.
    pub text: String,
    /// The bytes of the script it is written in.
    pub range: Range<usize>,
    /// Whether any part of it was quoted, so that it is no keyword.
    pub quoted: bool,
}

/// A part of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// `;`, `&`, `&&`, `||`, `|`, `|&`, `(`, `)`, `;;` or a line break.
    Operator(&'static str),
    /// A redirection such as `>` or `2>>`; its target is the next word, unless it has none.
    Redirection {
        takes_word: bool,
    },
}

/// The operators, the longer ones before those that they begin with.
const OPERATORS: [&str; 9] = ["&&", "||", "|&", ";;", ";", "&", "|", "(", ")"];

/// Splits a script into tokens; comments and the bodies of heredocs are left out.
pub(super) fn tokens(script: &str) -> Vec<Token> {
    let mut lexer = Lexer { script, rest: script, heredocs: VecDeque::new() };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next_token() {
        tokens.push(token);
    }
    tokens
}

struct Lexer<'script> {
    script: &'script str,
    /// What was not read yet.
    rest: &'script str,
    /// The delimiters of heredocs whose bodies begin on the next line, and whether tabs before
    /// the delimiter are allowed.
    heredocs: VecDeque<(String, bool)>,
}

impl<'script> Lexer<'script> {
    fn at(&self) -> usize {
        self.script.len() - self.rest.len()
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn ahead(&self, text: &str) -> bool {
        self.rest.starts_with(text)
    }

    /// Takes a character.
    fn next(&mut self) -> Option<char> {
        let mut rest = self.rest.chars();
        let next = rest.next();
        self.rest = rest.as_str();
        next
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    /// Takes everything before the first character of a kind, or all that there is.
    fn take_until(&mut self, ends: impl Fn(char) -> bool) -> &'script str {
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn next_token(&mut self) -> Option<Token> {
        loop {
            let character = self.peek()?;
            match character {
                ' ' | '\t' | '\r' => self.skip(1),
                '\\' if self.ahead("\\\n") => self.skip(2),
                '\\' if self.ahead("\\\r\n") => self.skip(3),
                '#' => self.skip_to_line_end(),
                '\n' => {
                    self.skip(1);
                    self.skip_heredocs();
                    return Some(Token::Operator("\n"));
                }
                _ => break,
            }
        }
        // Most tokens are words, which begin with none of these.
        let first = self.peek()?;
        if (first.is_ascii_digit() || matches!(first, '&' | '<' | '>'))
            && let Some(redirection) = self.redirection()
        {
            return Some(redirection);
        }
        if matches!(first, '&' | '|' | ';' | '(' | ')')
            && let Some(operator) = OPERATORS.iter().find(|operator| self.ahead(operator))
        {
            self.skip(operator.len());
            return Some(Token::Operator(operator));
        }
        Some(Token::Word(self.word()))
    }

    /// Reads `[n]>…`, `[n]<…` and `&>…`, but not `<(…)` and `>(…)`, which are words.
    fn redirection(&mut self) -> Option<Token> {
        let rest = self.rest;
        let digits = rest.len() - rest.trim_start_matches(|character: char| character.is_ascii_digit()).len();
        let body = rest.get(digits..)?;
        let forms = ["&>>", "&>", "<<<", "<<-", "<<", "<>", ">>", ">&", "<&", ">|", ">", "<"];
        let form = forms.into_iter().find(|form| body.starts_with(form))?;
        let is_substitution = body.starts_with("<(") || body.starts_with(">(");
        if is_substitution || (digits > 0 && form.starts_with('&')) {
            return None;
        }
        self.skip(digits + form.len());
        if matches!(form, "<<" | "<<-") {
            self.take_until(|next| !matches!(next, ' ' | '\t'));
            let delimiter = self.word().text;
            if !delimiter.is_empty() {
                self.heredocs.push_back((delimiter, form == "<<-"));
            }
            return Some(Token::Redirection { takes_word: false });
        }
        Some(Token::Redirection { takes_word: true })
    }

    fn skip_heredocs(&mut self) {
        while let Some((delimiter, tabs)) = self.heredocs.pop_front() {
            let ends = |line: &str| delimiter == if tabs { line.trim_start_matches('\t') } else { line };
            while self.line().is_some_and(|line| !ends(line)) {}
        }
    }

    fn skip_to_line_end(&mut self) {
        self.take_until(|next| next == '\n');
    }

    /// Takes the rest of the line with its break; `None` at the end of the script.
    fn line(&mut self) -> Option<&'script str> {
        self.peek()?;
        let line = self.take_until(|next| next == '\n');
        self.skip(1);
        Some(line.trim_end_matches('\r'))
    }

    fn word(&mut self) -> Word {
        let start = self.at();
        let mut word = Word { text: String::new(), range: start..start, quoted: false };
        while let Some(character) = self.peek() {
            match character {
                ' ' | '\t' | '\r' | '\n' | ';' | '|' | ')' => break,
                '&' | '<' | '>' | '(' if !self.opens_substitution(character, &word.text) => break,
                '\'' => self.single_quoted(&mut word),
                '"' => self.double_quoted(&mut word),
                '\\' => self.escaped(&mut word.text),
                '$' | '`' => self.expansion(&mut word.text),
                '<' | '>' | '(' => self.parentheses(&mut word.text),
                _ => word.text.push_str(self.take_until(is_special)),
            }
        }
        word.range.end = self.at();
        if word.range.is_empty() {
            // An operator where a word should be, as in `< <`: it is taken so that reading goes on.
            self.skip(1);
            word.range.end = self.at();
        }
        word
    }

    /// `<(`, `>(` and the parenthesis of `a=(…)`, `$(…)` or a function belong to the word.
    fn opens_substitution(&self, character: char, text: &str) -> bool {
        match character {
            '<' => self.ahead("<("),
            '>' => self.ahead(">("),
            '(' => text.ends_with('='),
            _ => false,
        }
    }

    fn keep(&mut self, text: &mut String) {
        text.extend(self.next());
    }

    fn escaped(&mut self, text: &mut String) {
        self.skip(1);
        match self.next() {
            Some('\n') | None => {}
            Some(character) => text.push(character),
        }
    }

    fn single_quoted(&mut self, word: &mut Word) {
        word.quoted = true;
        self.skip(1);
        word.text.push_str(self.take_until(|next| next == '\''));
        self.skip(1);
    }

    fn double_quoted(&mut self, word: &mut Word) {
        word.quoted = true;
        self.skip(1);
        while let Some(character) = self.peek() {
            match character {
                '"' => {
                    self.skip(1);
                    break;
                }
                '\\' => self.escaped(&mut word.text),
                '$' | '`' => self.expansion(&mut word.text),
                _ => word.text.push_str(self.take_until(|next| matches!(next, '"' | '\\' | '$' | '`'))),
            }
        }
    }

    /// Keeps `$(…)`, `${…}`, `${{ … }}` and backquoted commands as they are written.
    fn expansion(&mut self, text: &mut String) {
        if self.ahead("${{") {
            while self.peek().is_some() && !self.ahead("}}") {
                self.keep(text);
            }
            self.keep(text);
            self.keep(text);
        } else if self.ahead("$(") {
            self.keep(text);
            self.parentheses(text);
        } else if self.ahead("${") {
            text.push_str(self.take_until(|next| next == '}'));
            self.keep(text);
        } else if self.ahead("`") {
            self.keep(text);
            text.push_str(self.take_until(|next| next == '`'));
            self.keep(text);
        } else {
            self.keep(text);
        }
    }

    /// Keeps everything up to the closing parenthesis; quotes inside may hold parentheses.
    fn parentheses(&mut self, text: &mut String) {
        let mut depth = 0_usize;
        let mut quote = None;
        while let Some(character) = self.next() {
            text.push(character);
            match (quote, character) {
                (None, '\'' | '"') => quote = Some(character),
                (Some(open), _) if open == character => quote = None,
                (None, '(') => depth += 1,
                (None, ')') => depth = depth.saturating_sub(1),
                _ => continue,
            }
            if depth == 0 && character == ')' && quote.is_none() {
                break;
            }
        }
    }
}

/// Tells whether a character means something inside of a word that is not quoted, or ends it.
fn is_special(character: char) -> bool {
    matches!(
        character,
        ' ' | '\t' | '\r' | '\n' | ';' | '|' | ')' | '&' | '<' | '>' | '(' | '\'' | '"' | '\\' | '$' | '`'
    )
}
