//! Values of matrices, as far as the file itself tells them.

use crate::model::workflow::Job;
use crate::model::yaml::{Entry, Node, Text, Value};

/// Returns the values that an expression such as `${{ matrix.os }}` can have, or nothing where the
/// file does not tell.
pub fn values<'job>(job: &'job Job, expression: &str) -> Vec<&'job Node> {
    let Some(name) = property(expression) else { return Vec::new() };
    let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) else {
        return Vec::new();
    };
    let same = |key: &Text| key.value.eq_ignore_ascii_case(name);
    let rows = matrix.rows.iter().filter(|(key, _)| same(key)).flat_map(|(_, row)| row.items());
    let included = matrix.include.iter().flat_map(Node::items);
    let included = included.flat_map(|item| item.entries().iter().filter(|entry| same(&entry.key)));
    rows.chain(included.map(|entry| &entry.value)).collect()
}

/// Returns the property's name of an expression that is `matrix.name` and nothing else.
fn property(expression: &str) -> Option<&str> {
    let inner = expression.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim();
    let name = inner.strip_prefix("matrix.")?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (!name.is_empty() && name.bytes().all(is_name)).then_some(name)
}

/// Tells whether two values are written alike.
pub fn equal(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Scalar(left), Value::Scalar(right)) => left.value == right.value && left.kind() == right.kind(),
        (Value::Sequence(left), Value::Sequence(right)) => {
            left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| equal(left, right))
        }
        (Value::Mapping(_), Value::Mapping(entries)) => {
            let same = |entry: &Entry| left.get(&entry.key.value).is_some_and(|value| equal(value, &entry.value));
            left.entries().len() == entries.len() && entries.iter().all(same)
        }
        (Value::Scalar(_) | Value::Sequence(_) | Value::Mapping(_), _) => false,
    }
}

/// Tells whether a value fits one that is excluded: of a mapping that may name but some entries,
/// and letter case makes no difference.
pub fn matches(value: &Node, excluded: &Node) -> bool {
    match (&value.value, &excluded.value) {
        (Value::Scalar(value), Value::Scalar(excluded)) => value.value.eq_ignore_ascii_case(&excluded.value),
        (Value::Mapping(_), Value::Mapping(entries)) => {
            entries.iter().all(|entry| value.get(&entry.key.value).is_some_and(|inner| matches(inner, &entry.value)))
        }
        (Value::Scalar(_) | Value::Sequence(_) | Value::Mapping(_), _) => equal(value, excluded),
    }
}

/// Tells whether an expression stands anywhere in a value.
pub fn is_dynamic(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= node.text().is_some_and(Text::has_expression));
    found
}

/// Writes a value in one line.
pub fn render(node: &Node) -> String {
    match &node.value {
        Value::Scalar(text) => text.value.clone(),
        Value::Sequence(items) => format!("[{}]", items.iter().map(render).collect::<Vec<_>>().join(", ")),
        Value::Mapping(entries) => {
            let entries = entries.iter().map(|entry| format!("{}: {}", entry.key.value, render(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}
