//! Updates of dependencies that a workflow makes on a schedule and offers as a pull request.

use super::evidence::of;
use super::facts::Facts;
use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::model::scorecard::Evidence;

impl Facts<'_> {
    /// Returns the ecosystems that scheduled jobs update, each with the command that does: one that writes a lock file
    /// anew, in a job that opens a pull request.
    pub(super) fn scheduled_updates(&self) -> Vec<(&'static str, Evidence)> {
        let all = &self.activities.all;
        let opens = |other: &Activity<'_>| {
            let words: Vec<&str> = other.words.iter().map(String::as_str).collect();
            let by_action = other.step.is_some_and(|step| step.is_action("peter-evans/create-pull-request"));
            by_action || matches!(words.as_slice(), ["gh", "pr", "create", ..] | ["hub", "pull-request", ..])
        };
        let updates = all.iter().filter(|activity| activity.when.contains(&When::Schedule) && !activity.foreign);
        let found = updates.filter_map(|activity| Some((ecosystem(activity)?, activity)));
        let offered = found.filter(|(_, update)| {
            all.iter().any(|other| opens(other) && (other.run == update.run || self.is_after(other, update)))
        });
        offered.map(|(ecosystem, update)| (ecosystem, of(update))).collect()
    }
}

/// Returns the ecosystem whose lock file a command writes anew, with what is newest then.
fn ecosystem(activity: &Activity<'_>) -> Option<&'static str> {
    let words: Vec<&str> = activity.words.iter().map(String::as_str).collect();
    let has = |word: &str| words.contains(&word);
    match words.as_slice() {
        ["npm", "install" | "i", ..] if has("--package-lock-only") => Some("npm"),
        ["npm" | "pnpm", "update" | "up", ..] | ["yarn", "upgrade" | "up", ..] => Some("npm"),
        ["npm-check-updates" | "ncu", ..] if has("-u") || has("--upgrade") => Some("npm"),
        ["cargo", "update" | "upgrade", ..] => Some("cargo"),
        ["go", "get", ..] if has("-u") => Some("gomod"),
        ["pip-compile", ..] | ["uv", "lock", ..] if has("--upgrade") || has("-U") => Some("pip"),
        ["poetry" | "pdm", "update", ..] => Some("pip"),
        ["bundle", "update", ..] => Some("bundler"),
        ["composer", "update" | "upgrade", ..] => Some("composer"),
        _ => None,
    }
}
