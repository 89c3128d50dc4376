//! The contexts of `${{ … }}`: which there are, what they hold, and where each can be used
//! (<https://docs.github.com/actions/reference/workflows-and-actions/contexts>, read 2026-11).

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

    /// Returns the properties of a context whose properties are the same in every workflow.
    pub fn properties(self) -> Option<&'static [&'static str]> {
        match self {
            Github => Some(GITHUB),
            Runner => Some(RUNNER),
            Job => Some(JOB),
            Strategy => Some(STRATEGY),
            Env | Inputs | Jobs | Matrix | Needs | Secrets | Steps | Vars => None,
        }
    }
}

const GITHUB: &[&str] = &[
    "action",
    "action_path",
    "action_ref",
    "action_repository",
    "action_status",
    "actor",
    "actor_id",
    "api_url",
    "artifact_cache_size_limit",
    "base_ref",
    "env",
    "event",
    "event_name",
    "event_path",
    "graphql_url",
    "head_ref",
    "job",
    "job_workflow_sha",
    "output",
    "path",
    "ref",
    "ref_name",
    "ref_protected",
    "ref_type",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "repository_visibility",
    "repositoryurl",
    "retention_days",
    "run_attempt",
    "run_id",
    "run_number",
    "secret_source",
    "server_url",
    "sha",
    "state",
    "step_summary",
    "token",
    "triggering_actor",
    "workflow",
    "workflow_ref",
    "workflow_sha",
    "workspace",
];

const RUNNER: &[&str] = &["arch", "debug", "environment", "name", "os", "temp", "tool_cache", "workspace"];

const JOB: &[&str] = &[
    "check_run_id",
    "container",
    "services",
    "status",
    "workflow_file_path",
    "workflow_ref",
    "workflow_repository",
    "workflow_sha",
];

const STRATEGY: &[&str] = &["fail-fast", "job-index", "job-total", "max-parallel"];

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
    /// `args` and `env` of a container action.
    ActionContainer,
    /// `pre-if` and `post-if` of an action.
    ActionHook,
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
            Self::ActionHook => &[Env, Github, Inputs, Job, Matrix, Runner, Strategy],
            Self::Other => return None,
        })
    }

    /// Tells whether the value is a condition, which is an expression without `${{ }}` too.
    pub fn is_condition(self) -> bool {
        self.takes_status() || self == Self::SnapshotIf
    }

    /// Tells whether `always()`, `success()` and the like can be called.
    pub fn takes_status(self) -> bool {
        matches!(self, Self::JobIf | Self::StepIf | Self::ActionStepIf | Self::ActionHook)
    }

    /// Tells whether `hashFiles()` can be called.
    pub fn takes_files(self) -> bool {
        let in_steps = matches!(self, Self::StepIf | Self::Step | Self::ActionStepIf | Self::ActionStep);
        in_steps || matches!(self, Self::ActionOutput | Self::ActionInputDefault | Self::ActionHook)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_properties_are_in_order() {
        assert!(Context::ALL.iter().map(|context| context.name()).is_sorted());
        for properties in Context::ALL.iter().filter_map(|context| context.properties()) {
            assert!(properties.is_sorted(), "{properties:?}");
        }
    }

    #[test]
    fn secrets_are_not_for_conditions() {
        assert_eq!(Context::named("SECRETS"), Some(Secrets));
        assert!(!Key::StepIf.contexts().unwrap().contains(&Secrets));
        assert!(Key::Step.contexts().unwrap().contains(&Secrets));
        assert!(Key::JobIf.takes_status() && !Key::JobIf.takes_files());
    }
}
