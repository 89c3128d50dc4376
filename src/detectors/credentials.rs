//! Credentials of other systems that are stored as secrets, known by how they are used and not by what they are called.

use std::collections::BTreeMap;

use crate::model::repository::WorkflowFile;
use crate::model::workflow::{Pair, Step};
use crate::model::yaml::{Node, Text};

/// A stored credential, and where it is used first.
#[derive(Clone, Debug)]
pub struct Credential<'model> {
    /// The name of the secret, in upper case.
    pub name: String,
    /// The workflow.
    pub file: &'model WorkflowFile,
    /// The scalar that takes it from the store.
    pub text: &'model Text,
}

/// Returns the stored credentials that workflows hand to something, by name.
pub fn stored(workflows: &[WorkflowFile]) -> Vec<Credential<'_>> {
    let mut found: BTreeMap<String, Credential<'_>> = BTreeMap::new();
    for file in workflows {
        for (key, text) in values(file) {
            let names = secrets(text).into_iter().filter(|name| is_handed_on_as_one(key, name) && !is_optional(name));
            for name in names {
                found.entry(name.clone()).or_insert(Credential { name, file, text });
            }
        }
    }
    found.into_values().collect()
}

/// Returns the values that a workflow hands to steps and called workflows, each with its name; empty for a script.
fn values(file: &WorkflowFile) -> Vec<(&str, &Text)> {
    let mut found = pairs(&file.workflow.env);
    for job in file.workflow.jobs.iter().filter(|job| !job.never_runs()) {
        found.extend(pairs(&job.env));
        let secrets = job.secrets.iter().flat_map(Node::entries);
        found.extend(secrets.filter_map(|entry| Some((entry.key.as_str(), entry.value.text()?))));
        for step in job.steps.iter().flat_map(Step::flatten).filter(|step| !step.never_runs()) {
            // What becomes a list of those whose signatures count is made of public keys.
            let lists_signers = step.script().is_some_and(|script| script.text.value.contains("allowed_signers"));
            found.extend(pairs(&step.env).into_iter().filter(|(key, _)| !(lists_signers && names_keys(key))));
            found.extend(pairs(step.with()));
            found.extend(step.script().map(|script| ("", &script.text)));
        }
    }
    found
}

fn names_keys(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    lower.ends_with("keys") || lower.contains("signer")
}

fn pairs(pairs: &[Pair]) -> Vec<(&str, &Text)> {
    pairs.iter().map(|(key, text)| (key.as_str(), text)).collect()
}

/// Returns the names of the secrets that a value takes from the store, in upper case: not the token that GitHub makes
/// for each job.
fn secrets(text: &Text) -> Vec<String> {
    let mut names = Vec::new();
    for expression in text.value.split("${{").skip(1).filter_map(|rest| rest.split("}}").next()) {
        for (at, _) in expression.match_indices("secrets.") {
            let is_own = !expression
                .get(..at)
                .is_some_and(|before| before.ends_with(|last: char| last.is_alphanumeric() || last == '_'));
            let name = expression.get(at + "secrets.".len()..).unwrap_or_default();
            let end =
                name.find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '_' | '-')));
            let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default().to_ascii_uppercase();
            if is_own && !name.is_empty() && name != "GITHUB_TOKEN" {
                names.push(name);
            }
        }
    }
    names
}

/// Tells whether a secret is handed on as a credential: to something that says so, or at least to nothing that says
/// otherwise.
fn is_handed_on_as_one(key: &str, name: &str) -> bool {
    let lower = key.to_ascii_lowercase().replace('-', "_");
    let name_of_secret = name.to_ascii_lowercase();
    if [&lower, &name_of_secret].into_iter().any(|name| is_public_key(name) || names_managed_key(name)) {
        return false;
    }
    let says_so = ["key", "key_id", "token", "password", "secret", "pat", "credentials"];
    let ends = |end: &&str| lower.strip_suffix(*end).is_some_and(|before| before.is_empty() || before.ends_with('_'));
    says_so.iter().any(ends) || !is_public(key) && !is_public(name)
}

/// Ends of names of inputs, variables and secrets whose value anybody may know: who, where, which.
const PUBLIC: &[&str] = &[
    "logins",
    "usernames",
    "maintainers",
    "user",
    "username",
    "login",
    "email",
    "mail",
    "host",
    "hostname",
    "url",
    "uri",
    "endpoint",
    "domain",
    "server",
    "port",
    "region",
    "zone",
    "registry",
    "repository",
    "repo",
    "bucket",
    "org",
    "organization",
    "owner",
    "project",
    "account",
    "arn",
    "role",
    "namespace",
    "cluster",
    "environment",
    "path",
    "dir",
    "image",
    "name",
    "id",
    "provider",
    "channel",
    "topic",
    "fingerprint",
    "known_hosts",
    "pub",
    "reviewer",
    "reviewers",
    "assignee",
    "assignees",
    "team",
    "teams",
    "member",
    "members",
    "maintainer",
    "maintainers",
    "keyring",
    "key_ring",
    "ref",
    "branch",
    "version",
];

