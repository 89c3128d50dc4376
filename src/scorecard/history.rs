//! What a scorecard leaves in `score_history.csv`.

use crate::model::scorecard::{Scorecard, Status};

/// One row: the overall score, or a category's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// The category's id; `overall` for the whole.
    pub category: &'static str,
    /// The score in hundredths of a point, from 0 to 1000; `None` when nothing applied.
    pub hundredths: Option<u128>,
    /// The criteria that are met.
    pub present: usize,
    /// The criteria that are met by half.
    pub partial: usize,
    /// The criteria that are not met.
    pub missing: usize,
    /// The criteria that are not asked.
    pub not_applicable: usize,
}

/// Returns the rows of a scorecard: the overall one, then one a category.
pub fn history_rows(scorecard: &Scorecard) -> Vec<HistoryRow> {
    let row = |category, hundredths, statuses: Vec<Status>| {
        let count = |wanted| statuses.iter().filter(|status| **status == wanted).count();
        HistoryRow {
            category,
            hundredths,
            present: count(Status::Present),
            partial: count(Status::Partial),
            missing: count(Status::Missing),
            not_applicable: count(Status::NotApplicable),
        }
    };
    let all = scorecard.criteria().map(|judged| judged.verdict.status).collect();
    let mut rows = vec![row("overall", Some(scorecard.overall.hundredths()), all)];
    rows.extend(scorecard.categories.iter().map(|category| {
        let statuses = category.criteria.iter().map(|judged| judged.verdict.status).collect();
        row(category.category.id(), category.score.map(crate::model::scorecard::Score::hundredths), statuses)
    }));
    rows
}
