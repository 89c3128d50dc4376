//! Where secrets come from, where they go, and how long they live.

use crate::detectors::activity::Activity;
use crate::knowledge::tools::Kind;
use crate::model::repository::TextFile;
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::workflow::Step;
use crate::scorecard::evidence::{all, at, looked_for, missing, not_applicable, of, partial, present};
use crate::scorecard::facts::Facts;

/// Programs that only write a secret where it belongs.
const WRITERS: &[&str] = &["echo", "printf", "cat"];

pub(super) fn secrets_management(facts: &Facts<'_>) -> Verdict {
    let mut leaks = Vec::new();
    let mut uses = Vec::new();
    for file in &facts.repository.workflows {
        let Some(source) = facts.repository.text(&file.path) else { continue };
        for job in &file.workflow.jobs {
            let inherited =
                job.secrets.as_ref().filter(|secrets| secrets.text().is_some_and(|text| text.value == "inherit"));
            leaks.extend(
                inherited.map(|secrets| at(&file.path, source.position(secrets.span.start), "secrets: inherit")),
            );
        }
        let first = source.line_with(&["secrets."]);
        uses.extend(first.map(|(position, line)| at(&file.path, position, line.chars().take(100).collect::<String>())));
    }
    for activity in &facts.activities.all {
        let program = activity.words.first().map(String::as_str).unwrap_or_default();
        if shows_secret(activity) && !WRITERS.contains(&program) {
            leaks.push(of(activity));
        }
    }
    match (leaks.is_empty(), uses.is_empty()) {
        (false, _) => partial("secrets are handed on as a whole, or stand on command lines", leaks),
        (true, false) => present("secrets come from the store and are passed one by one", uses),
        (true, true) => not_applicable("no workflow uses a secret"),
    }
}

/// Tells whether a secret stands on a command line; a user's name beside a password from standard
/// input is none.
fn shows_secret(activity: &Activity<'_>) -> bool {
    let is_secret = |word: &str| word.contains("${{ secrets.") || word.contains("${{secrets.");
    let from_input = activity.has_word(|word| word == "--password-stdin");
    let before = std::iter::once("").chain(activity.words.iter().map(String::as_str));
    activity.words.iter().zip(before).any(|(word, before)| {
        let is_name = matches!(before, "-u" | "--user" | "--username") || word.starts_with("--username=");
        is_secret(word) && !(from_input && is_name)
    })
}

/// Last parts of names of secrets that are no credentials.
const NO_CREDENTIALS: &[&str] = &[
    "user",
    "username",
    "usr",
    "email",
    "mail",
    "host",
    "hostname",
    "url",
    "uri",
    "endpoint",
    "region",
    "project",
    "org",
    "organization",
    "owner",
    "name",
    "domain",
    "channel",
    "bucket",
    "registry",
    "account",
    "server",
    "port",
    "zone",
    "cluster",
    "namespace",
    "id",
    "fingerprint",
];

/// Tells whether a secret's name is that of a credential of another system, which does not end by
/// itself: any but GitHub's own token and what only names something.
fn is_stored_credential(name: &str) -> bool {
    let lower = name.to_lowercase();
    let last = lower.rsplit(['_', '-']).next().unwrap_or_default();
    let is_key_id = lower.ends_with("key_id");
    lower != "github_token" && (is_key_id || !NO_CREDENTIALS.contains(&last))
}

/// Finds the first secret of each workflow that is a stored credential.
fn stored_credentials(facts: &Facts<'_>) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = Vec::new();
    for workflow in &facts.repository.workflows {
        let Some(file) = facts.repository.text(&workflow.path) else { continue };
        found.extend(first_credential(&workflow.path, file));
    }
    found
}

fn first_credential(path: &str, file: &TextFile) -> Option<Evidence> {
    for (at_secret, _) in file.text.match_indices("secrets.") {
        let rest = file.text.get(at_secret + "secrets.".len()..)?;
        let end =
            rest.find(|character: char| !character.is_ascii_alphanumeric() && character != '_' && character != '-');
        let name = rest.get(..end.unwrap_or(rest.len()))?;
        let position = file.position(at_secret);
        let line = file.text.lines().nth(position.line - 1)?.trim();
        let in_expression = line.contains("${{") || line.starts_with("if:");
        if in_expression && !line.starts_with('#') && !name.is_empty() && is_stored_credential(name) {
            return Some(at(path, position, line.chars().take(120).collect::<String>()));
        }
    }
    None
}

/// Tells whether a registry takes what CI publishes without a stored credential.
fn is_trusted(publish: &Activity<'_>) -> bool {
    let by_action = publish
        .step
        .is_some_and(|step| step.is_action("pypa/gh-action-pypi-publish") && step.input("password").is_none());
    let words: Vec<&str> = publish.words.iter().map(String::as_str).collect();
    by_action || words.windows(2).any(|pair| pair == ["--trusted-publishing", "always"])
}

pub(super) fn secrets_rotation(facts: &Facts<'_>) -> Verdict {
    let mut short = facts.of(&[Kind::Oidc]);
    let is_static = |step: &Step| {
        ["credentials_json", "aws-secret-access-key", "creds"].iter().any(|name| step.input(name).is_some())
    };
    short.retain(|activity| !activity.step.is_some_and(is_static));
    short.extend(facts.of(&[Kind::Publish]).into_iter().filter(|publish| is_trusted(publish)));
    let long = stored_credentials(facts);
    match (short.is_empty(), long.is_empty()) {
        (true, true) => not_applicable("no workflow uses a credential of another system"),
        (false, true) => present("credentials are short-lived", all(&short)),
        (false, false) => partial(
            "some credentials are short-lived",
            all(&short).into_iter().take(2).chain(long.into_iter().take(4)).collect(),
        ),
        (true, false) => Verdict {
            evidence: long.into_iter().take(6).collect(),
            looked_for: looked_for(&[Kind::Oidc]),
            ..missing("stored credentials are used, and nothing rotates them", &[])
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_told_from_names() {
        for name in ["NPM_TOKEN", "DEPLOY_KEY", "AWS_ACCESS_KEY_ID", "WINGET_TOKEN", "OCI_PASSWORD", "TWITTER_SECRET"] {
            assert!(is_stored_credential(name), "{name}");
        }
        for name in ["GITHUB_TOKEN", "DOCKERHUB_USERNAME", "AWS_REGION", "SLACK_CHANNEL", "APP_ID"] {
            assert!(!is_stored_credential(name), "{name}");
        }
    }
}
