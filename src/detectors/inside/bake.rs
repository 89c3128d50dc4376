//! Targets of `docker-bake.hcl`.

use std::collections::BTreeSet;

use super::super::targets::Target;
use super::image::Image;
use crate::model::repository::{Repository, join};

/// Returns what building targets of `docker-bake.hcl` runs.
pub(in crate::detectors) fn bake(repository: &Repository, targets: &str) -> Vec<Target> {
    let Some(file) = repository.text("docker-bake.hcl") else { return Vec::new() };
    let block = |kind: &str, name: &str| {
        let head = format!("{kind} \"{name}\"");
        let (_, rest) = file.text.split_once(head.as_str())?;
        rest.split_once('{').map(|(_, rest)| rest.split("\n}").next().unwrap_or_default())
    };
    let value = |body: &str, key: &str| {
        let line =
            body.lines().map(str::trim).find(|line| line.split('=').next().is_some_and(|left| left.trim() == key))?;
        line.split('"').nth(1).map(str::to_owned)
    };
    let mut open: Vec<String> =
        targets.split([',', '\n', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        if let Some(body) = block("group", &name) {
            open.extend(body.split('"').skip(1).step_by(2).map(str::to_owned));
        } else if let Some(body) = block("target", &name) {
            let context = value(body, "context").and_then(|path| join("", &path)).unwrap_or_default();
            let dockerfile = value(body, "dockerfile").and_then(|path| join(&context, &path));
            let image = Image::new(context, dockerfile, value(body, "target").as_deref());
            found.extend(image.into_iter().flat_map(|image| image.build(repository)));
        }
    }
    found
}
