//! The types of values that are written out: in YAML, and in JSON for `fromJSON`.

use super::Type;
use crate::model::yaml::{Node, ScalarKind, Text, Value};

impl Type {
    /// Returns the type of a value written in YAML. `computed` tells the type of a text with
    /// expressions.
    pub fn of_node(node: &Node, computed: &impl Fn(&Text) -> Self) -> Self {
        // A tag may change how GitHub reads the value.
        if node.tag.is_some() {
            return Self::Any;
        }
        match &node.value {
            Value::Scalar(text) => Self::of_text(text, computed),
            Value::Sequence(items) => Self::array(Self::either(items.iter().map(|item| Self::of_node(item, computed)))),
            Value::Mapping(entries) if entries.iter().any(|entry| entry.key.opens_expression()) => Self::map(Self::Any),
            Value::Mapping(entries) => {
                let property = |key: &str, value: &Node| (key.to_ascii_lowercase(), Self::of_node(value, computed));
                Self::closed(entries.iter().map(|entry| property(entry.key.as_str(), &entry.value)).collect())
            }
        }
    }

    /// Returns the type of a scalar written in YAML.
    pub fn of_text(text: &Text, computed: &impl Fn(&Text) -> Self) -> Self {
        if text.opens_expression() {
            return computed(text);
        }
        match text.kind() {
            ScalarKind::Null => Self::Null,
            ScalarKind::Boolean => Self::Boolean,
            ScalarKind::Number => Self::Number,
            ScalarKind::String => Self::String,
        }
    }

    /// Returns the type of a value written in JSON.
    pub fn of_json(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(_) => Self::Boolean,
            serde_json::Value::Number(_) => Self::Number,
            serde_json::Value::String(_) => Self::String,
            serde_json::Value::Array(items) => Self::array(Self::either(items.iter().map(Self::of_json))),
            serde_json::Value::Object(entries) => Self::closed(
                entries.iter().map(|(key, value)| (key.to_ascii_lowercase(), Self::of_json(value))).collect(),
            ),
        }
    }
}
