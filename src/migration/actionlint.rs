//! actionlint's `actionlint.yaml`
//! (<https://github.com/rhysd/actionlint/blob/main/docs/config.md>), with the keys of its forks.

use serde_json::Value;

use super::settings::Suppression;
use super::{Migration, entries, texts};

/// Parts of actionlint's messages, and our rules that say the same. What it ignores is a regular
/// expression over its own words, which are not ours.
const MESSAGES: &[(&str, &[&str])] = &[
    ("potentially untrusted", &["template-injection"]),
    ("pyflakes reported", &["pyflakes"]),
    ("shellcheck reported", &["shellcheck"]),
    ("unknown Webhook event", &["unknown-event"]),
    ("label ", &["runner-label-unknown"]),
    ("is too old to run", &["action-retired-runtime", "action-runtime-outdated"]),
    ("is not allowed here", &["context-not-available", "function-not-available"]),
    ("undefined variable", &["unknown-context"]),
    ("is not defined in object type", &["unknown-property"]),
    ("missing input", &["action-input-missing-required", "call-input-missing-required"]),
    ("input ", &["action-input-unknown"]),
    ("constant expression", &["if-constant"]),
    ("is always evaluated to true", &["if-always-true"]),
    ("unexpected key", &["unexpected-key"]),
    ("workflow command ", &["deprecated-workflow-command"]),
    ("specifying action ", &["uses-invalid-format"]),
];

pub(super) fn take(migration: &mut Migration<'_>, path: &str, file: &Value) {
    migration.settings.from.insert(path.to_owned());
    for (key, value) in entries(file) {
        match key.as_str() {
            "self-hosted-runner" => labels(migration, path, value),
            "config-variables" => {
                migration.settings.variables = names(value);
                told(migration, path, value, "configuration variables", "lint.known.variables");
            }
            "config-secrets" => {
                migration.settings.secrets = names(value);
                told(migration, path, value, "secrets", "lint.known.secrets");
            }
            "paths" => entries(value).for_each(|(glob, settings)| ignored(migration, path, glob, settings)),
            "policy" => entries(value).for_each(|(policy, value)| self::policy(migration, path, policy, value)),
            key => migration.left.push(format!("{path}: nothing here is like `{key}`")),
        }
    }
}

/// Without a list nothing is said about variables; an empty one forbids all.
fn names(value: &Value) -> Option<Vec<String>> {
    value.is_array().then(|| texts(value))
}

fn told(migration: &mut Migration<'_>, path: &str, value: &Value, what: &str, key: &str) {
    if value.is_array() {
        migration.carried.push(format!("{path}: the names of {what} → {key}"));
    }
}

fn labels(migration: &mut Migration<'_>, path: &str, value: &Value) {
    let labels = texts(value.get("labels").unwrap_or(&Value::Null));
    if !labels.is_empty() {
        let count = labels.len();
        migration.carried.push(format!("{path}: labels of runners ({count}) → lint.known.runner_labels"));
    }
    // Both read `*` as anything.
    migration.settings.runner_labels.extend(labels);
}

fn ignored(migration: &mut Migration<'_>, path: &str, glob: &str, settings: &Value) {
    for pattern in texts(settings.get("ignore").unwrap_or(&Value::Null)) {
        let code = shellcheck_code(&pattern);
        let known = MESSAGES.iter().find(|(part, _)| pattern.contains(part)).map(|(_, rules)| *rules);
        let rules = if code.is_some() { Some(&["shellcheck"][..]) } else { known };
        let rules =
            rules.map(|rules| rules.iter().filter(|id| migration.rules.iter().any(|rule| rule.id == **id)).copied());
        match rules.map(Iterator::collect::<Vec<_>>).filter(|rules| !rules.is_empty()) {
            Some(rules) => {
                let reach = if code.is_some() { "" } else { "; it covers all findings of the rule there" };
                migration.carried.push(format!("{path}: `{pattern}` in {glob} → {}{reach}", rules.join(", ")));
                let reason = format!("carried over from {path}: {pattern}");
                migration.settings.suppress.insert(Suppression { rules, path: glob.to_owned(), message: code, reason });
            }
            None => migration.left.push(format!(
                "{path}: `{pattern}` in {glob}: it is about actionlint's words; lint, and put what is still told below \
                 `lint.suppress`"
            )),
        }
    }
    let others = entries(settings).map(|(key, _)| key).filter(|key| *key != "ignore");
    migration.left.extend(others.map(|key| format!("{path}: nothing here is like `{key}` of {glob}")));
}

/// Finds a code such as `SC2086` in a pattern.
fn shellcheck_code(pattern: &str) -> Option<String> {
    let rest = pattern.get(pattern.find("SC")?..)?;
    let code: String = rest.chars().take(6).collect();
    (code.len() == 6 && code.chars().skip(2).all(|digit| digit.is_ascii_digit())).then_some(code)
}

fn policy(migration: &mut Migration<'_>, path: &str, policy: &str, value: &Value) {
    let asked = value.as_bool() != Some(false);
    match policy {
        "required-actions" => {
            let actions = texts(value);
            migration.carried.push(format!("{path}: {} required actions → lint.uses.require", actions.len()));
            // Ours are named without a version.
            let names = actions.iter().map(|action| action.split('@').next().unwrap_or_default().to_owned());
            migration.settings.require.extend(names);
        }
        "require-commit-hash" | "require-job-timeout" if asked => {
            migration.carried.push(format!("{path}: `{policy}` holds here without a setting"));
            let others = entries(value).map(|(key, _)| format!("{path}: nothing here is like `{key}` of `{policy}`"));
            migration.left.extend(others);
        }
        "require-commit-hash" | "require-job-timeout" => {
            let rules = migration.ours("actionlint", policy);
            migration.carried.push(format!("{path}: `{policy}` is off → lint.ignore"));
            migration.settings.ignore.extend(rules);
        }
        policy => migration.left.push(format!("{path}: nothing here is like the policy `{policy}`")),
    }
}
