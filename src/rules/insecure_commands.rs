//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::{Confidence, Persona, Safety, Severity};
use crate::model::source_file::SourceFile;
use crate::model::yaml::{Draft, Entry, Layout, Node, Text};

declare_rule! {
    /// Commands that GitHub has switched off for security are switched on
    ///
    /// ## Why is this bad?
    /// With `ACTIONS_ALLOW_UNSECURE_COMMANDS`, everything that a step prints can set variables and the
    /// path: a log line with a stranger's text is enough to run code.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo "::set-env name=VERSION::1"
    ///   env:
    ///     ACTIONS_ALLOW_UNSECURE_COMMANDS: true
    /// ```
    /// ```yaml
    /// - run: make
    ///   env:
    ///     ACTIONS_ALLOW_UNSECURE_COMMANDS: true
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo "VERSION=1" >> "$GITHUB_ENV"
    /// ```
    ///
    /// ## How to fix
    /// Delete the variable, and write to `$GITHUB_ENV` and `$GITHUB_PATH`.
    "insecure-commands",
    group: Injection,
    since: "0.1.0",
    severity: Error,
    fixable: Unsafe,
    peers: { "zizmor": ["insecure-commands"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let Some(root) = &file.document.root else { return };
    let is_needed = ["::set-env", "::add-path"].iter().any(|command| file.text.contains(command));
    let layout = Layout::new(&file.text);
    let drafts = |env, variable, outer| if is_needed { None } else { draft(env, variable, outer, layout) };
    walk(root, None, &drafts, reporter);
}

/// An entry, and the mapping that holds it.
type Held<'file> = (&'file Node, &'file Entry);

/// Looks at what a node holds; `outer` is the entry whose value it is.
fn walk<'file>(
    node: &'file Node,
    outer: Option<Held<'file>>,
    drafts: &dyn Fn(&'file Node, &'file Entry, Option<Held<'file>>) -> Option<Draft>,
    reporter: &mut Reporter<'_>,
) {
    for entry in node.entries() {
        let name = entry.key.as_str();
        let is_on = |text: &Text| !matches!(text.as_str(), "" | "false" | "0");
        if name == "ACTIONS_ALLOW_UNSECURE_COMMANDS" && entry.value.text().is_some_and(is_on) {
            reporter
                .report(entry.key.span, "what steps print can set variables and the path")
                .help("delete the variable, and write to `$GITHUB_ENV` and `$GITHUB_PATH`")
                .fix(Safety::Unsafe, "delete the variable", drafts(node, entry, outer));
        }
        let is_input = outer.is_some_and(|(_, entry)| entry.key.value == "with");
        if name == "env" && !is_input && entry.value.text().is_some_and(Text::has_expression) {
            reporter
                .report(entry.value.place(), "variables that are computed as a whole may allow insecure commands")
                .severity(Severity::Info)
                .confidence(Confidence::Low)
                .persona(Persona::Auditor);
        }
        walk(&entry.value, Some((node, entry)), drafts, reporter);
    }
    node.items().iter().for_each(|item| walk(item, None, drafts, reporter));
}

/// Drafts the file without a variable, or without all of an `env` that holds nothing else.
fn draft(env: &Node, variable: &Entry, outer: Option<Held<'_>>, layout: Layout<'_>) -> Option<Draft> {
    match (env.entries(), outer) {
        ([_], Some((node, entry))) => layout.remove_entry(node, entry),
        _ => layout.remove_entry(env, variable),
    }
}
