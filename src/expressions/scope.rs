//! The types of the contexts in one file, each found when it is first asked for.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::infer::of_expression;
use super::scan::fences;
use super::types::{Object, Properties, Type};
use super::{Expr, is_too_long};
use crate::knowledge::contexts::Context;
use crate::knowledge::payloads::{self, Shape};
use crate::model::source_file::SourceFile;
use crate::model::workflow::{Event, Input, Job, Trigger, Workflow};
use crate::model::yaml::{Node, Text, Value};

/// The types of the contexts in one file. The names of steps, needs, secrets and variables are not
/// among them: whether one exists is for the rules about each to say.
#[derive(Debug)]
pub struct Scope<'file> {
    file: &'file SourceFile,
    inputs: OnceCell<Type>,
    event: OnceCell<Type>,
    github: OnceCell<Type>,
    /// The types of `matrix` and `job`, by where the job's id begins.
    of_jobs: RefCell<BTreeMap<(Context, usize), Type>>,
}

impl<'file> Scope<'file> {
    /// Prepares the types of a file.
    pub fn new(file: &'file SourceFile) -> Self {
        Self {
            file,
            inputs: OnceCell::new(),
            event: OnceCell::new(),
            github: OnceCell::new(),
            of_jobs: RefCell::default(),
        }
    }

    /// Returns the type of a context in a job, or outside of jobs.
    pub fn context(&self, context: Context, job: Option<&Job>) -> Type {
        match context {
            Context::Env | Context::Secrets | Context::Vars => TEXTS.clone(),
            Context::Github => self.github().clone(),
            Context::Inputs => self.inputs().clone(),
            Context::Jobs | Context::Needs => JOBS.clone(),
            Context::Steps => STEPS.clone(),
            Context::Runner => RUNNER.clone(),
            Context::Strategy => STRATEGY.clone(),
            Context::Matrix => job.map_or(Type::Any, |job| self.of_job(context, job, |job| self.matrix(job))),
            Context::Job => job.map_or_else(|| ANY_JOB.clone(), |job| self.of_job(context, job, of_job)),
        }
    }

    fn of_job(&self, context: Context, job: &Job, read: impl Fn(&Job) -> Type) -> Type {
        let key = (context, job.id.span.start);
        if let Some(known) = self.of_jobs.borrow().get(&key) {
            return known.clone();
        }
        let found = read(job);
        self.of_jobs.borrow_mut().insert(key, found.clone());
        found
    }

    /// Returns the type of `inputs`, with the names that are declared.
    pub fn inputs(&self) -> &Type {
        self.inputs.get_or_init(|| match (self.file.workflow(), self.file.action()) {
            (Some(workflow), _) => inputs(workflow),
            (None, Some(action)) => {
                let names = action.inputs.iter().map(|input| input.name.value.to_ascii_lowercase());
                Type::with_others(names.map(|name| (name, Type::String)).collect(), Type::Any)
            }
            (None, None) => Type::map(Type::Any),
        })
    }

    /// Tells whether an input is declared, whatever the name's case.
    pub fn has_input(&self, name: &str) -> bool {
        let Type::Object(Object::Listed(properties)) = self.inputs() else { return false };
        properties.named.contains_key(&name.to_ascii_lowercase())
    }

    fn github(&self) -> &Type {
        self.github.get_or_init(|| {
            let mut named = known(Context::Github);
            named.insert("event".to_owned(), self.event().clone());
            Type::closed(named)
        })
    }

    fn event(&self) -> &Type {
        self.event.get_or_init(|| {
            let payload = self.file.workflow().and_then(payload);
            payload.map_or_else(|| Type::map(Type::Any), |shapes| Type::Object(Object::Payload(shapes.into())))
        })
    }

    /// Returns the events that start the workflow.
    pub(super) fn started_by(&self) -> Vec<Event> {
        let triggers = self.file.workflow().map(|workflow| workflow.triggers.as_slice()).unwrap_or_default();
        triggers.iter().filter_map(|trigger| trigger.event).collect()
    }

    /// Tells whether `github.event` has a property of its own, or may have it where nothing is known of it.
    pub(super) fn event_has(&self, name: &str) -> bool {
        if let Type::Object(Object::Payload(shapes)) = self.event() {
            shapes.iter().any(|shape| shape.property(name).is_some())
        } else {
            payloads::is_sent(&[name])
        }
    }

    /// Says by which events the workflow starts, as the end of "there is no such property".
    pub(super) fn events(&self) -> String {
        let triggers = self.file.workflow().map(|workflow| workflow.triggers.as_slice()).unwrap_or_default();
        let names: Vec<&str> = triggers.iter().map(|trigger| trigger.name.as_str()).collect();
        match names.as_slice() {
            [] => String::new(),
            [name] => format!(" on `{name}`"),
            _ => format!(" on any of {}", names.join(", ")),
        }
    }

    /// Returns the type of a text with expressions that stand outside jobs, or in a job's matrix.
    fn of_text(&self, text: &Text) -> Type {
        let value = text.value.as_str();
        let fences = fences(value);
        let [fence] = fences.as_slice() else { return Type::String };
        if fence.outer != (0..value.len()) {
            return Type::String;
        }
        let inner = fence.inner.clone().and_then(|inner| value.get(inner)).filter(|inner| !is_too_long(inner));
        match inner.map(Expr::parse) {
            Some(Ok(expression)) => of_expression(&expression, self),
            Some(Err(_)) | None => Type::Any,
        }
    }

