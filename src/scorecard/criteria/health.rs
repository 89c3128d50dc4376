//! Whether containers say that they are healthy.

use std::collections::BTreeMap;

use super::infrastructure::probes;
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::Node;
use crate::scorecard::evidence::{at, file, missing, share};
use crate::scorecard::facts::Facts;

pub(super) fn health_probes(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad): (Vec<Evidence>, Vec<Evidence>) = (Vec::new(), Vec::new());
    for workload in facts.files.workloads() {
        for container in workload.containers() {
            let place = at(workload.path, workload.file.position(container.span.start), "a container's probes");
            if probes(container) {
                good.push(place);
            } else {
                bad.push(Evidence { seen: "a container without both probes".to_owned(), ..place });
            }
        }
    }
    let charts = facts.line_in(|path| path.contains("templates/"), &["readinessprobe:"]);
    good.extend(charts);
    let (healthy, blind) = services(facts);
    let composed = !healthy.is_empty() || !blind.is_empty();
    let checks_itself = facts.files.dockerfiles.iter().any(|image| image.health_check.is_some());
    good.extend(healthy);
    bad.extend(blind.into_iter().filter(|(_, builds)| !(*builds && checks_itself)).map(|(place, _)| place));
    // Kubernetes does not read HEALTHCHECK, so a Dockerfile counts only without it.
    if facts.files.workloads().next().is_none() && !composed && good.is_empty() {
        for image in &facts.files.dockerfiles {
            match image.health_check {
                Some(position) => good.push(at(image.path, position, "HEALTHCHECK")),
                None => bad.push(file(image.path, "no HEALTHCHECK")),
            }
        }
    }
    if good.is_empty() && bad.is_empty() {
        return missing(
            "no health probe was found",
            &["HEALTHCHECK in Dockerfiles, `healthcheck` in Compose, liveness and readiness probes"],
        );
    }
    share(&good, &bad, "containers say whether they are healthy")
}

/// Returns Compose's services with a health check, and those without: each with whether its image
/// is built here. A service that several files describe has one if any of them says so.
fn services(facts: &Facts<'_>) -> (Vec<Evidence>, Vec<(Evidence, bool)>) {
    let mut found: BTreeMap<&str, (Evidence, bool, bool)> = BTreeMap::new();
    for (path, node) in &facts.files.compose {
        for service in node.get("services").map(Node::entries).unwrap_or_default() {
            let has = |key: &str| service.value.get(key).is_some();
            let healthy = service.value.get("healthcheck").is_some_and(|check| {
                check.get("disable").and_then(Node::text).is_none_or(|value| value.value != "true")
            });
            // What runs once and ends cannot be healthy or not.
            let once = service.value.get("restart").and_then(Node::text).is_some_and(|text| text.value == "no")
                || has("profiles");
            let place = |seen: String| at(path, facts.repository.position(path, service.key.span.start), seen);
            let name = service.key.value.as_str();
            if healthy {
                found.insert(name, (place(format!("healthcheck of `{name}`")), true, false));
            } else if !once {
                let blind = place(format!("service `{name}` without a health check"));
                found.entry(name).or_insert((blind, false, has("build")));
            }
        }
    }
    let (healthy, blind): (Vec<_>, Vec<_>) = found.into_values().partition(|(_, healthy, _)| *healthy);
    let blind = blind.into_iter().map(|(place, _, builds)| (place, builds)).collect();
    (healthy.into_iter().map(|(place, ..)| place).collect(), blind)
}
