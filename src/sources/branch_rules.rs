//! Reads what protects the default branch from GitHub's API, in three requests.

use serde::Deserialize;

use crate::github::{Client, RequestError, Route, RouteError};
use crate::model::branch_rules::BranchRules;
use crate::model::repository_name::RepositoryName;

/// Rules that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// A request failed.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The branch's name cannot stand in an address.
    #[error(transparent)]
    Route(#[from] RouteError),
}

#[derive(Deserialize)]
struct About {
    default_branch: String,
}

#[derive(Deserialize)]
struct Branch {
    #[serde(default)]
    protected: bool,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(default)]
    required_approving_review_count: Option<u64>,
}

/// Reads the rules of a repository's default branch: those of all rulesets that apply, and whether
/// it is protected at all.
///
/// # Errors
/// A request that failed for good.
pub fn fetch(client: &Client, repository: &RepositoryName) -> Result<BranchRules, FetchError> {
    let about: About = client.get(&Route::repository(repository))?;
    let branch = about.default_branch;
    let known: Branch = client.get(&Route::repository(repository).part("branches").text(&branch)?)?;
    let rules: Vec<Rule> = match client.get(&Route::repository(repository).part("rules/branches").text(&branch)?) {
        // Servers of their own that are older than rulesets do not know the address.
        Err(RequestError::Refused { status: 404, .. }) => Vec::new(),
        answer => answer?,
    };
    let asks = |kind: &str| rules.iter().any(|rule| rule.kind == kind);
    let pull_requests = rules.iter().filter(|rule| rule.kind == "pull_request");
    let reviews = pull_requests.map(|rule| {
        let parameters = rule.parameters.as_ref();
        parameters.and_then(|parameters| parameters.required_approving_review_count).unwrap_or(0)
    });
    Ok(BranchRules {
        protected: known.protected || !rules.is_empty(),
        reviews: reviews.max(),
        signatures: asks("required_signatures"),
        branch,
    })
}
