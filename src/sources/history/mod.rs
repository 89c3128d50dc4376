//! Reads the tables of a metrics folder, in both layouts, and says where they are damaged.
//!
//! [`read`] makes rows of everything, for judgements that look at all of them; [`Update`] takes few
//! rows into a large history without holding it in memory.

mod blocks;
mod fields;
mod folders;
mod header;
mod order;
mod scan;
mod update;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::formats::csv::{self, Record, Records};
use crate::model::history::{Cell, History, Kind, Month, Row, Table, TableFile, TableId};
use blocks::{Block, Blocks};
pub use fields::{Fields, Walked, walk};
pub use folders::folders;
use scan::header_of;
pub use update::{Piece, Planned, Splice, Update};
use words::Words;

/// What a metrics folder holds.
#[derive(Debug, Default)]
pub struct Stored {
    /// The rows of all tables.
    pub history: History,
    /// The files they were read from.
    pub files: BTreeSet<TableFile>,
    /// Lines that are not rows, by the file they stand in.
    pub damages: Vec<Damage>,
}

/// A line of a table that is not a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The table's file.
    pub file: TableFile,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub reason: String,
    /// The damaged line as it stands there.
    pub content: Vec<u8>,
}

/// A metrics folder that could not be read as it is.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system refused.
    #[error("cannot read {}", path.display())]
    Refused {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Lines of the tables are damaged.
    #[error("{0}")]
    Damaged(Damages),
}

/// Damaged lines with the folder they are in, for messages.
#[derive(Debug)]
pub struct Damages {
    folder: PathBuf,
    damages: Vec<Damage>,
}

/// How many damaged lines a message names.
const MOST_NAMED: usize = 10;

impl fmt::Display for Damages {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, damage) in self.damages.iter().take(MOST_NAMED).enumerate() {
            let path = self.folder.join(damage.file.to_string());
            let separator = if at == 0 { "" } else { "\n" };
            write!(formatter, "{separator}{}:{}:{}: {}", path.display(), damage.line, damage.column, damage.reason)?;
        }
        match self.damages.len().saturating_sub(MOST_NAMED) {
            0 => Ok(()),
            more => write!(formatter, "\nand {more} more damaged lines"),
        }
    }
}

impl Damages {
    /// Says where the lines of a folder are damaged; `folder` is how the message names it.
    pub fn new(folder: &Path, damages: Vec<Damage>) -> Self {
        Self { folder: folder.to_owned(), damages }
    }
}

impl Stored {
    /// Returns the rows if no line is damaged.
    ///
    /// # Errors
    /// A line is damaged; `folder` is how the message names the metrics folder.
    pub fn sound(self, folder: &Path) -> Result<Self, ReadError> {
        if self.damages.is_empty() {
            return Ok(self);
        }
        Err(ReadError::Damaged(Damages::new(folder, self.damages)))
    }
}

/// Reads all tables below a folder: `build_metrics.csv`, and of closed months
/// `2026/03/build_metrics.csv`. A folder that does not exist holds nothing. Damaged lines are
/// handed back beside the rows; [`Stored::sound`] makes them an error.
///
/// # Errors
/// The system refuses to read a file or a folder.
pub fn read(folder: &Path) -> Result<Stored, ReadError> {
    read_files(folder, &files(folder)?)
}

/// Reads some of a folder's files, as [`read`] reads them all.
///
/// # Errors
/// The system refuses to read a file.
#[expect(clippy::disallowed_methods, reason = "sources read files")]
pub fn read_files(folder: &Path, files: &[TableFile]) -> Result<Stored, ReadError> {
    let mut reading = Reading::default();
    for file in files {
        let path = folder.join(file.to_string());
        let read = File::open(&path).and_then(|bytes| reading.add(*file, bytes));
        read.map_err(|source| ReadError::Refused { path, source })?;
    }
    Ok(reading.finish())
}

/// Reads tables whose files were fetched from somewhere, as [`read`] reads those of a folder.
pub fn parse(files: &BTreeMap<TableFile, Vec<u8>>) -> Stored {
    let mut reading = Reading::default();
    let (open, closed): (Vec<_>, Vec<_>) = files.iter().partition(|(file, _)| file.month.is_none());
    let mut closed = closed;
    closed.sort_by_key(|(file, _)| file.month);
    for (file, bytes) in closed.into_iter().chain(open) {
        // Bytes in memory can always be read.
        drop(reading.add(*file, bytes.as_slice()));
    }
    reading.finish()
}

