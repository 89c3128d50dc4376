//! The way of pull requests: how long each part of it took until the change was with its users.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::delivery::{Commit, Phase};
use crate::model::history::{History, Row, TableId};
use crate::stats::{Percent, Sample};

use super::deployments::Deployments;
use super::settings::Settings;
use super::shipped::{Graph, Shipped};

/// How long the parts of a pull request's way took, in seconds; what did not happen in the usual
/// order has no length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// The pull request's number.
    pub pull_request: i64,
    /// When it was merged.
    pub merged_at: Timestamp,
    /// When it was deployed; `None` where it was not yet.
    pub deployed_at: Option<Timestamp>,
    /// From the first commit to the pull request.
    pub coding: Option<f64>,
    /// From the pull request to the first review.
    pub pickup: Option<f64>,
    /// From the first review to the merge.
    pub review: Option<f64>,
    /// From the merge to the end of the deployment that brought it.
    pub deploy: Option<f64>,
    /// All of it: coding, the time the pull request was open, and deploying, as far as known.
    pub cycle: f64,
}

/// Tells the ways of all merged pull requests of the tables, in their order. A pull request came to
/// users with the first deployment that brings its merge commit and was not the first to its target.
pub fn ways(history: &History, settings: &Settings, base: &str, commits: &[Commit]) -> Vec<Way> {
    let graph = Graph::new(commits);
    let deployments = Deployments::find(history, settings, base, &graph);
    let mut shipped = Shipped::new(&graph);
    let mut deployed: BTreeMap<&str, Timestamp> = BTreeMap::new();
    for deployment in deployments.all.iter().filter(|deployment| deployment.arrived()) {
        for commit in shipped.take(&deployment.target, &deployment.commit).unwrap_or_default() {
            deployed.entry(&commit.hash).or_insert(deployment.at);
        }
    }
    let rows = history.rows(TableId::PullRequests).iter();
    rows.filter_map(|row| way(row, deployed.get(row.text("commit")).copied())).collect()
}

fn way(row: &Row, deployed_at: Option<Timestamp>) -> Option<Way> {
    let (created, merged) = (row.time("created_at")?, row.time("merged_at")?);
    let first_commit = row.time("first_commit_at");
    let first_review = row.time("first_review_at");
    let coding = first_commit.and_then(|commit| between(commit, created));
    let deploy = deployed_at.and_then(|deployed| between(merged, deployed));
    let open = between(created, merged).unwrap_or(0.0);
    Some(Way {
        pull_request: row.integer("pull_request")?,
        merged_at: merged,
        deployed_at,
        coding,
        pickup: first_review.and_then(|review| between(created, review)),
        review: first_review.and_then(|review| between(review, merged)),
        deploy,
        cycle: coding.unwrap_or(0.0) + open + deploy.unwrap_or(0.0),
    })
}

/// Returns the seconds from one moment to a later one; `None` where it is earlier.
fn between(from: Timestamp, to: Timestamp) -> Option<f64> {
    let seconds = to.duration_since(from).as_secs_f64();
    (seconds >= 0.0).then_some(seconds)
}

/// Sums up the ways of the pull requests that were merged in a period.
pub(super) fn phases(
    history: &History,
    settings: &Settings,
    base: &str,
    commits: &[Commit],
    start: Timestamp,
) -> Vec<Phase> {
    type Part = fn(&Way) -> Option<f64>;
    const PARTS: [(&str, &str, Part); 5] = [
        ("coding", "first commit to pull request", |way| way.coding),
        ("pickup", "pull request to first review", |way| way.pickup),
        ("review", "first review to merge", |way| way.review),
        ("deploy", "merge to deployment", |way| way.deploy),
        ("cycle", "first commit to deployment, of what was deployed", |way| way.deploy.map(|_| way.cycle)),
    ];
    let ways: Vec<Way> =
        ways(history, settings, base, commits).into_iter().filter(|way| way.merged_at >= start).collect();
    let phase = |(name, summary, part): (&'static str, &'static str, Part)| {
        let sample = Sample::new(ways.iter().filter_map(part));
        let p95 = Percent::new(95).and_then(|percent| sample.quantile(percent))?;
        Some(Phase { name, summary, p50: sample.median()?, p95, count: sample.len() })
    };
    PARTS.into_iter().filter_map(phase).collect()
}
