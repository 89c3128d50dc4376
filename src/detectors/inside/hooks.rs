//! Hooks of pre-commit, as commands of the tool table.

use std::collections::BTreeSet;

use super::super::targets::Target;
use crate::model::repository::Repository;
use crate::model::yaml::Node;

/// Returns the hooks of `.pre-commit-config.yaml`, as commands of the tool table.
pub(in crate::detectors) fn hooks(repository: &Repository) -> Vec<Target> {
    let file = [".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml"]
        .into_iter()
        .find_map(|path| repository.text(path));
    let Some(file) = file else { return Vec::new() };
    let mut ids = BTreeSet::new();
    for root in file.roots() {
        root.walk(&mut |node| {
            let manual = node.get("stages").is_some_and(|stages| {
                let stages = stages.texts();
                !stages.is_empty() && stages.iter().all(|stage| matches!(stage.as_str(), "manual" | "commit-msg"))
            });
            let id = node.get("id").and_then(Node::text).filter(|_| !manual);
            ids.extend(id.map(|id| format!("pre-commit-hook {}", id.value)));
        });
    }
    ids.into_iter().map(|id| Target::new("", id)).collect()
}
