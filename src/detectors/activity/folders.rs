//! The folders that a script's commands run in: `cd`, `pushd`, `popd`, and groups in parentheses.

use crate::model::repository::join;
use crate::shell::Command;

/// The folder at a place of a script that is gone through.
#[derive(Clone, Debug)]
pub(super) struct Folders {
    first: String,
    now: String,
    /// Those that `)` and `popd` lead back to.
    before: Vec<String>,
    /// Where the command before ended.
    end: usize,
    /// Whether each line has a shell of its own.
    pub(super) each_line: bool,
}

impl Folders {
    pub(super) fn new(folder: &str) -> Self {
        let folder = folder.to_owned();
        Self { first: folder.clone(), now: folder, before: Vec::new(), end: 0, each_line: false }
    }

    /// Returns the folder that the next command runs in.
    pub(super) fn at(&mut self, script: &str, command: &Command) -> &str {
        let between = script.get(self.end..command.range.start).unwrap_or_default();
        self.end = command.range.end;
        if self.each_line && between.replace("\\\n", "").contains('\n') {
            self.now.clone_from(&self.first);
            self.before.clear();
        }
        for character in between.chars() {
            match character {
                '(' => self.before.push(self.now.clone()),
                ')' => self.back(),
                _ => {}
            }
        }
        match command.texts().as_slice() {
            ["popd", ..] => self.back(),
            [program @ ("cd" | "pushd"), rest @ ..] => {
                let path = rest.iter().find(|word| !word.starts_with('-'));
                if *program == "pushd" {
                    self.before.push(self.now.clone());
                }
                if let Some(folder) = path.and_then(|path| self.entered(path)) {
                    self.now = folder;
                }
            }
            _ => {}
        }
        &self.now
    }

    fn back(&mut self) {
        if let Some(folder) = self.before.pop() {
            self.now = folder;
        }
    }

    /// Returns the folder behind a path, as far as it can be told: what begins with a variable or a
    /// command counts from its plain end, what is absolute stands outside.
    fn entered(&self, path: &str) -> Option<String> {
        let Some(at) = path.rfind(['$', '}', ')', '`']) else {
            return join(&self.now, path).filter(|_| !path.starts_with(['/', '~']));
        };
        let (_, plain) = path.get(at..)?.split_once('/')?;
        if plain.trim_matches(['.', '/']).is_empty() { None } else { join(&self.first, plain) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &str, each_line: bool, expected: &str) {
        let mut folders = Folders::new("a");
        folders.each_line = each_line;
        let commands = crate::shell::commands(script);
        let found: Vec<String> = commands.iter().map(|command| folders.at(script, command).to_owned()).collect();
        assert_eq!(found.last().map(String::as_str), Some(expected), "{script}");
    }

    #[test]
    fn folders_follow_the_script() {
        check("cd b && make", false, "a/b");
        check("cd b\ncd ..\nmake", false, "a");
        check("(cd b && make x); make", false, "a");
        check("pushd b; make x; popd; make", false, "a");
        check("cd \"$(dirname \"$0\")\"; make", false, "a");
        check("cd \"$HOME/x\"; make", false, "a/x");
        check("cd /app && make", false, "a");
        check("cd b\nmake", true, "a");
        check("cd b && \\\n make", true, "a/b");
    }
}
