//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::model::workflow::Step;

declare_rule! {
    /// A checkout fetches the whole history, which nothing reads
    ///
    /// ## Why is this bad?
    /// `fetch-depth: 0` fetches every commit, branch and tag. In a large repository that takes minutes, in every run.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/checkout@v5
    ///   with:
    ///     fetch-depth: 0
    /// - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v5
    /// - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v5
    ///   with:
    ///     fetch-depth: 0
    /// - run: git describe --tags
    /// ```
    ///
    /// ## How to fix
    /// Leave `fetch-depth` away.
    "full-history-unused",
    group: Performance,
    since: "0.1.0",
    severity: Info,
    confidence: Medium,
    persona: Pedantic,
    checks: [Step(check)],
}

/// Programs that read nothing but the files of one commit.
const PLAIN: &[&str] = &["cargo", "npm", "npx", "yarn", "pnpm", "pip", "pytest", "tox", "go", "make", "cmake", "ctest", "ls", "echo", "cat"];

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    let Some(depth) = step.input("fetch-depth").filter(|depth| depth.value == "0") else { return };
    if !step.is_action("actions/checkout") || step.never_runs() || step.input("ref").is_some() {
        return;
    }
    let later = place.siblings().iter().skip(place.index + 1).flat_map(|step| step.flatten());
    let mut seen = false;
    for step in later {
        seen = true;
        // What an action or a program reads cannot be told, unless it is known.
        let is_plain = step.script().is_some_and(|script| {
            let text = script.text.value.as_str();
            !text.contains("git") && reporter.commands(&script.text).iter().all(|command| command.program().is_some_and(|program| PLAIN.contains(&program)))
        });
        if !is_plain && !reads_no_history(step) {
            return;
        }
    }
    if seen {
        reporter.report(depth.span, "nothing in the job reads the history that is fetched");
    }
}

/// Tells whether a step uses an action that installs something or moves files.
fn reads_no_history(step: &Step) -> bool {
    const ACTIONS: &[&str] = &[
        "actions/cache",
        "actions/download-artifact",
        "actions/setup-go",
        "actions/setup-java",
        "actions/setup-node",
        "actions/setup-python",
        "actions/upload-artifact",
        "dtolnay/rust-toolchain",
        "swatinem/rust-cache",
    ];
    ACTIONS.iter().any(|action| step.is_action(action))
}
