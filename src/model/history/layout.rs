//! Which file of the metrics folder holds which rows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::row::Row;
use super::table::TableId;
use super::tables::TABLES;

/// A month of a year, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i16,
    month: i8,
}

/// One file of a table: the open one at the top of the folder, or that of a closed month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableFile {
    /// The table.
    pub table: TableId,
    /// The closed month; the open file has none.
    pub month: Option<Month>,
}

impl Month {
    /// Makes a month from the names of its folders, such as `2026` and `03`.
    pub fn from_folders(year: &str, month: &str) -> Option<Self> {
        let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let month = month.parse().ok().filter(|month| (1..=12).contains(month))?;
        Some(Self { year: year.parse().ok()?, month })
    }

    /// Returns the month a moment lies in.
    pub fn of(time: Timestamp) -> Self {
        let date = time.to_zoned(TimeZone::UTC).date();
        Self { year: date.year(), month: date.month() }
    }

    /// Returns the year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// Returns the month's number, from 1.
    pub fn month(self) -> i8 {
        self.month
    }

    /// Returns the month that lies so many months before.
    #[must_use]
    pub fn before(self, months: u16) -> Self {
        let count = 12 * i32::from(self.year) + i32::from(self.month) - 1 - i32::from(months);
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
        // Both fit: the year is 65,535 months at most before one that does, and far from the year -32,768.
        Self { year: i16::try_from(year).unwrap_or(i16::MIN), month: i8::try_from(month).unwrap_or(1) }
    }
}

impl TableFile {
    /// Understands a path below the metrics folder, with slashes; nothing where no table is kept
    /// there.
    pub fn from_path(path: &str) -> Option<Self> {
        let mut folders: Vec<&str> = path.split('/').collect();
        let name = folders.pop()?;
        let table = TABLES.iter().find(|table| table.file_name() == name)?.id;
        let month = match folders.as_slice() {
            [] => None,
            [year, month] => Some(Month::from_folders(year, month)?),
            _ => return None,
        };
        Some(Self { table, month })
    }
}

impl fmt::Display for Month {
    /// Writes the month as its folders are called.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}/{:02}", self.year, self.month)
    }
}

impl fmt::Display for TableFile {
    /// Writes the file's path below the metrics folder, with slashes.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.month {
            Some(month) => write!(formatter, "{month}/{}.csv", self.table),
            None => write!(formatter, "{}.csv", self.table),
        }
    }
}

/// Returns the files of the months before one that a table's rows are of.
pub fn closed_files(table: TableId, rows: &[Row], before: Month) -> BTreeSet<TableFile> {
    let months = rows.iter().filter_map(Row::at).map(Month::of).filter(|month| *month < before);
    months.map(|month| TableFile { table, month: Some(month) }).collect()
}

/// Deals a table's rows out to its files: a row whose month has a file of its own goes there, all
/// others to the open file. Every file that exists gets its share, even an empty one.
pub fn deal_out<'rows>(
    table: TableId,
    rows: &'rows [Row],
    existing: &BTreeSet<TableFile>,
) -> BTreeMap<TableFile, Vec<&'rows Row>> {
    let mut files: BTreeMap<TableFile, Vec<&Row>> =
        existing.iter().filter(|file| file.table == table).map(|file| (*file, Vec::new())).collect();
    for row in rows {
        let closed = TableFile { table, month: row.at().map(Month::of) };
        let file = if files.contains_key(&closed) { closed } else { TableFile { table, month: None } };
        files.entry(file).or_default().push(row);
    }
    files
}

#[cfg(test)]
mod tests {
    use super::super::cell::Cell;
    use super::*;

    #[test]
    fn rows_go_to_their_closed_month_or_the_open_file() {
        let table = TableId::BuildMetrics;
        let row = |time: &str| Row::new(table).with("started_at", Cell::time(time.parse().unwrap()));
        let rows = [row("2026-03-31T23:59:59Z"), row("2026-04-01T00:00:00Z"), Row::new(table)];
        let march = TableFile { table, month: Month::from_folders("2026", "03") };
        let files = deal_out(table, &rows, &BTreeSet::from([march]));
        let counts: Vec<(String, usize)> = files.iter().map(|(file, rows)| (file.to_string(), rows.len())).collect();
        assert_eq!(counts, [("build_metrics.csv".to_owned(), 2), ("2026/03/build_metrics.csv".to_owned(), 1)]);
    }

    #[test]
    fn a_files_path_leads_back_to_it() {
        let march = Month::from_folders("2026", "03");
        let files = TableId::all().flat_map(|table| [None, march].map(|month| TableFile { table, month }));
        for file in files {
            assert_eq!(TableFile::from_path(&file.to_string()), Some(file));
        }
        for path in ["", "run_metrics", "x/run_metrics.csv", "2026/13/run_metrics.csv", "a/2026/03/run_metrics.csv"] {
            assert_eq!(TableFile::from_path(path), None, "{path}");
        }
        assert_eq!(TableFile::from_path("run_metrics.rejected.csv"), None);
    }

    #[test]
    fn only_months_are_months() {
        for (year, month) in [("2026", "13"), ("26", "03"), ("2026", "3"), ("2026", "+3"), ("abcd", "01")] {
            assert_eq!(Month::from_folders(year, month), None);
        }
    }
}
