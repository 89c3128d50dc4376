//! Which outputs a script of a POSIX-like shell sets.

use std::collections::BTreeSet;

use super::command::{Command, Sink, is_file};
use super::lexer::{Lexed, Token, lex};
use super::{COMMAND, Outputs, Stream, VARIABLE};
use crate::shell::constructs::{Constructs, Role};

/// How deep substitutions and constructs are looked into.
const DEEPEST: usize = 8;

/// Programs and builtins that neither write to the file by themselves nor run code of others.
const HARMLESS: &str = ": [ [[ ]] awk base64 basename bc break cat cd chmod cmp comm continue cp curl cut date dd declare df diff \
    dirname du echo egrep exit export expr false fgrep file find fold free git grep gunzip gzip head hostname id \
    join jq let ln local ls mapfile md5sum mkdir mktemp mv nproc od openssl paste popd printf pushd pwd read \
    readarray readlink readonly realpath return rev rm rmdir sed seq set sha256sum sha512sum shasum shift shopt \
    shuf sleep sort stat tac tail tar tee test touch tr true type typeset uname uniq unset unzip uuidgen wait wc \
    wget which whoami xxd yq zip";

/// Commands among those that print nothing.
const SILENT: &str = ": [ [[ ]] break cd chmod continue cp declare exit export false let ln local mapfile mkdir mv read readarray \
    readonly return rm rmdir set shift shopt sleep test touch true typeset unset wait";

/// Options with which a harmless program runs others.
const RUNS_OTHERS: &[&str] = &["-exec", "-execdir", "-ok", "--to-command", "--use-compress-program"];

/// Reads which outputs a script sets.
pub(super) fn read(script: &str) -> Outputs {
    let lexed = lex(script);
    let reader = Reader::new(&lexed);
    let mut stream = Stream::default();
    reader.write(&mut stream);
    let mentions = script.matches(COMMAND).count();
    let is_closed = reader.is_understood && reader.set_outputs() == mentions && reader.is_harmless(&lexed, 0);
    stream.finish(is_closed)
}

#[derive(Debug)]
struct Reader {
    commands: Vec<Command>,
    functions: BTreeSet<String>,
    constructs: Constructs,
    current: Vec<String>,
    input: Option<String>,
    sink: Sink,
    /// The first command of the pipeline's part before the one that is being read.
    piped: Option<usize>,
    /// Whether every use of the file is a write.
    is_understood: bool,
}

impl Reader {
    fn new(lexed: &Lexed) -> Self {
        let mut reader = Self {
            commands: Vec::new(),
            functions: BTreeSet::new(),
            constructs: Constructs::default(),
            current: Vec::new(),
            input: None,
            sink: Sink::Standard,
            piped: None,
            is_understood: true,
        };
        let mut tokens = lexed.tokens.iter();
        while let Some(token) = tokens.next() {
            match token {
                Token::Redirection { is_output } => reader.redirection(tokens.next(), *is_output),
                Token::Input(text) => reader.input = Some(text.clone()),
                Token::Operator(operator) => reader.operator(operator),
                Token::Word { text, is_quoted } => reader.word(text, *is_quoted),
            }
        }
        reader.operator("\n");
        if lexed.nested.iter().any(|script| script.contains(VARIABLE)) {
            reader.is_understood = false;
        }
        reader
    }

    fn redirection(&mut self, target: Option<&Token>, is_output: bool) {
        if let Some(Token::Word { text, .. }) = target {
            self.redirect(text, is_output);
        }
    }

    fn redirect(&mut self, target: &str, is_output: bool) {
        if !is_output {
            self.is_understood &= !target.contains(VARIABLE);
            return;
        }
        let sink = if is_file(target) { Sink::Outputs } else { Sink::Elsewhere };
        if sink == Sink::Elsewhere && target.contains(VARIABLE) {
            self.is_understood = false;
        }
        match self.constructs.closed {
            Some(first) => self.send(first, self.commands.len(), sink),
            None => self.sink = sink,
        }
    }

    /// Sends what commands print somewhere, unless they send it elsewhere themselves.
    fn send(&mut self, from: usize, to: usize, sink: Sink) {
        if self.constructs.depth() > DEEPEST {
            // Looking again and again at what is nested without end would take too long.
            self.is_understood = false;
            return;
        }
        for command in self.commands.get_mut(from..to).unwrap_or_default() {
            if command.sink == Sink::Standard {
                command.sink = sink;
            }
        }
    }

