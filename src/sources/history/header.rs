//! The first line of a table's file.

use super::{Wrong, wrong};
use crate::model::history::Table;
use crate::sources::formats::csv::{self, Record};

/// What a header says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// How many columns the file has.
    pub(super) width: usize,
    /// The names of those behind the known ones.
    pub(super) extra: Vec<String>,
}

impl Header {
    /// Checks a header. Columns are only ever added at the end, so an older file's header is the
    /// beginning of this version's; `known` are the extra columns that other files of the table
    /// have.
    pub(super) fn read(table: &Table, record: &Record<'_, '_>, known: &[String]) -> Result<Self, Wrong> {
        let fields = record.fields.as_ref().map_err(wrong)?;
        let fields: Vec<String> = fields.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
        let at = |field: usize, reason: String| {
            let (line, column) = csv::place(record.raw, record.line, field);
            Err((line, column, reason))
        };
        let other = fields.iter().zip(table.header()).enumerate().find(|(_, (field, name))| field != name);
        if let Some((place, (field, name))) = other {
            return at(place, format!("the header of {} has `{field}` where `{name}` belongs", table.name));
        }
        let complete = table.key.iter().all(|key| table.position(key).is_some_and(|at| at < fields.len()));
        if !complete {
            let (found, all) = (fields.len(), table.columns.len());
            return at(0, format!("the header of {} ends after {found} of {all} columns", table.name));
        }
        let extra: Vec<String> = fields.iter().skip(table.columns.len()).cloned().collect();
        for (place, field) in extra.iter().enumerate() {
            let column = table.columns.len() + place;
            if let Some(other) = known.get(place).filter(|other| *other != field) {
                return at(column, format!("the header has `{field}` where another file of the table has `{other}`"));
            }
            if extra.iter().take(place).any(|earlier| earlier == field) || table.position(field).is_some() {
                return at(column, format!("the header has the column `{field}` twice"));
            }
        }
        Ok(Self { width: fields.len(), extra })
    }
}

/// What is wrong with a line below a header that is none.
pub(super) fn foreign(line: usize) -> Wrong {
    (line, 1, "the file's header is not this table's".to_owned())
}
