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
    for command in commands(script) {
        if command.program() == Some("set") {
            let texts = command.texts();
            pipefail |= texts.contains(&"pipefail");
            ignoring = texts.contains(&"+e") || (ignoring && !texts.iter().any(|word| is_set_e(word)));
        }
        let silence = match &command {
            Command { excused: true, .. } => Some(Silence::Excused),
            Command { piped: true, .. } if !pipefail => Some(Silence::Piped),
            Command { background: true, .. } => Some(Silence::Background),
            _ if ignoring => Some(Silence::ErrorsIgnored),
            _ => None,
        };
        judged.push((command, silence));
    }
    judged
}

fn is_set_e(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|flags| !flags.starts_with('-') && flags.contains('e'))
}
