//! Whether a failure of a command would be noticed.

use crate::shell::{Command, commands};

/// Why a failure would not be noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Silence {
    /// The step says `continue-on-error: true`.
    StepContinues,
    /// The job says `continue-on-error: true`.
    JobContinues,
    /// `|| true` or the like follows.
    Excused,
    /// The output goes into another command and the shell has no `pipefail`.
    Piped,
    /// `set +e` stands before.
    ErrorsIgnored,
    /// It runs in the background.
    Background,
    /// Another command follows in a shell that does not stop at a failure.
    Followed,
    /// It runs in a container that nobody waits for.
    Detached,
    /// A program starts it and catches its failure.
    Caught,
    /// A program starts it and does not ask how it ended.
    Unasked,
}

impl Silence {
    /// Says it for people.
    pub fn reason(self) -> &'static str {
        match self {
            Self::StepContinues => "its step has `continue-on-error: true`",
            Self::JobContinues => "its job has `continue-on-error: true`",
            Self::Excused => "`|| true` or the like follows",
            Self::Piped => "it is piped into another command without `pipefail`",
            Self::ErrorsIgnored => "`set +e` stands before it",
            Self::Background => "it runs in the background",
            Self::Followed => "another command follows it in a shell without `set -e`",
            Self::Detached => "it runs in a container whose end nobody waits for",
            Self::Caught => "the program that starts it catches its failure",
            Self::Unasked => "the program that starts it does not ask how it ended",
        }
    }
}

/// How a shell that reads a script takes failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Strictness {
    /// Whether a pipe fails as soon as one of its commands does.
    pub(super) pipefail: bool,
    /// Whether the script ends at the first failure.
    pub(super) stops: bool,
}

/// Reads a script's commands and says for each whether its failure would be noticed.
pub(super) fn judged(script: &str, strictness: Strictness) -> Vec<(Command, Option<Silence>)> {
    let Strictness { mut pipefail, mut stops } = strictness;
    let mut ignoring = false;
    let mut judged = Vec::new();
    let commands = commands(script);
    let waits = commands.iter().rposition(waits_for_one);
    let followed = followed(script, &commands);
    for (at, command) in commands.iter().enumerate() {
        if command.program() == Some("set") {
            let texts = command.texts();
            pipefail |= texts.contains(&"pipefail");
            let asks = texts.iter().any(|word| is_set_e(word)) || texts.contains(&"errexit");
            ignoring = texts.contains(&"+e") || (ignoring && !asks);
            stops |= asks;
        }
        let is_kept = || keeps_status(commands.get(at + 1..).unwrap_or_default());
        let silence = match command {
            Command { excused: true, .. } => Some(Silence::Excused),
            Command { piped: true, .. } if !pipefail => Some(Silence::Piped),
            Command { background: true, .. } if waits.is_none_or(|wait| wait < at) => Some(Silence::Background),
            _ if ignoring => (!is_kept()).then_some(Silence::ErrorsIgnored),
            _ if !stops && followed.get(at) == Some(&true) => (!is_kept()).then_some(Silence::Followed),
            _ => None,
        };
        judged.push((command.clone(), silence));
    }
    judged
}

/// Says for each command whether others follow that run whatever becomes of it.
fn followed(script: &str, commands: &[Command]) -> Vec<bool> {
    let mut followed = vec![false; commands.len()];
    for at in (0..commands.len().saturating_sub(1)).rev() {
        let (Some(command), Some(next)) = (commands.get(at), commands.get(at + 1)) else { continue };
        let between = script.get(command.range.end..next.range.start).unwrap_or_default();
        let joined = ["&&", "||", "|", "then", "do", "else", "elif", ";;"];
        let depends = between.trim() == ")" || joined.iter().any(|operator| between.contains(operator));
        let later = followed.get(at + 1) == Some(&true);
        if let Some(own) = followed.get_mut(at) {
            let ends = between.contains("||") && matches!(next.program(), Some("exit" | "return"));
            *own = if depends { later && !ends } else { !command.words.is_empty() };
        }
    }
    followed
}

/// Tells whether the commands after one keep its status and end with it: `code=$?`, `exit $code`.
fn keeps_status(after: &[Command]) -> bool {
    let kept = after
        .first()
        .filter(|next| next.words.is_empty())
        .and_then(|next| next.assignments.iter().find_map(|word| word.text.strip_suffix("=$?").map(str::to_owned)));
    let Some(name) = kept else { return false };
    let (plain, braced) = (format!("${name}"), format!("${{{name}}}"));
    let mut asked = false;
    after.iter().skip(1).any(|command| {
        let texts = command.texts();
        let named = texts.iter().any(|word| word.contains(&plain) || word.contains(&braced));
        let ends = matches!(command.program(), Some("exit" | "return"));
        asked |= named;
        ends && (named || asked && texts.get(1).is_some_and(|code| *code != "0"))
    })
}

/// Tells whether a command ends as a process ended that runs in the background: `wait` does so with
/// the process's number, and without one always succeeds (POSIX, `wait`).
fn waits_for_one(command: &Command) -> bool {
    let named = command.texts().iter().skip(1).any(|word| !word.starts_with('-'));
    command.program() == Some("wait") && named && !command.excused
}

fn is_set_e(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|flags| !flags.starts_with('-') && flags.contains('e'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &str, stops: bool, expected: Option<Silence>) {
        let found = judged(script, Strictness { pipefail: true, stops });
        let found = found.into_iter().find(|(command, _)| command.program() == Some("make"));
        assert_eq!(found.unwrap().1, expected, "{script}");
    }

    #[test]
    fn a_process_in_the_background_is_noticed_where_it_is_waited_for() {
        check("make test &\nwait \"$!\"", true, None);
        check("make test &\npid=$!\nwait \"$pid\" || code=$?", true, None);
        check("make test &", true, Some(Silence::Background));
        check("make test &\nwait", true, Some(Silence::Background));
        check("make test &\nwait \"$!\" || true", true, Some(Silence::Background));
        check("wait \"$server\"\nmake test &", true, Some(Silence::Background));
    }

    #[test]
    fn a_status_that_is_kept_is_noticed() {
        check("set +e\nmake test\ncode=$?\nstop\nexit $code", true, None);
        check("set +e; make test; code=$?; if [ \"${code}\" -ne 0 ]; then exit 1; fi", true, None);
        check("set +e\nmake test\ncode=$?\nexit 0", true, Some(Silence::ErrorsIgnored));
        check("set +e\nmake test\nstop\ncode=$?\nexit $code", true, Some(Silence::ErrorsIgnored));
    }

    #[test]
    fn a_shell_that_goes_on_ends_as_its_last_command() {
        check("make test; echo done", false, Some(Silence::Followed));
        check("make test\necho done", false, Some(Silence::Followed));
        check("set -e\nmake test\necho done", false, None);
        check("cd x; make test", false, None);
        check("make test && touch done", false, None);
        check("make test && touch done; ls", false, Some(Silence::Followed));
        check("make test || exit 1; ls", false, None);
        check("make test; echo done", true, None);
        check("if a; then make test; else make check; fi", false, None);
        check("case x in a) make test ;; b) make check ;; esac", false, None);
    }
}