    fn word(&mut self, text: &str, is_quoted: bool) {
        let first = self.current.first().map(String::as_str);
        match self.constructs.word(text, is_quoted, first, self.commands.len()) {
            Role::Construct => {}
            Role::Head => self.current.clear(),
            Role::Command => self.current.push(text.to_owned()),
        }
    }

    fn operator(&mut self, operator: &'static str) {
        match self.constructs.operator(operator) {
            Role::Construct => return,
            Role::Head => {
                self.parenthesis();
                return;
            }
            Role::Command => {}
        }
        self.finish();
        self.constructs.ended(operator, self.commands.len());
        if operator == ")" {
            return;
        }
        self.piped = (operator == "|").then_some(self.constructs.part);
        self.constructs.part = self.commands.len();
        self.constructs.closed = None;
    }

    /// A parenthesis behind a name defines a function; else it opens a group.
    fn parenthesis(&mut self) {
        match self.current.as_slice() {
            [name] => {
                self.functions.insert(name.clone());
                self.current.clear();
            }
            _ => self.finish(),
        }
        self.constructs.open(self.commands.len());
    }

    fn finish(&mut self) {
        let words = std::mem::take(&mut self.current);
        let input = self.input.take();
        let sink = std::mem::replace(&mut self.sink, Sink::Standard);
        if matches!(words.first().map(String::as_str), Some("for" | "select")) {
            self.is_understood &= !words.iter().any(|word| word.contains(VARIABLE));
            self.constructs.open(self.commands.len());
            return;
        }
        if words.is_empty() && input.is_none() {
            return;
        }
        let mut command = Command { words, input, sink };
        let assignments = command.words.drain(..command.assignments());
        self.is_understood &= !assignments.into_iter().any(|word| word.contains(VARIABLE));
        self.tee(&mut command);
        self.commands.push(command);
    }

    /// `tee` hands what it gets to the file, too.
    fn tee(&mut self, command: &mut Command) {
        let is_tee = command.program() == Some("tee");
        let is_file_of_tee = |word: &&String| is_tee && is_file(word);
        if command.words.iter().any(|word| is_file_of_tee(&word)) {
            command.sink = Sink::Outputs;
            if let Some(first) = self.piped {
                self.send(first, self.constructs.part, Sink::Outputs);
                command.input = Some(String::new());
            }
        }
        let others = command.words.iter().filter(|word| !is_file_of_tee(word));
        let is_mentioned = others.chain(&command.input).any(|text| text.contains(VARIABLE));
        self.is_understood &= !is_mentioned;
    }

    /// Writes what the commands print to the file.
    fn write(&self, stream: &mut Stream) {
        for command in &self.commands {
            if command.text().is_some_and(|text| text.contains(COMMAND)) && command.sink != Sink::Elsewhere {
                command.text().iter().flat_map(|text| text.lines()).for_each(|line| stream.printed(line));
            } else if command.sink == Sink::Outputs {
                print_into(command, stream);
            }
        }
    }

    /// Counts the deprecated commands that are understood.
    fn set_outputs(&self) -> usize {
        self.commands.iter().filter_map(Command::text).map(|text| text.matches(COMMAND).count()).sum()
    }

    /// Tells whether nothing that the script runs could write by itself.
    fn is_harmless(&self, lexed: &Lexed, depth: usize) -> bool {
        let is_known = |command: &Command| match command.program() {
            None => true,
            Some(program) => {
                let is_known = is_among(HARMLESS, program) || self.functions.contains(program);
                is_known && !command.words.iter().any(|word| RUNS_OTHERS.contains(&word.as_str()))
            }
        };
        let is_nested_harmless = |script: &String| {
            let lexed = lex(script);
            depth < DEEPEST && Self::new(&lexed).is_harmless(&lexed, depth + 1)
        };
        self.commands.iter().all(is_known) && lexed.nested.iter().all(is_nested_harmless)
    }
}

/// Adds what a command prints to what is written to the file.
fn print_into(command: &Command, stream: &mut Stream) {
    match command.text() {
        Some(text) => stream.text(&text),
        None if command.program().is_none_or(|program| is_among(SILENT, program)) => {}
        None => stream.unknown(),
    }
}

fn is_among(words: &str, word: &str) -> bool {
    words.as_bytes().split(|byte| *byte == b' ').any(|known| known == word.as_bytes())
}
