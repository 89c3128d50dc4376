//! Deployment automation.

use std::collections::BTreeSet;

use super::deployment_practices::{
    container_publish, deploy_concurrency, multi_arch, preview_environments, progressive,
};
use super::image_tests::image_tested;
use super::migrations::db_migrations;
use crate::detectors::activity::Activity;
use crate::detectors::runs::JobRun;
use crate::knowledge::tools::Kind;
use crate::model::repository::name_of;
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::scorecard::evidence::{all, file, looked_for, missing, of, partial, present, ran, share};
use crate::scorecard::facts::{Facts, stages_of};

declare_criteria! {
    Deployment;
    /// A workflow deploys to a pre-production environment
    (3, Critical, Medium, Deployed) "staging-deploy" => staging_deploy,
    "Production is where a deployment is tried for the first time.",
    "a job with `environment: staging` that deploys";
    /// A workflow deploys to production
    (3, Critical, Medium, Deployed) "production-deploy" => production_deploy,
    "Deployments are done by hand, by whoever remembers how.",
    "a job with `environment: production` that deploys";
    /// Deploys go through a named environment
    (2, High, Small, Deployed) "environment-protection" => environment_protection,
    "Nobody has to agree to a deployment, and its secrets are open to every job.",
    "`environment:` in each job that deploys";
    /// Tests run against what was deployed
    (2, High, Medium, Deployed) "smoke-tests" => smoke_tests,
    "A deployment that does not answer is reported by customers.",
    "tests in a step or job after the deploy";
    /// The deploy waits until what it started is healthy
    (2, High, Small, Running) "deploy-health-check" => health_check,
    "A deployment is green before it has started.",
    "`kubectl rollout status`, `helm upgrade --wait`, or `curl --fail` of the health endpoint";
    /// A deployment can be taken back by a workflow
    (3, Critical, Medium, Running) "rollback" => rollback,
    "The way back is found out during the outage.",
    "a rollback workflow, or a rollback step with `if: failure()`";
    /// Traffic moves step by step
    (1, Medium, Large, Running) "progressive-delivery" => progressive,
    "A bad version reaches everybody at once.",
    "a canary or blue-green strategy, such as Argo Rollouts or Flagger";
    /// Pull requests get an environment of their own
    (1, High, Large, Deployed) "preview-environments" => preview_environments,
    "Reviewers read code and have to imagine the rest.",
    "a deploy on `pull_request` and its removal on `closed`";
    /// Images are pushed by CI with version tags
    (1, Medium, Small, Running) "container-publish" => container_publish,
    "Nobody can say which image runs which commit.",
    "`docker/build-push-action` with tags of `docker/metadata-action`";
    /// Images are tested before they are used
    (1, Medium, Small, Running) "image-tested" => image_tested,
    "An image that does not start is found at the deploy.",
    "a step that runs the image and asks it something";
    /// Images are built for several platforms
    (1, Low, Small, Running) "multi-arch" => multi_arch,
    "The image does not run on half of the machines on offer.",
    "`platforms: linux/amd64,linux/arm64`";
    /// Database migrations are part of the deploy
    (2, Critical, Medium, Running) "db-migrations" => db_migrations,
    "New code meets an old schema.",
    "a migration step in the job that deploys";
    /// One deploy at a time, none cut off half way
    (1, Medium, Small, Deployed) "deploy-concurrency" => deploy_concurrency,
    "Two deployments overtake each other.",
    "`concurrency: {group: deploy-production, cancel-in-progress: false}`";
}

fn staging_deploy(facts: &Facts<'_>) -> Verdict {
    let mut deploys = facts.deploys();
    deploys.retain(|deploy| facts.stages(deploy).0);
    let verdict = ran(&deploys, "a workflow deploys to a pre-production environment", &[Kind::Deploy]);
    let verdict = or_deployed(facts, verdict, true);
    let verdict = facts.or_elsewhere(verdict, &["staging", "preprod"]);
    facts.or_documented(verdict, &["staging"])
}

