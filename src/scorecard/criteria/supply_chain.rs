//! Security of what comes in and goes out: dependencies, actions, images.

use crate::detectors::activity::Activity;
use crate::detectors::pinning::{all_uses, is_foreign, unpinned, unpinned_in_steps, uses_of};
use crate::knowledge::tools::Kind;
use crate::model::branch_rules::BranchRules;
use crate::model::repository::{has_ending, name_of};
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::model::yaml::{Node, Text};
use crate::scorecard::evidence::{at, file, missing, not_applicable, of, partial, present, share};
use crate::scorecard::facts::Facts;
use crate::scorecard::profile::Profile;

/// Ecosystems whose packages come from a registry, and are scanned by the tools of this criterion.
const PACKAGES: &[&str] = &["cargo", "npm", "pip", "gomod", "maven", "gradle", "bundler", "composer", "nuget"];

/// Tells whether a repository that is left without packages would be asked about them.
fn has_packages(facts: &Facts<'_>) -> bool {
    let other = facts.named(|name| {
        matches!(
            name,
            "package.swift"
                | "mix.exs"
                | "pubspec.yaml"
                | "conanfile.txt"
                | "conanfile.py"
                | "vcpkg.json"
                | "stack.yaml"
        )
    });
    let used = |name: &str| {
        facts.activities.all.iter().any(|activity| activity.tools.iter().any(|tool| tool.ecosystem == Some(name)))
    };
    let packages = facts.files.ecosystems.iter().filter(|(name, _)| PACKAGES.contains(name));
    let counts = |name: &str, path: &str| facts.profile == Profile::Service || !path.contains('/') || used(name);
    !other.is_empty() || packages.into_iter().any(|(name, path)| counts(name, path))
}

/// Tells whether a job installs a list of Python packages that is kept here, if only for its tools.
fn installs_list(facts: &Facts<'_>) -> bool {
    let is_kept = facts.files.ecosystems.iter().any(|(name, _)| *name == "pip");
    let installs = |activity: &Activity<'_>| {
        let words: Vec<&str> = activity.words.iter().map(String::as_str).collect();
        matches!(words.as_slice(), ["pip" | "pip3", "install", ..] | ["uv", "pip", "install" | "sync", ..])
            && words.iter().any(|word| matches!(*word, "-r" | "--requirement") || word.starts_with("-r"))
    };
    is_kept && facts.activities.all.iter().any(installs)
}

pub(super) fn dependency_audit(facts: &Facts<'_>) -> Verdict {
    if !has_packages(facts) && !installs_list(facts) && facts.of(&[Kind::Audit]).is_empty() {
        return not_applicable("no manifest names packages of others");
    }
    let verdict = facts.gate(&[Kind::Audit], "dependencies are scanned for known vulnerabilities");
    let alerted = facts.platform.is_some_and(|platform| platform.dependency_alerts == Some(true));
    if verdict.status == Status::Missing && alerted {
        let alerts = file(SECURITY, "Dependabot alerts are on");
        return partial("GitHub alerts of vulnerable dependencies, but nothing fails", vec![alerts]);
    }
    facts.or_elsewhere(
        verdict,
        &["audit", "vuln", "osv", "fossa", "dependency-scan", "security", "code-scan", "codescan", "=scan"],
    )
}

pub(super) fn license_policy(facts: &Facts<'_>) -> Verdict {
    let searched = own_check(facts);
    if !has_packages(facts) && facts.of(&[Kind::License]).is_empty() && searched.is_none() {
        return not_applicable("no manifest names packages of others that are shipped");
    }
    let verdict = facts.gate(&[Kind::License], "licenses are checked");
    match searched.filter(|_| verdict.status == Status::Missing) {
        Some(search) => partial(
            "a script looks for licenses that are not wanted, but no tool reads those of all dependencies",
            vec![search],
        ),
        None => facts.or_elsewhere(verdict, &["licens", "licenc", "fossa"]),
    }
}

/// Finds a search for licenses that are not wanted, in a script that can fail by it: a step's, or a file that CI runs.
/// What looks for the project's own header names other words.
fn own_check(facts: &Facts<'_>) -> Option<Evidence> {
    let unwanted = ["gpl", "general public license", "copyleft", "sspl", "busl"];
    let searches = |line: &str| {
        let words = line.split(|character: char| character.is_whitespace() || "$();|&`".contains(character));
        let is_search = words.into_iter().any(|word| matches!(word, "grep" | "egrep" | "fgrep" | "rg" | "ag"));
        let excused = line.contains("|| true") && !line.contains("$(") || line.trim_start().starts_with("echo ");
        is_search && !excused && unwanted.iter().any(|license| line.to_lowercase().contains(license))
    };
    let all = &facts.activities.all;
    let in_step = all.iter().find_map(|activity| {
        let line = facts.script_line(activity, searches);
        line.filter(|_| facts.can_fail_behind(activity))
    });
    in_step.or_else(|| {
        let scripts = facts.repository.texts.iter().filter(|(path, file)| {
            let name = name_of(path);
            let is_run =
                || all.iter().any(|activity| activity.seen.split([' ', '"', '\'']).any(|word| name_of(word) == name));
            (!name.contains('.') || has_ending(name, &["sh", "bash"])) && file.text.contains("exit 1") && is_run()
        });
        scripts.into_iter().find_map(|(path, _)| {
            facts.line_that(|other| other == path, |_, line| !line.trim_start().starts_with('#') && searches(line))
        })
    })
}

