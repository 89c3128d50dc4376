//! The types of values in expressions, as far as they are certain.
//!
//! What is not known for certain is `Any`, and nothing is ever said about that.

use std::collections::BTreeMap;

use super::{Call, Expr, Function, Literal};
use crate::model::yaml::{Node, ScalarKind, Value};

/// What an expression yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Not known.
    Any,
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A text.
    String,
    /// A list of values of one type.
    Array(Box<Type>),
    /// An object that has just these properties; keys are in lower case.
    Object(BTreeMap<String, Type>),
    /// An object that has these properties and perhaps others.
    Partial(BTreeMap<String, Type>),
}

impl Type {
    /// Returns an object of which nothing is known.
    pub fn object() -> Self {
        Self::Partial(BTreeMap::new())
    }

    /// Returns the type's name with its article, for people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Any => "any value",
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) | Self::Partial(_) => "an object",
        }
    }

    /// Tells whether the value is a number, a boolean or a text.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Self::Boolean | Self::Number | Self::String)
    }

    /// Tells whether the value is a list or an object.
    pub fn is_collection(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Object(_) | Self::Partial(_))
    }

    /// Returns the type of what may be either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Array(left), Self::Array(right)) => Self::Array(Box::new(left.or(*right))),
            (Self::Object(mut left), Self::Object(right)) => {
                for (key, value) in right {
                    // A property that only one of them has may be missing.
                    let both = left.remove(&key).map_or(Self::Any, |known| known.or(value));
                    left.insert(key, both);
                }
                Self::Object(left)
            }
            (left, right) if left == right => left,
            _ => Self::Any,
        }
    }

    /// Returns the type of a value written in YAML.
    pub fn of_node(node: &Node) -> Self {
        // A tag may change how GitHub reads the value.
        if node.tag.is_some() {
            return Self::Any;
        }
        match &node.value {
            Value::Scalar(text) if text.has_expression() => Self::of_constant(&text.value),
            Value::Scalar(text) => match text.kind() {
                ScalarKind::Null => Self::Null,
                ScalarKind::Boolean => Self::Boolean,
                ScalarKind::Number => Self::Number,
                ScalarKind::String => Self::String,
            },
            Value::Sequence(items) => Self::Array(Box::new(Self::either(items.iter().map(Self::of_node)))),
            Value::Mapping(entries) => {
                let property = |key: &str, value: &Node| (key.to_ascii_lowercase(), Self::of_node(value));
                Self::Object(entries.iter().map(|entry| property(entry.key.as_str(), &entry.value)).collect())
            }
        }
    }

    /// Returns the type of `${{ fromJSON('…') }}` with a JSON text; of any other expression, any.
    fn of_constant(text: &str) -> Self {
        let inner = text.trim().strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"));
        let inner = inner.filter(|inner| !super::is_too_long(inner));
        let Some(Ok(expression)) = inner.map(Expr::parse) else { return Self::Any };
        let Expr::Call(Call { func: Function::FromJSON, args }) = &expression.inner else { return Self::Any };
        let Some(Expr::Literal(Literal::String(json))) = args.first().map(|argument| &argument.inner) else {
            return Self::Any;
        };
        serde_json::from_str(json).map_or(Self::Any, |value| Self::of_json(&value))
    }

    /// Returns the type of a value written in JSON.
    pub fn of_json(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(_) => Self::Boolean,
            serde_json::Value::Number(_) => Self::Number,
            serde_json::Value::String(_) => Self::String,
            serde_json::Value::Array(items) => Self::Array(Box::new(Self::either(items.iter().map(Self::of_json)))),
            serde_json::Value::Object(entries) => {
                Self::Object(entries.iter().map(|(key, value)| (key.to_lowercase(), Self::of_json(value))).collect())
            }
        }
    }

    /// Returns the type of what may be any of them; of nothing, any.
    pub fn either(types: impl Iterator<Item = Self>) -> Self {
        types.reduce(Self::or).unwrap_or(Self::Any)
    }
}
