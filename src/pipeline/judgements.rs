//! From what was found and judged to rows of `lint_history.csv` and `score_history.csv`. When it
//! was observed is left open: whoever takes the rows in knows whether they are news.

use std::collections::BTreeMap;

use crate::model::finding::{LintReport, Severity};
use crate::model::history::{Cell, Row, TableId};
use crate::model::origin::Origin;
use crate::model::scorecard::{Judged, Priority, Score, Scorecard, Status};

/// Makes a row for each group and severity that has findings, and one of no finding for each
/// severity that has none at all, so that a gate can tell nothing found from nothing linted.
pub fn lint_rows(report: &LintReport, origin: &Origin) -> Vec<Row> {
    let mut counts: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for finding in report.active() {
        *counts.entry((finding.group, finding.severity)).or_default() += 1;
    }
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        if report.count(severity) == 0 {
            counts.insert(("", severity), 0);
        }
    }
    let row = |((group, severity), count): ((&str, Severity), usize)| {
        origin
            .row(TableId::LintHistory, b"lint")
            .with("group", Cell::text(group))
            .with("severity", Cell::text(severity.word()))
            .with("findings", Cell::integer(count))
    };
    counts.into_iter().map(row).collect()
}

/// Makes the row of a scorecard; a category that nothing was asked in stays empty.
pub fn score_row(scorecard: &Scorecard, origin: &Origin) -> Row {
    let gaps = |priority: Priority| {
        let is_gap = |judged: &&Judged| judged.priority == priority && judged.verdict.status == Status::Missing;
        Cell::integer(scorecard.criteria().filter(is_gap).count())
    };
    let mut row = origin
        .row(TableId::ScoreHistory, b"score")
        .with("profile", Cell::text(scorecard.profile.name))
        .with("overall", points(scorecard.overall))
        .with("gaps_critical", gaps(Priority::Critical))
        .with("gaps_high", gaps(Priority::High))
        .with("gaps_medium", gaps(Priority::Medium))
        .with("gaps_low", gaps(Priority::Low));
    for category in &scorecard.categories {
        row.set(&category.category.id().replace('-', "_"), Cell::from_option(category.score, points));
    }
    row
}

#[expect(clippy::cast_precision_loss, reason = "a score has at most 1000 hundredths")]
fn points(score: Score) -> Cell {
    Cell::number(score.hundredths() as f64 / 100.0)
}
