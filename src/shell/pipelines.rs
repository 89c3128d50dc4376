//! The commands of a script with where each reads from and writes to.

use std::ops::Range;

use super::constructs::{Constructs, Role};
use super::tokens::{Heredoc, Token, Word, read};

/// How deep groups are followed to the redirections behind them.
const DEEPEST: usize = 8;

/// A command and what it is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The variables set in front of the command, as `NAME=value`; all there is when the line only
    /// sets variables.
    pub assignments: Vec<Word>,
    /// The program and its arguments. A loop over words begins with `for` and its variable.
    pub words: Vec<Word>,
    /// Where it reads from.
    pub input: Input,
    /// Where it writes to.
    pub sink: Sink,
    /// Whether it runs whenever the script runs: it stands in no group, branch or loop.
    pub is_certain: bool,
}

/// Where a command reads from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// From where the script does.
    Standard,
    /// From other commands, by their positions.
    Pipe(Range<usize>),
    /// A word (`<<<`).
    Text(Word),
    /// The lines between these bytes (`<<`).
    Heredoc {
        /// The lines.
        range: Range<usize>,
        /// Whether nothing in them is expanded.
        is_literal: bool,
    },
    /// A file.
    File(Word),
}

/// Where a command writes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sink {
    /// Where the script does.
    Standard,
    /// Another command.
    Pipe,
    /// A file.
    File(Word),
}

impl Stage {
    /// Returns the program's name without its path.
    pub fn program(&self) -> Option<&str> {
        self.words.first()?.text.rsplit('/').next()
    }

    /// Returns the arguments.
    pub fn arguments(&self) -> &[Word] {
        self.words.get(1..).unwrap_or_default()
    }
}

/// Reads a script's commands, in the order they are written; those inside `$(…)` are not among them.
pub fn stages(script: &str) -> Vec<Stage> {
    let (tokens, bodies) = read(script);
    let mut reader = Reader::new(bodies);
    for token in tokens {
        reader.take(token);
    }
    reader.operator("\n");
    reader.stages
}

struct Reader {
    stages: Vec<Stage>,
    bodies: std::vec::IntoIter<Heredoc>,
    constructs: Constructs,
    words: Vec<Word>,
    input: Option<Input>,
    sink: Option<Sink>,
    /// The redirection whose target comes next.
    pending: Option<(&'static str, bool)>,
    /// What the next command reads from, behind `|`.
    piped: Option<Range<usize>>,
    /// Whether the command depends on how the one before went.
    is_conditional: bool,
}

impl Reader {
    fn new(bodies: Vec<Heredoc>) -> Self {
        Self {
            stages: Vec::new(),
            bodies: bodies.into_iter(),
            constructs: Constructs::default(),
            words: Vec::new(),
            input: None,
            sink: None,
            pending: None,
            piped: None,
            is_conditional: false,
        }
    }

    fn take(&mut self, token: Token) {
        match token {
            Token::Redirection { form: "<<" | "<<-", .. } => {
                if let Some(body) = self.bodies.next() {
                    self.read_from(Input::Heredoc { range: body.body, is_literal: body.is_literal });
                }
            }
            Token::Redirection { form, is_of_other, takes_word } => {
                self.pending = takes_word.then_some((form, is_of_other));
            }
            Token::Word(word) => match self.pending.take() {
                Some((form, is_of_other)) => self.redirect(form, is_of_other, word),
                None => self.word(word),
            },
            Token::Operator(operator) => {
                self.pending = None;
                self.operator(operator);
            }
        }
    }

    fn redirect(&mut self, form: &str, is_of_other: bool, target: Word) {
        match form {
            "<<<" => self.read_from(Input::Text(target)),
            "<" => self.read_from(Input::File(target)),
            ">" | ">>" | ">|" | "&>" | "&>>" if !is_of_other => self.write_to(&Sink::File(target)),
            _ => {}
        }
    }

    fn read_from(&mut self, input: Input) {
        let Some(first) = self.constructs.closed else {
            self.input = Some(input);
            return;
        };
        // A group hands what it reads to the first command in it that takes nothing else.
        let inside = self.stages.get_mut(first..).unwrap_or_default();
        if let Some(stage) = inside.iter_mut().take(DEEPEST).find(|stage| stage.input == Input::Standard) {
            stage.input = input;
        }
    }

    fn write_to(&mut self, sink: &Sink) {
        let Some(first) = self.constructs.closed else {
            self.sink = Some(sink.clone());
            return;
        };
        if self.constructs.depth() <= DEEPEST {
            self.send(first, sink);
        }
    }

    /// Sends what commands write somewhere, unless they send it elsewhere themselves.
    fn send(&mut self, from: usize, sink: &Sink) {
        for stage in self.stages.get_mut(from..).unwrap_or_default() {
            if stage.sink == Sink::Standard {
                stage.sink = sink.clone();
            }
        }
    }

