//! Finds the types in an expression, and what does not fit together.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use super::types::Type;
use super::{BinExpr, BinOp, Call, Expr, Function, Literal, Site, SpannedExpr};
use crate::model::source_file::SourceFile;
use crate::model::suggest::closest;
use crate::model::workflow::{Event, Job, Workflow};
use crate::model::yaml::{Node, Value};

/// Two things in an expression that do not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where it is in the scalar's decoded value.
    pub range: Range<usize>,
    /// What is wrong, for people.
    pub message: String,
}

/// Returns the type of an expression, and what does not fit together in it.
pub fn infer(site: &Site<'_>, file: &SourceFile) -> (Type, Vec<Mismatch>) {
    let mut inference = Inference { site, file, mismatches: Vec::new() };
    let whole = site.expression().map_or(Type::Any, |expression| inference.of(expression));
    (whole, inference.mismatches)
}

struct Inference<'run> {
    site: &'run Site<'run>,
    file: &'run SourceFile,
    mismatches: Vec<Mismatch>,
}

impl Inference<'_> {
    fn say(&mut self, part: &SpannedExpr<'_>, message: String) {
        self.mismatches.push(Mismatch { range: self.site.range_of(part), message });
    }

    fn of(&mut self, expression: &SpannedExpr<'_>) -> Type {
        match &expression.inner {
            Expr::Literal(Literal::Null) => Type::Null,
            Expr::Literal(Literal::Boolean(_)) => Type::Boolean,
            Expr::Literal(Literal::Number(_)) => Type::Number,
            Expr::Literal(Literal::String(_)) => Type::String,
            Expr::Call(call) => self.call(call),
            Expr::Context(context) => self.path(&context.parts),
            Expr::BinExpr(BinExpr { lhs, op, rhs }) => self.binary(expression, lhs, op, rhs),
            Expr::UnExpr { expr, op: _ } => {
                self.of(expr);
                Type::Boolean
            }
            Expr::Star | Expr::Identifier(_) | Expr::Index(_) => Type::Any,
        }
    }

    fn binary(&mut self, whole: &SpannedExpr<'_>, lhs: &SpannedExpr<'_>, op: &BinOp, rhs: &SpannedExpr<'_>) -> Type {
        let (left, right) = (self.of(lhs), self.of(rhs));
        let fits = match op {
            BinOp::And | BinOp::Or => return left.or(right),
            BinOp::Eq | BinOp::Neq => can_be_equal(&left, &right),
            BinOp::Gt | BinOp::Ge | BinOp::Lt | BinOp::Le => {
                let ordered = |side: &Type| matches!(side, Type::Any | Type::Number | Type::String);
                ordered(&left) && ordered(&right)
            }
        };
        if !fits {
            self.say(
                whole,
                format!("{} and {} cannot be compared in a way that means anything", left.name(), right.name()),
            );
        }
        Type::Boolean
    }

    fn call(&mut self, call: &Call<'_>) -> Type {
        let types: Vec<Type> = call.args.iter().map(|argument| self.of(argument)).collect();
        let text = |at: usize, inference: &mut Self| {
            let wrong = types.get(at).filter(|given| given.is_collection());
            if let Some((given, part)) = wrong.zip(call.args.get(at)) {
                inference.say(part, format!("`{:?}` takes a string here, not {}", call.func, given.name()));
            }
        };
        match call.func {
            Function::StartsWith | Function::EndsWith => {
                text(0, self);
                text(1, self);
                Type::Boolean
            }
            Function::Contains => {
                if let (Some(Type::Object(_) | Type::Partial(_)), Some(part)) = (types.first(), call.args.first()) {
                    self.say(part, "`contains` looks into a string or an array, not an object".to_owned());
                }
                Type::Boolean
            }
            Function::Success | Function::Always | Function::Cancelled | Function::Failure => Type::Boolean,
            Function::Format | Function::Join | Function::ToJSON | Function::HashFiles => Type::String,
            Function::FromJSON => match call.args.first().map(|argument| &argument.inner) {
                Some(Expr::Literal(Literal::String(json))) => {
                    serde_json::from_str(json).map_or(Type::Any, |value| Type::of_json(&value))
                }
                _ => Type::Any,
            },
            Function::Case => Type::Any,
        }
    }

    fn path(&mut self, parts: &[SpannedExpr<'_>]) -> Type {
        let Some((head, rest)) = parts.split_first() else { return Type::Any };
        let mut current = match &head.inner {
            Expr::Identifier(name) => self.context(&name.as_str().to_ascii_lowercase()),
            Expr::Literal(_)
            | Expr::Star
            | Expr::Call(_)
            | Expr::Index(_)
            | Expr::Context(_)
            | Expr::BinExpr(_)
            | Expr::UnExpr { .. } => Cow::Owned(self.of(head)),
        };
        for part in rest {
            current = Cow::Owned(self.step(&current, part));
        }
        current.into_owned()
    }

    /// Follows one part of a path.
    fn step(&mut self, from: &Type, part: &SpannedExpr<'_>) -> Type {
        let by_name = |name: &str| match from {
            Type::Object(properties) | Type::Partial(properties) => {
                properties.get(&name.to_ascii_lowercase()).cloned().unwrap_or(Type::Any)
            }
            Type::Any | Type::Null | Type::Boolean | Type::Number | Type::String | Type::Array(_) => Type::Any,
        };
        match &part.inner {
            Expr::Identifier(name) => {
                if from.is_scalar() {
                    self.say(part, format!("{} has no properties", from.name()));
                }
                self.missing(from, name.as_str(), part);
                by_name(name.as_str())
            }
            Expr::Index(index) => {
                if let Expr::Literal(Literal::String(name)) = &index.inner
                    && matches!(from, Type::Object(_) | Type::Partial(_))
                {
                    self.missing(from, name, part);
                    return by_name(name);
                }
                let key = self.of(index);
                self.index(from, &key, part)
            }
            Expr::Star
            | Expr::Literal(_)
            | Expr::Call(_)
            | Expr::Context(_)
            | Expr::BinExpr(_)
            | Expr::UnExpr { .. } => Type::Any,
        }
    }

    /// Says that an object has no such property, if all its properties are known.
    fn missing(&mut self, from: &Type, name: &str, part: &SpannedExpr<'_>) {
        let Type::Object(properties) = from else { return };
        if !properties.contains_key(&name.to_ascii_lowercase()) {
            let near = closest(name, properties.keys().map(String::as_str));
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            self.say(part, format!("this object has no `{name}`: the value is always empty{hint}"));
        }
    }

    fn index(&mut self, from: &Type, key: &Type, part: &SpannedExpr<'_>) -> Type {
        match (from, key) {
            (Type::Object(_) | Type::Partial(_), Type::Boolean | Type::Number | Type::Null) => {
                self.say(part, format!("the name of a property is a string, not {}", key.name()));
                Type::Any
            }
            (Type::Array(_), Type::String | Type::Boolean | Type::Null) => {
                self.say(part, format!("the index of an array is a number, not {}", key.name()));
                Type::Any
            }
            (Type::Array(element), _) => (**element).clone(),
            _ => Type::Any,
        }
    }

    /// Returns the type of a context.
    fn context(&self, name: &str) -> Cow<'static, Type> {
        static RUNNER: LazyLock<Type> =
            LazyLock::new(|| strings(&["arch", "environment", "name", "os", "temp", "tool_cache"]));
        static GITHUB: LazyLock<Type> = LazyLock::new(github);
        match name {
            "env" | "secrets" | "vars" | "steps" | "needs" | "job" | "strategy" | "jobs" => Cow::Owned(Type::object()),
            "runner" => Cow::Borrowed(&RUNNER),
            "github" => Cow::Borrowed(&GITHUB),
            "inputs" => Cow::Owned(inputs(self.file)),
            "matrix" => Cow::Owned(self.site.job.map_or(Type::Any, matrix)),
            _ => Cow::Owned(Type::Any),
        }
    }
}

