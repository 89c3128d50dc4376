//! Reads from GitHub's API what a scorecard asks and no file tells.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::branch_rules::{self, FetchError};
use crate::github::{Client, RequestError, Route};
use crate::model::platform::{Environment, Platform, Release};
use crate::model::repository_name::RepositoryName;

/// The entries of a list that are read.
const MOST: &str = "50";

#[derive(Deserialize)]
struct About {
    #[serde(default)]
    security_and_analysis: Option<Security>,
}

#[derive(Deserialize)]
struct Security {
    #[serde(default)]
    secret_scanning: Option<Feature>,
    #[serde(default)]
    secret_scanning_push_protection: Option<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    status: String,
}

#[derive(Deserialize)]
struct Environments {
    #[serde(default)]
    environments: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    #[serde(default)]
    protection_rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default, rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Setup {
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
struct Published {
    tag_name: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    draft: bool,
}

#[derive(Deserialize)]
struct Deployment {
    #[serde(default)]
    environment: String,
}

/// Reads what GitHub knows, in nine requests at most. What the token may not read is left open.
///
/// # Errors
/// A request that failed for good, and for another reason than a missing permission.
pub fn fetch(client: &Client, repository: &RepositoryName) -> Result<Platform, FetchError> {
    let route = || Route::repository(repository);
    let branch = match branch_rules::fetch(client, repository) {
        Err(FetchError::Request(RequestError::Refused { status: 403, .. })) => None,
        rules => Some(rules?),
    };
    let about: Option<About> = allowed(client, &route())?;
    let security = about.and_then(|about| about.security_and_analysis);
    let on = |feature: &Option<Feature>| feature.as_ref().map(|feature| feature.status == "enabled");
    let environments: Option<Environments> = allowed(client, &route().part("environments").query("per_page", MOST))?;
    let setup: Option<Setup> = allowed(client, &route().part("code-scanning/default-setup"))?;
    let alerts: Option<Vec<serde::de::IgnoredAny>> =
        allowed(client, &route().part("dependabot/alerts").query("per_page", "1"))?;
    let releases: Option<Vec<Published>> = allowed(client, &route().part("releases").query("per_page", MOST))?;
    let deployments: Option<Vec<Deployment>> = allowed(client, &route().part("deployments").query("per_page", MOST))?;
    Ok(Platform {
        branch,
        environments: environments.map(|list| list.environments.into_iter().map(environment).collect()),
        push_protection: security.as_ref().and_then(|security| on(&security.secret_scanning_push_protection)),
        secret_scanning: security.as_ref().and_then(|security| on(&security.secret_scanning)),
        code_scanning: setup.map(|setup| setup.state == "configured"),
        // Where alerts are off GitHub answers as it does to a token that may not read them.
        dependency_alerts: alerts.map(|_| true),
        releases: releases.map(|list| list.into_iter().filter(|release| !release.draft).map(release).collect()),
        deployed_to: deployments.map(names),
    })
}

/// Reads an answer; `None` where the token may not, or the server does not know the address.
fn allowed<T: DeserializeOwned>(client: &Client, route: &Route) -> Result<Option<T>, RequestError> {
    match client.get(route) {
        Err(RequestError::Refused { status: 403 | 404 | 410, .. }) => Ok(None),
        answer => answer.map(Some),
    }
}

fn environment(named: Named) -> Environment {
    let has = |kind: &str| named.protection_rules.iter().any(|rule| rule.kind == kind);
    Environment { reviewed: has("required_reviewers"), waits: has("wait_timer"), name: named.name }
}

fn release(published: Published) -> Release {
    Release { has_notes: published.body.is_some_and(|body| !body.trim().is_empty()), tag: published.tag_name }
}

fn names(deployments: Vec<Deployment>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for deployment in deployments {
        if !deployment.environment.is_empty() && !names.contains(&deployment.environment) {
            names.push(deployment.environment);
        }
    }
    names
}