pub(super) fn sbom(facts: &Facts<'_>) -> Verdict {
    let with_input = facts
        .of(&[Kind::ImageBuild])
        .into_iter()
        .find(|build| build.input("sbom").is_some_and(|value| value.value != "false"));
    match with_input {
        Some(build) => present("a bill of materials is attached to images", vec![of(build)]),
        None => facts.tool(&[Kind::Sbom], "a bill of materials is generated"),
    }
}

/// Dependabot's names for an ecosystem: npm covers yarn and pnpm, uv is its own.
fn covers(configured: &str, ecosystem: &str) -> bool {
    configured == ecosystem
        || matches!(
            (configured, ecosystem),
            ("uv", "pip") | ("bun", "npm") | ("docker-compose", "docker") | ("opentofu", "terraform")
        )
}

/// Renovate's names for what reads the manifests of an ecosystem.
fn managers(ecosystem: &str) -> &[&str] {
    match ecosystem {
        "pip" => &["pip_requirements", "pip-compile", "pep621", "poetry", "pipenv", "pip_setup", "setup-cfg"],
        "docker" => &["dockerfile", "docker-compose"],
        "maven" => &["maven", "maven-wrapper"],
        "gradle" => &["gradle", "gradle-wrapper"],
        "terraform" => &["terraform", "terragrunt"],
        "npm" => &["npm", "bun"],
        "cargo" => &["cargo"],
        "gomod" => &["gomod"],
        "bundler" => &["bundler"],
        "composer" => &["composer"],
        "nuget" => &["nuget"],
        "github-actions" => &["github-actions"],
        _ => &[],
    }
}

/// Tells whether Renovate is told to leave the manifest of an ecosystem alone: by its path, or by who may read it.
fn is_left_alone(renovate: &serde_json::Value, ecosystem: &str, manifest: &str) -> bool {
    let list = |key: &str| renovate.get(key).and_then(serde_json::Value::as_array);
    let ignored = list("ignorePaths").into_iter().flatten().filter_map(serde_json::Value::as_str).any(|pattern| {
        let folder = pattern.strip_suffix("**").filter(|folder| folder.ends_with('/'));
        let within = folder.map(|folder| folder.strip_prefix("**/").unwrap_or(folder));
        pattern == manifest
            || within.is_some_and(|folder| manifest.starts_with(folder) || manifest.contains(&format!("/{folder}")))
    });
    let is_read = |enabled: &Vec<serde_json::Value>| {
        enabled.iter().filter_map(serde_json::Value::as_str).any(|name| managers(ecosystem).contains(&name))
    };
    ignored || list("enabledManagers").is_some_and(|enabled| !is_read(enabled))
}

pub(super) fn dependency_updates(facts: &Facts<'_>) -> Verdict {
    let renovate =
        facts.named(|name| matches!(name, "renovate.json" | "renovate.json5" | ".renovaterc" | ".renovaterc.json"));
    let left: Vec<(&str, &str)> = match renovate.first() {
        Some(path) => {
            let text = facts.repository.text(path).map_or("", |file| file.text.as_str());
            let settings: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
            let ecosystems = facts.files.ecosystems.iter().copied();
            ecosystems.filter(|(name, manifest)| is_left_alone(&settings, name, manifest)).collect()
        }
        None => facts.files.ecosystems.clone(),
    };
    let by_renovate = renovate.first().map(|path| file(path, "Renovate's configuration"));
    if let (Some(by_renovate), true) = (&by_renovate, left.is_empty()) {
        return present("Renovate updates every ecosystem it finds", vec![by_renovate.clone()]);
    }
    let path = [".github/dependabot.yml", ".github/dependabot.yaml"]
        .into_iter()
        .find(|path| facts.repository.text(path).is_some());
    let found = path.and_then(|path| Some((path, facts.repository.text(path)?)));
    let scheduled = facts.scheduled_updates();
    if found.is_none() && by_renovate.is_none() && scheduled.is_empty() {
        return missing(
            "no bot updates dependencies",
            &[".github/dependabot.yml", "renovate.json, renovate.json5, .renovaterc"],
        );
    }
    let root = found.and_then(|(_, text)| text.roots().next());
    let updates = root.and_then(|root| root.get("updates")).map(Node::items).unwrap_or_default();
    let configured: Vec<&Text> =
        updates.iter().filter_map(|update| update.get("package-ecosystem").and_then(Node::text)).collect();
    let mut good: Vec<Evidence> = Vec::new();
    if let Some(by_renovate) = by_renovate {
        let count = facts.files.ecosystems.len() - left.len();
        good.extend(std::iter::repeat_n(by_renovate, count));
    }
    let mut bad = Vec::new();
    for (ecosystem, manifest) in left {
        let by_job = scheduled.iter().find(|(updated, _)| *updated == ecosystem);
        match (found, configured.iter().find(|text| covers(&text.value, ecosystem)), by_job) {
            (Some((path, text)), Some(found), _) => {
                good.push(at(path, text.position(found.span.start), format!("package-ecosystem: {}", found.value)));
            }
            (_, _, Some((_, update))) => good.push(update.clone()),
            _ => bad.push(file(manifest, format!("{ecosystem} is not updated"))),
        }
    }
    match found.filter(|_| good.is_empty() && bad.is_empty()) {
        Some((path, _)) => present("Dependabot is configured", vec![file(path, "Dependabot's configuration")]),
        None => share(&good, &bad, "ecosystems are updated by a bot"),
    }
}

