//! From tokens to commands, and whether a failure of each would be noticed.

use std::collections::BTreeSet;
use std::ops::Range;

use super::tokens::{Token, Word, tokens};

/// A simple command of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Command {
    /// The variables set in front of the command, as `NAME=value`; all there is when the line only
    /// sets variables.
    pub assignments: Vec<Word>,
    /// The program and its arguments.
    pub words: Vec<Word>,
    /// The bytes of the script from the first word to the last.
    pub range: Range<usize>,
    /// Whether `|| …` follows with a command that cannot fail, or only tells: `true`, `echo`, `exit 0`,
    /// `kubectl describe`.
    pub excused: bool,
    /// Whether the output goes into another command, whose status counts instead.
    pub piped: bool,
    /// Whether it runs in the background, where its status is lost.
    pub background: bool,
    /// Whether it is the condition of `if`, `while` or `until`, or `!` stands in front of it.
    pub tested: bool,
    /// Whether it calls a function of the script, whose commands stand where it is defined.
    pub calls_function: bool,
}

/// A redirection with its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirection {
    /// The operator without the number, as in `>>`.
    pub operator: &'static str,
    /// The file, or the number of a stream.
    pub target: Word,
}

/// Words that stand in front of a command without being one.
const KEYWORDS: &[&str] = &["if", "then", "else", "elif", "while", "until", "do", "!", "{", "time"];

/// Words that end a construct and stand alone.
const CLOSERS: &[&str] = &["fi", "done", "esac", "}", "in"];

/// Words whose line names things and runs nothing, up to the next separator.
const HEADERS: &[&str] = &["for", "case", "select", "function"];

/// Reads a script's commands, in the order they are written. Commands inside `if`, loops,
/// functions and groups are among them; those inside `$(…)` are not.
pub fn commands(script: &str) -> Vec<Command> {
    let mut reader = Reader::default();
    for token in tokens(script) {
        reader.take(token);
    }
    reader.finish("\n");
    reader.mark_excused();
    reader.mark_calls();
    reader.commands
}

/// Reads the redirections of a script that have a target, in the order they are written.
pub fn redirections(script: &str) -> Vec<Redirection> {
    let mut found = Vec::new();
    let mut open = None;
    for token in tokens(script) {
        match (token, open.take()) {
            (Token::Redirection { form, takes_word, .. }, _) => open = takes_word.then_some(form),
            (Token::Word(target), Some(operator)) => found.push(Redirection { operator, target }),
            (Token::Word(_) | Token::Operator(_), _) => {}
        }
    }
    found
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "constructs overlap, so that each is a state of its own")]
struct Reader {
    commands: Vec<Command>,
    /// The operator behind each command.
    operators: Vec<&'static str>,
    /// Whether each command is the first of a group in braces.
    grouped: Vec<bool>,
    opened: bool,
    assignments: Vec<Word>,
    words: Vec<Word>,
    target_follows: bool,
    in_header: bool,
    /// Whether the commands up to `then` or `do` are a condition.
    in_condition: bool,
    /// Whether `!` stands in front of the pipe.
    negated: bool,
    /// The names of the script's functions.
    functions: BTreeSet<String>,
    /// Whether the next word is the name of a function.
    name_follows: bool,
    /// Whether `(` stands behind a single word, which is a function's name if `)` follows.
    may_define: bool,
}

impl Reader {
    fn take(&mut self, token: Token) {
        let may_define = std::mem::take(&mut self.may_define);
        match token {
            Token::Redirection { takes_word, .. } => self.target_follows = takes_word,
            Token::Word(_) if self.target_follows => self.target_follows = false,
            Token::Word(word) => self.word(word),
            Token::Operator(")") if may_define => self.define(),
            Token::Operator(operator) => {
                self.target_follows = false;
                self.in_header = false;
                let is_single = self.words.len() == 1 && self.assignments.is_empty();
                self.may_define = operator == "(" && is_single;
                self.finish(operator);
            }
        }
    }

    fn word(&mut self, word: Word) {
        if self.in_header {
            if std::mem::take(&mut self.name_follows) {
                self.functions.insert(word.text);
            }
            return;
        }
        if self.words.is_empty() && !word.quoted {
            let text = word.text.as_str();
            match text {
                "if" | "elif" | "while" | "until" => self.in_condition = true,
                "then" | "do" => self.in_condition = false,
                "!" => self.negated = true,
                "{" => self.opened = true,
                _ => {}
            }
            if KEYWORDS.contains(&text) || CLOSERS.contains(&text) {
                return;
            }
            if HEADERS.contains(&text) {
                self.in_header = true;
                self.name_follows = text == "function";
                return;
            }
        }
        if self.words.is_empty() && is_assignment(&word.text) {
            self.assignments.push(word);
        } else {
            self.words.push(word);
        }
    }

