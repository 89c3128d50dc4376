//! Whether a step fails when something that was built is not there.

use crate::detectors::activity::Activity;
use crate::knowledge::tools::Kind;
use crate::model::repository::name_of;
use crate::scorecard::facts::Facts;

/// Kinds of work that leave files.
const MAKES: &[Kind] =
    &[Kind::Build, Kind::ImageBuild, Kind::Docs, Kind::Release, Kind::Coverage, Kind::Sbom, Kind::Bench];

impl Facts<'_> {
    /// Tells whether a command fails its job when a file is not there that a build of the job before it may have made.
    pub(super) fn checks_what_was_built(&self, check: &Activity<'_>) -> bool {
        let before = |other: &&Activity<'_>| other.run == check.run && other.number < check.number;
        let builds: Vec<&Activity<'_>> = self
            .activities
            .all
            .iter()
            .filter(before)
            .filter(|other| MAKES.iter().any(|kind| other.is(*kind)))
            .collect();
        let may_be_made = |word: &str| match variable_of(word) {
            // What a variable names is the build's where the build names it, too, or the step says what it holds.
            Some(name) => {
                builds.iter().any(|build| build.has_word(|word| names_variable(word, name))) || self.is_set(check, name)
            }
            None => !word.starts_with(['/', '~']),
        };
        !builds.is_empty() && self.named_file(check).is_some_and(may_be_made) && self.fails_on_absence(check)
    }

    /// Tells whether a step before an upload, in its job, fails when a file is not there.
    pub(super) fn checks_before(&self, upload: &Activity<'_>) -> bool {
        let before = |check: &&Activity<'_>| check.run == upload.run && check.number < upload.number;
        let mut checks = self.activities.all.iter().filter(before);
        checks.any(|check| {
            let looks = self.named_file(check).is_some() && self.fails_on_absence(check);
            looks || self.runs_what_is_uploaded(check, upload)
        })
    }

    /// Tells whether a command starts the program that a later step uploads, after a build of their job: without the
    /// program its step fails.
    fn runs_what_is_uploaded(&self, command: &Activity<'_>, upload: &Activity<'_>) -> bool {
        let plain = |path: &str| name_of(path.trim()).trim_end_matches(".exe").to_owned();
        let program = command.seen.split(' ').next().and_then(|word| word.strip_prefix("./")).map(plain);
        let Some(program) = program.filter(|name| !name.is_empty() && !name.contains('$')) else { return false };
        let given = upload.input("path").map_or("", |path| path.value.as_str());
        let mut named = given.lines().any(|line| plain(line) == program);
        // The row of the matrix may say what is uploaded.
        if given.contains("${{ matrix.") {
            let matrix = self.run(upload).and_then(|run| run.job.node.get("strategy"));
            if let Some(node) = matrix {
                node.walk(&mut |value| named |= value.text().is_some_and(|text| plain(&text.value) == program));
            }
        }
        let is_committed = || self.repository.paths.iter().any(|path| name_of(path) == program);
        let is_build =
            |other: &Activity<'_>| other.run == command.run && other.number < command.number && other.is(Kind::Build);
        named
            && !command.tested
            && command.silence.is_none()
            && !is_committed()
            && self.activities.all.iter().any(is_build)
    }

    /// Returns the file that a command looks for; what is committed is not built.
    fn named_file<'check>(&self, check: &'check Activity<'_>) -> Option<&'check str> {
        let words: Vec<&str> = check.words.iter().map(String::as_str).map(chosen).collect();
        let is_own = |word: &str| self.repository.paths.contains(word.trim_start_matches("./"));
        match words.as_slice() {
            ["test" | "[" | "[[", rest @ ..] => {
                let flag = rest.iter().position(|word| matches!(*word, "-f" | "-e" | "-s" | "-x" | "-d"))?;
                let file = rest.get(flag + 1).copied()?;
                (file.contains(['/', '.', '$']) && !is_own(file)).then_some(file)
            }
            ["ls" | "stat" | "file", rest @ ..] | ["twine", "check", rest @ ..] => {
                let is_output =
                    |word: &&&str| ["target/", "dist/", "build/"].iter().any(|folder| word.contains(folder));
                rest.iter().filter(|word| !word.starts_with('-')).find(is_output).copied()
            }
            _ => None,
        }
    }

    /// Tells whether a step gives a variable its value before a command.
    fn is_set(&self, check: &Activity<'_>, name: &str) -> bool {
        let of_step =
            |other: &&Activity<'_>| other.run == check.run && other.order == check.order && other.number < check.number;
        let sets = |word: &String| word.split_once('=').is_some_and(|(variable, _)| variable == name);
        self.activities.all.iter().filter(of_step).any(|other| other.assignments.iter().any(sets))
    }

    /// `test -f FILE` and `ls FILE` fail by themselves. As the condition of an `if` the branch for what is not there has
    /// to do so, and in front of `&&` the command behind it.
    fn fails_on_absence(&self, check: &Activity<'_>) -> bool {
        if check.silence.is_some() {
            return false;
        }
        let Some((line, rest)) = self.text_from(check) else { return false };
        let is_negated = check.has_word(|word| word == "!") || line.trim_end().ends_with('!');
        if check.tested && !line.trim_end().ends_with("while") && !line.trim_end().ends_with("until") {
            let (then, otherwise) = failing_branches(rest);
            return if is_negated { then } else { otherwise };
        }
        let own = rest.lines().next().unwrap_or_default();
        let behind = own.split_once("&&").map(|(_, behind)| behind.trim());
        let is_bracket = check.words.first().is_some_and(|word| word.starts_with('['));
        match behind {
            Some(behind) if is_negated => behind.starts_with("exit 1") || behind.starts_with("false"),
            Some(behind) => !is_bracket || behind.starts_with('['),
            None => !is_negated && !check.tested,
        }
    }

    /// Returns the text of the line in front of a command, and all from the command on.
    fn text_from(&self, activity: &Activity<'_>) -> Option<(&str, &str)> {
        let text = self.repository.text(activity.path)?.text.as_str();
        let start: usize = text.split_inclusive('\n').take(activity.position.line - 1).map(str::len).sum();
        let line = text.get(start..)?;
        let column = line.char_indices().nth(activity.position.column - 1).map(|(at, _)| at)?;
        Some((line.get(..column)?, line.get(column..)?))
    }
}

