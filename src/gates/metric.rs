//! What a metric is: which table it comes from, how a row becomes a value, which labels tell series
//! apart, the unit, and which direction is better.

use crate::model::history::TableId;
use crate::model::unit::Unit;

/// The labels that a job's own row knows of whatever belongs to the job.
pub const JOB_LABELS: &[&str] = &["family", "runner_os", "runner_arch", "runner_label", "runner_group"];

/// One metric, or a family of them when the name ends with `*`.
#[derive(Debug)]
pub struct Metric {
    /// The name; a trailing `*` stands for what only the tables know.
    pub name: &'static str,
    /// What it tells, in one line.
    pub summary: &'static str,
    /// The table it is made from.
    pub table: TableId,
    /// How rows become values.
    pub derive: Derive,
    /// What rows must hold to count: a column and the words it may hold, `*` standing for
    /// anything and `?*` for anything but nothing.
    pub only: &'static [(&'static str, &'static [&'static str])],
    /// The columns whose values tell series apart.
    pub series: &'static [&'static str],
    /// Further columns that a gate can select by.
    pub labels: &'static [&'static str],
    /// The unit of the values.
    pub unit: Unit,
    /// Which direction is better.
    pub better: Better,
    /// What kind of thing is measured, which decides how it is judged unless a gate says so.
    pub kind: Kind,
}

impl Metric {
    /// Returns what the name says before its `*`, or `None` for a single metric.
    pub fn family(&self) -> Option<&'static str> {
        self.name.strip_suffix('*')
    }

    /// Tells whether a gate can select by the label. Named values bring labels of their own.
    pub fn has_label(&self, label: &str) -> bool {
        matches!(self.derive, Derive::Measured) || self.known_labels().any(|known| known == label)
    }

    /// Returns the labels a gate can select by.
    pub fn known_labels(&self) -> impl Iterator<Item = &'static str> {
        let of_job = if self.is_of_jobs() { JOB_LABELS } else { &[] };
        let of_columns = if let Derive::Columns(label, _) = &self.derive { Some(label) } else { None };
        let own = move || self.series.iter().chain(of_columns).chain(self.labels);
        own().chain(of_job.iter().filter(move |label| !own().any(|known| known == *label))).copied()
    }

    /// Tells whether the rows belong to jobs, whose own table says more of them.
    pub fn is_of_jobs(&self) -> bool {
        self.table.table().key.contains(&"job_id")
    }

    /// Tells whether the rows belong to runs, and so to branches.
    pub fn is_of_runs(&self) -> bool {
        self.table.table().position("branch").is_some()
    }
}

/// How rows become values.
#[derive(Clone, Copy, Debug)]
pub enum Derive {
    /// The column's value; of several rows of a run the worst one counts.
    Worst(&'static str),
    /// The column's values of a run, added up.
    Sum(&'static str),
    /// The column's values of a commit, added up; rows that are not selected count as nothing, so
    /// that a commit without such findings has none rather than no value.
    Tally(&'static str),
    /// One column divided by another, row by row; the worst one counts.
    Quotient(&'static str, &'static str),
    /// The rows whose column holds one of the first words, among those that hold one of the second.
    Share(&'static str, &'static [&'static str], &'static [&'static str]),
    /// One column's sum divided by another's.
    SumShare(&'static str, &'static str),
    /// Several columns that count the same of different things: the label that tells them apart, and each of its
    /// values with the column.
    Columns(&'static str, &'static [(&'static str, &'static str)]),
    /// The column named like the last part of the metric's name.
    Category,
    /// A value that the table itself names.
    Measured,
}

/// Which direction is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// The series says so; less, where it does not.
    BySeries,
}

/// What kind of thing a metric measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something that scatters from run to run, such as a duration: judged by a high percentile.
    Sample,
    /// A share inside each run, such as a hit rate: pooled over runs.
    Share,
    /// A share of runs or probes, which needs a window in any case.
    Rate,
    /// What a commit is like, such as coverage: the latest counts.
    State,
}
