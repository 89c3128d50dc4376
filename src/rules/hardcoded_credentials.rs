//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Node;

declare_rule! {
    /// The password of a registry is written into the workflow
    ///
    /// ## Why is this bad?
    /// Whoever can read the repository, or ever could, has the password.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     container:
    ///       image: registry.example.com/build:1
    ///       credentials:
    ///         username: builder
    ///         password: hunter2
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
    ///     container:
    ///       image: registry.example.com/build:1
    ///       credentials:
    ///         username: builder
    ///         password: ${{ secrets.REGISTRY_PASSWORD }}
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Change the password, store the new one as a secret, and read it from `secrets`.
    "hardcoded-credentials",
    group: Secrets,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["credentials"], "zizmor": ["hardcoded-container-credentials"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let services = job.services.iter().map(|(name, service)| (name.as_str(), service));
    for (name, container) in job.container.iter().map(|container| ("container", container)).chain(services) {
        let Some(credentials) = container.node.get("credentials") else { continue };
        let Some(password) = credentials.get("password").and_then(Node::text) else { continue };
        if !password.has_expression() && !password.value.is_empty() {
            reporter
                .report(password.span, format!("the registry password of `{name}` is written here"))
                .note("it stays in the repository's history: change it")
                .help("store it as a secret and write `${{ secrets.REGISTRY_PASSWORD }}`");
        }
    }
}
