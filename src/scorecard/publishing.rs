//! What CI publishes: releases, packages and images. Every criterion about publishing counts the same steps.

use super::facts::Facts;
use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;

impl<'model> Facts<'model> {
    /// Returns what makes releases and publishes packages, other than for pull requests only.
    pub(super) fn releases(&self) -> Vec<&Activity<'model>> {
        let mut found = self.of(&[Kind::Release, Kind::Publish]);
        found.retain(|publish| is_for_others(publish));
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
        made.retain(|release| is_for_others(release));
        let by_hand = |activity: &&Activity<'_>| is_started_by_release(activity);
        made.iter().all(by_hand) && self.publications().iter().any(by_hand)
    }
}

/// Tells whether something only runs for a release that somebody has published on GitHub.
pub(super) fn is_started_by_release(activity: &Activity<'_>) -> bool {
    activity.when.len() == 1 && activity.when.contains(&When::Release)
}

fn is_for_others(activity: &Activity<'_>) -> bool {
    activity.when.iter().any(|when| *when != When::PullRequest && *when != When::PullRequestClosed)
}

/// Tells whether a build's inputs have it push what it made.
fn pushes(build: &Activity<'_>) -> bool {
    let asked = build.input("push").is_some_and(|value| value.value != "false");
    let exported = build
        .input("outputs")
        .is_some_and(|value| value.value.contains("push=true") || value.value.contains("type=registry"));
    asked || exported
}

/// Tells whether an image goes into a file or the local daemon, or to a registry that is the job's own or keeps images
/// for hours only.
fn is_throwaway(push: &Activity<'_>) -> bool {
    let local = ["docker-daemon:", "oci-archive:", "docker-archive:", "oci:", "dir:"];
    if push.words.last().is_some_and(|to| local.iter().any(|start| to.trim_matches('"').starts_with(start))) {
        return true;
    }
    let tags = push.input("tags").map(|tags| tags.value.clone()).unwrap_or_default();
    let mut words = push.words.iter().map(String::as_str).chain(tags.split_whitespace());
    words.any(|word| ["localhost:", "127.0.0.1:", "ttl.sh/", "kind-registry:"].iter().any(|own| word.starts_with(own)))
}
