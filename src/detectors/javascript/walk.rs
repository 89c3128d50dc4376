//! The way through a program: its files, what names stand for, and what it starts.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::silence::Silence;
use super::starting::{Start, given, starter};
use super::tokens::{Kind, Tokens, tokens};
use super::value::{Import, Said, Value};
use crate::knowledge::tools::tools;
use crate::model::repository::{Repository, folder_of};

/// The largest program that is read.
const LARGEST: usize = 256 << 10;

/// The files that one program may import.
const MOST_FILES: usize = 60;

/// The programs that one program may start.
const MOST_STARTS: usize = 300;

/// The expressions that are looked at.
const MOST_STEPS: usize = 200_000;

/// How deep expressions and statements may stand in each other, calls included.
pub(super) const DEEPEST: usize = 80;

/// A file of the program.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    /// What it gives out, by name.
    pub(super) gives: BTreeMap<String, Value>,
    /// What it gives out by other names, which may stand for something only at its end.
    pub(super) aliases: Vec<(String, String)>,
}

/// Names and what they stand for.
#[derive(Debug, Default)]
struct Scope {
    names: BTreeMap<String, Value>,
    around: Option<usize>,
}

/// The part of a program that is gone through.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) file: usize,
    pub(super) tokens: Rc<Tokens>,
    pub(super) scope: usize,
    /// What it returns.
    pub(super) returned: Option<Value>,
    /// Whether it asks how programs ended.
    pub(super) asks: bool,
    /// Whether the declaration at hand is given out.
    pub(super) gives: bool,
}

/// The way through a program.
#[derive(Debug)]
pub(super) struct Walk<'model> {
    pub(super) repository: &'model Repository,
    pub(super) files: Vec<File>,
    scopes: Vec<Scope>,
    /// The functions that are being called, by their file and where they begin.
    pub(super) calls: Vec<(usize, usize)>,
    /// How many `try` are around whose `catch` goes on.
    pub(super) caught: usize,
    pub(super) depth: usize,
    steps: usize,
    starts: Vec<Start>,
}

impl<'model> Walk<'model> {
    /// Begins with what a runner gives all programs.
    pub(super) fn new(repository: &'model Repository, runner: &str) -> Self {
        let mut names = BTreeMap::new();
        if runner == "zx" {
            names.insert("$".to_owned(), Value::import("zx", "$"));
        }
        names.insert("Bun".to_owned(), Value::import("bun", "*"));
        Self {
            repository,
            files: Vec::new(),
            scopes: vec![Scope { names, around: None }],
            calls: Vec::new(),
            caught: 0,
            depth: 0,
            steps: 0,
            starts: Vec::new(),
        }
    }

    /// Returns what was started, and the paths of the files.
    pub(super) fn ended(self) -> (Vec<Start>, Vec<String>) {
        (self.starts, self.files.into_iter().map(|file| file.path).collect())
    }

    /// Goes through a file, once, and returns its number.
    pub(super) fn enter(&mut self, path: &str) -> Option<usize> {
        if let Some(at) = self.files.iter().position(|file| file.path == path) {
            return Some(at);
        }
        let text =
            self.repository.text(path).filter(|file| file.text.len() <= LARGEST && self.files.len() < MOST_FILES)?;
        let tokens = Rc::new(tokens(&text.text)?);
        let (file, scope) = (self.files.len(), self.scope(0));
        self.files.push(File { path: path.to_owned(), gives: BTreeMap::new(), aliases: Vec::new() });
        let own = |name: &str| Value::text(format!("$GITHUB_WORKSPACE/{name}"));
        self.set(scope, "__filename", own(path));
        self.set(scope, "__dirname", own(folder_of(path)));
        let end = tokens.all.len();
        let asks = asks(&tokens, 0, end);
        let mut frame = Frame { file, tokens, scope, returned: None, asks, gives: false };
        let caught = std::mem::take(&mut self.caught);
        self.block(&mut frame, 0, end);
        self.caught = caught;
        let aliases = self.files.get_mut(file).map(|file| std::mem::take(&mut file.aliases)).unwrap_or_default();
        for (name, alias) in aliases {
            let value = self.get(scope, &name);
            self.give(file, &alias, value);
        }
        Some(file)
    }

