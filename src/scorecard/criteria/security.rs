//! Security: what scans, what is allowed, what leaks.

use std::collections::BTreeMap;

use super::images::{image_hardening, non_root_images};
use super::secrets::secrets_management;
use super::supply_chain::{
    SECURITY, branch_protection, dependency_audit, dependency_updates, license_policy, pinned_actions, sbom,
    security_policy, signed_commits,
};
use super::unsafe_code::unsafe_audit;
use crate::detectors::activity::Activity;
use crate::detectors::credentials::{Credential, stored};
use crate::detectors::gating;
use crate::detectors::permissions::{WideGrantKind, jobs_without_permissions, unused_writes, wide_grants};
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::finding::{Confidence, Finding, Severity};
use crate::model::repository::name_of;
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::model::workflow::{Grant, Step};
use crate::model::yaml::Node;
use crate::scorecard::evidence::{all, at, file, looked_for, missing, not_applicable, of, partial, present, ran};
use crate::scorecard::facts::Facts;

declare_criteria! {
    Security;
    /// Dependencies are scanned for known vulnerabilities
    (2, Critical, Small, Any) "dependency-audit" => dependency_audit,
    "Known holes are shipped.",
    "a step such as `cargo audit`, `npm audit` or `actions/dependency-review-action`";
    /// Dependencies are updated by a bot, actions included
    (1, Medium, Small, Any) "dependency-updates" => dependency_updates,
    "Fixes of others arrive years late.",
    ".github/dependabot.yml with an entry for each ecosystem";
    /// Licenses of dependencies are checked
    (1, Low, Small, Any) "license-policy" => license_policy,
    "A license nobody read comes in with a transitive dependency.",
    "`cargo deny check licenses`, `license-checker` or the like";
    /// Images are scanned, and findings fail the job
    (2, High, Small, Any) "container-scan" => container_scan,
    "The base image's holes are shipped.",
    "`aquasecurity/trivy-action` with `exit-code: 1` after each image build";
    /// Secrets in the repository are looked for
    (2, High, Small, Any) "secret-scan" => secret_scan,
    "A committed password is found by somebody else first.",
    "a job with `gitleaks` or `trufflehog`";
    /// A static analyzer looks for security bugs
    (1, Medium, Small, Any) "sast" => sast,
    "Patterns that are known to be dangerous pass review.",
    "a CodeQL workflow";
    /// A running service is attacked by a scanner
    (1, Low, Medium, Running) "dast" => dast,
    "Headers, cookies and redirects are never looked at from outside.",
    "`zaproxy/action-baseline` against a preview environment";
    /// A bill of materials is generated for releases
    (1, High, Small, Released) "sbom" => sbom,
    "When the next hole is published nobody knows which releases have it.",
    "`anchore/sbom-action` or `cargo cyclonedx` in the release workflow";
    /// Tokens may do what is needed and no more
    (3, High, Small, Any) "least-privilege" => least_privilege,
    "A compromised action can push to the repository.",
    "`permissions: {contents: read}` at the top of each workflow, more only in the job that needs it";
    /// Actions are pinned to commit hashes
    (2, High, Small, Any) "pinned-actions" => pinned_actions,
    "A moved tag runs other code with your token.",
    "full commit hashes behind `@`, with the version in a comment";
    /// The linter sees no injection and no other security error
    (3, Critical, Small, Any) "no-injection" => no_injection,
    "Who opens a pull request, or finds a token that was left behind, can change what runs.",
    "`plimsoll lint`, and what its findings say";
    /// Secrets stay in the store they come from
    (1, Medium, Small, Any) "secrets-management" => secrets_management,
    "Secrets show up in logs and process lists.",
    "secrets passed one by one, through `env`";
    /// Images run as a non-root user
    (1, Medium, Small, Any) "non-root-images" => non_root_images,
    "Who breaks out of the program is root in the container.",
    "`USER` in the last stage of each Dockerfile";
    /// A security policy says how to report
    (1, Low, Small, Any) "security-policy" => security_policy,
    "Who finds a hole opens a public issue.",
    "SECURITY.md";
    /// Signed commits are required
    (1, Low, Small, Any) "signed-commits" => signed_commits,
    "Anybody can commit in anybody's name.",
    "a ruleset that requires signed commits";
    /// The default branch is protected
    (1, High, Small, Any) "branch-protection" => branch_protection,
    "A single person can push to production unseen.",
    "a ruleset that requires reviews, and .github/CODEOWNERS";
    /// Images and Compose files are hardened
    (1, Medium, Small, Any) "image-hardening" => image_hardening,
    "Build tools and credentials are shipped with the program.",
    "multi-stage Dockerfiles; `cap_drop`, `no-new-privileges` and limits in Compose";
    /// Credentials are short-lived
    (1, Low, Medium, Any) "secrets-rotation" => secrets_rotation,
    "A leaked key works for years.",
    "OpenID Connect instead of stored keys: `id-token: write` with the cloud's login action, or trusted publishing";
    /// Unsafe code is audited
    (1, Low, Medium, Any) "unsafe-audit" => unsafe_audit,
    "Memory errors are found by attackers.",
    "Miri, a sanitizer or the race detector in CI, or a lint: `unsafe_code = \"forbid\"`, or Clippy with `undocumented_unsafe_blocks = \"deny\"`";
}

