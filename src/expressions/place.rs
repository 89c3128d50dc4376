//! From the path of a scalar to what its key allows.

use crate::knowledge::contexts::Key;
use crate::model::source_file::Kind;

/// Returns what the key at a path allows. The path holds the names of the keys from the top, with
/// `-` for an item of a list.
pub(super) fn key(kind: Kind, path: &[&str]) -> Key {
    match kind {
        Kind::Workflow => in_workflow(path),
        Kind::Action => in_action(path),
        Kind::Dependabot | Kind::PreCommit => Key::Other,
    }
}

fn in_workflow(path: &[&str]) -> Key {
    match path {
        ["run-name"] => Key::RunName,
        ["concurrency", ..] => Key::WorkflowConcurrency,
        ["env", ..] => Key::WorkflowEnv,
        ["on", "workflow_call", "inputs", _, "default"] => Key::CallInputDefault,
        ["on", "workflow_call", "outputs", _, "value"] => Key::CallOutput,
        ["jobs", _, rest @ ..] => in_job(rest),
        _ => Key::Other,
    }
}

fn in_job(path: &[&str]) -> Key {
    match path {
        ["if"] => Key::JobIf,
        ["snapshot", "if"] => Key::SnapshotIf,
        ["strategy", ..] => Key::Strategy,
        ["defaults", "run", ..] => Key::JobDefaults,
        ["env", ..] => Key::JobEnv,
        ["environment", "url"] => Key::EnvironmentUrl,
        ["outputs", ..] => Key::JobOutput,
        ["secrets", ..] => Key::CallSecrets,
        ["container", rest @ ..] | ["services", _, rest @ ..] => in_container(rest),
        [
            "name"
            | "runs-on"
            | "environment"
            | "services"
            | "concurrency"
            | "timeout-minutes"
            | "cancel-timeout-minutes"
            | "continue-on-error"
            | "snapshot"
            | "with",
            ..,
        ] => Key::JobSetting,
        ["steps", "-", rest @ ..] => in_step(rest),
        _ => Key::Other,
    }
}

fn in_container(path: &[&str]) -> Key {
    match path {
        ["credentials", ..] => Key::ContainerCredentials,
        ["env", _, ..] => Key::ContainerEnv,
        _ => Key::JobSetting,
    }
}

fn in_step(path: &[&str]) -> Key {
    match path {
        ["parallel", "-", rest @ ..] => in_step(rest),
        ["if"] => Key::StepIf,
        ["continue-on-error" | "env" | "name" | "run" | "timeout-minutes" | "with" | "working-directory", ..] => {
            Key::Step
        }
        _ => Key::Other,
    }
}

fn in_action(path: &[&str]) -> Key {
    match path {
        ["inputs", _, "default"] => Key::ActionInputDefault,
        ["outputs", _, "value"] => Key::ActionOutput,
        ["runs", "args" | "env", ..] => Key::ActionContainer,
        ["runs", "pre-if" | "post-if"] => Key::ActionRunsIf,
        ["runs", "steps", "-", "if"] => Key::ActionStepIf,
        [
            "runs",
            "steps",
            "-",
            "continue-on-error" | "env" | "name" | "run" | "with" | "working-directory" | "shell",
            ..,
        ] => Key::ActionStep,
        _ => Key::Other,
    }
}
