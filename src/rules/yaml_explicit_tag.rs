//! See the rule's documentation below.

use crate::model::source_file::SourceFile;
use crate::model::place::Span;
use crate::model::yaml::{Node, ScalarKind, Style, Text, Value, help_for_tag};
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A YAML tag is none that GitHub reads, or does not fit its value
    ///
    /// ## Why is this bad?
    /// GitHub knows the tags `!!str`, `!!bool`, `!!int`, `!!float` and `!!null`, all but the first for plain
    /// values only, and refuses a file with any other on a scalar.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// env:
    ///   KEY: !secret deploy-key
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// env:
    ///   VERSION: !!str 3.10
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Delete the tag, or put the value in quotes where a text is meant.
    "yaml-explicit-tag",
    group: Syntax,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["syntax-check"], "github": ["parser"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let Some(root) = &file.document.root else { return };
    root.walk(&mut |node| {
        if let (Some(tag), Value::Scalar(text)) = (&node.tag, &node.value)
            && let Some(message) = fault(tag, text)
        {
            let start = tag_start(tag, node, file);
            let report = reporter.report(start.map_or(node.place(), |start| Span::new(start, start + tag.len())), message);
            if let Some(start) = start.filter(|_| !tag.starts_with("!!") && !tag.starts_with("!<")) {
                report.help(help_for_tag(&file.text, start));
            }
        }
    });
}

/// Finds where a tag is written: before its value, in the same line.
fn tag_start(tag: &str, node: &Node, file: &SourceFile) -> Option<usize> {
    let before = file.text.get(..node.place().start)?;
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    Some(line + before.get(line..)?.rfind(tag)?)
}

/// Says what is wrong with a tag on a scalar.
fn fault(tag: &str, text: &Text) -> Option<String> {
    let name = tag.trim_start_matches("!<").trim_end_matches('>');
    let name = name.strip_prefix("tag:yaml.org,2002:").or_else(|| name.strip_prefix("!!")).unwrap_or_default();
    let kind = Text { style: Style::Plain, ..text.clone() }.kind();
    let fits = match name {
        "str" => return None,
        "bool" => kind == ScalarKind::Boolean,
        "int" => kind == ScalarKind::Number && !text.value.contains(['.', 'e', 'E']) || text.value.starts_with("0x"),
        "float" => kind == ScalarKind::Number,
        "null" => kind == ScalarKind::Null,
        _ => return Some(format!("GitHub does not read the tag `{tag}`")),
    };
    if text.style != Style::Plain {
        return Some(format!("GitHub reads the tag `{tag}` on plain values only"));
    }
    (!fits).then(|| format!("the tag `{tag}` does not fit `{}`", text.value))
}
