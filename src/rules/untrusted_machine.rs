//! See the rule's documentation below.

use super::declare_rule;
use super::exposure::Exposure;
use super::reporter::Reporter;
use crate::expressions::Site;

declare_rule! {
    /// Strangers name the machine or the image that a job runs in
    ///
    /// ## Why is this bad?
    /// Who names the image names the programs that the job's scripts find, and reads what they are handed:
    /// the token, secrets, the code. Who names the runner has the job run on any machine that the repository
    /// can use, those in your own network among them.
    ///
    /// ## Bad
    /// ```yaml
    /// on: issue_comment
    /// permissions: {}
    /// jobs:
    ///   check:
    ///     runs-on: ubuntu-latest
    ///     container: ${{ github.event.comment.body }}
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: issue_comment
    /// permissions: {}
    /// jobs:
    ///   check:
    ///     runs-on: ubuntu-latest
    ///     container: ${{ contains(github.event.comment.body, '/old') && 'debian:12' || 'debian:13' }}
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Choose among names that stand in the workflow. A tag of an image of your own, such as
    /// `ghcr.io/octo/hello:${{ github.head_ref }}`, is not reported: others cannot put an image there.
    "untrusted-machine",
    group: Injection,
    since: "0.1.0",
    severity: Error,
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let (what, harm) = match site.path.as_slice() {
        ["jobs", _, "runs-on", ..] => ("the runner", "so where this job runs"),
        ["jobs", _, "container"] | ["jobs", _, "container", "image"] => ("the job's image", "so what runs here"),
        ["jobs", _, "services", _] | ["jobs", _, "services", _, "image"] => ("the service's image", "so what runs here"),
        _ => return,
    };
    // Behind a registry and an owner only images of theirs can be named.
    let before = site.text.value.get(..site.outer.start).unwrap_or_default();
    if site.is_key || !before.trim().is_empty() {
        return;
    }
    for used in site.contexts.iter().filter(|used| used.flows) {
        let flows = reporter.taint().of(site, used);
        let exposure = flows.and_then(|flows| Exposure::worst(flows, site.job, reporter));
        let Some(exposure) = exposure.filter(Exposure::is_of_strangers) else { continue };
        let (name, places) = (used.dotted(), exposure.places(reporter));
        let holding = exposure.holding();
        let span = reporter.inside(site.text, used.range.clone());
        let report = reporter
            .report(span, format!("`{name}`{holding} names {what}"))
            .note(format!("{} decides what it is, and {harm}", exposure.origin.who))
            .help("choose among names that stand here, as in `${{ contains(…) && 'debian:12' || 'debian:13' }}`");
        exposure.tell(&places, report);
    }
}
