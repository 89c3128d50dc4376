//! Gates and rows for tests.

use jiff::Timestamp;

use super::judge::{Gates, Moment, Occasion, judge};
use super::selector::Selector;
use super::settings::{Compare, Gate};
use super::threshold::{Threshold, Worsening};
use crate::model::history::{Cell, History, Row, TableId};
use crate::model::place::Position;
use crate::model::verdict::{GateVerdict, OnNoData, Origin};

pub(super) fn gate(metric: &str) -> Gate {
    let origin = Origin { file: "p.yml".to_owned(), position: Some(Position { line: 1, column: 1 }) };
    Gate::new(Selector::parse(metric).unwrap(), OnNoData::Warn, origin)
}

pub(super) fn failing(metric: &str, bound: &str) -> Gate {
    Gate { fail: Some(Threshold::parse(bound).unwrap()), ..gate(metric) }
}

pub(super) fn worse_than(share: &str) -> Compare {
    Compare {
        to: None,
        warn: None,
        fail: Some(Worsening::parse(share).unwrap()),
        test: None,
        min_effect: Worsening::parse("+0%").unwrap(),
        min_change: None,
    }
}

pub(super) fn at_hand(run: i64) -> Moment {
    Moment { occasion: Occasion::AtHand, run: Some(run), base: "main".to_owned() }
}

pub(super) fn over_time() -> Moment {
    Moment { occasion: Occasion::OverTime, run: None, base: "main".to_owned() }
}

pub(super) fn row(table: TableId, run: i64, attempt: i64, branch: &str) -> Row {
    let time = Timestamp::from_second(1_770_000_000 + run * 3600 + attempt).unwrap();
    Row::new(table)
        .with("workflow", Cell::text("CI"))
        .with("run_id", Cell::integer(run))
        .with("run_attempt", Cell::integer(attempt))
        .with("job_id", Cell::integer(run * 100 + attempt))
        .with("job", Cell::text("build"))
        .with("branch", Cell::text(branch))
        .with("commit", Cell::text(format!("{run:040x}")))
        .with(table.table().time, Cell::time(time))
}

pub(super) fn built(run: i64, attempt: i64, branch: &str, conclusion: &str, seconds: f64) -> Row {
    row(TableId::StageMetrics, run, attempt, branch)
        .with("stage", Cell::text("build"))
        .with("conclusion", Cell::text(conclusion))
        .with("duration_s", Cell::number(seconds))
}

pub(super) fn measured(run: i64, branch: &str, name: &str, labels: &str, value: f64) -> Row {
    row(TableId::Measurements, run, 1, branch)
        .with("job_id", Cell::integer(run * 100 + i64::from(u8::from(!labels.is_empty()))))
        .with("name", Cell::text(name))
        .with("labels", Cell::text(labels))
        .with("value", Cell::number(value))
}

/// Builds of 100 s, 200 s, … on main.
pub(super) fn builds(count: i32) -> Vec<Row> {
    (1..=count).map(|run| built(run.into(), 1, "main", "success", 100.0 * f64::from(run))).collect()
}

pub(super) fn judged(gate: Gate, rows: Vec<Row>, moment: &Moment) -> Vec<GateVerdict> {
    judge(&Gates::only(&[gate]), &History::from_rows(rows), moment).verdicts
}

pub(super) fn one(gate: Gate, rows: Vec<Row>, moment: &Moment) -> GateVerdict {
    let mut verdicts = judged(gate, rows, moment);
    assert_eq!(verdicts.len(), 1, "{verdicts:#?}");
    verdicts.remove(0)
}
