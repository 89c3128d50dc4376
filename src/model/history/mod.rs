//! The tables of measurements: what they are called, which columns they have, and how rows of
//! two observations become one.
//!
//! [`TABLES`] is the one place that defines them. Reading, writing, merging, gating, reporting
//! and `plimsoll schema` are all driven by it, so a new column is one line in `tables.rs`.

mod cell;
mod column;
mod difference;
mod layout;
mod merge;
mod row;
mod table;
mod tables;

pub use cell::{Cell, ParseError, Word};
pub use column::{Column, Kind, Unit};
pub use difference::{difference, joined_columns};
pub use layout::{Month, TableFile, closed_files, deal_out};
pub use merge::{Change, Changes, History};
pub use row::Row;
pub use table::{Table, TableId, UnknownTable};
pub use tables::TABLES;