fn production_deploy(facts: &Facts<'_>) -> Verdict {
    let mut deploys = facts.deploys();
    deploys.retain(|deploy| facts.stages(deploy).1);
    let verdict = ran(&deploys, "a workflow deploys to production", &[Kind::Deploy]);
    let verdict = or_deployed(facts, verdict, false);
    facts.or_elsewhere(verdict, &["deploy", "production", "prod"])
}

fn environment_protection(facts: &Facts<'_>) -> Verdict {
    let deploys = facts.deploys();
    if deploys.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::Deploy]),
            ..missing("no workflow deploys to an environment", &[])
        };
    }
    let named = |deploy: &&Activity<'_>| facts.run(deploy).is_some_and(|run| run.job.environment.is_some());
    let (good, bad): (Vec<&Activity<'_>>, Vec<&Activity<'_>>) = deploys.into_iter().partition(named);
    let verdict = share(&all(&good), &all(&bad), "deploys go through a named environment");
    match unprotected(facts, &good).filter(|_| verdict.status == Status::Present) {
        Some(open) => partial("production has neither reviewers nor a wait", vec![open]),
        None => verdict,
    }
}

/// Finds an environment for production that GitHub knows, and that every job gets at once.
fn unprotected(facts: &Facts<'_>, deploys: &[&Activity<'_>]) -> Option<Evidence> {
    let platform = facts.platform?;
    let production = deploys.iter().filter(|deploy| facts.stages(deploy).1);
    let names = production.filter_map(|deploy| facts.run(deploy)).flat_map(JobRun::environments);
    let mut known = names.filter_map(|name| platform.environment(&name).cloned());
    let open = known.find(|environment| !environment.reviewed && !environment.waits)?;
    Some(file(ENVIRONMENTS, format!("environment `{}` without required reviewers and wait timer", open.name)))
}

/// Where GitHub keeps environments: the page of a repository's settings.
const ENVIRONMENTS: &str = "settings/environments";

/// Makes a missing verdict present where GitHub knows deployments that no workflow made.
fn or_deployed(facts: &Facts<'_>, verdict: Verdict, staging: bool) -> Verdict {
    let names = facts.platform.and_then(|platform| platform.deployed_to.as_ref());
    let mut wanted = names.into_iter().flatten().filter(|name| {
        let (to_staging, to_production) = stages_of(&[(*name).clone()]);
        !name.starts_with("github-pages") && if staging { to_staging } else { to_production && !to_staging }
    });
    match wanted.next().filter(|_| verdict.status == Status::Missing) {
        Some(name) => present(
            "GitHub knows deployments that something else than a workflow makes",
            vec![file(ENVIRONMENTS, format!("deployments to `{name}`"))],
        ),
        None => verdict,
    }
}

/// Returns what comes after any deploy.
fn after_deploys<'facts, 'model>(facts: &'facts Facts<'model>, kinds: &[Kind]) -> Vec<&'facts Activity<'model>> {
    let deploys = facts.deploys();
    let mut found = facts.in_jobs(kinds);
    found.retain(|activity| deploys.iter().any(|deploy| facts.is_after(activity, deploy)));
    found
}

