//! Functions that start other programs, and what they start.

use super::super::silence::Silence;
use super::value::{Import, Said, Value};

/// How a function is told what to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A line for a shell.
    Line,
    /// A program and a list of its arguments.
    Program,
    /// A line, and a list of further arguments.
    LineAndArguments,
    /// A list of the program and its arguments.
    Words,
    /// A file that Node.js runs.
    Node,
}

/// A function that starts programs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Starter {
    pub(super) form: Form,
    /// Whether the failure of the program is one of the function.
    pub(super) throws: bool,
}

/// Returns how a function of another package starts programs, if it does.
pub(super) fn starter(import: &Import) -> Option<Starter> {
    let (form, throws) = match (import.package.as_str(), import.name.as_str()) {
        ("child_process", "exec") => (Form::Line, import.is_promise),
        ("child_process", "execFile") => (Form::Program, import.is_promise),
        ("child_process", "fork") => (Form::Node, false),
        ("child_process", "execFileSync")
        | ("execa", "execa" | "execaSync" | "default" | "sync")
        | ("nano-spawn", "default") => (Form::Program, true),
        ("child_process", "execSync")
        | ("execa", "execaCommand" | "execaCommandSync" | "command" | "commandSync")
        | ("execa" | "zx" | "zx/core" | "bun" | "dax-sh", "$") => (Form::Line, true),
        ("execa", "execaNode" | "node") => (Form::Node, true),
        ("bun", "spawn" | "spawnSync") => (Form::Words, false),
        ("child_process" | "cross-spawn", "spawn" | "spawnSync" | "sync" | "default") | ("tinyexec", "x" | "exec") => {
            (Form::Program, false)
        }
        ("shelljs", "exec") => (Form::Line, false),
        ("@actions/exec", "exec" | "getExecOutput") => (Form::LineAndArguments, true),
        _ => return None,
    };
    Some(Starter { form, throws })
}

/// What is started.
#[derive(Clone, Debug)]
pub(super) struct Start {
    /// The command as a shell reads it.
    pub(super) script: String,
    /// The folder that it is told to run in.
    pub(super) folder: Option<String>,
    /// The number of the file, and of the line, that it is written in.
    pub(super) place: (usize, usize),
    pub(super) silence: Option<Silence>,
}

/// Returns the command that a function is given, and where its program is written.
pub(super) fn given(form: Form, arguments: &[Value]) -> Option<Said> {
    let first = arguments.first()?;
    let list = arguments.iter().skip(1).find_map(|value| if let Value::List(list) = value { Some(list) } else { None });
    let rest = || list.into_iter().flatten().map(Value::word);
    let is_for_shell = arguments.iter().any(|value| {
        let shell = value.get("shell");
        shell.is_some_and(|shell| !matches!(shell, Value::Text(said) if said.text == "false"))
    });
    // A list that nobody knows has words that nobody knows.
    let unknown = || {
        let second = arguments.get(1).filter(|second| !second.is_known());
        second.map(Value::word).into_iter()
    };
    let words: Vec<Said> = match (form, first) {
        (Form::Line, Value::Text(said)) => return Some(said.clone()),
        (Form::Words, Value::List(words)) => words.iter().map(Value::word).collect(),
        (Form::Words, other) => other.get("cmd").into_iter().map(Value::word).collect(),
        (Form::LineAndArguments, _) if first.is_known() => {
            let first = first.word();
            return Some(Said { text: [first.text, joined(rest())].join(" "), place: first.place });
        }
        (Form::Line | Form::LineAndArguments, _) => return None,
        (Form::Node, _) => std::iter::once(Value::text("node").word()).chain([first.word()]).chain(rest()).collect(),
        (Form::Program, _) if is_for_shell => {
            let all: Vec<String> = std::iter::once(first.word()).chain(rest()).map(|said| said.text).collect();
            return Some(Said { text: all.join(" "), place: first.word().place });
        }
        (Form::Program, _) => std::iter::once(first.word()).chain(rest()).chain(unknown()).collect(),
    };
    let place = words.first()?.place;
    Some(Said { text: joined(words.into_iter()), place })
}

/// Writes words so that a shell reads them as they are, and what is not known as variables.
fn joined(words: impl Iterator<Item = Said>) -> String {
    let quote = |said: Said| {
        let text = said.text;
        let is_plain = |character: char| character.is_alphanumeric() || "@%_+=:,./-$".contains(character);
        if !text.is_empty() && text.chars().all(is_plain) {
            text
        } else if text.contains('$') {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('`', "\\`"))
        } else {
            format!("'{}'", text.replace('\'', "'\\''"))
        }
    };
    words.map(quote).collect::<Vec<_>>().join(" ")
}
