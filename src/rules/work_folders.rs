//! The folder that a script works in, as seen from the workspace, where it can be told for certain.

use crate::model::repository::join;
use crate::shell::Command;

/// What scripts call the workspace.
const WORKSPACE: &[&str] =
    &["${{ github.workspace }}", "${{github.workspace}}", "${GITHUB_WORKSPACE}", "$GITHUB_WORKSPACE"];

/// The folder at a place of a script that is gone through.
#[derive(Clone, Debug)]
pub(super) struct WorkFolder {
    now: Option<String>,
    /// Those that `)` and `popd` lead back to.
    before: Vec<Option<String>>,
    /// Where the command before ended.
    end: usize,
}

impl WorkFolder {
    pub(super) fn new(folder: Option<String>) -> Self {
        Self { now: folder, before: Vec::new(), end: 0 }
    }

    /// Returns the folder, if it is known.
    pub(super) fn now(&self) -> Option<String> {
        self.now.clone()
    }

    /// Returns the folder that a path leads to.
    pub(super) fn enter(&self, path: &str) -> Option<String> {
        entered(self.now.as_deref()?, path)
    }

    /// Goes on to a command, and where it leads.
    pub(super) fn pass(&mut self, script: &str, command: &Command) {
        let between = script.get(self.end..command.range.start).unwrap_or_default();
        self.end = command.range.end;
        for sign in between.chars() {
            match sign {
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
                self.now = path.filter(|path| **path != "-").and_then(|path| match self.now.as_deref() {
                    Some(now) => entered(now, path),
                    None => entered("", path).filter(|_| is_absolute(path)),
                });
            }
            _ => {}
        }
    }

    fn back(&mut self) {
        if let Some(folder) = self.before.pop() {
            self.now = folder;
        }
    }
}

/// Returns the folder that a path leads to from another, as seen from the workspace. One that begins with a
/// variable, or lies elsewhere, stays as it is written; there is none where it cannot be told.
pub(super) fn entered(folder: &str, path: &str) -> Option<String> {
    let path = path.trim();
    for root in WORKSPACE {
        match path.strip_prefix(root) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => return join("", rest),
            _ => {}
        }
    }
    if is_absolute(path) {
        return Some(path.trim_end_matches('/').to_owned());
    }
    let joined = join(folder, path)?;
    Some(if folder.starts_with('/') { format!("/{joined}") } else { joined })
}

fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '~', '$', '`'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_those_that_the_script_names() {
        for (script, expected) in [
            ("cd b && make", Some("a/b")),
            ("cd ..; make", Some("")),
            ("(cd b && x); make", Some("a")),
            ("pushd b; popd; make", Some("a")),
            ("cd \"$GITHUB_WORKSPACE/c/\"; make", Some("c")),
            ("cd \"$DIR\"; cd x; make", Some("$DIR/x")),
            ("cd /tmp/x; cd y; make", Some("/tmp/x/y")),
            ("cd ../..; make", None),
            ("cd ../..; cd ${{ github.workspace }}; make", Some("")),
            ("cd -; make", None),
        ] {
            let mut here = WorkFolder::new(Some("a".to_owned()));
            for command in crate::shell::commands(script) {
                here.pass(script, &command);
            }
            assert_eq!(here.now().as_deref(), expected, "{script}");
        }
    }
}
