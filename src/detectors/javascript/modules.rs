//! Imports of a program: files of the repository, and what other packages give out.

use std::ops::Range;

use super::tokens::{Kind, Token};
use super::value::Value;
use super::walk::{Frame, Walk};
use crate::model::repository::{Repository, folder_of, join};
use crate::model::script_path::candidates;

/// Finds the file that a path without or with its ending means.
pub(super) fn file_at<'model>(repository: &'model Repository, path: &str) -> Option<&'model str> {
    let found = |path: &str| repository.texts.get_key_value(path).map(|(path, _)| path.as_str());
    let is_program = |path: &&str| super::is_program(path);
    candidates(path).iter().filter_map(|path| found(path)).find(is_program)
}

impl Walk<'_> {
    /// Returns what a file imports by a name: a file of the repository, which runs then, or a package.
    pub(super) fn module(&mut self, file: usize, name: &str) -> Value {
        if !name.starts_with('.') {
            return Value::import(name, "*");
        }
        let repository = self.repository;
        let from = self.files.get(file).map(|file| folder_of(&file.path).to_owned()).unwrap_or_default();
        let path = join(&from, name).and_then(|path| file_at(repository, &path));
        match path.filter(|path| !super::is_test(path)) {
            Some(path) => self.enter(path).map_or_else(|| Value::unknown(""), Value::File),
            None => Value::unknown(""),
        }
    }

    /// Reads `import …`, whose first word stands at a place, and returns where it ends.
    pub(super) fn import(&mut self, frame: &Frame, at: usize, end: usize) -> usize {
        let token = |at: usize| frame.tokens.all.get(at);
        let is_type = token(at + 1).is_some_and(|next| next.is_name("type"))
            && !token(at + 2).is_some_and(|next| next.is(",") || next.is_name("from"));
        let mut from = at + 1;
        let name = loop {
            match token(from).map(|token| &token.kind) {
                _ if from >= end => return end,
                Some(Kind::Text(name)) => break name.clone(),
                Some(Kind::Sign(";")) | None => return from + 1,
                Some(_) => from += 1,
            }
        };
        if !is_type {
            let module = self.module(frame.file, &name);
            if name == "zx/globals" {
                self.set(frame.scope, "$", Value::import("zx", "$"));
            }
            self.bind_imports(frame, at + 1..from, &module);
        }
        from + 1
    }

    fn bind_imports(&mut self, frame: &Frame, range: Range<usize>, module: &Value) {
        let tokens = frame.tokens.clone();
        let mut at = range.start;
        while let Some(token) = tokens.all.get(at).filter(|_| at < range.end) {
            if token.is("{") {
                let close = tokens.closed.get(&at).copied().unwrap_or(range.end);
                self.bind_names(frame, pairs(tokens.all.get(at + 1..close).unwrap_or_default()), module);
                at = close;
            } else if token.is("*") {
                let alias = tokens.all.get(at + 2).and_then(Token::name).unwrap_or_default();
                self.set(frame.scope, alias, module.clone());
                at += 2;
            } else if let Some(name) = token.name().filter(|name| !matches!(*name, "from" | "type")) {
                // The whole of a package of CommonJS is its default.
                let value = self.member(module, "default");
                self.set(frame.scope, name, value);
            }
            at += 1;
        }
    }

    fn bind_names(&mut self, frame: &Frame, names: Vec<(String, String)>, module: &Value) {
        for (name, alias) in names {
            let value = self.member(module, &name);
            self.set(frame.scope, &alias, value);
        }
    }

    /// Reads the names behind `export`, with the file that they come from.
    fn export_names(&mut self, frame: &Frame, at: usize, end: usize) -> usize {
        let tokens = frame.tokens.clone();
        let is_all = !tokens.closed.contains_key(&at);
        let close = tokens.closed.get(&at).copied().unwrap_or(at);
        let is_from = tokens.all.get(close + 1).is_some_and(|token| token.is_name("from"));
        let named = pairs(tokens.all.get(at + 1..close).unwrap_or_default());
        let source = tokens.all.get(close + 2).filter(|_| is_from).map(|token| token.kind.clone());
        let Some(Kind::Text(name)) = source else {
            if let Some(file) = self.files.get_mut(frame.file) {
                file.aliases.extend(named);
            }
            return close + 1;
        };
        let module = self.module(frame.file, &name);
        let mut given: Vec<(String, Value)> = Vec::new();
        given.extend(named.into_iter().map(|(name, alias)| (alias, self.member(&module, &name))));
        if let (Value::File(other), true) = (&module, is_all) {
            let all = self.files.get(*other).map(|file| file.gives.clone());
            given.extend(all.into_iter().flatten());
        }
        for (name, value) in given {
            self.give(frame.file, &name, value);
        }
        (close + 3).min(end)
    }

    /// Reads `export …`, and returns where to go on.
    pub(super) fn export(&mut self, frame: &mut Frame, at: usize, end: usize) -> usize {
        let tokens = frame.tokens.clone();
        let Some(next) = tokens.all.get(at + 1) else { return end };
        if next.is("{") || next.is("*") {
            return self.export_names(frame, at + 1, end);
        }
        if next.is_name("default") {
            let is_named = tokens.all.get(at + 2).is_some_and(|token| token.is_name("class"));
            let (value, next) = self.expression(frame, at + 2, end);
            self.give(frame.file, "default", value);
            return if is_named { at + 2 } else { next };
        }
        frame.gives = next.name().is_some_and(|name| matches!(name, "const" | "let" | "var"));
        at + 1
    }
}

/// Returns the names in braces, each with the name it goes by.
fn pairs(tokens: &[Token]) -> Vec<(String, String)> {
    let parts = tokens.split(|token| token.is(","));
    let pair = |part: &[Token]| {
        let names: Vec<&str> = part.iter().filter_map(Token::name).collect();
        match names.as_slice() {
            ["type", _, ..] if names.get(1) != Some(&"as") => None,
            [name] => Some(((*name).to_owned(), (*name).to_owned())),
            [name, "as", alias] => Some(((*name).to_owned(), (*alias).to_owned())),
            _ => None,
        }
    };
    parts.filter_map(pair).collect()
}
