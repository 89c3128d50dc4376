//! The outputs of steps: those that a script writes, and those that an action declares.

use std::collections::BTreeMap;

use crate::model::interface::ActionInterface;
use crate::model::workflow::Script;
use crate::shell::{Language, Outputs, outputs};

/// The outputs of a step, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepOutputs {
    /// The names as written, by their lower case.
    pub names: BTreeMap<String, String>,
    /// Whether there may be others.
    pub others: Others,
}

/// Whether a step may have outputs that are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Others {
    /// It has none.
    None,
    /// It declares all that it means to have, but a program can set any.
    Undeclared,
    /// It may have any.
    #[default]
    Any,
}

impl StepOutputs {
    /// Returns the outputs of a step that runs a script.
    pub fn of_run(script: &Outputs) -> Self {
        let others = if script.is_complete { Others::None } else { Others::Any };
        Self { names: script.names.clone(), others }
    }

    /// Returns the outputs of a step that uses an action.
    pub fn of_action(action: &ActionInterface) -> Self {
        let others = match action.using.as_str() {
            _ if action.openness.outputs => Others::Any,
            "composite" => Others::None,
            "" => Others::Any,
            _ => Others::Undeclared,
        };
        Self { names: action.outputs.clone(), others }
    }

    /// Tells whether an output is known, whatever the name's case.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains_key(&name.to_ascii_lowercase())
    }
}

/// Reads the outputs that a script sets. Each language names the file in its own way, so the script
/// itself shows which it is, whatever the runner's default.
pub fn of_script(script: &Script) -> Outputs {
    let text = script.text.value.as_str();
    let shell = script.shell.as_ref().and_then(|shell| shell.value.split_whitespace().next());
    if shell.is_some_and(|shell| !["bash", "sh", "pwsh", "powershell", "cmd"].contains(&shell)) {
        return Outputs::default();
    }
    let language = match shell {
        Some("pwsh" | "powershell") => Language::PowerShell,
        Some("cmd") => Language::Cmd,
        None if text.to_ascii_lowercase().contains("$env:") => Language::PowerShell,
        None if text.contains("%GITHUB_OUTPUT%") => Language::Cmd,
        Some(_) | None => Language::Posix,
    };
    outputs(text, language)
}
