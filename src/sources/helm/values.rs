//! The values that a chart is rendered with.

use serde_json::{Map, Number, Value as Json};

use crate::model::repository::{Repository, folder_of, has_ending, join, name_of};
use crate::model::yaml::{Document, Node, ScalarKind, Value};

/// The values of a chart: of its own file, and of others beside it, which say what may be set.
#[derive(Debug, Default)]
pub(super) struct Values {
    files: Vec<Json>,
}

/// Reads the values files of a chart.
pub(super) fn of_chart(repository: &Repository, chart: &str, documents: impl Fn(&str) -> Vec<Document>) -> Values {
    let mut paths: Vec<&String> = repository
        .texts
        .keys()
        .filter(|path| folder_of(path) == chart && has_ending(path, &["yaml", "yml"]))
        .filter(|path| name_of(path).starts_with("values"))
        .collect();
    let own = join(chart, "values.yaml");
    paths.sort_by_key(|path| Some(*path) != own.as_ref());
    // A template in a comment does not make it one.
    let files = paths.into_iter().filter_map(|path| repository.text(path)).filter_map(|file| {
        let read = documents(&file.text);
        read.iter().find_map(|document| document.root.as_ref()).map(json)
    });
    Values { files: files.collect() }
}

impl Values {
    /// Returns what stands at a path: the first value that is more than nothing, else the first.
    pub(super) fn at(&self, path: &[&str]) -> Json {
        let found: Vec<&Json> = self.files.iter().filter_map(|file| inside(file, path)).collect();
        let said = found.iter().find(|value| is_true(value)).or(found.first());
        said.map_or(Json::Null, |value| (*value).clone())
    }
}

/// Returns what stands at a path in a value.
pub(super) fn inside<'value>(value: &'value Json, path: &[&str]) -> Option<&'value Json> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

/// Tells whether a condition takes a value for true: not for nothing, zero, or what is empty.
pub(super) fn is_true(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Bool(value) => *value,
        Json::Number(number) => number.as_f64() != Some(0.0),
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(entries) => !entries.is_empty(),
    }
}

fn json(node: &Node) -> Json {
    match &node.value {
        Value::Sequence(items) => Json::Array(items.iter().map(json).collect()),
        Value::Mapping(entries) => {
            let entries = entries.iter().map(|entry| (entry.key.value.clone(), json(&entry.value)));
            Json::Object(entries.collect::<Map<_, _>>())
        }
        Value::Scalar(text) => match text.kind() {
            ScalarKind::Null => Json::Null,
            ScalarKind::Boolean => Json::Bool(text.value.eq_ignore_ascii_case("true")),
            ScalarKind::Number => {
                text.value.parse::<Number>().map_or_else(|_| Json::String(text.value.clone()), Json::Number)
            }
            ScalarKind::String => Json::String(text.value.clone()),
        },
    }
}

/// Writes a value as YAML, in lines that are indented.
pub(super) fn yaml(value: &Json, indent: usize, lines: &mut Vec<String>) {
    let pad = " ".repeat(indent);
    if let Json::Object(entries) = value
        && is_true(value)
    {
        for (key, value) in entries {
            let key = Json::String(key.clone());
            if is_block(value) {
                lines.push(format!("{pad}{key}:"));
                yaml(value, indent + 2, lines);
            } else {
                lines.push(format!("{pad}{key}: {value}"));
            }
        }
    } else if let Json::Array(items) = value
        && is_true(value)
    {
        // A JSON value is YAML on one line.
        lines.extend(items.iter().map(|item| format!("{pad}- {item}")));
    } else {
        lines.push(format!("{pad}{value}"));
    }
}

fn is_block(value: &Json) -> bool {
    matches!(value, Json::Object(_) | Json::Array(_)) && is_true(value)
}
