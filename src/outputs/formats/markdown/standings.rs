//! Several repositories' scorecards beside each other.

use super::table::{Align, heading, row};
use crate::model::scorecard::{Category, Score, Standing};
use crate::outputs::formats::escape::markdown;

/// Renders a row a repository, in the order given.
pub fn render(standings: &[Standing]) -> String {
    let mut columns = vec![("Repository", Align::Left), ("Score", Align::Right), ("Grade", Align::Left)];
    columns.extend([("Verdict", Align::Left), ("Blocking", Align::Right)]);
    columns.extend(Category::ALL.map(|category| (category.title(), Align::Right)));
    let mut out = heading(&columns);
    for Standing { name, scorecard } in standings {
        let blocking = scorecard.gaps().filter(|judged| judged.blocks()).count().to_string();
        let scores =
            scorecard.categories.iter().map(|category| category.score.map_or_else(|| "–".to_owned(), Score::shown));
        let mut cells = vec![markdown(name), scorecard.overall.shown(), scorecard.overall.grade().to_owned()];
        cells.extend([scorecard.readiness.word().to_owned(), blocking]);
        cells.extend(scores);
        out.push_str(&row(cells.iter().map(String::as_str)));
    }
    out
}