    fn word(&mut self, word: Word) {
        let first = self.words.first().map(|first| first.text.as_str());
        match self.constructs.word(&word.text, word.quoted, first, self.stages.len()) {
            Role::Construct => {}
            Role::Head => self.words.clear(),
            Role::Command => self.words.push(word),
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
        self.constructs.ended(operator, self.stages.len());
        if operator == ")" {
            return;
        }
        if matches!(operator, "|" | "|&") {
            if self.constructs.depth() <= DEEPEST {
                self.send(self.constructs.part, &Sink::Pipe);
            }
            self.piped = Some(self.constructs.part..self.stages.len());
        } else {
            self.piped = None;
        }
        self.is_conditional = matches!(operator, "&&" | "||");
        self.constructs.part = self.stages.len();
        self.constructs.closed = None;
    }

    /// A parenthesis behind a name defines a function; else it opens a group.
    fn parenthesis(&mut self) {
        if self.words.len() == 1 {
            self.words.clear();
        } else {
            self.finish();
        }
        self.constructs.open(self.stages.len());
    }

    fn finish(&mut self) {
        let words = std::mem::take(&mut self.words);
        let (input, sink) = (self.input.take(), self.sink.take());
        if words.is_empty() && input.is_none() {
            return;
        }
        let is_certain = self.constructs.depth() == 0 && !self.is_conditional;
        let is_loop = words.first().is_some_and(|word| matches!(word.text.as_str(), "for" | "select") && !word.quoted);
        let set = words.iter().take_while(|word| is_assignment(&word.text)).count();
        let mut assignments = words;
        let words = assignments.split_off(set);
        let piped = self.piped.take().map(Input::Pipe);
        self.stages.push(Stage {
            assignments,
            words,
            input: input.or(piped).unwrap_or(Input::Standard),
            sink: sink.unwrap_or(Sink::Standard),
            is_certain,
        });
        if is_loop {
            self.constructs.open(self.stages.len());
        }
    }
}

fn is_assignment(text: &str) -> bool {
    let Some((name, _)) = text.split_once('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts_well && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes each command as its words, what it reads, and what it writes to.
    fn read(script: &str) -> Vec<String> {
        let show = |stage: &Stage| {
            let words: Vec<&str> =
                stage.assignments.iter().chain(&stage.words).map(|word| word.text.as_str()).collect();
            let input = match &stage.input {
                Input::Standard => String::new(),
                Input::Pipe(range) => format!(" <|{range:?}"),
                Input::Text(word) => format!(" <<<{}", word.text),
                Input::Heredoc { range, is_literal } => {
                    format!(" <<{:?}{is_literal}", script.get(range.clone()).unwrap())
                }
                Input::File(word) => format!(" <{}", word.text),
            };
            let sink = match &stage.sink {
                Sink::Standard => String::new(),
                Sink::Pipe => " |".to_owned(),
                Sink::File(word) => format!(" >{}", word.text),
            };
            format!("{}{input}{sink}", words.join(" "))
        };
        stages(script).iter().map(show).collect()
    }

    #[test]
    fn commands_know_what_they_read_and_write() {
        for (script, expected) in [
            ("a | b > f", vec!["a |", "b <|0..1 >f"]),
            ("A=1 b=2\nc >> \"$X\" 2>&1", vec!["A=1 b=2", "c >$X"]),
            ("{ a; b | c; } >> f", vec!["a >f", "b |", "c <|1..2 >f"]),
            ("cat <<E >> f\nx $A\nE\nd", vec!["cat <<\"x $A\\n\"false >f", "d"]),
            ("cat <<'E'\nx\nE", vec!["cat <<\"x\\n\"true"]),
            ("{ a; b; } | tee -a f", vec!["a |", "b |", "tee -a f <|0..2"]),
            ("a | while read -r x; do echo $x; done", vec!["a |", "read -r x <|0..1", "echo $x"]),
            ("while read x; do y; done < f", vec!["read x <f", "y"]),
            ("bash <<< \"$A\"", vec!["bash <<<$A"]),
            ("for x in a b; do c; done > f", vec!["for x in a b", "c >f"]),
            ("case $x in\n a|b) c > f ;;\n *) d ;;\nesac", vec!["c >f", "d"]),
            ("f() { a; }; (b; c) > g", vec!["a", "b >g", "c >g"]),
            ("x 2> f", vec!["x"]),
        ] {
            assert_eq!(read(script), expected, "{script}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics_and_pipes_lead_back(script in "(case x in|esac|for x|do|done|[a-b'\"\\\\`$(){}<>|&;#=! \n\tü]){0,50}") {
            for (at, stage) in stages(&script).iter().enumerate() {
                match &stage.input {
                    Input::Pipe(range) => assert!(range.end <= at),
                    Input::Heredoc { range, .. } => assert!(script.get(range.clone()).is_some()),
                    Input::Standard | Input::Text(_) | Input::File(_) => {}
                }
            }
        }
    }
}
