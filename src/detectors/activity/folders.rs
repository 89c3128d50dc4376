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
    /// The folder that the script itself stands in, where that is known.
    pub(super) own: Option<String>,
    /// Where `cd -` leads to.
    last: String,
    /// How many folders deep the script is in one that cannot be told.
    unknown: usize,
    /// Where the command before ended.
    end: usize,
    /// Whether each line has a shell of its own.
    pub(super) each_line: bool,
}

/// Stands for the folders around the repository, of which nothing is known.
pub(super) const OUTSIDE: &str = "..";

impl Folders {
    pub(super) fn new(folder: &str) -> Self {
        let folder = folder.to_owned();
        let (first, last) = (folder.clone(), folder.clone());
        Self { first, own: None, now: folder, before: Vec::new(), last, unknown: 0, end: 0, each_line: false }
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
                let path = rest.iter().find(|word| **word == "-" || !word.starts_with('-'));
                if *program == "pushd" {
                    self.before.push(self.now.clone());
                }
                self.enter(path.copied().unwrap_or("~"));
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

    fn enter(&mut self, path: &str) {
        let before = self.now.clone();
        let climbs = path.split('/').take_while(|part| *part == "..").count();
        if path == "-" {
            self.now.clone_from(&self.last);
            self.unknown = 0;
        } else if climbs > 0 && climbs <= self.unknown {
            self.unknown -= climbs;
        } else if let Some(folder) = self.entered(path) {
            self.now = folder;
            self.unknown = 0;
        } else if climbs > 0 || self.now == OUTSIDE {
            OUTSIDE.clone_into(&mut self.now);
        } else {
            self.unknown += 1;
        }
        self.last = before;
    }

    /// Returns the folder behind a path, as far as it can be told: what begins with a variable or a
    /// command counts from its plain end, what is absolute is what the folder at hand is called there.
    fn entered(&self, path: &str) -> Option<String> {
        let Some(at) = path.rfind(['$', '}', ')', '`']) else {
            let is_known = !path.starts_with(['/', '~']) && self.now != OUTSIDE;
            return join(&self.now, path).filter(|_| is_known);
        };
        let (_, plain) = path.get(at..)?.split_once('/')?;
        let is_own = path.contains("$0") || path.contains("BASH_SOURCE");
        if let Some(own) = self.own.as_ref().filter(|_| is_own) {
            return Some(join(own, plain).unwrap_or_else(|| OUTSIDE.to_owned()));
        }
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
    fn a_script_knows_where_it_stands() {
        for (script, expected) in [
            ("cd \"$(dirname \"$0\")/..\"; make", ""),
            ("cd \"$(dirname \"${BASH_SOURCE[0]}\")/x\"; make", "tools/x"),
            ("pushd \"$(dirname $0)/../../other\"; make", ".."),
        ] {
            let mut folders = Folders::new("");
            folders.own = Some("tools".to_owned());
            let commands = crate::shell::commands(script);
            let found = commands.iter().map(|command| folders.at(script, command).to_owned()).last();
            assert_eq!(found.as_deref(), Some(expected), "{script}");
        }
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
        check("cd ../..\nmake", false, "..");
        check("cd ../..\ncd other\nmake", false, "..");
        check("cd ../..\ncd -\nmake", false, "a");
        check("cd $X\ncd ..\nmake", false, "a");
        check("pushd ../..\nmake\npopd\nmake", false, "a");
        check("cd /tmp\ncd -\nmake", false, "a");
        check("cd b && \\\n make", true, "a/b");
    }
}
