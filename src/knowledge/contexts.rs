//! The contexts of `${{ … }}`: which there are, what they hold, and where each can be used
//! (<https://docs.github.com/actions/reference/workflows-and-actions/contexts>, read 2026-11).

use super::payloads::Kind;
use crate::model::workflow::Event;

use Context::{Env, Github, Inputs, Job, Jobs, Matrix, Needs, Runner, Secrets, Steps, Strategy, Vars};

macro_rules! contexts {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// A context.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the variants are GitHub's own names")]
        pub enum Context { $($variant),+ }

        impl Context {
            /// All contexts.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns GitHub's name for the context.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

contexts! {
    Env = "env",
    Github = "github",
    Inputs = "inputs",
    Job = "job",
    Jobs = "jobs",
    Matrix = "matrix",
    Needs = "needs",
    Runner = "runner",
    Secrets = "secrets",
    Steps = "steps",
    Strategy = "strategy",
    Vars = "vars",
}

impl Context {
    /// Finds a context by its name, whatever the case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|context| context.name().eq_ignore_ascii_case(name))
    }

    /// Returns the properties of a context whose properties are the same in every workflow, and
    /// what they hold.
    pub fn properties(self) -> Option<&'static [(&'static str, Kind)]> {
        match self {
            Github => Some(GITHUB),
            Runner => Some(RUNNER),
            Job => Some(JOB),
            Strategy => Some(STRATEGY),
            Env | Inputs | Jobs | Matrix | Needs | Secrets | Steps | Vars => None,
        }
    }
}

/// Returns all that a value can be, besides empty, where GitHub has a list; `path` holds the parts of its name in
/// lower case (<https://docs.github.com/actions/reference/workflows-and-actions/contexts>, read 2026-11).
pub fn values(path: &[&str]) -> Option<Vec<&'static str>> {
    let known: &[&str] = match path {
        // In a called workflow it is the event that started the caller.
        ["github", "event_name"] => {
            let events = Event::ALL.iter().filter(|event| **event != Event::WorkflowCall);
            return Some(events.map(|event| event.name()).chain(["dynamic"]).collect());
        }
        ["github", "ref_type"] => &["branch", "tag"],
        ["github", "repository_visibility"] => &["internal", "private", "public"],
        ["job", "status"] => &["cancelled", "failure", "success"],
        ["needs" | "jobs", _, "result"] | ["steps", _, "conclusion" | "outcome"] => {
            &["cancelled", "failure", "skipped", "success"]
        }
        ["runner", "arch"] => &["ARM", "ARM64", "X64", "X86"],
        ["runner", "environment"] => &["github-hosted", "self-hosted"],
        ["runner", "os"] => &["Linux", "Windows", "macOS"],
        _ => return None,
    };
    Some(known.to_vec())
}

const GITHUB: &[(&str, Kind)] = &[
    ("action", Kind::String),
    ("action_path", Kind::String),
    ("action_ref", Kind::String),
    ("action_repository", Kind::String),
    ("action_status", Kind::String),
    ("actor", Kind::String),
    ("actor_id", Kind::String),
    ("api_url", Kind::String),
    ("artifact_cache_size_limit", Kind::Any),
    ("base_ref", Kind::String),
    ("env", Kind::String),
    ("event", Kind::Any),
    ("event_name", Kind::String),
    ("event_path", Kind::String),
    ("graphql_url", Kind::String),
    ("head_ref", Kind::String),
    ("job", Kind::String),
    ("job_workflow_sha", Kind::String),
    ("output", Kind::String),
    ("path", Kind::String),
    ("ref", Kind::String),
    ("ref_name", Kind::String),
    ("ref_protected", Kind::Boolean),
    ("ref_type", Kind::String),
    ("repository", Kind::String),
    ("repository_id", Kind::String),
    ("repository_owner", Kind::String),
    ("repository_owner_id", Kind::String),
    ("repository_visibility", Kind::String),
    ("repositoryurl", Kind::String),
    ("retention_days", Kind::String),
    ("run_attempt", Kind::String),
    ("run_id", Kind::String),
    ("run_number", Kind::String),
    ("secret_source", Kind::String),
    ("server_url", Kind::String),
    ("sha", Kind::String),
    ("state", Kind::String),
    ("step_summary", Kind::String),
    ("token", Kind::String),
    ("triggering_actor", Kind::String),
    ("workflow", Kind::String),
    ("workflow_ref", Kind::String),
    ("workflow_sha", Kind::String),
    ("workspace", Kind::String),
];