/// Returns the program that an expression chooses for one of the systems, where that lists files:
/// `${{ matrix.os == 'windows' && 'dir' || 'ls -lh' }}`.
fn chosen(program: &str) -> &str {
    let lists = program.starts_with("${{") && ["'ls'", "'ls "].iter().any(|choice| program.contains(choice));
    if lists { "ls" } else { program }
}

/// Returns the name of the variable that a path starts with.
fn variable_of(word: &str) -> Option<&str> {
    let rest = word.strip_prefix('$')?.trim_start_matches('{');
    let end = rest.find(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    rest.get(..end.unwrap_or(rest.len()))
}

fn names_variable(word: &str, name: &str) -> bool {
    word.contains(&format!("${name}/")) || word.contains(&format!("${{{name}}}"))
}

/// Reads a script from the condition of an `if` on: whether its branch ends with a failure, and whether the one for the
/// opposite does.
fn failing_branches(script: &str) -> (bool, bool) {
    let (mut then, mut otherwise) = (false, false);
    let (mut depth, mut in_else) = (0_usize, false);
    let mut words = script.split(|character: char| character.is_whitespace() || character == ';').peekable();
    while let Some(word) = words.next() {
        match word.trim_matches(['"', '\'', '(', ')']) {
            "if" => depth += 1,
            "fi" if depth == 0 => break,
            "fi" => depth -= 1,
            "else" | "elif" if depth == 0 => in_else = true,
            "exit" | "return" if words.peek().is_some_and(|code| !code.is_empty() && !code.starts_with('0')) => {
                *(if in_else { &mut otherwise } else { &mut then }) = true;
            }
            _ => {}
        }
    }
    (then, otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_branch_that_fails_is_told_from_the_other() {
        for (script, expected) in [
            ("[ -f x ]; then exit 1; fi", (true, false)),
            ("[ -f x ]\nthen\n  echo\nelse\n  exit 1\nfi", (false, true)),
            ("[ -f x ]; then if a; then echo; else exit 1; fi; fi", (true, false)),
            ("[ -f x ]; then echo; fi\nexit 1", (false, false)),
            ("[ -f x ]; then exit 0; fi", (false, false)),
        ] {
            assert_eq!(failing_branches(script), expected, "{script}");
        }
    }
}