/// The tables while file by file is read.
#[derive(Default)]
struct Reading {
    stored: Stored,
    headers: BTreeMap<TableId, Vec<String>>,
    rows: Vec<Row>,
}

impl Reading {
    fn add(&mut self, file: TableFile, bytes: impl Read + Send) -> io::Result<()> {
        let mut content = Content { file, extra: Vec::new(), rows: Vec::new(), damages: Vec::new() };
        content.read(bytes, self.headers.get(&file.table).map(Vec::as_slice))?;
        let known = self.headers.entry(file.table).or_default();
        if content.extra.len() > known.len() {
            *known = content.extra;
        }
        self.rows.append(&mut content.rows);
        self.stored.damages.append(&mut content.damages);
        self.stored.files.insert(file);
        Ok(())
    }

    fn finish(self) -> Stored {
        let mut stored = self.stored;
        stored.history = History::from_rows(self.rows);
        for (table, names) in self.headers {
            stored.history.set_extra_columns(table, names);
        }
        stored
    }
}

/// Finds the tables' files below a folder: closed months first, so that the open file is the newer
/// observation.
///
/// # Errors
/// The system refuses to read a folder.
pub fn files(folder: &Path) -> Result<Vec<TableFile>, ReadError> {
    let mut months = vec![];
    for year in names(folder)? {
        if year.len() != 4 || Month::from_folders(&year, "01").is_none() {
            continue;
        }
        for month in names(&folder.join(&year))? {
            months.extend(Month::from_folders(&year, &month));
        }
    }
    months.sort_unstable();
    let months = months.into_iter().map(Some).chain([None]);
    let files = months.flat_map(|month| TableId::all().map(move |table| TableFile { table, month }));
    Ok(files.filter(|file| folder.join(file.to_string()).exists()).collect())
}

fn names(folder: &Path) -> Result<Vec<String>, ReadError> {
    let refused = |source| ReadError::Refused { path: folder.to_owned(), source };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound) => return Ok(Vec::new()),
        // A file that happens to be called like a year.
        Err(_) if folder.is_file() => return Ok(Vec::new()),
        Err(error) => return Err(refused(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry.map_err(refused)?.file_name().into_string().ok());
    }
    Ok(names)
}

/// One file while it is read.
struct Content {
    file: TableFile,
    extra: Vec<String>,
    rows: Vec<Row>,
    damages: Vec<Damage>,
}

impl Content {
    /// Reads the file block by block, on every processor; `known` are the extra columns that other files of the
    /// table have.
    fn read(&mut self, bytes: impl Read + Send, known: Option<&[String]>) -> io::Result<()> {
        let mut blocks = Blocks::new(bytes);
        let Some(mut first) = blocks.next_block()? else {
            self.damages.push(Damage::empty(self.file, b""));
            return Ok(());
        };
        let width = match header_of(self.file, &mut first, known.unwrap_or_default()) {
            Ok((header, _)) => {
                self.extra = header.extra;
                header.width
            }
            Err(damage) => {
                self.damages.push(damage);
                0
            }
        };
        let file = self.file;
        self.take(rows_of(file, &first, width));
        blocks.each(|block| rows_of(file, &block, width), |read| self.take(read))
    }

    fn take(&mut self, (mut rows, mut damages): (Vec<Row>, Vec<Damage>)) {
        self.rows.append(&mut rows);
        self.damages.append(&mut damages);
    }
}

/// Reads the rows of a block. Without a width there is no header, and no line is a row.
fn rows_of(file: TableFile, block: &Block, width: usize) -> (Vec<Row>, Vec<Damage>) {
    let (mut rows, mut damages) = (Vec::new(), Vec::new());
    let mut records = Records::new(&block.bytes, block.line);
    let mut words = Words::default();
    while let Some(record) = records.next_record() {
        let read = if width == 0 {
            Err(header::foreign(record.line))
        } else {
            row(file.table.table(), &record, width, &mut words)
        };
        match read {
            Ok(row) => rows.push(row),
            Err(wrong) => damages.push(Damage::new(file, wrong, record.raw)),
        }
    }
    (rows, damages)
}