const RUNNER: &[(&str, Kind)] = &[
    ("arch", Kind::String),
    ("debug", Kind::String),
    ("environment", Kind::String),
    ("name", Kind::String),
    ("os", Kind::String),
    ("temp", Kind::String),
    ("tool_cache", Kind::String),
    ("workspace", Kind::String),
];

const JOB: &[(&str, Kind)] = &[
    ("check_run_id", Kind::Any),
    ("container", Kind::Any),
    ("services", Kind::Any),
    ("status", Kind::String),
    ("workflow_file_path", Kind::String),
    ("workflow_ref", Kind::String),
    ("workflow_repository", Kind::String),
    ("workflow_sha", Kind::String),
];

const STRATEGY: &[(&str, Kind)] = &[
    ("fail-fast", Kind::Boolean),
    ("job-index", Kind::Number),
    ("job-total", Kind::Number),
    ("max-parallel", Kind::Number),
];

/// The key whose value an expression stands in, as far as it decides what the expression may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// `run-name`.
    RunName,
    /// The workflow's `concurrency`.
    WorkflowConcurrency,
    /// The workflow's `env`.
    WorkflowEnv,
    /// `on.workflow_call.inputs.<id>.default`.
    CallInputDefault,
    /// `on.workflow_call.outputs.<id>.value`.
    CallOutput,
    /// A job's `name`, `runs-on`, `environment`, `container`, `services`, `concurrency`,
    /// `timeout-minutes`, `continue-on-error`, `snapshot`, and `with` of a called workflow.
    JobSetting,
    /// A job's `if`.
    JobIf,
    /// A job's `snapshot.if`.
    SnapshotIf,
    /// A job's `strategy`.
    Strategy,
    /// A job's `defaults.run`.
    JobDefaults,
    /// A job's `env`.
    JobEnv,
    /// A job's `environment.url`.
    EnvironmentUrl,
    /// A job's `outputs`.
    JobOutput,
    /// `secrets` handed to a called workflow.
    CallSecrets,
    /// `credentials` of a job container or a service.
    ContainerCredentials,
    /// `env` of a job container or a service.
    ContainerEnv,
    /// A step's `if`.
    StepIf,
    /// Any other key of a step.
    Step,
    /// A composite action's step's `if`.
    ActionStepIf,
    /// Any other key of a composite action's step.
    ActionStep,
    /// `value` of an action's output.
    ActionOutput,
    /// `default` of an action's input.
    ActionInputDefault,
    /// `args` and `env` of an action that runs in a container.
    ActionContainer,
    /// `pre-if` and `post-if` of an action.
    ActionRunsIf,
    /// A key that is not in GitHub's table.
    Other,
}

const OF_STEPS: &[Context] = &[Env, Github, Inputs, Job, Matrix, Needs, Runner, Secrets, Steps, Strategy, Vars];
const OF_STEP_CONDITIONS: &[Context] = &[Env, Github, Inputs, Job, Matrix, Needs, Runner, Steps, Strategy, Vars];
const OF_CONTAINER_ENV: &[Context] = &[Env, Github, Inputs, Job, Matrix, Needs, Runner, Secrets, Strategy, Vars];
const OF_JOBS: &[Context] = &[Github, Inputs, Matrix, Needs, Strategy, Vars];
const OF_ACTIONS: &[Context] = &[Env, Github, Inputs, Job, Matrix, Runner, Steps, Strategy];

