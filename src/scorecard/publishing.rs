//! What CI publishes: releases, packages and images. Every criterion about publishing counts the same steps.

use super::facts::Facts;
use super::files::is_dockerfile;
use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::Verdict;
use crate::model::workflow::{Grant, Pair, Step};

impl<'model> Facts<'model> {
    /// Returns what makes releases and publishes packages, other than for pull requests only.
    pub(super) fn releases(&self) -> Vec<&Activity<'model>> {
        let mut found = self.of(&[Kind::Release, Kind::Publish]);
        found.extend(self.activities.all.iter().filter(|activity| !activity.foreign && uploads_package(activity)));
        found.retain(|publish| is_for_others(publish) && !is_to_own_registry(publish));
        found
    }

    /// Returns all that publishes: releases, packages and images.
    pub(super) fn publications(&self) -> Vec<&Activity<'model>> {
        let mut found = self.releases();
        found.extend(self.image_pushes().into_iter().filter(|push| is_for_others(push)));
        found
    }

    /// Returns what pushes images to a registry that others reach.
    pub(super) fn image_pushes(&self) -> Vec<&Activity<'model>> {
        let mut found = self.of(&[Kind::ImagePush]);
        found.extend(
            self.of(&[Kind::ImageBuild]).into_iter().filter(|build| pushes(build) && !build.is(Kind::ImagePush)),
        );
        found.retain(|push| !is_throwaway(push));
        found
    }

    /// Tells whether nothing but a person makes releases: what CI does starts when somebody has published one.
    pub(super) fn are_released_by_hand(&self) -> bool {
        let mut made = self.of(&[Kind::Release]);
        made.retain(|release| is_for_others(release) && !only_adds(release));
        let is_by_hand = |activity: &&Activity<'_>| is_by_hand(activity) && activity.when.contains(&When::Release);
        made.iter().all(is_by_hand) && self.publications().iter().any(is_by_hand)
    }

    /// Says that nothing is asked about images where none is made for others.
    pub(super) fn without_images(&self) -> Verdict {
        self.files.without(is_dockerfile, "no image is built", "Dockerfiles are there for tests or developers only")
    }

    /// Tells whether a package goes to npm by the job's identity: in a job that may ask for one, and without a token
    /// anywhere in its reach. npm then attests where the package comes from by itself
    /// (docs.npmjs.com, "Trusted publishing for npm packages").
    pub(super) fn is_trusted_by_npm(&self, publish: &Activity<'_>) -> bool {
        let words: Vec<&str> = publish.words.iter().map(String::as_str).collect();
        let is_npm = matches!(words.as_slice(), ["npm" | "pnpm", rest @ ..] if rest.contains(&"publish"))
            || matches!(words.as_slice(), ["node-library", _, "publish"]);
        let is_npm = is_npm && !publish.has_word(|word| word.starts_with("--registry") || word == "--provenance=false");
        let Some(run) = self.run(publish).filter(|_| is_npm && publish.is(Kind::Publish)) else { return false };
        let has_identity = run.permissions().is_some_and(|permissions| permissions.grant("id-token") == Grant::Write);
        let names_token = |text: &str| {
            let lower = text.to_lowercase();
            ["authtoken", "npm_token", "node_auth_token"].iter().any(|word| lower.contains(word))
                || lower.contains("secrets.") && lower.contains("npm")
        };
        let pairs =
            |pairs: &[Pair]| pairs.iter().any(|(key, value)| names_token(&key.value) || names_token(&value.value));
        let is_given = |step: &Step| {
            let script = step.script().is_some_and(|script| names_token(&script.text.value));
            script || pairs(&step.env) || pairs(step.with())
        };
        let has_token = pairs(&run.file.workflow.env)
            || pairs(&run.job.env)
            || run.job.steps.iter().flat_map(Step::flatten).any(is_given)
            || publish.assignments.iter().any(|assignment| names_token(assignment));
        has_identity && !has_token
    }
}

/// Tells whether `curl` sends a file.
pub(super) fn sends_file(activity: &Activity<'_>) -> bool {
    activity.has_word(|word| matches!(word, "-F" | "--form" | "-T" | "--upload-file"))
}

/// Tells whether `curl` hands a file to a registry of packages, at the address where that takes them.
fn uploads_package(activity: &Activity<'_>) -> bool {
    let takes = ["push.fury.io", "upload.pypi.org", "/packages/generic/", "rubygems.org/api/v1/gems", "api/v2/package"];
    activity.words.first().is_some_and(|program| program == "curl")
        && (sends_file(activity) || activity.has_word(|word| word == "--data-binary"))
        && activity.has_word(|word| takes.iter().any(|address| word.contains(address)))
}

/// Tells whether something only runs for a release that somebody has published on GitHub.
pub(super) fn is_started_by_release(activity: &Activity<'_>) -> bool {
    activity.when.len() == 1 && activity.when.contains(&When::Release)
}

/// Tells whether something only runs when a person publishes a release on GitHub or asks for it.
pub(super) fn is_by_hand(activity: &Activity<'_>) -> bool {
    !activity.when.is_empty() && activity.when.iter().all(|when| matches!(when, When::Release | When::Manual))
}

/// Tells whether something adds files to a release that is there, and makes none.
pub(super) fn only_adds(activity: &Activity<'_>) -> bool {
    let words: Vec<&str> = activity.words.iter().map(String::as_str).collect();
    let actions = ["shogo82148/actions-upload-release-asset", "AButler/upload-release-assets"];
    let by_action = activity.step.is_some_and(|step| actions.iter().any(|action| step.is_action(action)));
    by_action || matches!(words.as_slice(), ["gh", "release", "upload", ..])
}

fn is_for_others(activity: &Activity<'_>) -> bool {
    activity.when.iter().any(|when| *when != When::PullRequest && *when != When::PullRequestClosed)
}

/// Tells whether a build's inputs have it push what it made.
fn pushes(build: &Activity<'_>) -> bool {
    let asked = build.input("push").is_some_and(|value| value.value != "false");
    let exported = build
        .input("outputs")
        .is_some_and(|value| ["push=true", "push=${{", "type=registry"].iter().any(|word| value.value.contains(word)));
    asked || exported
}

/// Tells whether an image goes into a file or the local daemon, or to a registry of no use to others.
fn is_throwaway(push: &Activity<'_>) -> bool {
    let local = ["docker-daemon:", "oci-archive:", "docker-archive:", "oci:", "dir:"];
    if push.words.last().is_some_and(|to| local.iter().any(|start| to.trim_matches('"').starts_with(start))) {
        return true;
    }
    is_to_own_registry(push)
}

/// Tells whether something goes to a registry that is the job's own or keeps what it gets for hours only.
fn is_to_own_registry(push: &Activity<'_>) -> bool {
    let tags = push.input("tags").map(|tags| tags.value.clone()).unwrap_or_default();
    let words = push.words.iter().map(String::as_str).chain(tags.split_whitespace());
    let own = ["localhost:", "127.0.0.1:", "ttl.sh/", "kind-registry:"];
    words.into_iter().any(|word| own.iter().any(|own| word.trim_start_matches("oci://").starts_with(own)))
}
