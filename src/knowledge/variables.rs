//! The environment variables that the runner sets in every step
//! (<https://docs.github.com/actions/reference/workflows-and-actions/variables>).

/// Properties of `github` that the runner also sets as variables with the same value: `GITHUB_` and
/// the name in capitals. Folders are left out, since a container has others.
const OF_GITHUB: &[&str] = &[
    "actor",
    "actor_id",
    "api_url",
    "base_ref",
    "event_name",
    "graphql_url",
    "head_ref",
    "job",
    "ref",
    "ref_name",
    "ref_protected",
    "ref_type",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "retention_days",
    "run_attempt",
    "run_id",
    "run_number",
    "server_url",
    "sha",
    "triggering_actor",
    "workflow",
    "workflow_ref",
    "workflow_sha",
];

/// Properties of `runner` of which the same is true, with `RUNNER_`.
const OF_RUNNER: &[&str] = &["arch", "environment", "name", "os"];

/// Variables of the runner's that hold what no property does, or the path that a container has.
const OF_RUNNER_ALONE: &[&str] = &[
    "GITHUB_ACTION",
    "GITHUB_ACTION_PATH",
    "GITHUB_ACTION_REF",
    "GITHUB_ACTION_REPOSITORY",
    "GITHUB_ACTIONS",
    "GITHUB_ENV",
    "GITHUB_EVENT_PATH",
    "GITHUB_OUTPUT",
    "GITHUB_PATH",
    "GITHUB_STATE",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_WORKSPACE",
    "RUNNER_TEMP",
    "RUNNER_TOOL_CACHE",
    "RUNNER_WORKSPACE",
];

/// Variables that shells and many programs read for themselves.
const TAKEN: &[&str] = &[
    "CI",
    "COMPUTERNAME",
    "DEBUG",
    "EDITOR",
    "ENV",
    "HOME",
    "HOST",
    "HOSTNAME",
    "IFS",
    "LANG",
    "LANGUAGE",
    "LINENO",
    "LOGNAME",
    "MAKEFLAGS",
    "OLDPWD",
    "OPTARG",
    "OPTIND",
    "OS",
    "PATH",
    "PORT",
    "PPID",
    "PS1",
    "PS4",
    "PWD",
    "RANDOM",
    "SECONDS",
    "SHELL",
    "SHELLOPTS",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "TZ",
    "UID",
    "USER",
    "USERNAME",
];

/// The beginnings of names that the runner, shells and system libraries read for themselves.
const TAKEN_PREFIXES: &[&str] = &["BASH", "GITHUB_", "LC_", "LD_", "RUNNER_"];

/// Returns the variable that has the same value as a property of a context, if the runner sets one.
pub fn same_as(context: &str, property: &str) -> Option<String> {
    let (context, property) = (context.to_ascii_lowercase(), property.to_ascii_lowercase());
    let set = match context.as_str() {
        "github" => OF_GITHUB,
        "runner" => OF_RUNNER,
        _ => return None,
    };
    set.contains(&property.as_str()).then(|| format!("{context}_{property}").to_ascii_uppercase())
}

/// Tells whether the runner sets a variable of this name in each step, whatever `env` says.
pub fn is_of_runner(name: &str) -> bool {
    let mut of_contexts = [("GITHUB_", OF_GITHUB), ("RUNNER_", OF_RUNNER)].into_iter();
    let is_property = of_contexts.any(|(prefix, properties)| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| properties.iter().any(|property| rest.eq_ignore_ascii_case(property)))
    });
    is_property || OF_RUNNER_ALONE.contains(&name)
}

/// Tells whether a variable of this name means something to the runner or to many programs.
pub fn is_taken(name: &str) -> bool {
    TAKEN.contains(&name) || TAKEN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runners_variables_are_those_of_the_contexts() {
        assert_eq!(same_as("github", "head_ref").as_deref(), Some("GITHUB_HEAD_REF"));
        assert_eq!(same_as("Runner", "OS").as_deref(), Some("RUNNER_OS"));
        for (context, property) in [("github", "workspace"), ("github", "event"), ("runner", "temp"), ("env", "ref")] {
            assert_eq!(same_as(context, property), None, "{context}.{property}");
        }
        assert!(is_of_runner("GITHUB_SHA") && is_of_runner("RUNNER_TEMP") && !is_of_runner("GITHUB_TOKEN"));
        assert!(is_taken("PATH") && is_taken("GITHUB_TOKEN") && is_taken("LD_PRELOAD") && !is_taken("TITLE"));
    }
}
