//! See the rule's documentation below.

use super::declare_rule;
use crate::knowledge::schema::Topic;

declare_rule! {
    /// A container or service names no image
    ///
    /// ## Why is this bad?
    /// GitHub refuses the file: nothing in it runs.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     container:
    ///       options: --cpus 1
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
    ///       image: debian:13
    ///       options: --cpus 1
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Name the image.
    "container-image-empty",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [Schema(Topic::ContainerImageEmpty)],
}