    /// Returns the type of `matrix` in a job, with the keys that are certain.
    fn matrix(&self, job: &Job) -> Type {
        let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) else {
            return Type::Any;
        };
        if !matches!(matrix.node.value, Value::Mapping(_)) || !matrix.include.as_ref().is_none_or(is_list_of_mappings) {
            return Type::Any;
        }
        let computed = |text: &Text| self.of_text(text);
        let mut found: BTreeMap<String, Type> = BTreeMap::new();
        for (name, values) in &matrix.rows {
            let whole = Type::of_node(values, &computed);
            let kind = if let Type::Array(item) = whole { (*item).clone() } else { Type::Any };
            found.insert(name.value.to_ascii_lowercase(), kind);
        }
        for entry in matrix.include.iter().flat_map(Node::items).flat_map(Node::entries) {
            let name = entry.key.value.to_ascii_lowercase();
            let kind = Type::of_node(&entry.value, &computed);
            let both = match found.remove(&name) {
                Some(known) => known.or(kind),
                None => kind,
            };
            found.insert(name, both);
        }
        Type::with_others(found, Type::Any)
    }
}

fn is_list_of_mappings(node: &Node) -> bool {
    matches!(&node.value, Value::Sequence(items) if items.iter().all(has_plain_keys))
}

/// Tells whether a node is a mapping whose keys are all written out.
fn has_plain_keys(node: &Node) -> bool {
    matches!(&node.value, Value::Mapping(entries) if !entries.iter().any(|entry| entry.key.opens_expression()))
}

/// Returns the type of `inputs`. One that is declared twice has a type only if both agree.
fn inputs(workflow: &Workflow) -> Type {
    let mut found: BTreeMap<String, Type> = BTreeMap::new();
    for input in [Event::WorkflowDispatch, Event::WorkflowCall].into_iter().flat_map(|event| workflow.inputs(event)) {
        let name = input.name.value.to_ascii_lowercase();
        let kind = of_input(&input);
        let both = match found.remove(&name) {
            Some(known) => known.or(kind),
            None => kind,
        };
        found.insert(name, both);
    }
    Type::with_others(found, Type::Any)
}

fn of_input(input: &Input<'_>) -> Type {
    match input.kind() {
        Some("boolean") => Type::Boolean,
        Some("number") => Type::Number,
        Some("string" | "choice" | "environment") => Type::String,
        Some(_) | None => Type::Any,
    }
}

/// Returns what `github.event` may be, unless something starts the workflow whose payload is not
/// known.
fn payload(workflow: &Workflow) -> Option<Vec<Shape>> {
    let of = |trigger: &Trigger| {
        let types = trigger.filter("types");
        let event = trigger.event.filter(|_| !types.iter().any(Text::opens_expression))?;
        payloads::of(event, &types.iter().map(Text::as_str).collect::<Vec<_>>())
    };
    let of_triggers: Vec<Vec<Shape>> = workflow.triggers.iter().map(of).collect::<Option<_>>()?;
    let mut shapes = of_triggers.concat();
    shapes.sort_unstable();
    shapes.dedup();
    (!shapes.is_empty()).then_some(shapes)
}

/// Returns the type of `job` in a job.
fn of_job(job: &Job) -> Type {
    let services = job.node.get("services");
    let are_known = services.is_none_or(|services| services.is_null() || has_plain_keys(services));
    let names = job.services.iter().map(|(name, _)| (name.value.to_ascii_lowercase(), SERVICE.clone()));
    job_with(Properties { named: names.collect(), others: (!are_known).then(|| SERVICE.clone()) })
}

fn job_with(services: Properties) -> Type {
    let mut named = known(Context::Job);
    named.insert("container".to_owned(), Type::closed(strings(&["id", "network"])));
    named.insert("services".to_owned(), services.into());
    Type::closed(named)
}

static TEXTS: LazyLock<Type> = LazyLock::new(|| Type::map(Type::String));
static RUNNER: LazyLock<Type> = LazyLock::new(|| Type::closed(known(Context::Runner)));
static STRATEGY: LazyLock<Type> = LazyLock::new(|| Type::closed(known(Context::Strategy)));
static JOBS: LazyLock<Type> = LazyLock::new(|| with_outputs(&["result"]));
static STEPS: LazyLock<Type> = LazyLock::new(|| with_outputs(&["conclusion", "outcome"]));
static ANY_JOB: LazyLock<Type> =
    LazyLock::new(|| job_with(Properties { named: BTreeMap::new(), others: Some(SERVICE.clone()) }));
static SERVICE: LazyLock<Type> = LazyLock::new(|| {
    let mut named = strings(&["id", "network"]);
    named.insert("ports".to_owned(), Type::map(Type::Any));
    Type::closed(named)
});

/// Returns the type of `needs`, `jobs` or `steps`: outputs are texts.
fn with_outputs(texts: &[&str]) -> Type {
    let mut named = strings(texts);
    named.insert("outputs".to_owned(), TEXTS.clone());
    Type::map(Type::with_others(named, Type::Any))
}

fn strings(names: &[&str]) -> BTreeMap<String, Type> {
    names.iter().map(|name| ((*name).to_owned(), Type::String)).collect()
}

/// Returns the properties that a context has in every workflow.
fn known(context: Context) -> BTreeMap<String, Type> {
    let properties = context.properties().unwrap_or_default().iter();
    properties.map(|(name, kind)| ((*name).to_owned(), Type::of_kind(*kind))).collect()
}
