//! What a table is.

use std::fmt;
use std::str::FromStr;

use super::column::Column;
use super::tables::{self, TABLES};

/// One table: its file, its columns, and what makes two rows the same row.
#[derive(Debug)]
pub struct Table {
    /// Which table it is.
    pub id: TableId,
    /// Its name: the file's without `.csv`.
    pub name: &'static str,
    /// What one row is.
    pub summary: &'static str,
    /// The columns in the order of the file.
    pub columns: &'static [Column],
    /// The columns that tell rows apart.
    pub key: &'static [&'static str],
    /// The column rows are sorted by, before their key.
    pub time: &'static str,
    /// The column that is empty as long as what the row tells of is not finished.
    pub finished: Option<&'static str>,
}

/// The tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableId {
    /// Attempts of runs.
    RunMetrics,
    /// Jobs.
    BuildMetrics,
    /// Stages inside jobs.
    StageMetrics,
    /// Steps of jobs.
    StepMetrics,
    /// Test suites.
    TestMetrics,
    /// Test cases worth naming.
    TestCases,
    /// Attempts to restore a cache.
    CacheHits,
    /// What a job or a command took of its machine.
    ResourceUsage,
    /// Named values.
    Measurements,
    /// Lint findings of commits.
    LintHistory,
    /// Scorecard results.
    ScoreHistory,
    /// Health probes.
    HealthChecks,
    /// Deployments.
    Deployments,
    /// Merged pull requests.
    PullRequests,
}

/// A name that no table has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no table `{0}`")]
pub struct UnknownTable(pub String);

impl Table {
    /// Returns the file's name inside the metrics folder.
    pub fn file_name(&self) -> String {
        format!("{}.csv", self.name)
    }

    /// Returns where a column stands.
    pub fn position(&self, column: &str) -> Option<usize> {
        // Names of the same length mostly differ in their first or last byte, which takes no call to see.
        let ends = |name: &str| (name.len(), name.as_bytes().first().copied(), name.as_bytes().last().copied());
        let wanted = ends(column);
        self.columns.iter().position(|known| ends(known.name) == wanted && known.name == column)
    }

    /// Returns a column.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|known| known.name == name)
    }

    /// Returns the columns' names in order.
    pub fn header(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.name)
    }
}

impl TableId {
    /// Returns the table's definition.
    pub fn table(self) -> &'static Table {
        match self {
            Self::RunMetrics => &tables::RUN_METRICS,
            Self::BuildMetrics => &tables::BUILD_METRICS,
            Self::StageMetrics => &tables::STAGE_METRICS,
            Self::StepMetrics => &tables::STEP_METRICS,
            Self::TestMetrics => &tables::TEST_METRICS,
            Self::TestCases => &tables::TEST_CASES,
            Self::CacheHits => &tables::CACHE_HITS,
            Self::ResourceUsage => &tables::RESOURCE_USAGE,
            Self::Measurements => &tables::MEASUREMENTS,
            Self::LintHistory => &tables::LINT_HISTORY,
            Self::ScoreHistory => &tables::SCORE_HISTORY,
            Self::HealthChecks => &tables::HEALTH_CHECKS,
            Self::Deployments => &tables::DEPLOYMENTS,
            Self::PullRequests => &tables::PULL_REQUESTS,
        }
    }

    /// Returns the table's name.
    pub fn name(self) -> &'static str {
        self.table().name
    }

    /// Returns all ids, in the order of the definitions.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLES.iter().map(|table| table.id)
    }
}

impl fmt::Display for TableId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for TableId {
    type Err = UnknownTable;

    /// Reads a table's name, with or without the file's ending.
    fn from_str(text: &str) -> Result<Self, UnknownTable> {
        let name = text.strip_suffix(".csv").unwrap_or(text);
        let table = TABLES.iter().find(|table| table.name == name);
        table.map(|table| table.id).ok_or_else(|| UnknownTable(text.to_owned()))
    }
}