impl Damage {
    fn new(file: TableFile, (line, column, reason): Wrong, content: &[u8]) -> Self {
        Self { file, line, column, reason, content: content.to_vec() }
    }

    /// A file without a header.
    fn empty(file: TableFile, bytes: &[u8]) -> Self {
        let reason = format!("the file is empty, but the header of {} should stand here", file.table);
        Self::new(file, (1, 1, reason), bytes)
    }
}

/// A place and what is wrong there.
type Wrong = (usize, usize, String);

fn row(table: &'static Table, record: &Record<'_, '_>, width: usize, words: &mut Words) -> Result<Row, Wrong> {
    let fields = record.fields.as_ref().map_err(wrong)?;
    if fields.len() != width {
        let reason = format!("the line has {} fields, but the header has {width}", fields.len());
        return Err((record.line, 1, reason));
    }
    let mut cells = Vec::with_capacity(table.columns.len());
    for (at, (field, column)) in fields.iter().zip(table.columns).enumerate() {
        let cell = match column.kind {
            Kind::Text => Ok(words.cell(at, field)),
            Kind::Integer | Kind::Number | Kind::Time => Cell::parse(column, &String::from_utf8_lossy(field)),
        };
        cells.push(cell.map_err(|error| {
            let (line, column) = csv::place(record.raw, record.line, at);
            (line, column, error.to_string())
        })?);
    }
    let extra = fields.iter().skip(table.columns.len()).map(|field| String::from_utf8_lossy(field).into_owned());
    Ok(Row::from_cells(table.id, cells, extra.collect()))
}

