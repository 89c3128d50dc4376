//! What the cloud keeps and does by itself, as code: Terraform's state, and scaling.

use crate::detectors::purpose::is_for_tests;
use crate::model::repository::has_ending;
use crate::model::scorecard::{Evidence, Verdict};
use crate::scorecard::evidence::{at, missing, not_applicable, partial, present};
use crate::scorecard::facts::Facts;

fn is_own_terraform(path: &str) -> bool {
    has_ending(path, &["tf", "tofu"]) && !is_for_tests(path)
}

pub(super) fn remote_state(facts: &Facts<'_>) -> Verdict {
    let is_terraform = |path: &str| has_ending(path, &["tf", "tofu", "hcl"]) && !is_for_tests(path);
    if !facts.repository.paths.iter().any(|path| is_terraform(path)) {
        return not_applicable("Terraform is not used");
    }
    let Some(backend) = facts.line_in(is_terraform, &["backend \"", "cloud {", "remote_state {"]) else {
        return missing("Terraform's state has no remote backend", &["`backend` or `cloud` in *.tf"]);
    };
    let locks_by_itself = !backend.seen.contains("\"s3\"") && !backend.seen.contains("\"local\"");
    let lock = facts.line_in(is_terraform, &["use_lockfile = true", "use_lockfile   = true", "dynamodb_table"]);
    match (backend.seen.contains("\"local\""), locks_by_itself, lock) {
        (true, ..) => Verdict { evidence: vec![backend], ..missing("the state is local", &["a remote backend"]) },
        (_, true, _) => present("the state is remote, and the backend locks", vec![backend]),
        (_, _, Some(lock)) => present("the state is remote and locked", vec![backend, lock]),
        (_, _, None) => partial("the state is remote, but not locked", vec![backend]),
    }
}

pub(super) fn autoscaling(facts: &Facts<'_>) -> Verdict {
    let objects = facts.files.of_kind(&["HorizontalPodAutoscaler", "VerticalPodAutoscaler", "ScaledObject"]);
    if let Some(object) = objects.first() {
        return present(
            "scaling is described",
            vec![at(object.path, object.position(), format!("kind: {}", object.kind))],
        );
    }
    let in_code = facts.line_in(
        is_own_terraform,
        &["aws_appautoscaling", "aws_autoscaling", "google_compute_autoscaler", "azurerm_monitor_autoscale"],
    );
    let of_nodes = || nodes_that_scale(facts);
    let in_chart =
        facts.line_in(|path| path.contains("templates/"), &["kind: horizontalpodautoscaler", "kind: scaledobject"]);
    let min_machines = facts.line_in(
        |path| path.ends_with("fly.toml") || path.ends_with("app.yaml"),
        &["min_machines_running", "automatic_scaling"],
    );
    match in_code.or(in_chart).or(min_machines).or_else(of_nodes) {
        Some(evidence) => present("scaling is described", vec![evidence]),
        None => missing(
            "no scaling was found",
            &[
                "HorizontalPodAutoscaler, VerticalPodAutoscaler, ScaledObject, autoscaling resources and node pools that scale in *.tf",
            ],
        ),
    }
}

/// Finds where Terraform has a cluster add and remove nodes: a block that says between which numbers, or a switch.
fn nodes_that_scale(facts: &Facts<'_>) -> Option<Evidence> {
    let scales = |line: &str| {
        let parts: Vec<&str> = line.split(['=', ' ', '\t']).filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["autoscaling" | "cluster_autoscaling" | "auto_scaler_profile", "{", ..] => true,
            ["enable_autopilot" | "enable_auto_scaling" | "auto_scaling_enabled", value, ..] => *value == "true",
            _ => false,
        }
    };
    facts.line_that(is_own_terraform, |_, line| scales(line))
}
