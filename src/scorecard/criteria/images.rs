//! How images and the services made of them are hardened.

use crate::detectors::container_action::dockerfile;
use crate::model::place::Position;
use crate::model::scorecard::Verdict;
use crate::scorecard::dockerfiles::{Dockerfile, Leaves, dockerfile_up_to};
use crate::scorecard::evidence::{at, file, not_applicable, share};
use crate::scorecard::facts::Facts;
use crate::scorecard::files::is_dockerfile;

pub(super) fn non_root_images(facts: &Facts<'_>) -> Verdict {
    if facts.files.dockerfiles.is_empty() {
        return facts.files.without(
            is_dockerfile,
            "there is no Dockerfile",
            "Dockerfiles are there for tests or developers only",
        );
    }
    // GitHub's runner starts these as the user of the image and mounts files of another account: it
    // asks for root (docs.github.com, "Dockerfile support for GitHub Actions").
    let of_actions: Vec<String> = facts.repository.actions.values().filter_map(dockerfile).collect();
    let mut images: Vec<_> = facts.files.dockerfiles.iter().collect();
    images.retain(|image| !of_actions.iter().any(|path| path == image.path));
    let only_copied = facts.only_copied_from();
    let images = images.into_iter().filter(|image| !only_copied.contains(image.path));
    let images: Vec<_> = images.collect();
    if images.is_empty() {
        return not_applicable("every image is an action's, which GitHub's runner asks to run as root");
    }
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let stages = images.into_iter().flat_map(|image| of_stages(facts, image));
    for image in stages {
        let last = image.last_stage.unwrap_or(Position { line: 1, column: 1 });
        let (seen, position) = match &image.user {
            Some((user, position)) => (format!("USER {user}"), *position),
            None => (format!("no USER after FROM {}", image.last_base), last),
        };
        let place = at(image.path, position, seen);
        if image.is_non_root() { good.push(place) } else { bad.push(place) }
    }
    share(&good, &bad, "images run as a non-root user")
}

/// Returns what pushed images are made of: the stages that pushes name, or else the last one.
pub(super) fn of_stages<'model>(facts: &Facts<'model>, image: &Dockerfile<'model>) -> Vec<Dockerfile<'model>> {
    let stages = facts.pushed_stages(image.path);
    let text = facts.repository.text(image.path).filter(|_| !stages.is_empty());
    let of_stage = |stage: String| text.map(|text| dockerfile_up_to(image.path, text, Some(&stage.to_lowercase())));
    let found: Vec<_> = stages.into_iter().filter_map(of_stage).collect();
    if found.is_empty() { vec![image.clone()] } else { found }
}

pub(super) fn image_hardening(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let only_copied = facts.only_copied_from();
    let images = facts.files.dockerfiles.iter().filter(|image| !only_copied.contains(image.path));
    for image in images {
        match (&image.credential, image.stages > 1 || image.last_base == "scratch") {
            (Some((name, position)), _) => bad.push(at(image.path, *position, format!("`{name}` is set in the image"))),
            (None, true) if image.stages == 1 => {
                good.push(file(image.path, "one stage, which begins with nothing: `FROM scratch`"));
            }
            (None, true) => good.push(file(image.path, format!("{} stages", image.stages))),
            (None, false) => match image.leaves {
                Leaves::Nothing => good.push(file(image.path, "one stage, which only copies what is ready")),
                Leaves::Installers => bad.push(file(image.path, "one stage: what installs is shipped")),
                Leaves::Compilers => bad.push(file(image.path, "one stage: what builds is shipped")),
            },
        }
    }
    for service in facts.files.services() {
        let position = facts.repository.position(service.path, service.key.span.start);
        let mut lacking: Vec<&str> = Vec::new();
        lacking.extend((!service.has("cap_drop")).then_some("cap_drop"));
        let options = service.texts("security_opt");
        lacking.extend(
            (!options.iter().any(|text| text.value.starts_with("no-new-privileges"))).then_some("no-new-privileges"),
        );
        lacking.extend((!service.has("deploy") && !service.has("mem_limit")).then_some("resource limits"));
        let name = &service.key.value;
        if lacking.is_empty() {
            good.push(at(service.path, position, format!("service `{name}` is hardened")));
        } else {
            bad.push(at(service.path, position, format!("service `{name}` lacks {}", lacking.join(", "))));
        }
    }
    if good.is_empty() && bad.is_empty() {
        return facts.files.without(
            |_| true,
            "there is no Dockerfile and no Compose file",
            "Dockerfiles and Compose files are there for tests or developers only",
        );
    }
    share(&good, &bad, "images and services are hardened")
}
