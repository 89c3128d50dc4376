//! Pull requests that were merged become rows.

use crate::model::delivery::Merged;
use crate::model::history::{Cell, Row, TableId};

/// Makes a row of each pull request.
pub fn rows(merged: &[Merged], repository: &str) -> Vec<Row> {
    let row = |one: &Merged| {
        Row::new(TableId::PullRequests)
            .with("repository", Cell::text(repository))
            .with("pull_request", Cell::integer(one.number))
            .with("base", Cell::text(one.base.as_str()))
            .with("commit", Cell::text(one.commit.as_str()))
            .with("created_at", Cell::time(one.created_at))
            .with("first_commit_at", Cell::from_option(one.first_commit_at, Cell::time))
            .with("first_review_at", Cell::from_option(one.first_review_at, Cell::time))
            .with("merged_at", Cell::time(one.merged_at))
            .with("source", Cell::text("pulls"))
    };
    merged.iter().map(row).collect()
}
