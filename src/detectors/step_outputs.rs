//! The outputs of steps: those that a script writes, and those that an action declares.

use std::collections::BTreeMap;

use crate::model::interface::ActionInterface;
use crate::model::workflow::Script;
use crate::shell::{Language, outputs};

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
    /// Returns the outputs that a script sets. Each language names the file in its own way, so the
    /// script itself shows which it is, whatever the runner's default.
    pub fn of_script(script: &Script) -> Self {
        let found = language(script).map(|language| outputs(&script.text.value, language)).unwrap_or_default();
        Self { names: found.names, others: if found.is_complete { Others::None } else { Others::Any } }
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

/// Returns the language of a script, if it is one that is understood.
fn language(script: &Script) -> Option<Language> {
    let text = script.text.value.as_str();
    match script.shell.as_ref().and_then(|shell| shell.value.split_whitespace().next()) {
        Some("bash" | "sh") => Some(Language::Posix),
        Some("pwsh" | "powershell") => Some(Language::PowerShell),
        Some("cmd") => Some(Language::Cmd),
        Some(_) => None,
        None if text.to_ascii_lowercase().contains("$env:") => Some(Language::PowerShell),
        None if text.contains("%GITHUB_OUTPUT%") => Some(Language::Cmd),
        None => Some(Language::Posix),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing;
    use crate::model::workflow::StepKind;

    #[test]
    fn the_language_shows_in_the_script() {
        let language = |step: &str| {
            let workflow = testing::workflow(&format!("on: push\njobs: {{a: {{runs-on: b, steps: [{{{step}}}]}}}}\n"));
            let StepKind::Run(script) = &workflow.jobs[0].steps[0].kind else { panic!() };
            language(script)
        };
        assert_eq!(language("run: 'echo a >> $GITHUB_OUTPUT'"), Some(Language::Posix));
        assert_eq!(language("run: 'echo a >> $env:GITHUB_OUTPUT'"), Some(Language::PowerShell));
        assert_eq!(language("run: 'echo a>> %GITHUB_OUTPUT%'"), Some(Language::Cmd));
        assert_eq!(language("run: x, shell: 'bash -e {0}'"), Some(Language::Posix));
        assert_eq!(language("run: x, shell: python"), None);
    }

    #[test]
    fn what_an_action_may_set_depends_on_what_it_is() {
        let others = |using: &str| {
            StepOutputs::of_action(&ActionInterface { using: using.to_owned(), ..ActionInterface::default() }).others
        };
        assert_eq!(others("composite"), Others::None);
        assert_eq!(others("node24"), Others::Undeclared);
        assert_eq!(others("docker"), Others::Undeclared);
        assert_eq!(others(""), Others::Any);
    }
}
