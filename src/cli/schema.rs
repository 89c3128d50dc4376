//! `plimsoll schema`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use crate::commands::schema::{Format, Options, View};
use crate::model::history::TableId;

/// Show the tables: columns, types, units and keys
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Show this table only
    #[arg(value_parser = PossibleValuesParser::new(TableId::all().map(TableId::name)).try_map(|name| name.parse::<TableId>()))]
    table: Option<TableId>,
    /// Write only the header line of the file
    #[arg(long, conflicts_with = "format")]
    header: bool,
    /// How to write the definitions
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write them to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let view = if arguments.header { View::Header } else { View::Full(arguments.format) };
        Self { table: arguments.table, view, output: arguments.output }
    }
}
