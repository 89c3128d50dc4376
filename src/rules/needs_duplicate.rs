//! See the rule's documentation below.

use std::collections::BTreeMap;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::Safety;
use crate::model::place::Span;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A job names the same job twice in `needs`
    ///
    /// ## Why is this bad?
    /// The second mention does nothing; often another job was meant.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     needs: [build, Build]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     needs: [build]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Delete one. Letter case makes no difference in job ids.
    "needs-duplicate",
    group: Jobs,
    since: "0.1.0",
    severity: Warning,
    fixable: Safe,
    peers: { "actionlint": ["job-needs"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    let layout = reporter.layout();
    let Some(needs) = job.node.get("needs") else { return };
    for (index, need) in needs.items().iter().enumerate().filter_map(|(index, item)| Some((index, item.text()?))) {
        match seen.get(&need.value.to_ascii_lowercase()) {
            Some(first) => {
                let message = format!("`{}` needs `{}` twice", job.id.value, need.value);
                reporter
                    .report(need.span, message)
                    .related(*first, "it is named here first")
                    .fix(Safety::Safe, format!("delete `{}`", need.value), layout.remove_item(needs, index));
            }
            None => {
                seen.insert(need.value.to_ascii_lowercase(), need.span);
            }
        }
    }
}
