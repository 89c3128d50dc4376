//! zizmor's `zizmor.yml` (<https://docs.zizmor.sh/configuration/>) and its comments.

use std::collections::BTreeSet;

use serde_json::Value;

use super::settings::Suppression;
use super::{Migration, entries, texts};

/// How zizmor names the ways to pin, and how we do.
const PINS: &[(&str, &str)] = &[("hash-pin", "commit"), ("ref-pin", "reference"), ("any", "nothing")];

/// What begins a comment of zizmor's.
const COMMENT: &str = "zizmor: ignore[";

pub(super) fn take(migration: &mut Migration<'_>, path: &str, file: &Value) {
    migration.settings.from.insert(path.to_owned());
    for (key, value) in entries(file) {
        if key == "rules" {
            entries(value).for_each(|(audit, settings)| self::audit(migration, path, audit, settings));
        } else {
            migration.left.push(format!("{path}: nothing here is like `{key}`"));
        }
    }
}

fn audit(migration: &mut Migration<'_>, path: &str, audit: &str, settings: &Value) {
    let rules = migration.ours("zizmor", audit);
    if rules.is_empty() {
        migration.left.push(format!("{path}: no rule here reports what `{audit}` does"));
        return;
    }
    for (key, value) in entries(settings) {
        match key.as_str() {
            "disable" if value.as_bool() == Some(true) => {
                migration.carried.push(format!("{path}: `{audit}` is off → {} in lint.ignore", rules.join(", ")));
                migration.settings.ignore.extend(rules.iter().copied());
            }
            "disable" => {}
            "ignore" => texts(value).iter().for_each(|place| ignored(migration, path, audit, place)),
            "config" => entries(value).for_each(|(key, value)| config(migration, path, (audit, key), value)),
            key => migration.left.push(format!("{path}: nothing here is like `{key}` of `{audit}`")),
        }
    }
}

/// Understands `FILE`, `FILE:LINE` and `FILE:LINE:COLUMN`. A line moves with every change above it,
/// and leaving it out would switch off more than was meant.
fn ignored(migration: &mut Migration<'_>, path: &str, audit: &str, place: &str) {
    let rules = migration.ours("zizmor", audit);
    let (file, line) = place.split_once(':').map_or((place, None), |(file, line)| (file, Some(line)));
    if let Some(line) = line {
        let comment = format!("# plimsoll: ignore[{}] why", rules.join(","));
        migration.left.push(format!("{path}: `{audit}` at line {line} of {file}: put `{comment}` there"));
        return;
    }
    migration.carried.push(format!("{path}: `{audit}` in {file} → {} in lint.suppress", rules.join(", ")));
    let reason = format!("carried over from {path}: {audit}");
    migration.settings.suppress.insert(Suppression { rules, path: format!("**/{file}"), message: None, reason });
}

fn config(migration: &mut Migration<'_>, path: &str, (audit, key): (&str, &str), value: &Value) {
    match (audit, key) {
        ("unpinned-uses", "policies") => {
            for (pattern, how) in entries(value) {
                let ours = PINS.iter().find(|(theirs, _)| Some(*theirs) == how.as_str()).map(|(_, ours)| *ours);
                match ours {
                    Some(ours) => {
                        migration.carried.push(format!("{path}: {pattern} may be named by {ours} → lint.uses.pin"));
                        migration.settings.pin.insert(pattern.clone(), ours);
                    }
                    None => migration.left.push(format!("{path}: `{pattern}`: there is no way to pin called {how}")),
                }
            }
        }
        ("forbidden-uses", "allow" | "deny") => {
            migration.carried.push(format!("{path}: what {audit} {key}s → lint.uses.{key}"));
            let list = if key == "allow" { &mut migration.settings.allow } else { &mut migration.settings.deny };
            list.extend(texts(value));
        }
        _ => migration.left.push(format!("{path}: nothing here is like `{key}` of `{audit}`")),
    }
}

/// The linter itself reads these comments, so that only what it does not know needs a word.
pub(super) fn comments(migration: &mut Migration<'_>, path: &str, text: &str) {
    let lists = text.split(COMMENT).skip(1).filter_map(|rest| rest.split(']').next());
    let audits = lists.flat_map(|list| list.split(',')).map(str::trim);
    let (known, unknown): (Vec<&str>, Vec<&str>) =
        audits.partition(|audit| !migration.ours("zizmor", audit).is_empty());
    let (known, unknown) = (known.len(), BTreeSet::from_iter(unknown));
    if known > 0 {
        let sentence = "count here as they are";
        migration.carried.push(format!("{path}: audits in comments `# {COMMENT}…]` ({known}) {sentence}"));
    }
    let sentences =
        unknown.iter().map(|audit| format!("{path}: no rule here reports what `{audit}` of a comment does"));
    migration.left.extend(sentences);
}
