//! What functions take and give.

use super::{Inferrer, MismatchKind};
use crate::expressions::types::Type;
use crate::expressions::{Call, Expr, Function, Literal, SpannedExpr};
use crate::knowledge::functions;

/// An argument and its type.
type Argument<'call, 'file> = (&'call SpannedExpr<'file>, &'call Type);

impl Inferrer<'_, '_> {
    pub(super) fn call(&mut self, call: &Call<'_>) -> Type {
        let types: Vec<Type> = if call.func == Function::Case {
            self.cases(&call.args)
        } else {
            call.args.iter().map(|argument| self.of(argument)).collect()
        };
        let arguments: Vec<Argument<'_, '_>> = call.args.iter().zip(&types).collect();
        match call.func {
            Function::StartsWith | Function::EndsWith | Function::HashFiles => {
                self.take_texts(call.func, &arguments);
            }
            Function::Contains => self.contains(&arguments),
            Function::Format => self.format(&arguments),
            Function::Join => self.join(&arguments),
            Function::FromJSON => {
                self.take_texts(call.func, &arguments);
                return of_json(call);
            }
            Function::Case => return self.case(&arguments),
            Function::ToJSON | Function::Success | Function::Always | Function::Cancelled | Function::Failure => {}
        }
        match call.func {
            Function::Format | Function::Join | Function::ToJSON | Function::HashFiles => Type::String,
            Function::StartsWith
            | Function::EndsWith
            | Function::Contains
            | Function::Success
            | Function::Always
            | Function::Cancelled
            | Function::Failure => Type::Boolean,
            Function::FromJSON | Function::Case => Type::Any,
        }
    }

    fn take_texts(&mut self, function: Function, arguments: &[Argument<'_, '_>]) {
        for (argument, kind) in arguments.iter().filter(|(_, kind)| kind.is_collection()) {
            let message = format!("`{}` takes a string here, not {}", name(function), kind.name());
            self.say(MismatchKind::Type, argument, message);
        }
    }

    fn contains(&mut self, arguments: &[Argument<'_, '_>]) {
        let [(list, list_kind), (item, item_kind)] = arguments else { return };
        if list_kind.is_object() {
            self.say(MismatchKind::Type, list, "`contains` looks into a string or an array, not an object".to_owned());
        } else if item_kind.is_collection() {
            let message = format!("`contains` looks for a single value, not {}: it is never found", item_kind.name());
            self.say(MismatchKind::Type, item, message);
        }
    }

    fn format(&mut self, arguments: &[Argument<'_, '_>]) {
        let Some((pattern, values)) = arguments.split_first() else { return };
        self.take_texts(Function::Format, &[*pattern]);
        for (value, kind) in values.iter().filter(|(_, kind)| kind.is_collection()) {
            self.say(MismatchKind::Text, value, format!("{} becomes part of a text", kind.name()));
            self.help("use `toJSON()`, or name the property that is meant");
        }
    }

    fn join(&mut self, arguments: &[Argument<'_, '_>]) {
        let Some(((list, kind), separators)) = arguments.split_first() else { return };
        match kind {
            Type::Object(_) => {
                self.say(MismatchKind::Type, list, "`join` joins the elements of an array, not an object".to_owned());
                self.help("write `.*` behind the object for its values");
            }
            Type::Array(item) | Type::Filtered(item) if item.is_collection() => {
                self.say(MismatchKind::Text, list, format!("{} becomes part of a text", item.name()));
                self.help("use `toJSON()`, or name the property that is meant with `.*`");
            }
            Type::Any
            | Type::Null
            | Type::Boolean
            | Type::Number
            | Type::String
            | Type::Array(_)
            | Type::Filtered(_) => {}
        }
        self.take_texts(Function::Join, separators);
    }

    fn case(&mut self, arguments: &[Argument<'_, '_>]) -> Type {
        let pairs = arguments.chunks_exact(2);
        let default = pairs.remainder().iter().map(|(_, kind)| *kind);
        for (predicate, kind) in pairs.clone().filter_map(<[_]>::first) {
            if !matches!(kind, Type::Boolean | Type::Any) {
                let message = format!("what `case` decides by must be a boolean, not {}", kind.name());
                self.say(MismatchKind::Type, predicate, message);
                self.help("GitHub stops with an error: write a comparison");
            }
        }
        let values = pairs.filter_map(<[_]>::last).map(|(_, kind)| *kind);
        Type::either(values.chain(default).cloned())
    }
}

fn of_json(call: &Call<'_>) -> Type {
    match call.args.first().map(|argument| &argument.inner) {
        Some(Expr::Literal(Literal::String(json))) => {
            serde_json::from_str(json).map_or(Type::Any, |value| Type::of_json(&value))
        }
        _ => Type::Any,
    }
}

/// Returns GitHub's name for a function.
fn name(function: Function) -> String {
    let debug = format!("{function:?}");
    functions::named(&debug).map_or(debug, |known| known.name.to_owned())
}