fn can_be_equal(left: &Type, right: &Type) -> bool {
    let is_object = |side: &Type| matches!(side, Type::Object(_) | Type::Partial(_));
    match (left, right) {
        (Type::Array(left), Type::Array(right)) => can_be_equal(left, right),
        (collection, other) | (other, collection) if collection.is_collection() => {
            (is_object(collection) && is_object(other)) || matches!(other, Type::Any | Type::Null)
        }
        _ => true,
    }
}

fn strings(names: &[&str]) -> Type {
    Type::Partial(names.iter().map(|name| ((*name).to_owned(), Type::String)).collect())
}

fn github() -> Type {
    let names = [
        "actor",
        "base_ref",
        "event_name",
        "head_ref",
        "ref",
        "ref_name",
        "repository",
        "repository_owner",
        "sha",
        "token",
        "workflow",
    ];
    let Type::Partial(mut properties) = strings(&names) else { return Type::Any };
    properties.insert("event".to_owned(), Type::object());
    Type::Partial(properties)
}

/// Returns the type of `inputs`. One that is declared twice has a type only if both agree.
fn inputs(file: &SourceFile) -> Type {
    let Some(workflow) = file.workflow() else { return Type::object() };
    let mut found: BTreeMap<String, Type> = BTreeMap::new();
    for event in [Event::WorkflowDispatch, Event::WorkflowCall] {
        for (name, kind) in declared(workflow, event) {
            let both = found.remove(&name).map_or(kind.clone(), |known| if known == kind { known } else { Type::Any });
            found.insert(name, both);
        }
    }
    Type::Partial(found)
}

