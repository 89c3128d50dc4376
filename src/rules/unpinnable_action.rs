//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::pinning;
use crate::model::finding::{Persona, Related};
use crate::model::place::Span;
use crate::model::source_file::SourceFile;
use crate::model::surroundings::{Local, Surroundings};
use crate::model::workflow::Workflow;

declare_rule! {
    /// Who pins this action or workflow is not safe from changes of what it uses
    ///
    /// ## Why is this bad?
    /// Whoever uses it by a full commit hash believes that nothing changes behind their back. Yet it
    /// uses other actions or images by names that can be moved, and their code then runs with the rights of
    /// everyone who pinned it.
    ///
    /// Local actions and called workflows are followed, and so is the Dockerfile of an action: images without a
    /// digest, scripts that are downloaded and run at once, and files that are added without a checksum. What lies below `.github` is mostly used by
    /// its own repository alone, so that only the auditor is told of it.
    ///
    /// ## Bad
    /// ```yaml
    /// name: build
    /// description: builds
    /// runs:
    ///   using: composite
    ///   steps:
    ///     - uses: actions/setup-node@v4
    /// ```
    /// ```yaml
    /// name: build
    /// description: builds
    /// runs:
    ///   using: composite
    ///   steps:
    ///     - uses: ./inner
    /// # file: inner/action.yml
    /// name: inner
    /// description: runs in an image
    /// runs:
    ///   using: docker
    ///   image: docker://alpine:3.20
    /// ```
    /// ```yaml
    /// name: build
    /// description: runs in an image of its own
    /// runs:
    ///   using: docker
    ///   image: Dockerfile
    /// # file: Dockerfile
    /// FROM alpine:3.20
    /// RUN wget -qO- https://example.com/install.sh | sh
    /// ```
    /// ```yaml
    /// on: workflow_call
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// name: build
    /// description: builds
    /// runs:
    ///   using: composite
    ///   steps:
    ///     - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
    /// ```
    ///
    /// ## How to fix
    /// Pin what it uses to commits and digests, and let Dependabot or Renovate keep them up to date.
    "unpinnable-action",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: { "poutine": ["unpinnable_action"] },
    checks: [File(check)],
}

/// How many of the places are named.
const MOST_PLACES: usize = 5;

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let Some((place, what)) = offered(file) else { return };
    let surroundings = reporter.surroundings();
    let own = pinning::mutable(file, &surroundings.declared.uses).into_iter();
    let own = own.map(|uses| Related {
        region: file.region(uses.span),
        message: format!("`{}` is used here", uses.value.trim()),
    });
    let built = surroundings.built.iter().cloned();
    let mut places: Vec<Related> = own.chain(built).chain(of_local(surroundings)).collect();
    places.sort_by(|one, other| one.region.cmp(&other.region));
    places.dedup_by(|one, other| one.region == other.region);
    if places.is_empty() {
        return;
    }
    let is_internal = file.path.split('/').any(|part| part == ".github");
    let count = if places.len() == 1 { "something".to_owned() } else { format!("{} things", places.len()) };
    let mut report = reporter
        .report(place, format!("whoever pins this {what} still runs {count} that can change"))
        .help("pin what it uses to commits and digests")
        .persona(if is_internal { Persona::Auditor } else { Persona::Pedantic });
    for related in places.into_iter().take(MOST_PLACES) {
        report = report.elsewhere(related);
    }
}

/// Returns where a file offers itself to others, and as what.
fn offered(file: &SourceFile) -> Option<(Span, &'static str)> {
    if let Some(action) = file.action() {
        return Some((action.using.as_ref()?.span, "action"));
    }
    let workflow = file.workflow().filter(|workflow| Workflow::is_reusable(workflow))?;
    let call = workflow.triggers.iter().find(|trigger| trigger.name.value == "workflow_call")?;
    Some((call.name.span, "workflow"))
}

/// Returns what the local actions and workflows use.
fn of_local(surroundings: &Surroundings) -> impl Iterator<Item = Related> {
    let found = surroundings.local.values().flat_map(|local| match local.as_ref() {
        Local::Action(action) => action.mutable.as_slice(),
        Local::Workflow(workflow) => workflow.mutable.as_slice(),
        Local::Missing(_) | Local::Unreadable { .. } => &[],
    });
    found.cloned()
}
