//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// Registry credentials lack the user name or the password
    ///
    /// ## Why is this bad?
    /// The registry refuses to log in, and the job fails before its first step.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     container:
    ///       image: ghcr.io/octo/build:1
    ///       credentials:
    ///         username: octo
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     container:
    ///       image: ghcr.io/octo/build:1
    ///       credentials:
    ///         username: octo
    ///         password: ${{ secrets.REGISTRY_TOKEN }}
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Give both.
    "container-credentials-incomplete",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"] },
    checks: [Schema(Topic::ContainerCredentialsIncomplete)],
}
