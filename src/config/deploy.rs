//! The section `deploy`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::health;
use super::score::day;
use super::section::Value;
use super::webhook::{self, Webhook};
use crate::deploy::{Attestation, Environment, Item, Package, Rollback, Settings, Verification, Watched};
use crate::gates::quantity::Quantity;
use crate::model::unit::Unit;
use crate::monitor::health::address;

/// How things are deployed, and who is told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deploy {
    /// How.
    pub settings: Settings,
    /// Who is told.
    pub webhooks: Vec<Webhook>,
}

const KEYS: &[&str] = &["state", "build", "test", "package", "webhooks", "environments"];

const ENVIRONMENT: &[&str] =
    &["command", "backup", "rollback", "smoke", "url", "verify", "watch", "timeout", "checklist", "attestations"];

const NOTHING: Duration = Duration::ZERO;
const MOMENT: Duration = Duration::from_millis(1);

pub(super) fn read(value: Value<'_>) -> Deploy {
    let section = value.section(KEYS);
    let mut deploy = Deploy::default();
    let settings = &mut deploy.settings;
    section.set("state", &mut settings.state, |value| inside(value).map(PathBuf::from));
    section.set("build", &mut settings.build, |value| command(value).map(Some));
    section.set("test", &mut settings.test, |value| command(value).map(Some));
    section.set("package", &mut settings.package, |value| package(value).map(Some));
    section.set("webhooks", &mut deploy.webhooks, |value| Some(webhook::read(value)));
    for (key, value) in section.get("environments").map(Value::entries).unwrap_or_default() {
        if !health::is_name(key.text()) {
            key.wrong("an environment's name must not be empty nor hold , = { } or a control character");
        }
        deploy.settings.environments.insert(key.text().to_owned(), environment(value));
    }
    deploy
}

fn environment(value: Value<'_>) -> Environment {
    let section = value.section(ENVIRONMENT);
    let mut environment = Environment::default();
    section.set("command", &mut environment.command, |value| command(value).map(Some));
    section.set("backup", &mut environment.backup, |value| command(value).map(Some));
    section.set("smoke", &mut environment.smoke, |value| command(value).map(Some));
    section.set("rollback", &mut environment.rollback, |value| rollback(value).map(Some));
    section.set("url", &mut environment.url, |value| url(value).map(Some));
    section.set("verify", &mut environment.verify, |value| Some(verification(value)));
    section.set("watch", &mut environment.watch, |value| health::time(value, NOTHING));
    section.set("timeout", &mut environment.timeout, |value| health::time(value, MOMENT));
    let items =
        |value: Value<'_>| Some(Some(value.items().into_iter().filter_map(|value| value.word(Item::WORDS)).collect()));
    section.set("checklist", &mut environment.checklist, items);
    section.set("attestations", &mut environment.attestations, |value| Some(attestations(value)));
    environment
}

/// Reads a shell's command.
fn command(value: Value<'_>) -> Option<String> {
    let text = value.text()?;
    if text.trim().is_empty() || text.contains('\0') {
        value.wrong("a command was expected, as a shell takes it");
        return None;
    }
    Some(text)
}

/// Reads a path that stays below the repository's root.
fn inside(value: Value<'_>) -> Option<String> {
    let text = value.text()?;
    let leaves = text.split('/').any(|part| part == "..");
    if text.trim().is_empty() || leaves || text.contains('\0') {
        value.wrong(format!("a path without `..` was expected, not `{text}`"));
        return None;
    }
    Some(text)
}

fn url(value: Value<'_>) -> Option<String> {
    let text = value.text()?;
    address(&text).map_err(|error| value.wrong(error)).ok()?;
    Some(text)
}

