//! `plimsoll schema`.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ValueEnum};

use crate::commands::schema::{Options, View};
use crate::model::history::TableId;

/// Show the tables: columns, types, units and keys
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Show this table only
    #[arg(value_parser = PossibleValuesParser::new(TableId::all().map(TableId::name)).try_map(|name| name.parse::<TableId>()))]
    table: Option<TableId>,
    /// Print the header line of the file
    #[arg(long, conflicts_with = "format")]
    header: bool,
    /// Print in this form
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Aligned columns
    Human,
    /// One JSON document
    Json,
    /// One section a table
    Markdown,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let view = match arguments.format {
            _ if arguments.header => View::Header,
            Format::Human => View::Human,
            Format::Json => View::Json,
            Format::Markdown => View::Markdown,
        };
        Self { table: arguments.table, view }
    }
}
