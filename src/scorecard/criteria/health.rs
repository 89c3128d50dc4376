//! Whether containers say that they are healthy.

use super::images::of_stages;
use super::infrastructure::probes;
use crate::model::repository::name_of;
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::Node;
use crate::scorecard::evidence::{at, file, missing, partial, share};
use crate::scorecard::facts::Facts;
use crate::scorecard::files::{Service, Setting};
use crate::scorecard::own_images::without_tag;

pub(super) fn health_probes(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad): (Vec<Evidence>, Vec<Evidence>) = (Vec::new(), Vec::new());
    for workload in facts.files.workloads() {
        for container in workload.containers() {
            let place = at(workload.path, workload.file.position(container.span.start), "a container's probes");
            match probes(container) {
                Setting::Set => good.push(place),
                Setting::Unset => bad.push(Evidence { seen: "a container without both probes".to_owned(), ..place }),
                Setting::Unknown => {}
            }
        }
    }
    if good.is_empty() && bad.is_empty() {
        good.extend(facts.line_in(|path| path.contains("templates/"), &["readinessprobe:"]));
    }
    let (healthy, blind) = services(facts);
    let composed = !healthy.is_empty() || !blind.is_empty();
    let images = facts.files.dockerfiles.iter().flat_map(|image| of_stages(facts, image));
    let own = images.filter_map(|image| Some((image.path, image.health_check?))).min();
    let own = own.map(|(path, position)| at(path, position, "HEALTHCHECK"));
    good.extend(healthy);
    // A service of an image that is made here has the check of its Dockerfile.
    let (excused, blind): (Vec<_>, Vec<_>) = blind.into_iter().partition(|(_, is_own)| *is_own && own.is_some());
    good.extend(own.filter(|_| !excused.is_empty()));
    bad.extend(blind.into_iter().map(|(place, _)| place));
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
        let hosts = facts.line_in(|path| name_of(path) == "program.cs", &[".withhttphealthcheck("]);
        if let Some(seen) = hosts {
            return partial(
                "the application's host asks whether services are healthy, but no container is asked",
                vec![seen],
            );
        }
        return missing(
            "no health probe was found",
            &["HEALTHCHECK in Dockerfiles, `healthcheck` in Compose, liveness and readiness probes"],
        );
    }
    share(&good, &bad, "containers say whether they are healthy")
}

/// Returns Compose's services with a health check, and those without: each with whether its image
/// is built here, by Compose or by CI.
fn services(facts: &Facts<'_>) -> (Vec<Evidence>, Vec<(Evidence, bool)>) {
    let (mut healthy, mut blind) = (Vec::new(), Vec::new());
    let services = facts.files.services();
    let own = facts.own_images();
    let is_own = |service: &Service<'_>| {
        let image = service.get("image").and_then(|(_, image)| image.text());
        service.has("build") || image.is_some_and(|image| own.contains(without_tag(&image.value)))
    };
    // What others wait for until it has ended runs once.
    let ends = |name: &str| {
        services.iter().filter_map(|service| service.get("depends_on")).any(|(_, needs)| {
            let condition = needs.get(name).and_then(|need| need.get("condition")).and_then(Node::text);
            condition.is_some_and(|text| text.value == "service_completed_successfully")
        })
    };
    for service in &services {
        let name = &service.key.value;
        let place = |path: &str, offset, seen: String| at(path, facts.repository.position(path, offset), seen);
        let check = service
            .get("healthcheck")
            .filter(|(_, check)| check.get("disable").and_then(Node::text).is_none_or(|value| value.value != "true"));
        // What runs once and ends cannot be healthy or not.
        let restart = service.get("restart").and_then(|(_, node)| node.text());
        let once = restart.is_some_and(|text| text.value == "no") || service.has("profiles") || ends(name);
        if let Some((path, check)) = check {
            healthy.push(place(path, check.span.start, format!("healthcheck of `{name}`")));
        } else if !once {
            let seen = format!("service `{name}` without a health check");
            blind.push((place(service.path, service.key.span.start, seen), is_own(service)));
        }
    }
    (healthy, blind)
}