fn package(value: Value<'_>) -> Option<Package> {
    let section = value.section(&["name", "files", "folder"]);
    let mut folder = PathBuf::from("dist");
    section.set("folder", &mut folder, |value| inside(value).map(PathBuf::from));
    let files: Vec<String> =
        section.get("files").map(Value::items).unwrap_or_default().into_iter().filter_map(inside).collect();
    let name = section.get("name").and_then(Value::text);
    if files.is_empty() || name.is_none() {
        value.wrong("a package needs a `name` and `files`");
        return None;
    }
    let name = name.filter(|name| is_file_name(name));
    if name.is_none() {
        value.wrong("a package's name becomes that of a file: letters, digits, `.`, `_` and `-`");
    }
    Some(Package { name: name?, files, folder })
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// Reads a command, or a workflow with its inputs.
fn rollback(value: Value<'_>) -> Option<Rollback> {
    if value.is_scalar() {
        return command(value).map(Rollback::Command);
    }
    let section = value.section(&["workflow", "ref", "inputs"]);
    let Some(file) = section.get("workflow").and_then(Value::text) else {
        value.wrong("a rollback is a command, or has a `workflow`");
        return None;
    };
    let file = file.strip_prefix(".github/workflows/").unwrap_or(&file).to_owned();
    let mut reference = None;
    section.set("ref", &mut reference, |value| value.text().map(Some));
    let mut inputs = BTreeMap::new();
    for (key, value) in section.get("inputs").map(Value::entries).unwrap_or_default() {
        inputs.extend(value.text().map(|text| (key.text().to_owned(), text)));
    }
    Some(Rollback::Workflow { file, reference, inputs })
}

fn verification(value: Value<'_>) -> Verification {
    let section = value.section(&["ready", "for", "every", "failures", "errors", "slower", "metrics"]);
    let mut verify = Verification::default();
    section.set("ready", &mut verify.ready, |value| health::time(value, NOTHING));
    section.set("for", &mut verify.length, |value| health::time(value, MOMENT));
    section.set("every", &mut verify.every, |value| health::time(value, Duration::from_millis(10)));
    section.set("failures", &mut verify.failures, |value| value.whole(1, 1000));
    section.set("errors", &mut verify.errors, |value| {
        let share = value.parse(Quantity::parse)?.to_unit(Unit::Ratio).map_err(|wrong| value.wrong(wrong)).ok()?;
        Some(share)
    });
    if let Some(value) = section.get("slower") {
        slower(value, &mut verify.slower);
    }
    let metrics = |value: Value<'_>| Some(value.items().into_iter().filter_map(watched).collect());
    section.set("metrics", &mut verify.metrics, metrics);
    verify
}

/// Sets how many times slower is too slow; `any` does not compare.
fn slower(value: Value<'_>, setting: &mut Option<f64>) {
    let Some(text) = value.text() else { return };
    let times = text.parse::<f64>().ok().filter(|times| times.is_finite() && *times >= 1.0);
    if times.is_some() || text == "any" {
        *setting = times;
    } else {
        value.wrong(format!("how many times slower was expected, at least 1, or `any`, not `{text}`"));
    }
}

fn watched(value: Value<'_>) -> Option<Watched> {
    let section = value.section(&["url", "name", "below", "growth"]);
    let (place, name) = (section.get("url").and_then(url), section.get("name").and_then(Value::text));
    let mut watched = Watched { url: String::new(), name: String::new(), below: None, growth: None };
    section.set("below", &mut watched.below, |value| Some(Some(value.parse(Quantity::parse)?.value)));
    section.set("growth", &mut watched.growth, |value| Some(Some(value.parse(Quantity::parse)?.value)));
    if place.is_none() || name.is_none() || (watched.below.is_none() && watched.growth.is_none()) {
        value.wrong("a metric needs a `url`, a `name`, and `below` or `growth`");
        return None;
    }
    Some(Watched { url: place?, name: name?, ..watched })
}

fn attestations(value: Value<'_>) -> BTreeMap<Item, Attestation> {
    let mut attestations = BTreeMap::new();
    for (key, value) in value.entries() {
        let Ok(item) = key.text().parse::<Item>() else {
            key.wrong(format!("there is no box `{}`; known are {}", key.text(), Item::WORDS.join(", ")));
            continue;
        };
        let section = value.section(&["by", "on", "until"]);
        let date = |key: &str| section.get(key).and_then(|value| value.parse(day));
        let Some(by) = section.get("by").and_then(Value::text) else {
            value.wrong("an attestation needs `by`, and should have `until`");
            continue;
        };
        attestations.insert(item, Attestation { by, on: date("on"), until: date("until") });
    }
    attestations
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::deploy::Rollback;

    #[test]
    fn wrong_words_are_all_told() {
        let text = "deploy:\n  state: ../x\n  package: {name: a/b, files: [x]}\n  environments:\n    staging:\n      \
                    rollback: {file: x}\n      watch: soon\n      checklist: [test]\n      verify: {slower: 0.5, \
                    metrics: [{name: x}]}\n      attestations: {review: {until: 2026-03-01}}\n";
        let problems = Config::parse("plimsoll.yml", text).unwrap_err().to_string();
        for part in [
            "a path without `..` was expected, not `../x`",
            "a package's name becomes that of a file",
            "there is no key `file` here",
            "a time from 0ns to 24h was expected",
            "`test` is not known here, did you mean `tests`?",
            "at least 1, or `any`, not `0.5`",
            "a metric needs a `url`",
            "an attestation needs `by`",
        ] {
            assert!(problems.contains(part), "{part}\n{problems}");
        }
    }

    #[test]
    fn a_rollback_is_a_command_or_a_workflow() {
        let text = "deploy:\n  environments:\n    a: {rollback: ./back.sh}\n    b: {rollback: {workflow: \
                    .github/workflows/rollback.yml, inputs: {version: \"{version}\"}}}\n";
        let environments = Config::parse("plimsoll.yml", text).unwrap().deploy.settings.environments;
        assert_eq!(environments["a"].rollback, Some(Rollback::Command("./back.sh".to_owned())));
        let inputs = [("version".to_owned(), "{version}".to_owned())].into();
        let workflow = Rollback::Workflow { file: "rollback.yml".to_owned(), reference: None, inputs };
        assert_eq!(environments["b"].rollback, Some(workflow));
    }
}
