//! Hooks of pre-commit, as commands of the tool table.

use std::collections::BTreeSet;

use super::super::targets::Target;
use crate::model::repository::Repository;
use crate::model::yaml::{Node, Text};

/// Which hooks run.
#[derive(Clone, Debug, Default)]
pub(in crate::detectors) struct Chosen<'words> {
    /// The one that is asked for; all of its stage without.
    only: Option<&'words str>,
    /// Whether hooks of the stage `manual` are meant.
    is_manual: bool,
    /// Those that the variable `SKIP` leaves out, with commas between.
    skipped: &'words str,
}

/// Options of `pre-commit run` that take a value.
const WITH_VALUE: &[&str] =
    &["-c", "--config", "--color", "--from-ref", "--source", "-s", "--to-ref", "--origin", "-o", "--hook-stage"];

impl<'words> Chosen<'words> {
    /// Reads what stands behind `pre-commit run`, and the value of `SKIP`.
    pub(in crate::detectors) fn new(words: &[&'words str], skipped: &'words str) -> Self {
        let mut chosen = Self { skipped, ..Self::default() };
        let mut words = words.iter().copied();
        let mut in_files = false;
        while let Some(word) = words.next() {
            in_files = word == "--files" || in_files && !word.starts_with('-');
            if in_files {
                continue;
            }
            if let Some(stage) = word.strip_prefix("--hook-stage=") {
                chosen.is_manual = stage == "manual";
            } else if WITH_VALUE.contains(&word) {
                let value = words.next();
                chosen.is_manual |= word == "--hook-stage" && value == Some("manual");
            } else if !word.starts_with('-') && chosen.only.is_none() {
                chosen.only = Some(word);
            }
        }
        chosen
    }

    fn takes(&self, hook: &Node) -> bool {
        let names = ["id", "alias"].into_iter().filter_map(|key| hook.get(key)?.text()).map(Text::as_str);
        let names: Vec<&str> = names.collect();
        let is_skipped = self.skipped.split(',').any(|name| names.contains(&name.trim()));
        let stages = hook.get("stages").map(Node::texts).unwrap_or_default();
        let in_stage = stages.is_empty()
            || stages.iter().any(|stage| match stage.as_str() {
                "manual" => self.is_manual,
                "commit-msg" => false,
                _ => !self.is_manual,
            });
        !is_skipped && in_stage && self.only.is_none_or(|only| names.contains(&only))
    }
}

/// Returns hooks of `.pre-commit-config.yaml`, as commands of the tool table.
pub(in crate::detectors) fn hooks(repository: &Repository, chosen: &Chosen<'_>) -> Vec<Target> {
    let file = [".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml"]
        .into_iter()
        .find_map(|path| repository.text(path));
    let Some(file) = file else { return Vec::new() };
    let mut scripts = BTreeSet::new();
    let repositories = file.roots().filter_map(|root| root.get("repos")).flat_map(Node::items);
    for source in repositories {
        let is_local = source.get("repo").and_then(Node::text).is_some_and(|text| text.value == "local");
        let hooks = source.get("hooks").map(Node::items).unwrap_or_default();
        scripts.extend(hooks.iter().filter(|hook| chosen.takes(hook)).filter_map(|hook| script(hook, is_local)));
    }
    scripts.into_iter().map(|script| Target::new("", script)).collect()
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