fn container_scan(facts: &Facts<'_>) -> Verdict {
    if !facts.builds_images() {
        return facts.without_images();
    }
    let scans = facts.of(&[Kind::ContainerScan]);
    let gating = scans.iter().find(|scan| scan.silence.is_none() && fails_on_findings(scan));
    match (gating, scans.is_empty()) {
        (Some(scan), _) => present("images are scanned, and findings fail the job", vec![of(scan)]),
        (None, false) => partial("images are scanned, but findings do not fail the job", all(&scans)),
        (None, true) => {
            Verdict { looked_for: looked_for(&[Kind::ContainerScan]), ..missing("no image is scanned", &[]) }
        }
    }
}

fn fails_on_findings(scan: &Activity<'_>) -> bool {
    if let Some(fails) = gating::fails_on_findings(scan) {
        return fails;
    }
    // What is not known fails when it is asked to.
    let input = |name: &str, accept: fn(&str) -> bool| scan.input(name).is_some_and(|value| accept(value.as_str()));
    if scan.step.is_some_and(|step| step.uses().is_some()) {
        return input("exit-code", |value| value != "0" && !value.is_empty()) || input("fail-on", |_| true);
    }
    let mut words = scan.words.iter().map(String::as_str);
    words.any(|word| {
        let flag = word.split('=').next().unwrap_or_default();
        matches!(flag, "--exit-code" | "--fail-on" | "-f") && !word.ends_with("=0")
    })
}

fn secret_scan(facts: &Facts<'_>) -> Verdict {
    let platform = facts.platform;
    if platform.is_some_and(|platform| platform.push_protection == Some(true)) {
        return present("pushes that hold a secret are refused", vec![file(SECURITY, "push protection is on")]);
    }
    let verdict = facts.tool(&[Kind::SecretScan], "secrets are looked for");
    if verdict.status == Status::Missing && platform.is_some_and(|platform| platform.secret_scanning == Some(true)) {
        let scanned = file(SECURITY, "secret scanning is on, push protection is not");
        return partial("secrets are looked for after they were pushed", vec![scanned]);
    }
    facts.or_elsewhere(verdict, &["secret", "security", "gitleaks", "trufflehog"])
}

fn sast(facts: &Facts<'_>) -> Verdict {
    let verdict = facts.tool(&[Kind::Sast], "a static analyzer looks for security holes");
    let by_default = facts.platform.is_some_and(|platform| platform.code_scanning == Some(true));
    if verdict.status != Status::Present && by_default {
        return present("code scanning runs by its default setup", vec![file(SECURITY, "default setup is configured")]);
    }
    if let Some(evidence) = security_linter(facts).filter(|_| verdict.status == Status::Missing) {
        return present("a linter looks for security holes, too", evidence);
    }
    facts.or_elsewhere(verdict, &["codeql", "sast", "semgrep", "security", "code-scan", "codescan", "=scan"])
}