    fn finish(&mut self, operator: &'static str) {
        let assignments = std::mem::take(&mut self.assignments);
        let words = std::mem::take(&mut self.words);
        let piped = matches!(operator, "|" | "|&");
        let tested = self.in_condition || self.negated;
        self.negated &= piped;
        let all = || assignments.iter().chain(&words);
        let (Some(start), Some(end)) =
            (all().map(|word| word.range.start).min(), all().map(|word| word.range.end).max())
        else {
            return;
        };
        self.commands.push(Command {
            assignments,
            words,
            range: start..end,
            excused: false,
            piped,
            background: operator == "&",
            tested,
            calls_function: false,
        });
        self.operators.push(operator);
        self.grouped.push(std::mem::take(&mut self.opened));
    }

    /// Takes the last command for the head of a function, `name()`.
    fn define(&mut self) {
        let name = self.commands.pop().and_then(|head| head.words.into_iter().next());
        self.operators.pop();
        self.grouped.pop();
        self.functions.extend(name.map(|name| name.text));
    }

    fn mark_calls(&mut self) {
        for command in &mut self.commands {
            command.calls_function = command.words.first().is_some_and(|word| self.functions.contains(&word.text));
        }
    }

    /// Everything that leads up to `|| true` is excused, back to the start of its list.
    fn mark_excused(&mut self) {
        let mut excused = false;
        for index in (0..self.commands.len()).rev() {
            let operator = self.operators.get(index).copied().unwrap_or("\n");
            excused = match operator {
                "||" => {
                    excused || self.commands.get(index + 1).is_some_and(cannot_fail) && !self.fails_at_last(index + 1)
                }
                "&&" | "|" | "|&" => excused,
                _ => false,
            };
            if let Some(command) = self.commands.get_mut(index) {
                command.excused = excused;
            }
        }
    }
}

impl Reader {
    /// Tells whether a command begins a group that ends with a failure: `{ echo no; exit 1; }`.
    fn fails_at_last(&self, index: usize) -> bool {
        let group = self.commands.get(index..).unwrap_or_default().iter().take(MOST_TELLING);
        let fails = |command: &Command| {
            let code = command.words.get(1).is_some_and(|word| word.text != "0");
            command.program() == Some("false") || matches!(command.program(), Some("exit" | "return")) && code
        };
        self.grouped.get(index) == Some(&true) && group.into_iter().any(fails)
    }
}

/// The commands that a group may tell a failure with before it ends.
const MOST_TELLING: usize = 12;

fn cannot_fail(command: &Command) -> bool {
    let argument = command.words.get(1).map(|word| word.text.as_str());
    match command.program() {
        Some("true" | ":" | "echo" | "printf" | "cat" | "tail" | "ls" | "date" | "sleep" | "journalctl" | "dmesg") => {
            true
        }
        Some("exit" | "return") => argument == Some("0"),
        // What only tells how things stand.
        Some("kubectl" | "oc") => command.texts().iter().any(|word| matches!(*word, "describe" | "logs" | "get")),
        Some("docker" | "podman") => command.texts().iter().any(|word| matches!(*word, "logs" | "ps")),
        _ => false,
    }
}

