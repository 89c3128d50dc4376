//! From a script's text to words and operators.

use std::collections::VecDeque;
use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

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

/// Splits a script into tokens; comments and the bodies of heredocs are left out.
pub(super) fn tokens(script: &str) -> Vec<Token> {
    let mut lexer = Lexer { script, rest: script.char_indices().peekable(), heredocs: VecDeque::new() };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next_token() {
        tokens.push(token);
    }
    tokens
}

struct Lexer<'script> {
    script: &'script str,
    rest: Peekable<CharIndices<'script>>,
    /// The delimiters of heredocs whose bodies begin on the next line, and whether tabs before
    /// the delimiter are allowed.
    heredocs: VecDeque<(String, bool)>,
}

impl<'script> Lexer<'script> {
    fn at(&mut self) -> usize {
        self.rest.peek().map_or(self.script.len(), |(at, _)| *at)
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|(_, character)| *character)
    }

    fn ahead(&mut self, text: &str) -> bool {
        let at = self.at();
        self.script.get(at..).is_some_and(|rest| rest.starts_with(text))
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.rest.next();
        }
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
        if let Some(redirection) = self.redirection() {
            return Some(redirection);
        }
        for operator in ["&&", "||", "|&", ";;", ";", "&", "|", "(", ")"] {
            if self.ahead(operator) {
                self.skip(operator.len());
                return Some(Token::Operator(operator));
            }
        }
        Some(Token::Word(self.word()))
    }

    /// Reads `[n]>…`, `[n]<…` and `&>…`, but not `<(…)` and `>(…)`, which are words.
    fn redirection(&mut self) -> Option<Token> {
        let at = self.at();
        let rest = self.script.get(at..)?;
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
            while self.rest.next_if(|(_, next)| matches!(next, ' ' | '\t')).is_some() {}
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
        while self.rest.next_if(|(_, next)| *next != '\n').is_some() {}
    }

    /// Takes the rest of the line with its break; `None` at the end of the script.
    fn line(&mut self) -> Option<&'script str> {
        self.peek()?;
        let from = self.at();
        self.skip_to_line_end();
        let to = self.at();
        self.skip(1);
        Some(self.script.get(from..to)?.trim_end_matches('\r'))
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
                _ => self.keep(&mut word.text),
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
    fn opens_substitution(&mut self, character: char, text: &str) -> bool {
        match character {
            '<' => self.ahead("<("),
            '>' => self.ahead(">("),
            '(' => text.ends_with('='),
            _ => false,
        }
    }

    fn keep(&mut self, text: &mut String) {
        text.extend(self.rest.next().map(|(_, character)| character));
    }

    fn escaped(&mut self, text: &mut String) {
        self.skip(1);
        match self.rest.next() {
            Some((_, '\n')) | None => {}
            Some((_, character)) => text.push(character),
        }
    }

    fn single_quoted(&mut self, word: &mut Word) {
        word.quoted = true;
        self.skip(1);
        for (_, character) in self.rest.by_ref() {
            if character == '\'' {
                break;
            }
            word.text.push(character);
        }
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
                _ => self.keep(&mut word.text),
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
            while self.peek().is_some_and(|character| character != '}') {
                self.keep(text);
            }
            self.keep(text);
        } else if self.ahead("`") {
            self.keep(text);
            while self.peek().is_some_and(|character| character != '`') {
                self.keep(text);
            }
            self.keep(text);
        } else {
            self.keep(text);
        }
    }

    /// Keeps everything up to the closing parenthesis; quotes inside may hold parentheses.
    fn parentheses(&mut self, text: &mut String) {
        let mut depth = 0_usize;
        let mut quote = None;
        for (_, character) in self.rest.by_ref() {
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
