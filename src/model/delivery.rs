//! How software reaches its users: the five metrics of DORA, and what is needed to tell them.

use jiff::Timestamp;

use super::unit::Unit;

/// A commit, as far as it matters when it was made and when it was deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The full hash.
    pub hash: String,
    /// The hashes of the commits it follows.
    pub parents: Vec<String>,
    /// When its author made it.
    pub authored_at: Timestamp,
    /// The first line of its message.
    pub subject: String,
}

/// A pull request that was merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Its number.
    pub number: u64,
    /// The branch it was merged into.
    pub base: String,
    /// The commit that the merge made; empty where GitHub names none.
    pub commit: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When its first commit was written.
    pub first_commit_at: Option<Timestamp>,
    /// When somebody else than its author first reviewed it.
    pub first_review_at: Option<Timestamp>,
    /// When it was merged.
    pub merged_at: Timestamp,
}

/// The metrics of a period.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// What counted as a deployment, such as `deployments to production`.
    pub counted: String,
    /// The first and the last moment of the period.
    pub period: (Timestamp, Timestamp),
    /// How many deployments the period has, failed ones included.
    pub deployments: usize,
    /// How many of these failed, or had to be mended.
    pub failed: usize,
    /// What told that a deployment failed or mended another one.
    pub marks: Vec<&'static str>,
    /// The commit of the last deployment.
    pub commit: String,
    /// The five metrics, in the order of DORA's guide.
    pub metrics: Vec<DeliveryMetric>,
    /// The way of pull requests to production; empty where none is known.
    pub phases: Vec<Phase>,
    /// Where the levels come from; empty where there are none.
    pub levels: String,
}

/// One metric.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryMetric {
    /// The name that gates use, such as `dora.lead_time_s`.
    pub name: &'static str,
    /// The name that people use.
    pub title: &'static str,
    /// The unit of the value.
    pub unit: Unit,
    /// The value, or why there is none.
    pub figure: Figure,
}

/// A value, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// It was measured.
    Measured {
        /// The value; of durations the median.
        value: f64,
        /// The 95th percentile of durations.
        p95: Option<f64>,
        /// How many deployments, commits or failures it was made from.
        count: usize,
        /// The level it reaches.
        level: Option<&'static str>,
    },
    /// It cannot be measured.
    NotMeasurable(String),
}

/// A part of a pull request's way.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// Its name, such as `pickup`.
    pub name: &'static str,
    /// From what to what.
    pub summary: &'static str,
    /// The median in seconds.
    pub p50: f64,
    /// The 95th percentile in seconds.
    pub p95: f64,
    /// How many pull requests have it.
    pub count: usize,
}