pub(super) fn pinned_actions(facts: &Facts<'_>) -> Verdict {
    let (mut pinned, mut loose): (Vec<Evidence>, Vec<Evidence>) = (Vec::new(), Vec::new());
    let mut take = |path: &str, uses: &Text, is_loose: bool| {
        let place = at(path, facts.repository.position(path, uses.span.start), format!("uses: {}", uses.value));
        if is_loose { loose.push(place) } else { pinned.push(place) }
    };
    for workflow in &facts.repository.workflows {
        for uses in all_uses(&workflow.workflow).into_iter().filter(|uses| is_foreign(uses)) {
            take(&workflow.path, uses, unpinned(uses).is_some());
        }
    }
    for action in facts.repository.actions.values() {
        let unpinned = unpinned_in_steps(action.action.steps());
        for uses in uses_of(action.action.steps()).into_iter().filter(|uses| is_foreign(uses)) {
            take(&action.path, uses, unpinned.iter().any(|other| std::ptr::eq(other.uses, uses)));
        }
    }
    match (pinned.is_empty(), loose.is_empty()) {
        (true, true) => not_applicable("no action of others is used"),
        (false, true) => present("every action is pinned to a commit", pinned),
        (false, false) => {
            partial(format!("{} of {} actions are at tags or branches", loose.len(), loose.len() + pinned.len()), loose)
        }
        (true, false) => partial(format!("none of {} actions is pinned to a commit", loose.len()), loose),
    }
}

pub(super) fn security_policy(facts: &Facts<'_>) -> Verdict {
    let path = facts.repository.paths.iter().find(|path| {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let name = name_of(path).to_lowercase();
        matches!(folder, "" | ".github" | "docs") && (name == "security" || name.starts_with("security."))
    });
    match path {
        Some(path) => present("a security policy is there", vec![file(path, "security policy")]),
        None => missing(
            "there is no SECURITY.md, from which GitHub makes the page that says how to report security problems",
            &["SECURITY.md at the root, in .github and in docs"],
        ),
    }
}

pub(super) fn signed_commits(facts: &Facts<'_>) -> Verdict {
    let Some(rules) = facts.platform.and_then(|platform| platform.branch.as_ref()) else {
        return not_applicable("needs a token: the repository's rules stand in no file");
    };
    if rules.signatures {
        let seen = format!("a ruleset of the branch {} asks for signed commits", rules.branch);
        return present("the default branch takes signed commits only", vec![file(RULES, seen)]);
    }
    missing("no ruleset of the default branch asks for signed commits", &["the rule `required_signatures`"])
}

/// Where GitHub keeps what it scans: the page of a repository's settings.
pub(super) const SECURITY: &str = "settings/security_analysis";

/// Where GitHub keeps a repository's rules: the page of its settings.
const RULES: &str = "settings/rules";

pub(super) fn branch_protection(facts: &Facts<'_>) -> Verdict {
    match facts.platform.and_then(|platform| platform.branch.as_ref()) {
        Some(rules) => protected_by(rules),
        None => named_owners(facts),
    }
}

fn protected_by(rules: &BranchRules) -> Verdict {
    let branch = &rules.branch;
    match rules.reviews {
        Some(reviews @ 1..) => {
            let seen = format!("{branch}: {reviews} approving reviews are required");
            present("the default branch takes reviewed changes only", vec![file(RULES, seen)])
        }
        Some(0) => {
            let seen = format!("{branch}: a pull request is required, but no approving review");
            partial("changes need a pull request, but no review", vec![file(RULES, seen)])
        }
        None if rules.protected => {
            let seen = format!("{branch} is protected; no ruleset asks for reviews");
            partial("the default branch is protected, but no ruleset asks for reviews", vec![file(RULES, seen)])
        }
        None => missing("everyone who may write can change the default branch", &["rulesets", "branch protection"]),
    }
}

fn named_owners(facts: &Facts<'_>) -> Verdict {
    let path = ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"]
        .into_iter()
        .find(|path| facts.repository.paths.contains(*path));
    match path {
        Some(path) => {
            partial("owners are named; whether their review is required needs a token", vec![file(path, "CODEOWNERS")])
        }
        None => not_applicable("needs a token: the branch's rules stand in no file"),
    }
}