    /// Counts a step deeper; false where there were enough.
    pub(super) fn goes_on(&mut self) -> bool {
        self.steps += 1;
        self.steps < MOST_STEPS && self.depth < DEEPEST
    }

    /// Makes a scope inside of another one.
    pub(super) fn scope(&mut self, around: usize) -> usize {
        self.scopes.push(Scope { names: BTreeMap::new(), around: Some(around) });
        self.scopes.len() - 1
    }

    /// Sets a name in a scope.
    pub(super) fn set(&mut self, scope: usize, name: &str, value: Value) {
        if let Some(scope) = self.scopes.get_mut(scope) {
            scope.names.insert(name.to_owned(), value.named(name));
        }
    }

    /// Sets a name where it is declared.
    pub(super) fn assign(&mut self, scope: usize, name: &str, value: Value) {
        let mut at = scope;
        while let Some(here) = self.scopes.get(at) {
            match here.around {
                _ if here.names.contains_key(name) => return self.set(at, name, value),
                Some(around) => at = around,
                None => break,
            }
        }
        self.set(scope, name, value);
    }

    /// Returns what a name stands for.
    pub(super) fn get(&self, scope: usize, name: &str) -> Value {
        let mut at = Some(scope);
        while let Some(here) = at.and_then(|at| self.scopes.get(at)) {
            if let Some(value) = here.names.get(name) {
                return value.clone();
            }
            at = here.around;
        }
        Value::unknown(name)
    }

    /// Gives out a name of a file.
    pub(super) fn give(&mut self, file: usize, name: &str, value: Value) {
        if let Some(file) = self.files.get_mut(file) {
            file.gives.insert(name.to_owned(), value);
        }
    }

    /// Calls a function of another package: one that starts a program, or one that a tool is known by.
    pub(super) fn foreign(&mut self, frame: &Frame, import: &Import, arguments: &[Value], line: usize) {
        let own = (frame.file, line);
        let Some(starter) = starter(import) else {
            let words = ["node-library", &import.package, &import.name];
            if !tools().of_command(&words).is_empty() {
                self.start(Said { text: words.join(" "), place: Some(own) }, None, own, None);
            }
            return;
        };
        let Some(said) = given(starter.form, arguments) else { return };
        let option = |name: &str| arguments.iter().skip(1).find_map(|value| value.get(name));
        let folder = option("cwd")
            .and_then(|folder| if let Value::Text(said) = folder { Some(said.text.clone()) } else { None });
        let is_excused =
            option("reject").is_some_and(|reject| matches!(reject, Value::Text(said) if said.text == "false"));
        let silence = match () {
            () if self.caught > 0 => Some(Silence::Caught),
            () if !starter.throws && !frame.asks || is_excused => Some(Silence::Unasked),
            () => None,
        };
        self.start(said, folder, own, silence);
    }

    fn start(&mut self, said: Said, folder: Option<String>, own: (usize, usize), silence: Option<Silence>) {
        if self.starts.len() < MOST_STARTS && !said.text.trim().is_empty() {
            self.starts.push(Start { script: said.text, folder, place: said.place.unwrap_or(own), silence });
        }
    }
}

/// Tells whether a part of a program asks how programs ended.
pub(super) fn asks(tokens: &Tokens, start: usize, end: usize) -> bool {
    let words = ["status", "exitCode", "code", "signal", "exit", "close", "exited", "reject"];
    tokens.all.get(start..end).unwrap_or_default().iter().any(|token| match &token.kind {
        Kind::Name(name) | Kind::Text(name) => words.contains(&name.as_str()),
        Kind::Template(_) | Kind::Other | Kind::Sign(_) => false,
    })
}