fn is_assignment(text: &str) -> bool {
    let Some((name, _)) = text.split_once('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts_well && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

impl Command {
    /// Returns the program's name without its path.
    pub fn program(&self) -> Option<&str> {
        let word = self.words.first()?;
        word.text.rsplit('/').next()
    }

    /// Returns the words' texts.
    pub fn texts(&self) -> Vec<&str> {
        self.words.iter().map(|word| word.text.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(script: &str) -> Vec<String> {
        commands(script).iter().map(|command| command.texts().join(" ")).collect()
    }

    #[test]
    fn functions_are_no_programs() {
        let calls = |script: &str| {
            let commands = commands(script);
            let calls = commands.iter().filter(|command| command.calls_function);
            calls.map(|command| command.texts().join(" ")).collect::<Vec<_>>()
        };
        for (script, commands, called) in [
            ("build() { cargo test; }\nbuild x", &["cargo test", "build x"][..], &["build x"][..]),
            ("function build {\n  cargo test\n}\nbuild", &["cargo test", "build"], &["build"]),
            ("function build() {\n  cargo test\n}\n", &["cargo test"], &[]),
            ("build ()\n{\n  cargo test\n}\nmake", &["cargo test", "make"], &[]),
            ("(build); (cd x && build)", &["build", "cd x", "build"], &[]),
            ("files=(a b)\nbuild", &["build"], &[]),
        ] {
            let read: Vec<String> = read(script).into_iter().filter(|text| !text.is_empty()).collect();
            assert_eq!(read, commands, "{script}");
            assert_eq!(calls(script), called, "{script}");
        }
    }

    #[test]
    fn commands_are_found_in_every_construct() {
        for (script, expected) in [
            ("cargo test", vec!["cargo test"]),
            ("a && b || c; d & e | f", vec!["a", "b", "c", "d", "e", "f"]),
            ("if a b; then\n  c\nelif d; then e; else f; fi", vec!["a b", "c", "d", "e", "f"]),
            ("for x in 1 2; do run $x; done", vec!["run $x"]),
            ("while read l; do echo $l; done < file", vec!["read l", "echo $l"]),
            ("(cd x && make)", vec!["cd x", "make"]),
            ("cargo \\\n  test \\\n  --all", vec!["cargo test --all"]),
            ("RUST_LOG=1 A=\"b c\" cargo test > out 2>&1", vec!["cargo test"]),
            ("# cargo test\necho x # cargo test", vec!["echo x"]),
            ("cat <<EOF | sh\ncargo test\nEOF\nmake", vec!["cat", "sh", "make"]),
            ("cat <<-'END'\n\tcargo test\n\tEND\nmake", vec!["cat", "make"]),
            ("echo 'cargo test; x' \"a | b\"", vec!["echo cargo test; x a | b"]),
            ("x=$(cargo test | tail)", vec![""]),
            ("run ${{ matrix.a || 'b c' }} --x", vec!["run ${{ matrix.a || 'b c' }} --x"]),
            ("diff <(a b) <(c)", vec!["diff <(a b) <(c)"]),
            ("a=(1 2 3) b", vec!["b"]),
            ("f() {\n  go vet\n}", vec!["go vet"]),
            ("'if' x", vec!["if x"]),
            ("((i = 1 << 2))\necho", vec!["((i = 1 << 2))", "echo"]),
        ] {
            assert_eq!(read(script), expected, "{script:?}");
        }
    }

    #[test]
    fn failures_that_nobody_notices_are_marked() {
        let excused = |script: &str| commands(script).iter().map(|command| command.excused).collect::<Vec<_>>();
        assert_eq!(excused("cargo test || true"), [true, false]);
        assert_eq!(excused("a && b || :"), [true, true, false]);
        assert_eq!(excused("a | b || echo no"), [true, true, false]);
        assert_eq!(excused("a || b"), [false, false]);
        assert_eq!(excused("a || exit 1"), [false, false]);
        assert_eq!(excused("a || kubectl -n x describe pod"), [true, false]);
        assert_eq!(excused("a || docker compose logs"), [true, false]);
        assert_eq!(excused("a || { cat log; exit 1; }"), [false, false, false]);
        assert_eq!(excused("a || { cat log; }; b"), [true, false, false]);
        assert_eq!(excused("a; b || true"), [false, true, false]);
        let [test, tee] = commands("cargo test | tee log").try_into().unwrap();
        assert!(test.piped && !tee.piped);
        assert!(commands("serve &").first().unwrap().background);
    }

    #[test]
    fn conditions_are_marked() {
        let tested = |script: &str| commands(script).iter().map(|command| command.tested).collect::<Vec<_>>();
        assert_eq!(tested("if a | b; then c | d; fi"), [true, true, false, false]);
        assert_eq!(tested("while a; do b; done; c"), [true, false, false]);
        assert_eq!(tested("! a | b; c"), [true, true, false]);
        assert_eq!(tested("a | while read x; do b; done"), [false, true, false]);
    }

    #[test]
    fn redirections_are_found_behind_every_construct() {
        let read = |script: &str| {
            let found = redirections(script).into_iter();
            found.map(|found| format!("{}{}", found.operator, found.target.text)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(read("a > b 2>&1 < c"), ">b >&1 <c");
        assert_eq!(read("{ a; b; } >> $F; while read x; do y; done <<< \"$z\""), ">>$F <<<$z");
        assert_eq!(read("cat <<E >> $F\n> x\nE\nb >| c"), ">>$F >|c");
        assert_eq!(read("diff <(a) >(b); ((a > b)); [[ x ]] # > y"), "");
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics_and_ranges_stay_inside(script in "[a-b'\"\\\\`$(){}<>|&;#=! \n\tü]{0,60}") {
            let mut last = 0;
            for command in commands(&script) {
                assert!(script.get(command.range.clone()).is_some());
                assert!(command.range.start >= last);
                last = command.range.start;
                for word in command.words.iter().chain(&command.assignments) {
                    assert!(script.get(word.range.clone()).is_some());
                }
            }
        }
    }
}
