//! Shows what the tables hold.

use std::path::PathBuf;

use clap::ValueEnum;

use super::deliver;
use crate::error::Failure;
use crate::model::history::{TABLES, Table, TableId};
use crate::outcome::Outcome;
use crate::outputs::formats::{csv, human, json, markdown};
use crate::world::World;

/// What `plimsoll schema` was asked.
#[derive(Debug)]
pub struct Options {
    /// The table; without one all are shown.
    pub table: Option<TableId>,
    /// What to show of it.
    pub view: View,
    /// The file it goes to instead of standard output.
    pub output: Option<PathBuf>,
}

/// What to show of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The first line of the files.
    Header,
    /// All that is to be known.
    Full(Format),
}

/// How the tables' definitions can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns for people
    Human,
    /// JSON for programs
    Json,
    /// A section for each table, for documentation
    Markdown,
}

/// Writes the definitions.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let one = options.table.map(|table| [table.table()]);
    let tables: &[&'static Table] = one.as_ref().map_or(TABLES, |one| one);
    let output = options.output.as_deref();
    let text = match options.view {
        View::Header => headers(tables),
        View::Full(Format::Human) => human::schema::render(tables, world.width, deliver::color(output, world)),
        View::Full(Format::Json) => json::schema::render(tables),
        View::Full(Format::Markdown) => markdown::schema::render(tables),
    };
    deliver::write(&text, output, world)?;
    Ok(Outcome::Pass)
}

/// Renders header lines; of several tables each stands behind a line that names the file.
fn headers(tables: &[&'static Table]) -> String {
    if let [table] = tables {
        return csv::header(table, &[]);
    }
    let lines = |table: &&'static Table| ["# ".to_owned(), table.file_name(), "\n".to_owned(), csv::header(table, &[])];
    tables.iter().flat_map(lines).collect()
}