impl Key {
    /// Returns the contexts that can be used, or `None` where that is not documented.
    pub fn contexts(self) -> Option<&'static [Context]> {
        Some(match self {
            Self::RunName | Self::WorkflowConcurrency | Self::CallInputDefault => &[Github, Inputs, Vars],
            Self::WorkflowEnv => &[Github, Inputs, Secrets, Vars],
            Self::CallOutput => &[Github, Inputs, Jobs, Vars],
            Self::JobSetting | Self::SnapshotIf => OF_JOBS,
            Self::JobIf | Self::Strategy => &[Github, Inputs, Needs, Vars],
            Self::JobDefaults => &[Env, Github, Inputs, Matrix, Needs, Strategy, Vars],
            Self::JobEnv | Self::CallSecrets => &[Github, Inputs, Matrix, Needs, Secrets, Strategy, Vars],
            Self::EnvironmentUrl | Self::StepIf => OF_STEP_CONDITIONS,
            Self::JobOutput | Self::Step => OF_STEPS,
            Self::ContainerCredentials => &[Env, Github, Inputs, Matrix, Needs, Secrets, Strategy, Vars],
            Self::ContainerEnv => OF_CONTAINER_ENV,
            Self::ActionStepIf | Self::ActionStep | Self::ActionOutput => OF_ACTIONS,
            Self::ActionInputDefault => &[Github, Job, Matrix, Runner, Strategy],
            Self::ActionContainer => &[Inputs],
            Self::ActionRunsIf => &[Env, Github, Inputs, Job, Matrix, Runner, Strategy],
            Self::Other => return None,
        })
    }

    /// Tells whether the value is a condition, which is an expression without `${{ }}` too.
    pub fn is_condition(self) -> bool {
        self.has_status() || self == Self::SnapshotIf
    }

    /// Tells whether `always()`, `success()` and the like can be called.
    pub fn has_status(self) -> bool {
        matches!(self, Self::JobIf | Self::StepIf | Self::ActionStepIf | Self::ActionRunsIf)
    }

    /// Tells whether `hashFiles()` can be called.
    pub fn has_files(self) -> bool {
        let of_steps = matches!(self, Self::StepIf | Self::Step | Self::ActionStepIf | Self::ActionStep);
        of_steps || matches!(self, Self::ActionInputDefault | Self::ActionRunsIf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::facts;

    #[test]
    fn names_and_properties_are_in_order() {
        assert!(Context::ALL.iter().map(|context| context.name()).is_sorted());
        for properties in Context::ALL.iter().filter_map(|context| context.properties()) {
            assert!(properties.is_sorted_by_key(|(name, _)| *name), "{properties:?}");
        }
    }

    #[test]
    fn secrets_are_not_for_conditions() {
        assert_eq!(Context::named("SECRETS"), Some(Secrets));
        assert!(!Key::StepIf.contexts().unwrap().contains(&Secrets));
        assert!(Key::Step.contexts().unwrap().contains(&Secrets));
        assert!(Key::JobIf.has_status() && !Key::JobIf.has_files());
    }

    /// GitHub's names for what its schemas say about each key; what stands inside a container is
    /// read with the container's contexts too.
    const DEFINITIONS: &[(&str, &str, Key)] = &[
        ("workflow", "run-name", Key::RunName),
        ("workflow", "workflow-concurrency", Key::WorkflowConcurrency),
        ("workflow", "workflow-env", Key::WorkflowEnv),
        ("workflow", "workflow-call-input-default", Key::CallInputDefault),
        ("workflow", "workflow-output-context", Key::CallOutput),
        ("workflow", "runs-on", Key::JobSetting),
        ("workflow", "container", Key::JobSetting),
        ("workflow", "services", Key::JobSetting),
        ("workflow", "job-concurrency", Key::JobSetting),
        ("workflow", "job-environment", Key::JobSetting),
        ("workflow", "scalar-needs-context", Key::JobSetting),
        ("workflow", "snapshot-if", Key::SnapshotIf),
        ("workflow", "job-if", Key::JobIf),
        ("workflow", "strategy", Key::Strategy),
        ("workflow", "job-defaults-run", Key::JobDefaults),
        ("workflow", "job-env", Key::JobEnv),
        ("workflow", "string-runner-context-no-secrets", Key::EnvironmentUrl),
        ("workflow", "string-runner-context", Key::JobOutput),
        ("workflow", "scalar-needs-context-with-secrets", Key::CallSecrets),
        ("workflow", "step-if", Key::StepIf),
        ("workflow", "step-env", Key::Step),
        ("action", "step-if", Key::ActionStepIf),
        ("action", "step-env", Key::ActionStep),
        ("action", "output-value", Key::ActionOutput),
        ("action", "input-default-context", Key::ActionInputDefault),
        ("action", "container-runs-env", Key::ActionContainer),
        ("action", "runs-if", Key::ActionRunsIf),
    ];

    #[test]
    fn contexts_and_functions_are_offered_as_githubs_schemas_say() {
        for (file, definition, key) in DEFINITIONS {
            let offered = facts::of(&format!("available {file} {definition}"));
            let offered: Vec<&str> = offered.iter().map(|word| word.split('(').next().unwrap()).collect();
            let has = |name: &str| offered.contains(&name);
            let ours = key.contexts().unwrap();
            for context in Context::ALL {
                assert_eq!(ours.contains(context), has(context.name()), "{definition}: {}", context.name());
            }
            assert_eq!((key.has_status(), key.has_files()), (has("always"), has("hashFiles")), "{definition}");
        }
        let known = facts::starting_with("available").len();
        assert_eq!(known, 49, "a definition came or went: is a key to be added?");
    }

    #[test]
    fn properties_are_those_that_github_describes() {
        for context in [Github, Job, Runner, Strategy] {
            let ours: Vec<&str> = context.properties().unwrap().iter().map(|(name, _)| *name).collect();
            for line in facts::starting_with(&format!("property {}", context.name())) {
                let name = line.last().unwrap();
                assert!(ours.contains(name), "{} lacks {name}", context.name());
            }
        }
    }
}
