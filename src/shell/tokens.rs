//! From a script's text to words and operators.

use std::collections::VecDeque;
use std::ops::Range;

use super::parentheses::parenthesised;

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
        form: &'static str,
        /// Whether a number other than that of standard output stands before it.
        is_of_other: bool,
        takes_word: bool,
    },
}

/// A heredoc: text that follows on the lines below a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The line that ends it.
    pub delimiter: String,
    /// Whether the delimiter is quoted, so that nothing in the text is expanded.
    pub is_literal: bool,
    /// Whether tabs may stand in front of that line, as behind `<<-`.
    pub may_be_indented: bool,
    /// Where the delimiter is named.
    pub named: Range<usize>,
    /// Its lines without the one that ends it.
    pub body: Range<usize>,
    /// Whether a line ends it.
    pub is_closed: bool,
}

/// The operators, the longer ones before those that they begin with.
const OPERATORS: [&str; 9] = ["&&", "||", "|&", ";;", ";", "&", "|", "(", ")"];

/// Splits a script into tokens; comments and the bodies of heredocs are left out.
pub(super) fn tokens(script: &str) -> Vec<Token> {
    read(script).0
}

/// Lists a script's heredocs; those inside `$(…)` are not among them.
pub fn heredocs(script: &str) -> Vec<Heredoc> {
    if script.contains("<<") { read(script).1 } else { Vec::new() }
}

/// Splits a script into tokens, with the heredocs in the order of their redirections.
pub(super) fn read(script: &str) -> (Vec<Token>, Vec<Heredoc>) {
    let mut lexer = Lexer { script, rest: script, open: VecDeque::new(), read: Vec::new() };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next_token() {
        tokens.push(token);
    }
    lexer.read.extend(lexer.open);
    (tokens, lexer.read)
}

struct Lexer<'script> {
    script: &'script str,
    /// What was not read yet.
    rest: &'script str,
    /// The heredocs whose bodies begin on the next line.
    open: VecDeque<Heredoc>,
    /// The heredocs whose bodies were read.
    read: Vec<Heredoc>,
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
                    self.read_heredocs();
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
        if first == '(' && self.ahead("((") {
            return Some(Token::Word(self.arithmetic()));
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
            let Word { text: delimiter, range: named, quoted: is_literal } = self.word();
            if delimiter.is_empty() {
                return Some(Token::Redirection { form: "<", is_of_other: true, takes_word: false });
            }
            let may_be_indented = form == "<<-";
            let body = self.script.len()..self.script.len();
            self.open.push_back(Heredoc { delimiter, is_literal, may_be_indented, named, body, is_closed: false });
            return Some(Token::Redirection { form, is_of_other: false, takes_word: false });
        }
        let is_of_other = !matches!(rest.get(..digits), Some("" | "1"));
        Some(Token::Redirection { form, is_of_other, takes_word: true })
    }

    fn read_heredocs(&mut self) {
        while let Some(mut heredoc) = self.open.pop_front() {
            self.read_body(&mut heredoc);
            self.read.push(heredoc);
        }
    }

    /// Takes lines up to the one that ends a heredoc, and that one.
    fn read_body(&mut self, heredoc: &mut Heredoc) {
        heredoc.body = self.at()..self.at();
        while let Some(line) = self.line() {
            let start = if heredoc.may_be_indented { line.trim_start_matches('\t') } else { line };
            heredoc.is_closed = start == heredoc.delimiter;
            if heredoc.is_closed {
                return;
            }
            heredoc.body.end = self.at();
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

    /// Reads `((…))`, in which nothing is a redirection.
    fn arithmetic(&mut self) -> Word {
        let start = self.at();
        let mut text = String::new();
        self.parentheses(&mut text);
        Word { text, range: start..self.at(), quoted: false }
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
        let (inside, rest) = self.rest.split_at_checked(parenthesised(self.rest)).unwrap_or((self.rest, ""));
        text.push_str(inside);
        self.rest = rest;
    }
}

/// Tells whether a character means something inside of a word that is not quoted, or ends it.
fn is_special(character: char) -> bool {
    matches!(
        character,
        ' ' | '\t' | '\r' | '\n' | ';' | '|' | ')' | '&' | '<' | '>' | '(' | '\'' | '"' | '\\' | '$' | '`'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heredocs_end_where_a_shell_ends_them() {
        let read = |script: &str| {
            let found = heredocs(script).into_iter();
            let body = |found: &Heredoc| script.get(found.body.clone()).unwrap().to_owned();
            found.map(|found| (body(&found), found.is_closed)).collect::<Vec<_>>()
        };
        let closed = |text: &str| (text.to_owned(), true);
        let open = |text: &str| (text.to_owned(), false);
        assert_eq!(read("cat <<E\na\nE\nb"), [closed("a\n")]);
        assert_eq!(read("cat <<'E' <<-F\na\nE\nb\n\tF\n"), [closed("a\n"), closed("b\n")]);
        assert_eq!(read("cat <<E\nE"), [closed("")]);
        assert_eq!(read("cat <<E\na\n E\n\tE\nE \n"), [open("a\n E\n\tE\nE \n")]);
        assert_eq!(read("cat <<-E\n E\n"), [open(" E\n")]);
        assert_eq!(read("cat <<E"), [open("")]);
        assert_eq!(read("cat <<< E; ((a << b)); echo $((1 << 2)) '<<x' # <<y"), []);
    }

    proptest::proptest! {
        #[test]
        fn bodies_lie_inside(script in "[ab<'\"$(){}\n\t -]{0,60}") {
            for heredoc in heredocs(&script) {
                assert!(script.get(heredoc.body.clone()).is_some() && script.get(heredoc.named.clone()).is_some());
            }
        }
    }
}
