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
    let mut scripts = BTreeSet::new();
    let repositories = file.roots().filter_map(|root| root.get("repos")).flat_map(Node::items);
    for source in repositories {
        let is_local = source.get("repo").and_then(Node::text).is_some_and(|text| text.value == "local");
        let hooks = source.get("hooks").map(Node::items).unwrap_or_default();
        scripts.extend(hooks.iter().filter(|hook| !is_manual(hook)).filter_map(|hook| script(hook, is_local)));
    }
    scripts.into_iter().map(|script| Target::new("", script)).collect()
}

fn is_manual(hook: &Node) -> bool {
    let stages = hook.get("stages").map(Node::texts).unwrap_or_default();
    !stages.is_empty() && stages.iter().all(|stage| matches!(stage.as_str(), "manual" | "commit-msg"))
}

/// Returns the command of a hook: a local one says it, of others the name does.
fn script(hook: &Node, is_local: bool) -> Option<String> {
    let text = |key: &str| hook.get(key).and_then(Node::text).map(|text| text.value.clone());
    if !is_local {
        return text("id").map(|id| format!("pre-commit-hook {id}"));
    }
    let arguments = hook.get("args").map(Node::texts).unwrap_or_default();
    let entry = text("entry").filter(|_| text("language").is_none_or(|language| language != "fail"))?;
    Some(std::iter::once(entry).chain(arguments.into_iter().map(|text| text.value)).collect::<Vec<_>>().join(" "))
}
