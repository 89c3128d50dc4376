//! Gates' verdicts in every format.

mod github;
mod human;
mod json;
mod markdown;
mod notice;

pub use github::github;
pub use human::human;
pub use json::json;
pub(in crate::outputs::formats) use json::verdict as verdict_json;
pub use markdown::markdown;
pub use notice::notice;

use crate::model::unit::Unit;
use crate::model::verdict::{GateVerdict, OnNoData, Verdict};

/// Says what was judged: `p95 of 20 runs on main`, `last, run 17 on main`.
fn judged(verdict: &GateVerdict) -> String {
    let basis = &verdict.basis;
    if basis.count == 0 {
        return String::new();
    }
    let branch = if basis.branch.is_empty() { String::new() } else { format!(" on {}", basis.branch) };
    if basis.window.is_some() {
        let values = if basis.count == 1 { "value" } else { "values" };
        return format!("{} of {} {values}{branch}", verdict.statistic, basis.count);
    }
    let of = match (basis.run, basis.commit.get(..7)) {
        (Some(run), _) => format!(", run {run}"),
        (None, Some(commit)) => format!(", commit {commit}"),
        (None, None) => String::new(),
    };
    format!("{}{of}{branch}", verdict.statistic)
}

/// Says what the value was compared with, where it was compared.
fn compared(verdict: &GateVerdict) -> Option<String> {
    let baseline = verdict.baseline.as_ref()?;
    let value = verdict.show(baseline.value);
    let spread = baseline.spread.map(|spread| format!(" ± {}", verdict.show(spread))).unwrap_or_default();
    let of = match (baseline.basis.window, baseline.basis.run) {
        (Some(_), _) => format!(" of {} values", baseline.basis.count),
        (None, Some(run)) => format!(", run {run}"),
        (None, None) => String::new(),
    };
    let limit = baseline.limit.map(|limit| format!(", limit {}", verdict.show(limit))).unwrap_or_default();
    let chance = baseline.chance.map(|chance| format!(", chance {}", Unit::Ratio.show(chance))).unwrap_or_default();
    let accepted = if baseline.accepted.is_empty() { "" } else { ", accepted " };
    let (statistic, branch) = (&baseline.statistic, &baseline.basis.branch);
    let on = if branch.is_empty() { String::new() } else { format!(" on {branch}") };
    Some(format!("baseline {statistic} {value}{spread}{of}{on}{limit}{chance}{accepted}{}", baseline.accepted))
}

/// Says the whole verdict in one sentence.
fn sentence(verdict: &GateVerdict) -> String {
    let how = judged(verdict);
    let how = if how.is_empty() { how } else { format!(" ({how})") };
    match verdict.verdict {
        Verdict::NoData => format!("{} has no verdict: {}{how}", verdict.series, verdict.why),
        Verdict::Pass | Verdict::Warn | Verdict::Fail => format!("{}: {}{how}", verdict.series, verdict.why),
    }
}

/// Tells whether a gate that nobody wrote down has nothing to judge by, which is news but no worry.
fn is_presets_silence(verdict: &GateVerdict) -> bool {
    verdict.origin.position.is_none() && verdict.verdict == Verdict::NoData && verdict.on_no_data == OnNoData::Warn
}

/// Says what comes of missing data.
fn consequence(verdict: &GateVerdict) -> &'static str {
    match verdict.on_no_data {
        OnNoData::Warn => "counts as a warning",
        OnNoData::Fail => "counts as a failure",
        OnNoData::Pass => "counts as nothing",
        OnNoData::Error => "cannot be told",
    }
}

#[cfg(test)]
pub(super) mod samples {
    use crate::model::place::Position;
    use crate::model::unit::Unit;
    use crate::model::verdict::{Baseline, Basis, GateReport, GateVerdict, OnNoData, Origin, Verdict};

    /// A report with a verdict of every kind, and text that wants to break out.
    pub(crate) fn report() -> GateReport {
        let failed = GateVerdict {
            metric: "build.duration_s".to_owned(),
            series: "build.duration_s{workflow=CI|\u{1b}[31m<b>}".to_owned(),
            verdict: Verdict::Fail,
            on_no_data: OnNoData::Warn,
            statistic: "p95".to_owned(),
            observed: Some(2530.0),
            unit: Unit::Seconds,
            unit_text: String::new(),
            threshold: "> 40min".to_owned(),
            basis: Basis { count: 20, window: Some(20), branch: "main".to_owned(), run: Some(17), ..Basis::default() },
            baseline: None,
            why: "42min 10s is above 40min".to_owned(),
            origin: Origin { file: "plimsoll.yml".to_owned(), position: Some(Position { line: 3, column: 5 }) },
        };
        let warned = GateVerdict {
            metric: "cache.hit_rate".to_owned(),
            series: "cache.hit_rate".to_owned(),
            verdict: Verdict::Warn,
            statistic: "last".to_owned(),
            observed: Some(0.72),
            unit: Unit::Ratio,
            threshold: "< 80%".to_owned(),
            basis: Basis { count: 1, branch: "feature".to_owned(), run: Some(18), ..Basis::default() },
            why: "72% is below 80%".to_owned(),
            origin: Origin { file: "standard".to_owned(), position: None },
            ..failed.clone()
        };
        let passed = GateVerdict {
            metric: "benchmark.*".to_owned(),
            series: "benchmark.parse".to_owned(),
            verdict: Verdict::Pass,
            observed: Some(12.0),
            unit: Unit::Other,
            unit_text: "widgets".to_owned(),
            threshold: "+50% of base".to_owned(),
            baseline: Some(Baseline {
                value: 11.0,
                statistic: "median".to_owned(),
                spread: Some(0.5),
                limit: Some(14.0),
                chance: None,
                accepted: "since 4f0c2d1: a new machine".to_owned(),
                basis: Basis { count: 9, window: Some(20), branch: "main".to_owned(), ..Basis::default() },
            }),
            why: "12 widgets is not much worse than the median 11 widgets of 9 on main".to_owned(),
            ..warned.clone()
        };
        let unknown = GateVerdict {
            metric: "coverage.line".to_owned(),
            series: "coverage.line".to_owned(),
            verdict: Verdict::NoData,
            observed: None,
            threshold: "< 80%".to_owned(),
            basis: Basis::default(),
            why: "measurements.csv has no value of it".to_owned(),
            ..warned.clone()
        };
        GateReport {
            judged: "run 18".to_owned(),
            preset: "standard".to_owned(),
            remarks: vec!["plimsoll.yml:9:5: the accepted level of <b> fits no value".to_owned()],
            verdicts: vec![failed, unknown, warned, passed],
        }
    }
}