fn wrong(damage: &csv::Damage) -> Wrong {
    (damage.line, damage.column, damage.reason.to_owned())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const HEADER: &str = "repository,deployment_id,environment,ref,commit,created_at,finished_at,state,duration_s,rollback_of,incident,source,version,omitted";

    #[expect(clippy::disallowed_methods, reason = "tests write files")]
    fn folder(files: &[(&str, &[u8])]) -> TempDir {
        let folder = TempDir::new().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        folder
    }

    fn file(header: &str, lines: &str) -> Vec<u8> {
        format!("{header}\n{lines}").into_bytes()
    }

    fn damages(content: &[u8]) -> Vec<(usize, usize, String)> {
        let folder = folder(&[("deployments.csv", content)]);
        let stored = read(folder.path()).unwrap();
        stored.damages.into_iter().map(|damage| (damage.line, damage.column, damage.reason)).collect()
    }

    #[test]
    fn both_layouts_are_read_and_unknown_columns_kept() {
        let closed = file(&format!("{HEADER},color"), "o/n,1,prod,,,2026-03-01T00:00:00Z,,,,,,,,,red\n");
        let open =
            file(&format!("\u{FEFF}{HEADER},color,size\r"), "o/n,2,prod,,,2026-04-01T00:00:00Z,,,,,,,,,blue,9\r\n");
        let older = file("repository,deployment_id", "o/n,3\n");
        let folder = folder(&[
            ("2026/03/deployments.csv", &closed),
            ("deployments.csv", &open),
            ("2026/02/deployments.csv", &older),
            ("2026/02/notes.csv", b"not ours"),
            ("deployments.rejected.csv", b"not a table"),
            ("2027", b"a file, not a year"),
        ]);
        let stored = read(folder.path()).unwrap().sound(Path::new("metrics")).unwrap();
        let rows = stored.history.rows(TableId::Deployments);
        let ids: Vec<_> = rows.iter().map(|row| (row.integer("deployment_id"), row.extra().to_vec())).collect();
        let extra = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
        assert_eq!(ids, [(Some(1), extra(&["red"])), (Some(2), extra(&["blue", "9"])), (Some(3), vec![])]);
        assert_eq!(stored.history.extra_columns(TableId::Deployments), ["color", "size"]);
        let files: Vec<String> = stored.files.iter().map(ToString::to_string).collect();
        assert_eq!(files, ["deployments.csv", "2026/02/deployments.csv", "2026/03/deployments.csv"]);
    }

    #[test]
    fn fetched_files_are_read_like_a_folders() {
        let rows = |commit: &str| file(HEADER, &format!("o/n,1,prod,,{commit},2026-03-01T00:00:00Z,,,,,,,,\n"));
        let paths = [("2026/03/deployments.csv", "old"), ("deployments.csv", "new")];
        let contents = paths.map(|(path, commit)| (path, rows(commit)));
        let folder = folder(&contents.each_ref().map(|(path, content)| (*path, content.as_slice())));
        let fetched = contents.map(|(path, content)| (TableFile::from_path(path).unwrap(), content)).into();
        let (fetched, stored) = (parse(&fetched), read(folder.path()).unwrap());
        assert_eq!((&fetched.history, &fetched.files), (&stored.history, &stored.files));
        assert_eq!(fetched.history.rows(TableId::Deployments)[0].text("commit"), "new");
    }

    #[test]
    fn no_folder_is_no_history() {
        let stored = read(Path::new("/nonexistent/metrics")).unwrap();
        assert!(stored.history.is_empty() && stored.files.is_empty());
    }

    #[test]
    fn damaged_lines_are_named_and_the_others_read() {
        let lines = "o/n,1,p,,,,,,,,,,,\no/n,x,p,,,,,,,,,,,\no/n,2,p\n<<<<<<< HEAD\no/n,3,\"p,,,,,,,,,,,\n";
        let expected = [
            (3, 5, "column `deployment_id` holds a whole number, not `x`".to_owned()),
            (4, 1, "the line has 3 fields, but the header has 14".to_owned()),
            (5, 1, "the line has 1 fields, but the header has 14".to_owned()),
            (6, 7, "a quote is opened and never closed".to_owned()),
        ];
        assert_eq!(damages(&file(HEADER, lines)), expected);
        assert_eq!(
            damages(&file(HEADER, "o/n,1,\0,,,,,,,,,,,\n")),
            [(2, 7, "a NUL byte stands in the text".to_owned())]
        );
    }

    #[test]
    fn a_header_of_another_table_damages_the_whole_file() {
        let found = damages(b"repository,job_id\no/n,1\n");
        assert_eq!(
            found[0],
            (1, 12, "the header of deployments has `job_id` where `deployment_id` belongs".to_owned())
        );
        assert_eq!(found.len(), 2);
        assert_eq!(damages(b"")[0].0, 1);
        assert_eq!(damages(b"repository\n")[0].2, "the header of deployments ends after 1 of 14 columns");
        assert_eq!(damages(&file(&format!("{HEADER},a,a"), ""))[0].2, "the header has the column `a` twice");
    }

    #[test]
    fn a_message_names_ten_damaged_lines_at_most() {
        let content = file(HEADER, &"x\n".repeat(12));
        let folder = folder(&[("deployments.csv", &content)]);
        let message = read(folder.path()).unwrap().sound(Path::new("metrics")).unwrap_err().to_string();
        let place = Path::new("metrics").join("deployments.csv").display().to_string();
        assert!(message.starts_with(&format!("{place}:2:1: the line has 1 fields")), "{message}");
        assert!(message.ends_with("\nand 2 more damaged lines") && message.lines().count() == 11, "{message}");
    }

    proptest::proptest! {
        #[test]
        fn tables_come_back_as_they_went(texts in proptest::collection::vec("[^\u{0}]{0,8}", 4), number in -1e9..1e9_f64, at in 0..4_000_000_000_i64) {
            use crate::outputs::formats::csv;

            let table = TableId::Deployments;
            let row = Row::new(table)
                .with("deployment_id", Cell::Integer(at))
                .with("environment", Cell::text(texts[0].as_str()))
                .with("ref", Cell::text(texts[1].as_str()))
                .with("created_at", Cell::time(jiff::Timestamp::from_second(at).unwrap()))
                .with("duration_s", Cell::rounded(number));
            let row = Row::from_cells(table, row.cells().to_vec(), texts[2..].to_vec());
            let extra = ["one".to_owned(), "two".to_owned()];
            let bytes = csv::table(table.table(), &extra, [&row]);
            let file = TableFile { table, month: None };
            let mut content = Content { file, extra: Vec::new(), rows: Vec::new(), damages: Vec::new() };
            content.read(bytes.as_slice(), None).unwrap();
            assert_eq!((content.rows, content.damages), (vec![row], vec![]));
        }
    }
}
