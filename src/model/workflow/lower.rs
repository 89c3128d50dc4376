//! From YAML nodes to the model, leaving out what has the wrong shape.

use super::{
    Action, ActionInput, Concurrency, Container, Control, Event, Job, Matrix, Permissions, Runs, RunsOn, Script,
    Snapshot, Step, StepKind, Strategy, Trigger, Workflow,
};
use crate::model::yaml::{Entry, Node, Text, Value};

pub(super) fn workflow(node: Node) -> Workflow {
    // A bare `on` is a string in YAML 1.2 and a boolean in 1.1; quoted or not, GitHub takes it.
    let on = node.entry("on").or_else(|| node.entry("true"));
    Workflow {
        name: text(&node, "name"),
        on: on.map(|entry| entry.key.span),
        triggers: on.map(|entry| triggers(&entry.value)).unwrap_or_default(),
        permissions: node.entry("permissions").map(permissions),
        env: pairs(&node, "env"),
        default_shell: default_shell(&node),
        concurrency: node.entry("concurrency").map(concurrency),
        jobs: node.get("jobs").map(|jobs| jobs.entries().iter().map(job).collect()).unwrap_or_default(),
        node,
    }
}

pub(super) fn action(node: Node) -> Action {
    let runs = node.get("runs");
    let using = runs.and_then(|runs| text(runs, "using"));
    let kind = match (runs, using.as_ref().map(Text::as_str)) {
        (Some(runs), Some("composite")) => {
            Runs::Composite(runs.get("steps").map(|steps| steps.items().iter().map(step).collect()).unwrap_or_default())
        }
        (Some(runs), Some("docker")) => Runs::Docker { image: text(runs, "image"), env: pairs(runs, "env") },
        _ => Runs::Other,
    };
    let entries = |key: &str| node.get(key).map(Node::entries).unwrap_or_default();
    Action {
        name: text(&node, "name"),
        description: text(&node, "description"),
        inputs: entries("inputs").iter().map(action_input).collect(),
        outputs: entries("outputs").iter().map(|entry| (entry.key.clone(), text(&entry.value, "value"))).collect(),
        using,
        runs: kind,
        node,
    }
}

fn action_input(entry: &Entry) -> ActionInput {
    ActionInput {
        name: entry.key.clone(),
        required: text(&entry.value, "required").is_some_and(|required| required.value.eq_ignore_ascii_case("true")),
        default: text(&entry.value, "default"),
        deprecation: deprecation(&entry.value),
    }
}

/// Reads why an input is deprecated; without a reason it is all the same.
fn deprecation(input: &Node) -> Option<Text> {
    match &input.get("deprecationMessage")?.value {
        Value::Scalar(reason) => Some(reason.clone()),
        Value::Sequence(_) | Value::Mapping(_) => None,
    }
}

fn text(node: &Node, key: &str) -> Option<Text> {
    node.get(key).and_then(Node::text).cloned()
}

fn pairs(node: &Node, key: &str) -> Vec<super::Pair> {
    node.get(key).map(Node::pairs).unwrap_or_default()
}

fn default_shell(node: &Node) -> Option<Text> {
    node.get("defaults").and_then(|defaults| defaults.get("run")).and_then(|run| text(run, "shell"))
}

fn triggers(on: &Node) -> Vec<Trigger> {
    let bare = |name: Text| Trigger { event: Event::named(&name.value), name, node: None };
    match &on.value {
        Value::Scalar(_) | Value::Sequence(_) => on.texts().into_iter().map(bare).collect(),
        Value::Mapping(entries) => {
            entries.iter().map(|entry| Trigger { node: Some(entry.value.clone()), ..bare(entry.key.clone()) }).collect()
        }
    }
}

fn permissions(entry: &Entry) -> Permissions {
    Permissions { key: entry.key.span, shorthand: entry.value.text().cloned(), scopes: entry.value.pairs() }
}

fn concurrency(entry: &Entry) -> Concurrency {
    let node = &entry.value;
    Concurrency {
        key: entry.key.span,
        group: node.text().cloned().or_else(|| text(node, "group")),
        cancel_in_progress: text(node, "cancel-in-progress"),
        queue: text(node, "queue"),
    }
}

