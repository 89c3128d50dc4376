//! Inputs of actions that are run as code.

/// The actions with the inputs that they run as a script or as part of a command.
const CODE_INPUTS: &[(&str, &[&str])] = &[
    ("8398a7/action-slack", &["custom_payload"]),
    ("actions/github-script", &["script"]),
    ("addnab/docker-run-action", &["options", "run"]),
    ("amadevus/pwsh-script", &["script"]),
    ("appleboy/ssh-action", &["script"]),
    ("azure/cli", &["inlinescript"]),
    ("azure/powershell", &["inlinescript"]),
    ("cardinalby/js-eval-action", &["expression"]),
    ("cloudflare/wrangler-action", &["command", "postcommands", "precommands"]),
    ("cross-the-world/ssh-pipeline", &["script"]),
    ("devorbitus/yq-action-output", &["cmd"]),
    ("garygrossgarten/github-action-ssh", &["command"]),
    ("gradle/gradle-build-action", &["arguments"]),
    ("jannekem/run-python-script-action", &["script"]),
    ("mikefarah/yq", &["cmd"]),
    ("nick-fields/retry", &["command", "new_command_on_retry", "on_retry_command"]),
    ("nick-invision/retry", &["command", "new_command_on_retry", "on_retry_command"]),
    ("reactivecircus/android-emulator-runner", &["pre-emulator-launch-script", "script"]),
    ("satackey/action-js-inline", &["script"]),
    ("wandalen/wretry.action", &["command"]),
];

/// Tells whether an action runs an input as code.
pub fn runs_as_code(action: &str, input: &str) -> bool {
    let action = action.to_ascii_lowercase();
    let known = CODE_INPUTS.iter().find(|(name, _)| *name == action);
    known.is_some_and(|(_, inputs)| inputs.iter().any(|name| name.eq_ignore_ascii_case(input)))
}

/// The actions of them that run it on another host, and the input that names the variables to take there.
const ELSEWHERE: &[(&str, Option<&str>)] = &[
    ("appleboy/ssh-action", Some("envs")),
    ("cross-the-world/ssh-pipeline", None),
    ("garygrossgarten/github-action-ssh", None),
];

/// Tells whether an action runs its code on another host, which has no variables of the step.
pub fn runs_elsewhere(action: &str) -> bool {
    ELSEWHERE.iter().any(|(name, _)| name.eq_ignore_ascii_case(action))
}

/// Returns the input of such an action that names the variables to take to the other host.
pub fn takes_variables(action: &str) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(name, _)| name.eq_ignore_ascii_case(action)).and_then(|(_, input)| *input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_inputs_that_are_code_are_sinks() {
        assert!(CODE_INPUTS.is_sorted_by_key(|(name, _)| *name));
        assert!(runs_as_code("Actions/GitHub-Script", "script"));
        assert!(!runs_as_code("actions/github-script", "github-token"));
        assert!(!runs_as_code("actions/checkout", "ref"));
        assert!(runs_elsewhere("Appleboy/ssh-action") && !runs_elsewhere("actions/github-script"));
        assert_eq!(takes_variables("appleboy/ssh-action"), Some("envs"));
    }
}