/// Finds a linter that runs with rules about security switched on by its configuration: golangci-lint with gosec, Ruff
/// with the rules of flake8-bandit (`S`).
fn security_linter(facts: &Facts<'_>) -> Option<Vec<Evidence>> {
    let runs = facts.of(&[Kind::Lint]);
    let run_of = |name: &str| {
        let is_one = |lint: &&&Activity<'_>| {
            lint.silence.is_none() && lint.tools.iter().any(|tool| tool.name.to_lowercase().contains(name))
        };
        runs.iter().find(is_one).map(|lint| of(lint))
    };
    let gosec = || {
        let setting = facts.yaml().find_map(|(path, text, root)| {
            let is_its = name_of(path).trim_start_matches('.').starts_with("golangci.y");
            let enabled = root.get("linters").filter(|_| is_its)?.get("enable")?;
            let name = enabled.items().iter().filter_map(Node::text).find(|name| name.value == "gosec")?;
            Some(at(path, text.position(name.span.start), "enable: gosec"))
        });
        Some(vec![setting?, run_of("golangci")?])
    };
    let bandit = || {
        let is_its = |path: &str| matches!(name_of(path), "ruff.toml" | ".ruff.toml" | "pyproject.toml");
        // A group of rules, and not a single one, which is more often left out than taken.
        let groups = ["\"S\"", "\"S1\"", "\"S2\"", "\"S3\"", "\"S5\"", "\"S6\"", "\"S7\""];
        let selects = |line: &str| !line.contains("ignore") && groups.iter().any(|group| line.contains(group));
        Some(vec![facts.line_that(is_its, |_, line| selects(line))?, run_of("ruff")?])
    };
    gosec().or_else(bandit)
}

fn dast(facts: &Facts<'_>) -> Verdict {
    let scans = facts.of(&[Kind::Dast]);
    let may_pass = |scan: &&Activity<'_>| scan.input("fail_action").is_some_and(|value| value.value == "false");
    if !scans.is_empty() && scans.iter().all(may_pass) {
        return partial("a scanner runs, but its findings do not fail the job", all(&scans));
    }
    ran(&scans, "a running service is scanned", &[Kind::Dast])
}

fn least_privilege(facts: &Facts<'_>) -> Verdict {
    let (mut unset, mut wide, mut set) = (Vec::new(), Vec::new(), Vec::new());
    for file in &facts.repository.workflows {
        let place = |offset| facts.repository.position(&file.path, offset);
        for job in jobs_without_permissions(&file.workflow) {
            unset.push(at(
                &file.path,
                place(job.id.span.start),
                format!("job `{}` without `permissions`", job.id.value),
            ));
        }
        for grant in wide_grants(&file.workflow) {
            let seen = match grant.kind {
                WideGrantKind::WriteAll => "write-all".to_owned(),
                WideGrantKind::WriteInEveryJob { scope } => format!("`{scope}: write` for every job"),
            };
            wide.push(at(&file.path, place(grant.span.start), seen));
        }
        wide.extend(unused_writes(&file.workflow).into_iter().map(|(job, scope, span)| {
            let seen = format!("`{scope}: write`, which no step of job `{}` uses", job.id.value);
            at(&file.path, place(span.start), seen)
        }));
        let stated = file
            .workflow
            .permissions
            .iter()
            .chain(file.workflow.jobs.iter().filter_map(|job| job.permissions.as_ref()));
        set.extend(stated.map(|permissions| at(&file.path, place(permissions.key.start), "permissions")));
    }
    match (facts.repository.workflows.is_empty(), set.is_empty(), unset.is_empty(), wide.is_empty()) {
        (true, ..) => not_applicable("there is no workflow"),
        (_, true, false, _) => {
            Verdict { evidence: first_six(unset), ..missing("no workflow states `permissions`", &[]) }
        }
        (_, _, false, _) => {
            let jobs: usize = facts.repository.workflows.iter().map(|file| file.workflow.jobs.len()).sum();
            partial(format!("{} of {jobs} jobs have the default permissions", unset.len()), unset)
        }
        (_, _, true, false) => partial("permissions are stated, but wider than needed", wide),
        (_, _, true, true) => present("every workflow states permissions, and none is wide", set),
    }
}

fn first_six(mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    evidence.truncate(6);
    evidence
}

fn no_injection(facts: &Facts<'_>) -> Verdict {
    let Some(findings) = facts.findings else {
        return not_applicable("the linter did not run");
    };
    if facts.repository.workflows.is_empty() && facts.repository.actions.is_empty() {
        return not_applicable("there is no workflow and no action");
    }
    // What the linter itself is not sure of proves nothing.
    let of_security = |finding: &&Finding| {
        let is_sure = finding.confidence != Confidence::Low;
        finding.group.starts_with("security/") && finding.suppressed.is_none() && is_sure
    };
    // Warnings about pins and permissions are what two other criteria are about.
    let judged_elsewhere = |finding: &Finding| {
        finding.severity != Severity::Error && matches!(finding.group, "security/supply-chain" | "security/permissions")
    };
    let place = |finding: &Finding| {
        at(&finding.region.path, finding.region.start, format!("{}: {}", finding.rule, finding.message))
    };
    let with = |severity: Severity| -> Vec<Evidence> {
        let counting = findings.iter().filter(of_security).filter(|finding| !judged_elsewhere(finding));
        counting.filter(|finding| finding.severity == severity).map(place).collect()
    };
    let (errors, warnings) = (with(Severity::Error), with(Severity::Warning));
    if !errors.is_empty() {
        let because = counted("the linter reports", errors.len(), "security error");
        let because = format!("{because}: {}", by_rule(&errors));
        return Verdict { evidence: first_six(errors), ..missing(because, &[]) };
    }
    if !warnings.is_empty() {
        let because = counted("the linter reports no security error, but", warnings.len(), "security warning");
        return partial(format!("{because}: {}", by_rule(&warnings)), warnings);
    }
    present(
        "the linter reports no error of security, and no warning of security but about pins and permissions, of which other criteria ask",
        Vec::new(),
    )
}

