//! Shows what the tables hold.

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::history::{TABLES, Table, TableId};
use crate::outcome::Outcome;
use crate::outputs::formats::schema;
use crate::world::World;

/// What `plimsoll schema` was asked.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The table; without one all are shown.
    pub table: Option<TableId>,
    /// How to show it.
    pub view: View,
}

/// How to show tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For documents.
    Markdown,
    /// The first line of the files.
    Header,
}

/// Writes the definitions to standard output.
pub(super) fn run(options: Options, world: &mut World) -> Result<Outcome, Failure> {
    let one = options.table.map(|table| [table.table()]);
    let tables: &[&'static Table] = one.as_ref().map_or(TABLES, |one| one);
    let text = match options.view {
        View::Human => schema::human(tables),
        View::Json => schema::json(tables),
        View::Markdown => schema::markdown(tables),
        View::Header => schema::headers(tables),
    };
    world.stdout.write_all(text.as_bytes()).kind(FailureKind::Output)?;
    Ok(Outcome::Pass)
}
