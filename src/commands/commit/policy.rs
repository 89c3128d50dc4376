//! Which jobs commit.

use std::path::Path;

use crate::sources::event;
use crate::world::Environment;

/// Says why this job is none that commits. Pull requests are proposals, and their jobs run code
/// that nobody has reviewed; other branches would be measured into the history of the default
/// one. Outside of jobs somebody typed the command, and meant it.
pub(super) fn objection(environment: &Environment) -> Option<String> {
    if !environment.in_actions() {
        return None;
    }
    let event = environment.get("GITHUB_EVENT_NAME").unwrap_or_default();
    if event.starts_with("pull_request") {
        return Some(format!("this job runs for a pull request (event `{event}`)"));
    }
    // GitHub starts scheduled workflows on the default branch only.
    if event == "schedule" {
        return None;
    }
    let default = default_branch(environment)?;
    let reference = environment.get("GITHUB_REF")?;
    if reference == format!("refs/heads/{default}") {
        return None;
    }
    let name = environment.get("GITHUB_REF_NAME").unwrap_or(reference);
    Some(format!("this job runs for `{name}`, not for the default branch `{default}`"))
}

/// Returns the default branch, where the event that started the job tells it.
pub(super) fn default_branch(environment: &Environment) -> Option<String> {
    event::default_branch(Path::new(environment.get("GITHUB_EVENT_PATH")?))
}