fn smoke_tests(facts: &Facts<'_>) -> Verdict {
    let kinds = [Kind::Test, Kind::IntegrationTest, Kind::ApiTest, Kind::Load];
    let mut tests = after_deploys(facts, &kinds);
    let deploys = facts.deploys();
    let writes = ["echo", "printf", "sleep", "set", "cd", "export", "true", ":", "cat", "exit"];
    let smoke = facts.activities.all.iter().filter(|activity| {
        let works = activity.words.first().is_some_and(|program| !writes.contains(&program.as_str()));
        let line: Vec<&str> = activity.words.iter().map(String::as_str).collect();
        let prepares = matches!(
            line.as_slice(),
            ["kubectl", "delete" | "apply" | "create" | "scale" | "config", ..] | ["rm" | "mkdir" | "cp" | "mv", ..]
        );
        works
            && !prepares
            && !activity.in_image_build
            && is_named(facts, activity, "smoke")
            && deploys.iter().any(|deploy| facts.is_after(activity, deploy))
    });
    tests.extend(smoke);
    // What asks and compares says more than what prepares it.
    let asks = [Kind::Test, Kind::ApiTest, Kind::Health, Kind::Load];
    tests.sort_by_key(|test| !(test.tested || asks.iter().any(|kind| test.is(*kind))));
    // The condition of a loop waits for what is judged then.
    let waits = |test: &&Activity<'_>| {
        let text = facts.repository.text(test.path);
        let line = text.and_then(|file| file.text.lines().nth(test.position.line.checked_sub(1)?));
        line.is_some_and(|line| ["while ", "until "].iter().any(|word| line.trim_start().starts_with(word)))
    };
    if !tests.iter().all(waits) {
        tests.retain(|test| !waits(test));
    }
    // A line whose variables are known is there twice.
    let mut places = BTreeSet::new();
    tests.retain(|test| places.insert((test.path, test.position)));
    ran(&tests, "tests run after a deploy", &kinds)
}

fn is_named(facts: &Facts<'_>, activity: &Activity<'_>, word: &str) -> bool {
    let step = activity.step.and_then(|step| step.name.as_ref());
    let job = facts.run(activity).map(|run| run.job);
    let names = step.into_iter().chain(job.map(|job| &job.id)).chain(job.and_then(|job| job.name.as_ref()));
    names.into_iter().any(|name| name.value.to_lowercase().contains(word))
}

/// A request proves something when it fails on an error status, or looks at what it gets.
fn asks_for_health(request: &Activity<'_>) -> bool {
    let fails = |word: &str| {
        word == "--fail"
            || word == "--fail-with-body"
            || (word.starts_with('-') && !word.starts_with("--") && word.contains('f'))
    };
    let is_curl = request.words.first().is_some_and(|program| program == "curl");
    !is_curl || request.has_word(fails)
}

fn health_check(facts: &Facts<'_>) -> Verdict {
    let deploys = facts.deploys();
    let mut checks = facts.of(&[Kind::Rollout]);
    checks.retain(|check| !facts.is_in_throwaway_cluster(check));
    checks.retain(|check| check.is(Kind::Deploy) || deploys.iter().any(|deploy| facts.is_after(check, deploy)));
    checks.extend(after_deploys(facts, &[Kind::Health]).into_iter().filter(|request| asks_for_health(request)));
    ran(&checks, "the deploy waits until it is healthy", &[Kind::Rollout, Kind::Health])
}

pub(super) fn rollbacks<'facts, 'model>(facts: &'facts Facts<'model>) -> Vec<&'facts Activity<'model>> {
    let mut found = facts.of(&[Kind::Rollback]);
    let by_name = |deploy: &&Activity<'_>| {
        let named = |text: &str| {
            let text = text.to_lowercase();
            text.contains("rollback") || text.contains("roll-back")
        };
        let run = facts.run(deploy);
        run.is_some_and(|run| named(name_of(&run.root.path)) || named(&run.job.id.value))
            || is_named(facts, deploy, "rollback")
    };
    found.extend(facts.deploys().into_iter().filter(by_name));
    found
}

fn rollback(facts: &Facts<'_>) -> Verdict {
    let found = rollbacks(facts);
    if let Some(first) = found.iter().find(|rollback| rollback.silence.is_none() || rollback.on_failure) {
        return present("a workflow takes a deployment back", vec![of(first)]);
    }
    if !found.is_empty() {
        return partial("a rollback runs, but its failure goes unnoticed", all(&found));
    }
    let verdict =
        Verdict { looked_for: looked_for(&[Kind::Rollback]), ..missing("no workflow takes a deployment back", &[]) };
    facts.or_documented(verdict, &["rollback", "roll back", "rolling back"])
}
