//! What gates came to: a verdict for every series, with everything that led to it.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::finding::{UnknownWord, words};
use super::place::Position;
use super::unit::Unit;

/// What a gate says about one series, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Within bounds.
    Pass,
    /// Beyond a bound that warns.
    Warn,
    /// There is too little to judge by.
    NoData,
    /// Beyond a bound that fails.
    Fail,
}

words!(Verdict { "pass" => Self::Pass, "warn" => Self::Warn, "no-data" => Self::NoData, "fail" => Self::Fail });

/// What comes of a gate that has nothing to judge by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnNoData {
    /// It is shown, and counts as a warning.
    #[default]
    Warn,
    /// It fails like a broken bound: exit code 1.
    Fail,
    /// It is shown, and counts as nothing.
    Pass,
    /// It could not be told: exit code 2.
    Error,
}

words!(OnNoData { "warn" => Self::Warn, "fail" => Self::Fail, "pass" => Self::Pass, "error" => Self::Error });

/// Where a gate is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file, or the preset's name.
    pub file: String,
    /// The place in the file; `None` for a gate of a preset.
    pub position: Option<Position>,
}

/// The rows that a value was made from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Basis {
    /// How many runs, commits or probes it was made from.
    pub count: usize,
    /// How many the window asked for; `None` where one was judged alone.
    pub window: Option<usize>,
    /// The branch they are of; empty where branches were not told apart.
    pub branch: String,
    /// The newest of them: its run, where there is one.
    pub run: Option<i64>,
    /// The newest of them: its commit, where there is one.
    pub commit: String,
    /// When the newest of them was.
    pub at: Option<Timestamp>,
}

/// What a relative gate compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// The value compared with.
    pub value: f64,
    /// What the value is: `last`, `median`, `mean`, `best`.
    pub statistic: String,
    /// The median absolute deviation of the sample; `None` for a single row.
    pub spread: Option<f64>,
    /// How far a test expects values by chance; `None` where no test asks.
    pub limit: Option<f64>,
    /// How likely a test finds as bad values by chance; `None` where no test says.
    pub chance: Option<f64>,
    /// Since when the level is accepted, and why; empty where nothing was accepted.
    pub accepted: String,
    /// The rows behind it.
    pub basis: Basis,
}

/// A gate's verdict on one series.
#[derive(Clone, Debug, PartialEq)]
pub struct GateVerdict {
    /// The metric as the gate names it, labels included.
    pub metric: String,
    /// The series that was judged, such as `stage.duration_s{stage=build}`; the metric's name
    /// where there was none.
    pub series: String,
    /// The verdict.
    pub verdict: Verdict,
    /// What comes of it when there is no data.
    pub on_no_data: OnNoData,
    /// The statistic that was judged, such as `p95`.
    pub statistic: String,
    /// Its value.
    pub observed: Option<f64>,
    /// The unit of the value.
    pub unit: Unit,
    /// The unit as the series names it, where we have no word for it.
    pub unit_text: String,
    /// The bound that decided, as it was written; the first one where none was broken.
    pub threshold: String,
    /// What was judged.
    pub basis: Basis,
    /// What it was compared with.
    pub baseline: Option<Baseline>,
    /// Why, in one sentence.
    pub why: String,
    /// Where the gate is written.
    pub origin: Origin,
}

impl GateVerdict {
    /// Tells whether it makes the gates fail.
    pub fn fails(&self) -> bool {
        self.verdict == Verdict::Fail || self.is_without_data(OnNoData::Fail)
    }

    /// Tells whether it warns.
    pub fn warns(&self) -> bool {
        self.verdict == Verdict::Warn || self.is_without_data(OnNoData::Warn)
    }

    /// Tells whether the configuration wants the missing data to stop the run.
    pub fn is_inconclusive(&self) -> bool {
        self.is_without_data(OnNoData::Error)
    }

    fn is_without_data(&self, settled: OnNoData) -> bool {
        self.verdict == Verdict::NoData && self.on_no_data == settled
    }

    /// Writes one of the series' values with its unit.
    pub fn show(&self, value: f64) -> String {
        let shown = self.unit.show(value);
        if self.unit == Unit::Other && !self.unit_text.is_empty() {
            return format!("{shown} {}", self.unit_text);
        }
        shown
    }
}

/// All gates' verdicts, the worst first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GateReport {
    /// Which runs are judged, for the heading: `the run at hand (17)`.
    pub judged: String,
    /// The preset whose gates were added.
    pub preset: String,
    /// What is to be said of the gates themselves, a sentence each.
    pub remarks: Vec<String>,
    /// The verdicts: failures first, then those without data, warnings, passes; inside each in the
    /// gates' order.
    pub verdicts: Vec<GateVerdict>,
}

impl GateReport {
    /// Counts the verdicts of a kind.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.iter().filter(|judged| judged.verdict == verdict).count()
    }

    /// Returns the verdict over all gates: the worst one, where missing data counts as what the
    /// configuration makes of it. Without any gate it is a pass.
    pub fn overall(&self) -> Verdict {
        if self.verdicts.iter().any(GateVerdict::is_inconclusive) {
            Verdict::NoData
        } else if self.verdicts.iter().any(GateVerdict::fails) {
            Verdict::Fail
        } else if self.verdicts.iter().any(GateVerdict::warns) {
            Verdict::Warn
        } else {
            Verdict::Pass
        }
    }

    /// Says how many verdicts of each kind there are.
    pub fn summary(&self) -> String {
        let kinds = [
            (Verdict::Fail, "failed"),
            (Verdict::Warn, "warned"),
            (Verdict::NoData, "without data"),
            (Verdict::Pass, "passed"),
        ];
        let counted = kinds.into_iter().map(|(verdict, words)| (self.count(verdict), words));
        let parts: Vec<String> =
            counted.filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect();
        if parts.is_empty() { "no gates".to_owned() } else { parts.join(", ") }
    }
}
