//! What the tables remember of scores: the last record for comparison, and a row for this one.

use crate::commands::collect::{self, tables::Store};
use crate::commands::configuration::Configuration;
use crate::commands::many::Many;
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::collected::Writing;
use crate::model::history::{History, Row, TableId};
use crate::model::origin::Origin;
use crate::model::scorecard::{Category, Scorecard};
use crate::outputs::formats::totals;
use crate::pipeline::judgements;
use crate::world::World;

/// Opens the folder of the tables.
pub(super) fn open(config: &Config, world: &World) -> Result<Store, Failure> {
    let options = collect::Options {
        configuration: Configuration::Discovered,
        steps: None,
        from: None,
        metrics: None,
        junit: Vec::new(),
        inputs: Vec::new(),
        sizes: Vec::new(),
        repository: None,
        online: collect::Online::default(),
        many: Many::default(),
        job_id: None,
        logs: false,
        artifacts: Vec::new(),
        encodings: Vec::new(),
        quarantine: false,
        writing: Writing::Real,
        saving: collect::Saving::AtTheEnd,
        format: collect::Format::Human,
        output: None,
    };
    Store::open(&options, config, world)
}

/// Takes the last record of another commit for the score before this one.
pub(super) fn compare(scorecard: &mut Scorecard, history: &History, origin: &Origin) {
    let same = |row: &&Row| {
        let repository = row.text("repository");
        row.text("profile") == scorecard.profile.name
            && (repository.is_empty() || origin.repository.as_deref().is_none_or(|own| own == repository))
            && origin.commit.as_deref().is_none_or(|commit| row.text("commit") != commit)
    };
    let rows = history.rows(TableId::ScoreHistory).iter().filter(same);
    let Some(last) = rows.max_by_key(|row| row.at()) else { return };
    scorecard.previous = hundredths(last, "overall");
    let before = |category: Category| Some((category, hundredths(last, &category.id().replace('-', "_"))?));
    scorecard.previous_categories = Category::ALL.into_iter().filter_map(before).collect();
}

fn hundredths(row: &Row, column: &str) -> Option<u32> {
    let value = (row.number(column)? * 100.0).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score lies between 0 and 10")]
    (0.0..=1000.0).contains(&value).then_some(value as u32)
}

/// Adds the rows of these scores, and says so.
pub(super) fn save<'card>(
    mut store: Store,
    scores: impl IntoIterator<Item = (&'card Scorecard, &'card Origin)>,
    world: &mut World,
) -> Result<(), Failure> {
    store.merge(scores.into_iter().map(|(scorecard, origin)| judgements::score_row(scorecard, origin)).collect());
    let collected = store.save()?;
    let rows = collected.tables.iter().map(|table| table.total).sum();
    let line = format!("score_history.csv holds {}\n", totals::number(rows, "row"));
    world.stderr.write_all(line.as_bytes()).kind(FailureKind::Output)
}
