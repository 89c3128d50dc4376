//! See the rule's documentation below.

use std::ops::Range;

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::detectors::github_files::spelled;
use crate::detectors::shells;
use crate::model::finding::Safety;
use crate::model::workflow::Script;
use crate::model::yaml::Draft;
use crate::shell::{Interpreter, Shell, Word};

declare_rule! {
    /// A script prints a command that GitHub no longer follows
    ///
    /// ## Why is this bad?
    /// `::set-env` and `::add-path` are ignored with an error, `::set-output` and `::save-state` are
    /// deprecated and will be ignored: outputs are empty from then on.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo "::set-output name=version::1.2"
    /// ```
    ///
    /// ## Bad
    /// ```yaml
    /// - run: Write-Host "::set-output name=version::1.2"
    ///   shell: pwsh
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo "version=1.2" >> "$GITHUB_OUTPUT"
    /// ```
    ///
    /// ## How to fix
    /// Write to the file in `$GITHUB_OUTPUT`, `$GITHUB_STATE`, `$GITHUB_ENV` or `$GITHUB_PATH`.
    "deprecated-workflow-command",
    group: Shell,
    since: "0.1.0",
    severity: Error,
    fixable: Safe,
    peers: { "actionlint": ["deprecated-commands"] },
    checks: [Step(check)],
}

/// A workflow command that was replaced by a file.
struct Command {
    /// How it begins in a script.
    text: &'static str,
    name: &'static str,
    /// The variable that holds the path of the file.
    file: &'static str,
    /// What the file takes instead.
    line: &'static str,
}

const COMMANDS: &[Command] = &[
    Command {
        text: "::set-output",
        name: "set-output",
        file: "GITHUB_OUTPUT",
        line: "name=value",
    },
    Command {
        text: "::save-state",
        name: "save-state",
        file: "GITHUB_STATE",
        line: "name=value",
    },
    Command {
        text: "::set-env",
        name: "set-env",
        file: "GITHUB_ENV",
        line: "NAME=value",
    },
    Command {
        text: "::add-path::",
        name: "add-path",
        file: "GITHUB_PATH",
        line: "folder",
    },
];

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(script) = place.step.script().filter(|script| script.text.value.contains("::")) else { return };
    let mut offset = 0;
    for line in script.text.value.split_inclusive('\n') {
        for command in COMMANDS {
            let text = command.text;
            let Some(at) = line.find(text).filter(|_| !line.trim_start().starts_with('#')) else { continue };
            // `::set-output-dir` is somebody's own word.
            let next = line.get(at + text.len()..).and_then(|rest| rest.chars().next());
            if text.ends_with("::") || next.is_some_and(|next| matches!(next, ' ' | ':')) {
                let range = offset + at..offset + at + text.len();
                let shell = shells::of_step(place.step, place.job());
                let is_posix = shell.is_some_and(|shell| shell.is_posix());
                let fix = is_posix.then(|| fix(script, command, range.start, reporter)).flatten();
                let (safety, draft) = fix.map_or((Safety::Safe, None), |(safety, draft)| (safety, Some(draft)));
                reporter
                    .report(
                        reporter.inside(&script.text, range),
                        format!("the workflow command `{}` is deprecated", command.name),
                    )
                    .help(instead(command, shell))
                    .fix(safety, format!("write to the file in `${}`", command.file), draft);
            }
        }
        offset += line.len();
    }
}

/// Says what to write instead, in the language of the script; what is not known is taken for bash.
fn instead(command: &Command, shell: Option<Shell>) -> String {
    let Command { line, file, .. } = command;
    let interpreter = shell.map_or(Interpreter::Bash, |shell| shell.interpreter);
    let target = spelled(file, interpreter);
    match interpreter {
        Interpreter::Bash | Interpreter::Sh => format!("write echo \"{line}\" >> {target}"),
        Interpreter::PowerShell => format!("write \"{line}\" >> {target}"),
        Interpreter::Cmd => format!("write echo {line}>> {target}"),
        Interpreter::Python => format!("append `{line}` and a line break to the file {target}"),
    }
}

/// Drafts the form that writes to a file, where the command is all that an `echo` prints.
fn fix(script: &Script, command: &Command, at: usize, reporter: &Reporter<'_>) -> Option<(Safety, Draft)> {
    let text = &script.text;
    let source = text.value.as_str();
    // What was escaped for the command would stay so in the file.
    if ["%0A", "%0D", "%25"].iter().any(|escape| source.contains(escape)) {
        return None;
    }
    let commands = reporter.commands(text);
    let index = commands.partition_point(|command| command.range.start <= at).checked_sub(1)?;
    let found = commands.get(index).filter(|found| found.range.contains(&at) && !found.piped && !found.background)?;
    let (echo, words) = found.words.split_first()?;
    let before = source.get(words.first()?.range.start..at)?;
    let is_plain = echo.text == "echo" && matches!(before, "" | "\"" | "'") && found.assignments.is_empty();
    if !is_plain || !ends_there(source.get(found.range.end..)?) || source.get(found.range.clone())?.contains('\n') {
        return None;
    }
    let (range, name) = head(source, command, words, at)?;
    let value = source.get(range.end..found.range.end)?;
    // Only between quotes do line breaks of a value survive, which the file would not take.
    let may_have_breaks = value.contains("${{") || (!before.is_empty() && (value.contains("$(") || value.contains('`')));
    let safety = if may_have_breaks { Safety::Unsafe } else { Safety::Safe };
    let behind = found.range.end..found.range.end;
    let draft = reporter.rewrite(text, vec![(range, name), (behind, format!(" >> \"${}\"", command.file))])?;
    Some((safety, draft))
}

/// Returns the range of the command and its name, up to the value, and what stands there instead.
fn head(source: &str, command: &Command, words: &[Word], at: usize) -> Option<(Range<usize>, String)> {
    let behind = at + command.text.len();
    let rest = source.get(behind..)?;
    if command.name == "add-path" {
        // Outside of quotes nothing but the folder is one word.
        return (words.len() == 1).then(|| (at..behind, String::new()));
    }
    let (name, _) = rest.trim_start_matches(' ').strip_prefix("name=")?.split_once("::")?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if name.is_empty() || name.starts_with('-') || !name.bytes().all(is_name) {
        return None;
    }
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    let end = behind + blanks + "name=".len() + name.len() + "::".len();
    Some((at..end, format!("{name}=")))
}

/// Tells whether nothing behind a command takes its output away.
fn ends_there(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\t']);
    rest.is_empty() || rest.starts_with(['\n', '\r', ';', ')', '}', '#']) || rest.starts_with("&&") || rest.starts_with("||")
}
