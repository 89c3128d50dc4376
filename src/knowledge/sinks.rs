//! Inputs of actions that are run as code.

/// The actions with the inputs that they run as a script or as part of a command.
const CODE_INPUTS: &[(&str, &[&str])] = &[
    ("actions/github-script", &["script"]),
    ("addnab/docker-run-action", &["options", "run"]),
    ("ahmadnassri/action-commit", &["message"]),
    ("amadevus/pwsh-script", &["script"]),
    ("appleboy/ssh-action", &["script"]),
    ("azure/cli", &["inlinescript"]),
    ("azure/powershell", &["inlinescript"]),
    ("cardinalby/js-eval-action", &["expression"]),
    ("cloudflare/wrangler-action", &["command", "postcommands", "precommands"]),
    ("cross-the-world/ssh-pipeline", &["script"]),
    ("devorbitus/yq-action-output", &["cmd"]),
    ("docker-practice/actions-setup-docker", &["docker_daemon_json"]),
    ("docker://alpine/git", &["args"]),
    ("garygrossgarten/github-action-ssh", &["command"]),
    ("gradle/gradle-build-action", &["arguments"]),
    ("jannekem/run-python-script-action", &["script"]),
    ("jetbrains/qodana-action", &["args"]),
    ("mikefarah/yq", &["cmd"]),
    ("mxschmitt/action-tmate", &["install-dependencies"]),
    ("nick-fields/retry", &["command", "new_command_on_retry", "on_retry_command"]),
    ("nick-invision/retry", &["command", "new_command_on_retry", "on_retry_command"]),
    ("octokit/graphql-action", &["query"]),
    ("peter-murray/issue-body-parser-action", &["payload"]),
    ("reactivecircus/android-emulator-runner", &["pre-emulator-launch-script", "script"]),
    ("satackey/action-js-inline", &["script"]),
    ("sonarsource/sonarcloud-github-action", &["args"]),
    ("tibdex/auto-update", &["body"]),
    ("wandalen/wretry.action", &["command"]),
];

/// Tells whether an action runs an input as code.
pub fn runs_as_code(action: &str, input: &str) -> bool {
    let action = action.to_ascii_lowercase();
    let known = CODE_INPUTS.iter().find(|(name, _)| *name == action);
    known.is_some_and(|(_, inputs)| inputs.iter().any(|name| name.eq_ignore_ascii_case(input)))
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
    }
}
