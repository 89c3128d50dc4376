//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::model::yaml::Text;

declare_rule! {
    /// A job signs in to a cloud with a key that stays valid
    ///
    /// ## Why is this bad?
    /// Who gets hold of such a key can use it until somebody notices. GitHub can prove to AWS, Azure and Google Cloud
    /// which workflow is running, so no key has to be kept.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: aws-actions/configure-aws-credentials@v5
    ///   with:
    ///     aws-region: eu-west-1
    ///     aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}
    ///     aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: aws-actions/configure-aws-credentials@v5
    ///   with:
    ///     aws-region: eu-west-1
    ///     role-to-assume: arn:aws:iam::123456789012:role/deploy
    /// ```
    ///
    /// ## How to fix
    /// Let the cloud trust the workflow, which is called OIDC, and give the job `id-token: write`.
    "cloud-long-lived-keys",
    group: Secrets,
    since: "0.1.0",
    severity: Info,
    checks: [Step(check)],
}

/// Actions that sign in, and the inputs that hold a key.
const SIGN_IN: &[(&str, &[&str])] = &[
    ("aws-actions/configure-aws-credentials", &["aws-secret-access-key"]),
    ("azure/login", &["creds"]),
    ("google-github-actions/auth", &["credentials_json"]),
    ("google-github-actions/setup-gcloud", &["service_account_key"]),
];

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    let Some((_, inputs)) = SIGN_IN.iter().find(|(action, _)| step.is_action(action)) else { return };
    // What a step before made is short-lived.
    let is_kept = |value: &&Text| reporter.sites_in(value).any(|site| site.contexts.iter().any(|used| used.is("secrets")));
    if let Some(key) = inputs.iter().filter_map(|input| step.input(input)).find(is_kept) {
        reporter
            .report(key.span, "this key stays valid until somebody takes it away")
            .help("let the cloud trust the workflow by OIDC, which needs `id-token: write`");
    }
}