fn job(entry: &Entry) -> Job {
    let node = entry.value.clone();
    let steps = node.get("steps").map(|steps| steps.items().iter().map(step).collect()).unwrap_or_default();
    let services = node.get("services").map(Node::entries).unwrap_or_default();
    let environment = node.get("environment");
    Job {
        id: entry.key.clone(),
        name: text(&node, "name"),
        needs: node.get("needs").map(Node::texts).unwrap_or_default(),
        condition: text(&node, "if"),
        runs_on: node.get("runs-on").map(runs_on),
        permissions: node.entry("permissions").map(permissions),
        environment: environment.and_then(|named| named.text().cloned().or_else(|| text(named, "name"))),
        concurrency: node.entry("concurrency").map(concurrency),
        outputs: pairs(&node, "outputs"),
        env: pairs(&node, "env"),
        default_shell: default_shell(&node),
        timeout: text(&node, "timeout-minutes"),
        continue_on_error: text(&node, "continue-on-error"),
        strategy: node.get("strategy").map(strategy),
        container: node.get("container").map(container),
        snapshot: node.get("snapshot").map(snapshot),
        services: services.iter().map(|service| (service.key.clone(), container(&service.value))).collect(),
        steps,
        uses: text(&node, "uses"),
        with: pairs(&node, "with"),
        secrets: node.get("secrets").cloned(),
        node,
    }
}

fn runs_on(node: &Node) -> RunsOn {
    let labels = match &node.value {
        Value::Mapping(_) => node.get("labels").map(Node::texts).unwrap_or_default(),
        Value::Scalar(_) | Value::Sequence(_) => node.texts(),
    };
    RunsOn { span: node.place(), labels, group: text(node, "group") }
}

fn strategy(node: &Node) -> Strategy {
    Strategy {
        matrix: node.get("matrix").map(matrix),
        fail_fast: text(node, "fail-fast"),
        max_parallel: text(node, "max-parallel"),
    }
}

fn matrix(node: &Node) -> Matrix {
    let is_row = |entry: &&Entry| !matches!(entry.key.as_str(), "include" | "exclude");
    Matrix {
        rows: node.entries().iter().filter(is_row).map(|entry| (entry.key.clone(), entry.value.clone())).collect(),
        include: node.get("include").cloned(),
        exclude: node.get("exclude").cloned(),
        node: node.clone(),
    }
}

fn container(node: &Node) -> Container {
    Container { image: node.text().cloned().or_else(|| text(node, "image")), node: node.clone() }
}

fn control(node: &Node) -> Option<Control> {
    if let Some(wait) = node.get("wait") {
        return Some(Control::Wait(wait.texts()));
    }
    if node.get("wait-all").is_some() {
        return Some(Control::WaitAll);
    }
    text(node, "cancel").map(Control::Cancel)
}

fn snapshot(node: &Node) -> Snapshot {
    Snapshot {
        image_name: node.text().cloned().or_else(|| text(node, "image-name")),
        version: text(node, "version"),
        condition: text(node, "if"),
    }
}

fn step(node: &Node) -> Step {
    let kind = if let Some(run) = text(node, "run") {
        StepKind::Run(Script {
            text: run,
            shell: text(node, "shell"),
            working_directory: text(node, "working-directory"),
        })
    } else if let Some(uses) = text(node, "uses") {
        StepKind::Uses { uses, with: pairs(node, "with") }
    } else if let Some(parallel) = node.get("parallel") {
        StepKind::Parallel(parallel.items().iter().map(step).collect())
    } else {
        StepKind::Other
    };
    Step {
        background: text(node, "background"),
        control: control(node),
        id: text(node, "id"),
        name: text(node, "name"),
        condition: text(node, "if"),
        env: pairs(node, "env"),
        continue_on_error: text(node, "continue-on-error"),
        timeout: text(node, "timeout-minutes"),
        kind,
        node: node.clone(),
    }
}
