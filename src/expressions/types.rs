//! The types of values in expressions, as far as they are certain.
//!
//! What is not known for certain is `Any`, and nothing is ever said about that.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::knowledge::payloads::{Kind, Shape};

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
    Array(Arc<Type>),
    /// What `.*` yields: a list that stands for its items, so that a property of it is the list of
    /// theirs.
    Filtered(Arc<Type>),
    /// An object.
    Object(Object),
}

/// An object as far as it is known; names of properties are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// An object whose properties are listed.
    Listed(Arc<Properties>),
    /// A part of `github.event` that has one of these shapes.
    Payload(Arc<[Shape]>),
}

/// The properties of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// Those that are listed.
    pub named: BTreeMap<String, Type>,
    /// What every other property is; `None` where there are no others.
    pub others: Option<Type>,
}

impl Type {
    /// Returns an object that has just these properties.
    pub fn closed(named: BTreeMap<String, Self>) -> Self {
        Properties { named, others: None }.into()
    }

    /// Returns an object of which every property that is not listed is of one type.
    pub fn with_others(named: BTreeMap<String, Self>, others: Self) -> Self {
        Properties { named, others: Some(others) }.into()
    }

    /// Returns an object of which every property is of one type.
    pub fn map(others: Self) -> Self {
        Self::with_others(BTreeMap::new(), others)
    }

    /// Returns an array.
    pub fn array(element: Self) -> Self {
        Self::Array(Arc::new(element))
    }

    /// Returns the type of a part of `github.event`.
    pub fn of_kind(kind: Kind) -> Self {
        match kind {
            Kind::Any => Self::Any,
            Kind::Boolean => Self::Boolean,
            Kind::Number => Self::Number,
            Kind::String => Self::String,
            Kind::Array(item) => Self::array(Self::of_kind(item.kind())),
            Kind::Open => Self::map(Self::Any),
            Kind::Object(shape) => Self::Object(Object::Payload(Arc::new([shape]))),
        }
    }

    /// Returns the type's name with its article, for people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Any => "any value",
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array(_) | Self::Filtered(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// Tells whether the value is a number, a boolean or a text.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Self::Boolean | Self::Number | Self::String)
    }

    /// Tells whether the value is a list.
    pub fn is_array(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Filtered(_))
    }

    /// Tells whether the value is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// Tells whether the value is a list or an object.
    pub fn is_collection(&self) -> bool {
        self.is_array() || self.is_object()
    }

    /// Returns the type of what may be either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (left, right) if left == right => left,
            (Self::Array(left), Self::Array(right)) => Self::array((*left).clone().or((*right).clone())),
            (Self::Filtered(left), Self::Filtered(right)) => {
                Self::Filtered(Arc::new((*left).clone().or((*right).clone())))
            }
            (Self::Object(left), Self::Object(right)) => left.or(&right),
            _ => Self::Any,
        }
    }

    /// Returns the type of what may be any of them; of nothing, any.
    pub fn either(types: impl Iterator<Item = Self>) -> Self {
        types.reduce(Self::or).unwrap_or(Self::Any)
    }
}

impl From<Properties> for Type {
    fn from(properties: Properties) -> Self {
        Self::Object(Object::Listed(Arc::new(properties)))
    }
}

impl Object {
    /// Returns the type of a property, whatever the name's case; `None` where there is none.
    pub fn property(&self, name: &str) -> Option<Type> {
        let name = name.to_ascii_lowercase();
        match self {
            Self::Listed(properties) => properties.named.get(&name).or(properties.others.as_ref()).cloned(),
            Self::Payload(shapes) => {
                let found = shapes.iter().filter_map(|shape| match shape.property(&name) {
                    None if shape.is_open() => Some(Type::Any),
                    known => known.map(Type::of_kind),
                });
                found.reduce(Type::or)
            }
        }
    }

    /// Returns the names that are known.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Listed(properties) => properties.named.keys().map(String::as_str).collect(),
            Self::Payload(shapes) => shapes.iter().flat_map(|shape| shape.names()).collect(),
        }
    }

    /// Tells whether there may be properties that are not known.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Listed(properties) => properties.others.is_some(),
            Self::Payload(shapes) => shapes.iter().any(|shape| shape.is_open()),
        }
    }

    /// Returns the type of any of its properties.
    pub fn element(&self) -> Type {
        match self {
            Self::Listed(properties) => {
                Type::either(properties.named.values().chain(properties.others.as_ref()).cloned())
            }
            Self::Payload(_) => Type::Any,
        }
    }

    fn or(&self, other: &Self) -> Type {
        match (self, other) {
            (Self::Listed(left), Self::Listed(right)) => left.or(right).into(),
            (Self::Payload(left), Self::Payload(right)) => {
                let mut shapes: Vec<Shape> = left.iter().chain(right.iter()).copied().collect();
                shapes.sort_unstable();
                shapes.dedup();
                Type::Object(Self::Payload(shapes.into()))
            }
            _ => Type::map(Type::Any),
        }
    }
}

impl Properties {
    /// Returns the properties of what may be either. One that only one of them has keeps its type:
    /// elsewhere it is null, which fits everything.
    fn or(&self, other: &Self) -> Self {
        let mut named = self.named.clone();
        for (name, right) in &other.named {
            let left = named.remove(name).or_else(|| self.others.clone());
            named.insert(name.clone(), left.map_or_else(|| right.clone(), |left| left.or(right.clone())));
        }
        if let Some(others) = &other.others {
            let missing = named.iter_mut().filter(|(name, _)| !other.named.contains_key(*name));
            missing.for_each(|(_, kind)| *kind = kind.clone().or(others.clone()));
        }
        let others = match (self.others.clone(), other.others.clone()) {
            (Some(left), Some(right)) => Some(left.or(right)),
            (left, right) => left.or(right),
        };
        Self { named, others }
    }
}