/// Counts findings by their rule: `persist-credentials (9), dangerous-trigger (1)`.
fn by_rule(findings: &[Evidence]) -> String {
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *rules.entry(finding.seen.split(':').next().unwrap_or_default()).or_default() += 1;
    }
    let mut rules: Vec<(&str, usize)> = rules.into_iter().collect();
    rules.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    rules.iter().map(|(rule, count)| format!("{rule} ({count})")).collect::<Vec<_>>().join(", ")
}

fn counted(before: &str, count: usize, what: &str) -> String {
    format!("{before} {count} {what}{}", if count == 1 { "" } else { "s" })
}

fn secrets_rotation(facts: &Facts<'_>) -> Verdict {
    let short = short_lived(facts);
    let place = |credential: &Credential<'_>| {
        let position = facts.repository.position(&credential.file.path, credential.text.span.start);
        at(&credential.file.path, position, format!("`{}` is a stored credential", credential.name))
    };
    let long: Vec<Evidence> = stored(&facts.repository.workflows).iter().map(place).collect();
    let rotates = |activity: &&Activity<'_>| {
        let words: Vec<&str> = activity.words.iter().map(String::as_str).collect();
        let renews = matches!(
            words.as_slice(),
            ["gh", "secret", "set", ..]
                | ["aws", "secretsmanager", "rotate-secret", ..]
                | ["aws", "iam", "create-access-key", ..]
                | ["gcloud", "iam", "service-accounts", "keys", "create", ..]
        );
        renews && activity.when.contains(&When::Schedule)
    };
    match (short.is_empty(), long.len()) {
        (true, 0) => not_applicable("no workflow uses a stored credential of another system"),
        (false, 0) => present("credentials are short-lived", all(&short)),
        (false, count) => {
            let because = format!("some credentials are short-lived, {count} stored ones are not");
            partial(because, all(&short).into_iter().take(2).chain(long).collect())
        }
        (true, _) if facts.activities.all.iter().any(|activity| rotates(&activity)) => {
            present("a workflow renews credentials on a schedule", long)
        }
        (true, count) => Verdict {
            evidence: first_six(long),
            looked_for: looked_for(&[Kind::Oidc]),
            ..missing(counted("nothing rotates", count, "stored credential"), &[])
        },
    }
}

/// Returns what gets credentials that are gone when the job ends: from a cloud or a vault, or by the job's identity.
fn short_lived<'facts, 'model>(facts: &'facts Facts<'model>) -> Vec<&'facts Activity<'model>> {
    let is_static = |step: &Step| {
        ["credentials_json", "aws-secret-access-key", "creds"].iter().any(|name| step.input(name).is_some())
    };
    let mut short = facts.of(&[Kind::Oidc]);
    short.retain(|activity| !activity.step.is_some_and(is_static));
    let has_identity = |activity: &Activity<'_>| {
        facts.run(activity).is_some_and(|run| {
            run.permissions().is_some_and(|permissions| permissions.grant("id-token") == Grant::Write)
        })
    };
    let by_identity = facts.of(&[Kind::Sign, Kind::Publish]).into_iter().filter(|activity| {
        let words: Vec<&str> = activity.words.iter().map(String::as_str).collect();
        let keyless =
            matches!(words.as_slice(), ["cosign", ..]) && !activity.has_word(|word| word.starts_with("--key"));
        let attests = activity.is(Kind::Provenance);
        let exchanges = activity.has_word(|word| word.starts_with("--trusted-publishing"));
        let trusted = activity
            .step
            .is_some_and(|step| step.is_action("pypa/gh-action-pypi-publish") && step.input("password").is_none());
        (keyless || attests || trusted || exchanges) && has_identity(activity) || facts.is_trusted_by_npm(activity)
    });
    short.extend(by_identity);
    short
}
