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
        }
    }
}

/// Reads a script's commands and says for each whether its failure would be noticed.
pub(super) fn judged(script: &str, mut pipefail: bool) -> Vec<(Command, Option<Silence>)> {
    let mut ignoring = false;
    let mut judged = Vec::new();
    let commands = commands(script);
    let waits = commands.iter().rposition(waits_for_one);
    for (at, command) in commands.into_iter().enumerate() {
        if command.program() == Some("set") {
            let texts = command.texts();
            pipefail |= texts.contains(&"pipefail");
            ignoring = texts.contains(&"+e") || (ignoring && !texts.iter().any(|word| is_set_e(word)));
        }
        let silence = match &command {
            Command { excused: true, .. } => Some(Silence::Excused),
            Command { piped: true, .. } if !pipefail => Some(Silence::Piped),
            Command { background: true, .. } if waits.is_none_or(|wait| wait < at) => Some(Silence::Background),
            _ if ignoring => Some(Silence::ErrorsIgnored),
            _ => None,
        };
        judged.push((command, silence));
    }
    judged
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

    fn check(script: &str, expected: Option<Silence>) {
        let found = judged(script, true).into_iter().find(|(command, _)| command.program() == Some("make"));
        assert_eq!(found.unwrap().1, expected, "{script}");
    }

    #[test]
    fn a_process_in_the_background_is_noticed_where_it_is_waited_for() {
        check("make test &\nwait \"$!\"", None);
        check("make test &\npid=$!\nwait \"$pid\" || code=$?", None);
        check("make test &", Some(Silence::Background));
        check("make test &\nwait", Some(Silence::Background));
        check("make test &\nwait \"$!\" || true", Some(Silence::Background));
        check("wait \"$server\"\nmake test &", Some(Silence::Background));
    }
}