/// Tells whether a name, in lower case, is that of the half of a pair of keys that anybody may know.
fn is_public_key(name: &str) -> bool {
    ["public_key", "pub_key", "pubkey", "ssh_pub"].iter().any(|word| name.contains(word))
}

/// Tells whether a name, in lower case, is that of the name of a key that a cloud keeps and hands to nobody.
fn names_managed_key(name: &str) -> bool {
    let has = |word: &str| name.split(|character: char| !character.is_alphanumeric()).any(|part| part == word);
    has("kms") && has("key") && !has("api") || (has("gcp") || has("google")) && name.contains("crypto_key")
}

/// Tells whether a name says that its value is no credential.
fn is_public(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    // Half of a pair of keys, and addresses that whoever knows them can write to.
    let is_half = name.ends_with("key_id")
        || name.contains("webhook")
        || name.contains("database_url")
        || name.contains("connection");
    let ends = |end: &&str| {
        name.strip_suffix(*end).is_some_and(|before| before.is_empty() || before.ends_with('_'))
            || name.ends_with("username")
    };
    !is_half && PUBLIC.iter().any(ends)
}

/// Tells whether a token only names the repository that something is uploaded for.
fn is_optional(name: &str) -> bool {
    name.starts_with("CODECOV_") || name.starts_with("COVERALLS_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing::workflow;

    fn names(steps: &str) -> Vec<String> {
        let workflow = workflow(&format!("jobs:\n  a:\n    steps:\n{steps}"));
        let files = [WorkflowFile { path: ".github/workflows/a.yml".to_owned(), workflow }];
        stored(&files).into_iter().map(|credential| credential.name).collect()
    }

    #[test]
    fn use_makes_a_credential_and_not_its_name() {
        for (step, expected) in [
            ("- {uses: x/y@v1, with: {token: '${{ secrets.WINGET }}'}}", vec!["WINGET"]),
            ("- {uses: x/y@v1, with: {aws-access-key-id: '${{ secrets.ID }}'}}", vec!["ID"]),
            ("- {run: deploy, env: {A: '${{ secrets.deploy_key }}'}}", vec!["DEPLOY_KEY"]),
            ("- run: curl -H '${{ secrets.AUTH }}' x", vec!["AUTH"]),
            ("- {uses: x/y@v1, with: {token: '${{ secrets.GITHUB_TOKEN }}'}}", vec![]),
            ("- {uses: x/y@v1, with: {token: '${{ secrets.OWN || secrets.GITHUB_TOKEN }}'}}", vec!["OWN"]),
            ("- {uses: docker/login-action@v3, with: {username: '${{ secrets.HUB }}'}}", vec![]),
            ("- {uses: x/y@v1, with: {x: '${{ secrets.DOCKERHUB_USERNAME }}'}}", vec![]),
            ("- {uses: x/y@v1, with: {role-to-assume: '${{ secrets.AWS_ROLE_ARN }}'}}", vec![]),
            ("- {uses: codecov/codecov-action@v5, with: {token: '${{ secrets.CODECOV_TOKEN }}'}}", vec![]),
            ("- {uses: x/y@v1, with: {reviewers: '${{ secrets.ASSIGNEES }}'}}", vec![]),
            ("- {uses: x/y@v1, with: {team-reviewers: '${{ secrets.WHO }}'}}", vec![]),
            ("- {run: deploy, env: {GIT_SSH_PUB: '${{ secrets.A }}', COSIGN_PUBLIC_KEY: '${{ secrets.B }}'}}", vec![]),
            ("- {run: deploy, env: {TF_VAR_keyring: '${{ secrets.TF_VAR_KEYRING }}'}}", vec![]),
            ("- {run: deploy, env: {TF_VAR_gcp_crypto_key: '${{ secrets.A }}', KMS_KEY: '${{ secrets.B }}'}}", vec![]),
            (
                "- {run: deploy, env: {APP_CRYPTO_KEY: '${{ secrets.A }}', KMS_TOKEN: '${{ secrets.B }}'}}",
                vec!["A", "B"],
            ),
            ("- {run: 'echo $keys >> allowed_signers', env: {keys: '${{ secrets.SIGNING }}'}}", vec![]),
            ("- {run: 'gpg --import', env: {keys: '${{ secrets.SIGNING }}'}}", vec!["SIGNING"]),
            ("- {run: deploy, env: {SSH_KEY: '${{ secrets.A }}', PUB_TOKEN: '${{ secrets.B }}'}}", vec!["A", "B"]),
            ("- {run: 'true', if: false, env: {A: '${{ secrets.B }}'}}", vec![]),
            ("- run: echo secrets.A", vec![]),
        ] {
            assert_eq!(names(&format!("      {step}\n")), expected, "{step}");
        }
    }
}
