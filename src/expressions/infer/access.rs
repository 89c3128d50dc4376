//! Properties, indexes and filters.

use super::{Inferrer, MismatchKind};
use crate::expressions::types::{Object, Type};
use crate::expressions::{Expr, Literal, SpannedExpr};
use crate::knowledge::contexts::Context;
use crate::knowledge::payloads;
use crate::model::suggest::closest;

/// The most names that are listed where none is close.
const MOST_NAMES: usize = 12;

/// Where a path has led so far.
struct Place {
    kind: Type,
    /// The names up to here, if there are only names.
    names: Option<String>,
}

impl Inferrer<'_, '_> {
    pub(super) fn path(&mut self, parts: &[SpannedExpr<'_>]) -> Type {
        let Some((head, rest)) = parts.split_first() else { return Type::Any };
        let kind = match &head.inner {
            Expr::Identifier(name) => {
                Context::named(name.as_str()).map_or(Type::Any, |context| self.scope.context(context, self.job))
            }
            Expr::Literal(_)
            | Expr::Star
            | Expr::Call(_)
            | Expr::Index(_)
            | Expr::Context(_)
            | Expr::BinExpr(_)
            | Expr::UnExpr { .. } => self.of(head),
        };
        let is_name = matches!(head.inner, Expr::Identifier(_));
        let mut place = Place { kind, names: is_name.then(|| head.origin.raw.to_owned()) };
        for part in rest {
            place = self.step(place, part);
        }
        place.kind
    }

    /// Follows one part of a path.
    fn step(&mut self, from: Place, part: &SpannedExpr<'_>) -> Place {
        match &part.inner {
            Expr::Identifier(name) => self.property(from, name.as_str(), part),
            Expr::Index(index) => match &index.inner {
                Expr::Literal(Literal::String(name)) if !from.kind.is_array() => self.property(from, name, part),
                Expr::Star => Place { kind: self.filter(&from.kind, part), names: None },
                Expr::Literal(_)
                | Expr::Identifier(_)
                | Expr::Call(_)
                | Expr::Index(_)
                | Expr::Context(_)
                | Expr::BinExpr(_)
                | Expr::UnExpr { .. } => Place { kind: self.index(&from.kind, index, part), names: None },
            },
            Expr::Star => Place { kind: self.filter(&from.kind, part), names: None },
            Expr::Literal(_) | Expr::Call(_) | Expr::Context(_) | Expr::BinExpr(_) | Expr::UnExpr { .. } => {
                Place { kind: Type::Any, names: None }
            }
        }
    }

    fn property(&mut self, from: Place, name: &str, part: &SpannedExpr<'_>) -> Place {
        let kind = match &from.kind {
            Type::Object(object) => object.property(name).unwrap_or_else(|| {
                self.missing(object, from.names.as_deref(), name, part);
                Type::Any
            }),
            Type::Filtered(item) => {
                let item = Place { kind: (**item).clone(), names: None };
                return Place { kind: Type::Filtered(self.property(item, name, part).kind.into()), names: None };
            }
            Type::Array(_) => {
                self.say(MismatchKind::Type, part, "an array has no properties".to_owned());
                self.help(format!("write `.*.{name}` for all of its elements, or `[0].{name}` for the first"));
                Type::Any
            }
            Type::Boolean | Type::Number | Type::String => {
                self.say(MismatchKind::Type, part, format!("{} has no properties", from.kind.name()));
                Type::Any
            }
            Type::Any | Type::Null => Type::Any,
        };
        Place { kind, names: from.names.map(|names| names + "." + name) }
    }

    /// Says that an object has no such property.
    fn missing(&mut self, object: &Object, path: Option<&str>, name: &str, part: &SpannedExpr<'_>) {
        let subject = path.map_or_else(|| "this object".to_owned(), |path| format!("`{path}`"));
        let (kind, when) = match object {
            Object::Payload(_) => (MismatchKind::Payload, self.scope.events()),
            Object::Listed(_) => (MismatchKind::Property, String::new()),
        };
        self.say(kind, part, format!("{subject} has no `{name}`{when}: the value is always empty"));
        let path = path.unwrap_or_default().to_ascii_lowercase();
        let lower = name.to_ascii_lowercase();
        if path == "github" && self.scope.event_has(&lower) {
            self.help(format!("did you mean `github.event.{lower}`?"));
            return;
        }
        let mut names = object.names();
        names.sort_unstable();
        names.dedup();
        let near = closest(name, names.iter().copied());
        let is_mistake = if kind == MismatchKind::Payload { !is_sent(&path, &lower) } else { near.is_some() };
        self.mismatches.iter_mut().last().into_iter().for_each(|last| last.is_mistake = is_mistake);
        if let Some(near) = near {
            self.help(format!("did you mean `{near}`?"));
        } else if !names.is_empty() && names.len() <= MOST_NAMES {
            self.help(format!("it has {}", names.join(", ")));
        }
    }

    fn index(&mut self, from: &Type, index: &SpannedExpr<'_>, part: &SpannedExpr<'_>) -> Type {
        let key = self.of(index);
        match (from, &key) {
            (Type::Object(object), Type::Number) => self.numbered(object, index, part),
            (Type::Object(_), Type::Boolean | Type::Null | Type::Array(_) | Type::Filtered(_) | Type::Object(_)) => {
                self.say(MismatchKind::Type, part, format!("the name of a property is a string, not {}", key.name()));
                Type::Any
            }
            (Type::Array(element), _) => {
                if !can_be_position(&key, index) {
                    let message = format!("the index of an array is a number, not {}", key.name());
                    self.say(MismatchKind::Type, part, message);
                }
                (**element).clone()
            }
            // The property has a name that is not known, so it may be any of them.
            (Type::Object(object), _) => object.element(),
            // Each of the items is looked into, not the list.
            (Type::Filtered(_), _) => Type::Filtered(Type::Any.into()),
            _ => Type::Any,
        }
    }

    /// A number is the name of a property too, as in `ports[6379]`.
    fn numbered(&mut self, object: &Object, index: &SpannedExpr<'_>, part: &SpannedExpr<'_>) -> Type {
        let named = match object {
            Object::Listed(properties) => properties.named.get(index.origin.raw).or_else(|| {
                // What is not known at all may have any name.
                properties.others.as_ref().filter(|others| **others == Type::Any)
            }),
            Object::Payload(_) => None,
        };
        named.cloned().unwrap_or_else(|| {
            self.say(MismatchKind::Type, part, "the name of a property is a string, not a number".to_owned());
            Type::Any
        })
    }

    fn filter(&mut self, from: &Type, part: &SpannedExpr<'_>) -> Type {
        let item = match from {
            Type::Array(element) => (**element).clone(),
            Type::Object(object) => object.element(),
            Type::Filtered(item) => match &**item {
                Type::Array(element) => (**element).clone(),
                Type::Object(object) => object.element(),
                Type::Any | Type::Null | Type::Boolean | Type::Number | Type::String | Type::Filtered(_) => Type::Any,
            },
            Type::Boolean | Type::Number | Type::String => {
                self.say(MismatchKind::Type, part, format!("{} has no elements for `*`", from.name()));
                Type::Any
            }
            Type::Any | Type::Null => Type::Any,
        };
        Type::Filtered(item.into())
    }
}

/// Tells whether any event has a part of `github.event`, given in lower case.
fn is_sent(path: &str, name: &str) -> bool {
    let below = path.strip_prefix("github.event").unwrap_or_default();
    let names: Vec<&str> = below.split('.').filter(|name| !name.is_empty()).chain([name]).collect();
    path.starts_with("github.event") && payloads::is_sent(&names)
}

/// Tells whether a value may be the position of an array's element: texts that are numbers are.
fn can_be_position(kind: &Type, index: &SpannedExpr<'_>) -> bool {
    match (kind, &index.inner) {
        (Type::String, Expr::Literal(Literal::String(text))) => text.trim().parse::<f64>().is_ok(),
        (Type::Boolean | Type::Null | Type::Array(_) | Type::Filtered(_) | Type::Object(_), _) => false,
        _ => true,
    }
}