fn declared(workflow: &Workflow, event: Event) -> Vec<(String, Type)> {
    let inputs = workflow.trigger(event).and_then(|trigger| trigger.node.as_ref()?.get("inputs"));
    let entries = inputs.map(Node::entries).unwrap_or_default();
    let kind = |node: &Node| match node.get("type").and_then(Node::text).map(|kind| kind.value.as_str()) {
        Some("boolean") => Type::Boolean,
        Some("number") => Type::Number,
        Some("string" | "choice" | "environment") => Type::String,
        Some(_) | None => Type::Any,
    };
    entries.iter().map(|entry| (entry.key.value.to_ascii_lowercase(), kind(&entry.value))).collect()
}

/// Returns the type of `matrix` in a job.
fn matrix(job: &Job) -> Type {
    let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) else {
        return Type::Any;
    };
    let literal = |node: &Node| matches!(&node.value, Value::Sequence(_));
    if !matches!(matrix.node.value, Value::Mapping(_))
        || matrix.include.as_ref().is_some_and(|include| !literal(include))
    {
        return Type::Any;
    }
    let mut found: BTreeMap<String, Type> = BTreeMap::new();
    for (name, values) in &matrix.rows {
        let kind = match &values.value {
            Value::Sequence(items) => Type::either(items.iter().map(Type::of_node)),
            Value::Scalar(_) | Value::Mapping(_) => Type::Any,
        };
        found.insert(name.value.to_ascii_lowercase(), kind);
    }
    for entry in matrix.include.iter().flat_map(Node::items).flat_map(Node::entries) {
        let name = entry.key.value.to_ascii_lowercase();
        let kind = Type::of_node(&entry.value);
        let both = found.remove(&name).map_or(kind.clone(), |known| known.or(kind));
        found.insert(name, both);
    }
    Type::Partial(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::workflows;

    /// Infers a condition in a job with a matrix and inputs; returns its type and what is wrong.
    fn check(condition: &str) -> (Type, Vec<String>) {
        let text = format!(
            "on: {{workflow_dispatch: {{inputs: {{on: {{type: boolean}}, count: {{type: number}}}}}}}}\njobs:\n  a:\n    \
             strategy: {{matrix: {{os: [{{id: 1}}, {{id: x, arch: arm}}], mixed: [1, x], list: [[1, 2]]}}}}\n    \
             steps:\n      - {{run: x, if: \"{condition}\"}}\n"
        );
        let file = workflows::parse(".github/workflows/a.yml".to_owned(), text);
        let sites = crate::expressions::read(&file);
        let (kind, mismatches) = infer(sites.first().unwrap(), &file);
        (kind, mismatches.into_iter().map(|mismatch| mismatch.message).collect())
    }

    #[test]
    fn certain_types_are_known_and_others_are_any() {
        for (condition, kind) in [
            ("inputs.on", Type::Boolean),
            ("inputs.count", Type::Number),
            ("matrix.mixed", Type::Any),
            ("matrix.os.id", Type::Any),
            ("matrix.list[0]", Type::Number),
            ("github.ref || 'x'", Type::String),
            ("github.event.number", Type::Any),
            ("fromJSON('[1]')[0]", Type::Number),
            ("!env.A", Type::Boolean),
        ] {
            assert_eq!(check(condition), (kind, Vec::new()), "{condition}");
        }
    }

    #[test]
    fn what_cannot_fit_is_said() {
        for (condition, part) in [
            ("github.event == 'push'", "cannot be compared"),
            ("inputs.on > inputs.count", "cannot be compared"),
            ("github.ref.name", "a string has no properties"),
            ("env[inputs.on]", "the name of a property is a string"),
            ("matrix.list['a']", "the index of an array is a number"),
            ("matrix.os.ide", "did you mean `id`?"),
            ("startsWith(github.event, 'x')", "takes a string here"),
            ("contains(github.event, 'x')", "not an object"),
        ] {
            let (_, said) = check(condition);
            assert!(said.len() == 1 && said.iter().all(|message| message.contains(part)), "{condition}: {said:?}");
        }
    }

    #[test]
    fn what_may_fit_is_left_alone() {
        for condition in
            ["matrix.os == null", "matrix.mixed > 1", "matrix.os.arch == 'arm'", "env['A'] == 1", "vars.x.y"]
        {
            assert_eq!(check(condition).1, Vec::<String>::new(), "{condition}");
        }
    }
}
