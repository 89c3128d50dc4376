//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::{Confidence, Persona, Severity};
use crate::model::workflow::{Container, Job, Workflow};
use crate::model::yaml::{Node, Text};

declare_rule! {
    /// A job or service container is not pinned to a digest
    ///
    /// ## Why is this bad?
    /// Without a tag, or with `latest`, every run may get another image: builds break without a
    /// change, and whoever can push the image decides what runs. A tag can be moved as well; only
    /// a digest cannot, which the pedantic persona asks for.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     container: node:latest
    ///     services:
    ///       cache:
    ///         image: redis
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     container: node@sha256:56fa17d2a7e7f168a043a2712e63aed1f8543aeafdcee47c58dcffe38ed51099
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Write a tag and a digest: `node:22@sha256:…`.
    "unpinned-container-image",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    peers: {
        "zizmor": ["unpinned-images"],
        "ghalint": ["deny_job_container_latest_image"],
        "scorecard": ["Pinned-Dependencies"],
    },
    checks: [Job(check)],
}

/// How firmly an image's name says which image it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pin {
    /// No tag, which means `latest`.
    Missing,
    /// The tag `latest`.
    Latest,
    /// Any other tag.
    Tag,
    /// A digest.
    Digest,
}

/// Judges an image's name.
pub(super) fn pin(image: &str) -> Pin {
    if image.contains('@') {
        return Pin::Digest;
    }
    // A colon before a slash belongs to the registry's port.
    match image.rsplit('/').next().unwrap_or_default().split_once(':') {
        None | Some((_, "")) => Pin::Missing,
        Some((_, "latest")) => Pin::Latest,
        Some(_) => Pin::Tag,
    }
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let containers = job.container.iter().chain(job.services.iter().map(|(_, service)| service));
    for image in containers.filter_map(|container: &Container| container.image.as_ref()) {
        if image.has_expression() {
            check_computed(job, image, reporter);
        } else {
            report(image, image, reporter);
        }
    }
}

/// Reports an image where it is used; `written` is where its name stands.
fn report(place: &Text, written: &Text, reporter: &mut Reporter<'_>) {
    let image = written.value.trim();
    if image.is_empty() {
        return;
    }
    let message = match pin(image) {
        Pin::Missing => format!("the image `{image}` has no tag"),
        Pin::Latest => format!("the image `{image}` has the tag `latest`, which moves"),
        Pin::Tag => format!("the image `{image}` is not pinned to a digest"),
        Pin::Digest => return,
    };
    let only_tag = pin(image) == Pin::Tag;
    let mut report = reporter.report(place.span, message).help("write a tag and a digest: `name:tag@sha256:…`");
    if written.span != place.span {
        report = report.related(written.span, "the image is named here");
    }
    if only_tag {
        report.severity(Severity::Info).persona(Persona::Pedantic);
    }
}

/// Follows an image that is a matrix value; what else is computed cannot be judged from here.
fn check_computed(job: &Job, image: &Text, reporter: &mut Reporter<'_>) {
    let inner = image.value.trim().strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
    let key = inner.and_then(|inner| inner.strip_prefix("matrix."));
    let matrix = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref());
    if let Some((key, matrix)) = key.zip(matrix) {
        let rows = matrix.rows.iter().filter(|(name, _)| name.value == key).flat_map(|(_, values)| values.texts());
        let included = matrix.include.iter().flat_map(Node::items).filter_map(|item| item.get(key));
        let values: Vec<Text> = rows.chain(included.flat_map(Node::texts)).collect();
        if !values.is_empty() && values.iter().all(|value| !value.has_expression()) {
            for value in &values {
                report(image, value, reporter);
            }
            return;
        }
    }
    // `name:${{ … }}` has a tag, and `name@${{ … }}` a digest.
    let before = image.value.split("${{").next().unwrap_or_default();
    let has_pin = before.ends_with('@') || before.rsplit('/').next().is_some_and(|last| last.contains([':', '@']));
    reporter
        .report(image.span, "the image is computed and may not be pinned")
        .severity(Severity::Info)
        .confidence(Confidence::Low)
        .persona(if has_pin { Persona::Auditor } else { Persona::Pedantic });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_no_tags() {
        assert_eq!(pin("alpine"), Pin::Missing);
        assert_eq!(pin("localhost:5000/alpine"), Pin::Missing);
        assert_eq!(pin("localhost:5000/alpine:latest"), Pin::Latest);
        assert_eq!(pin("alpine:3"), Pin::Tag);
        assert_eq!(pin("alpine:3@sha256:0"), Pin::Digest);
    }
}
