//! Several repositories' scorecards beside each other.

use super::table::{Align, Cell, Table};
use crate::model::color::Color;
use crate::model::scorecard::{Category, Score, Standing};

/// The categories' names, short enough for a column.
const SHORT: [(Category, &str); 8] = [
    (Category::CiPipeline, "CI"),
    (Category::TestingQuality, "Test"),
    (Category::Security, "Sec"),
    (Category::Deployment, "Depl"),
    (Category::Infrastructure, "Infra"),
    (Category::Observability, "Obs"),
    (Category::Release, "Rel"),
    (Category::Recovery, "Rec"),
];

/// Renders a row a repository, in the order given.
pub fn render(standings: &[Standing], width: usize, color: Color) -> String {
    let mut columns = vec![("Score", Align::Right), ("Grade", Align::Left), ("Verdict", Align::Left)];
    columns.extend(SHORT.iter().map(|(_, short)| (*short, Align::Right)));
    columns.extend([("Blocking", Align::Right), ("Profile", Align::Left), ("Repository", Align::Left)]);
    let mut table = Table::new(&columns);
    for Standing { name, scorecard } in standings {
        let mut row = vec![
            Cell::from(scorecard.overall.shown()),
            Cell::from(scorecard.overall.grade()),
            Cell::from(scorecard.readiness.word()),
        ];
        row.extend(
            scorecard
                .categories
                .iter()
                .map(|category| Cell::from(category.score.map_or_else(|| "–".to_owned(), Score::shown))),
        );
        let blocking = scorecard.gaps().filter(|judged| judged.blocks()).count();
        row.extend([Cell::from(blocking.to_string()), Cell::from(scorecard.profile.name), Cell::from(name.as_str())]);
        table.row(row);
    }
    table.render(width, color)
}
