//! Few rows are taken into a table of any size.
//!
//! Lines that stay as they are are never made into rows: a file is looked through once, and written
//! as pieces of the one before with the new lines between them. That asks for files as this program
//! writes them: sorted, each month in one file, with all columns. Others are made so by reading all of
//! them, merging, and writing them anew; what comes of the rows is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::order::{Order, Sorting};
use super::scan::{Arriving, Found, Scan, scan};
use super::{Damage, ReadError};
use crate::model::history::{Cell, Change, History, Month, Row, TableFile, TableId};

/// Rows that are to be taken into a table.
#[derive(Debug)]
pub struct Update<'all> {
    /// The metrics folder.
    pub folder: &'all Path,
    /// The table's files in it, those of closed months first.
    pub files: &'all [TableFile],
    /// The table.
    pub table: TableId,
    /// Months before this one get files of their own.
    pub closed_before: Option<Month>,
    /// When rows were observed that neither say so nor are there already.
    pub observed: Cell,
}

/// How a table takes rows in.
#[derive(Debug, Default)]
pub struct Planned {
    /// What changes; not known where the files have to be written anew.
    pub change: Change,
    /// How many rows the table has then.
    pub total: usize,
    /// Lines that are no rows. Nothing may be written while there are any.
    pub damages: Vec<Damage>,
    /// The files that change, those of closed months first.
    pub splices: Vec<Splice>,
    /// Whether the files are not as this program writes them and must be written anew, if rows
    /// arrive or months are closed.
    pub must_rewrite: bool,
}

/// A file that is made of pieces of others.
#[derive(Debug)]
pub struct Splice {
    /// The file.
    pub file: TableFile,
    /// Its pieces in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes of a file that is there, from one place to another.
    Copy(TableFile, u64, u64),
    /// New lines.
    Text(String),
}

impl Splice {
    /// Writes the file.
    ///
    /// # Errors
    /// The system refuses to read or write.
    #[expect(clippy::disallowed_methods, reason = "sources read files")]
    pub fn copy_to(&self, folder: &Path, target: &mut File) -> io::Result<()> {
        let mut open: Option<(TableFile, File)> = None;
        for piece in &self.pieces {
            let (file, start, end) = match piece {
                Piece::Text(text) => {
                    io::Write::write_all(target, text.as_bytes())?;
                    continue;
                }
                Piece::Copy(file, start, end) => (*file, *start, *end),
            };
            let source = match &mut open {
                Some((name, source)) if *name == file => source,
                slot => &mut slot.insert((file, File::open(folder.join(file.to_string()))?)).1,
            };
            source.seek(SeekFrom::Start(start))?;
            if io::copy(&mut source.take(end - start), target)? != end - start {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file was cut short meanwhile"));
            }
        }
        Ok(())
    }
}

/// A row to be written, and what it takes the place of.
struct Edit {
    at: u64,
    /// Bytes up to here go.
    until: u64,
    order: Order,
    /// The new line; none where a row only goes.
    line: Option<(Option<Month>, String)>,
}

impl Update<'_> {
    /// Finds out what comes of the rows; `write` makes the line of a row, with so many columns that
    /// this version does not know.
    ///
    /// # Errors
    /// The system refuses to read a file.
    pub fn plan(&self, rows: Vec<Row>, write: impl Fn(&Row, usize) -> String) -> Result<Planned, ReadError> {
        let sorting = Sorting::of(self.table.table());
        let arriving = self.arriving(rows, &sorting);
        let mut known = Vec::new();
        let mut scans = Vec::new();
        for file in self.files {
            let scan = scan(self.folder, *file, &known, &arriving, &sorting)?;
            if scan.header.extra.len() > known.len() {
                known.clone_from(&scan.header.extra);
            }
            scans.push(scan);
        }
        let damages: Vec<Damage> = scans.iter_mut().flat_map(|scan| std::mem::take(&mut scan.damages)).collect();
        let rows = scans.iter().map(|scan| scan.rows).sum();
        let is_idle = arriving.rows.is_empty() && !scans.iter().any(|scan| self.closes_month(scan));
        if !damages.is_empty() || is_idle {
            return Ok(Planned { damages, total: rows, ..Planned::default() });
        }
        let splicing = Splicing { update: self, arriving: &arriving, scans: &scans, sorting: &sorting };
        let spliced = splicing.plan(&write);
        Ok(spliced.map_or(Planned { must_rewrite: true, ..Planned::default() }, |planned| Planned {
            total: rows + planned.change.added,
            ..planned
        }))
    }

    /// Makes one row of those that share a key, and sorts them. One that does not know when it was
    /// observed stands where it will if it is new.
    fn arriving(&self, rows: Vec<Row>, sorting: &Sorting) -> Arriving {
        let folded = History::from_rows(rows);
        let mut rows: Vec<(Order, Row)> = folded
            .rows(self.table)
            .iter()
            .map(|row| (sorting.order(&self.observed(row.clone())), row.clone()))
            .collect();
        rows.sort_by(|one, two| sorting.compare(&one.0, &two.0));
        let (orders, rows) = rows.into_iter().unzip();
        Arriving::new(rows, orders)
    }

    /// Says when a row was observed, where nobody has.
    fn observed(&self, row: Row) -> Row {
        if row.at().is_some() { row } else { row.with(self.table.table().time, self.observed.clone()) }
    }

    fn is_closed(&self, month: Option<Month>) -> bool {
        month.zip(self.closed_before).is_some_and(|(month, closed_before)| month < closed_before)
    }

    fn closes_month(&self, scan: &Scan) -> bool {
        scan.file.month.is_none() && scan.months.iter().any(|segment| self.is_closed(segment.month))
    }
}

/// Files that are cut and put together again.
struct Splicing<'all> {
    update: &'all Update<'all>,
    arriving: &'all Arriving,
    scans: &'all [Scan],
    sorting: &'all Sorting,
}

impl Splicing<'_> {
    /// Plans the files; nothing where they are not as they should be for that.
    fn plan(&self, write: &impl Fn(&Row, usize) -> String) -> Option<Planned> {
        if !self.is_usual() {
            return None;
        }
        let mut change = Change::default();
        let mut edits: BTreeMap<TableFile, Vec<Edit>> = BTreeMap::new();
        let mut found: BTreeMap<usize, Vec<(&Scan, &Found)>> = BTreeMap::new();
        for scan in self.scans {
            for row in &scan.found {
                found.entry(row.arriving).or_default().push((scan, row));
            }
        }
        for arriving in 0..self.arriving.rows.len() {
            let found = found.get(&arriving).map_or(&[][..], Vec::as_slice);
            if let Some(row) = self.merge(arriving, found, &mut change) {
                self.edit(arriving, found, (&row, write), &mut edits)?;
            }
        }
        let mut files: BTreeMap<TableFile, Vec<Piece>> = BTreeMap::new();
        for scan in self.scans {
            let edits = edits.remove(&scan.file).unwrap_or_default();
            if !edits.is_empty() || self.update.closes_month(scan) {
                self.cut(scan, edits, &mut files);
            }
        }
        let mut splices: Vec<Splice> = files.into_iter().map(|(file, pieces)| Splice { file, pieces }).collect();
        splices.sort_by_key(|splice| (splice.file.month.is_none(), splice.file));
        Some(Planned { change, splices, ..Planned::default() })
    }

    /// Tells whether every row stands in the file of its month, and every file is sorted.
    fn is_usual(&self) -> bool {
        let closed: BTreeSet<Option<Month>> = self.scans.iter().filter_map(|scan| scan.file.month).map(Some).collect();
        let has_open = self.scans.iter().any(|scan| scan.file.month.is_none());
        has_open
            && self.scans.iter().all(|scan| {
                let mut months = scan.months.iter().map(|segment| segment.month);
                scan.is_usual
                    && match scan.file.month {
                        Some(month) => months.all(|other| other == Some(month)),
                        None => months.all(|month| !closed.contains(&month)),
                    }
            })
    }

    /// Merges an arriving row with those of its key, and counts what that is; nothing where it says
    /// nothing new.
    fn merge(&self, at: usize, found: &[(&Scan, &Found)], change: &mut Change) -> Option<Row> {
        let new = self.arriving.rows.get(at)?;
        let old = found.iter().map(|(_, found)| found.row.clone()).reduce(Row::merged);
        let merged = self.update.observed(old.clone().map_or_else(|| new.clone(), |old| old.merged(new.clone())));
        match old {
            None => change.added += 1,
            Some(old) if old == merged && found.len() == 1 => {
                change.unchanged += 1;
                return None;
            }
            Some(_) => change.updated += 1,
        }
        Some(merged)
    }

    /// Plans where a row goes and what goes for it; nothing where its place was not looked for.
    fn edit(
        &self,
        at: usize,
        found: &[(&Scan, &Found)],
        (row, write): (&Row, &impl Fn(&Row, usize) -> String),
        edits: &mut BTreeMap<TableFile, Vec<Edit>>,
    ) -> Option<()> {
        let order = self.sorting.order(row);
        let home = self.scans.iter().find(|scan| scan.file.month.is_some() && scan.file.month == order.month());
        let home = home.or_else(|| self.scans.iter().find(|scan| scan.file.month.is_none()))?;
        let stays =
            found.iter().find(|(scan, found)| scan.file == home.file && self.sorting.order(&found.row) == order);
        let place = match stays {
            Some((_, found)) => found.start,
            None => *home.places.get(at).filter(|_| self.arriving.orders.get(at) == Some(&order))?,
        };
        for (scan, found) in found {
            let gone = Edit { at: found.start, until: found.end, order: Order::default(), line: None };
            edits.entry(scan.file).or_default().push(gone);
        }
        let line = Some((order.month(), write(row, home.header.extra.len())));
        edits.entry(home.file).or_default().push(Edit { at: place, until: place, order, line });
        Some(())
    }

    /// Cuts a file at its edits and its months, and deals the pieces out to the files they go to.
    fn cut(&self, scan: &Scan, mut edits: Vec<Edit>, files: &mut BTreeMap<TableFile, Vec<Piece>>) {
        edits.sort_by(|one, two| one.at.cmp(&two.at).then_with(|| self.sorting.compare(&one.order, &two.order)));
        let mut cutting = Cutting { update: self.update, scan, files };
        cutting.push(scan.file, Piece::Copy(scan.file, scan.header_end, scan.header_end));
        let mut at = scan.header_end;
        for edit in edits {
            cutting.keep(at, edit.at);
            if let Some((month, line)) = edit.line {
                cutting.push(cutting.target(month), Piece::Text(line));
            }
            at = at.max(edit.until);
        }
        cutting.keep(at, scan.end);
    }
}

/// A file while its pieces are dealt out.
struct Cutting<'all> {
    update: &'all Update<'all>,
    scan: &'all Scan,
    files: &'all mut BTreeMap<TableFile, Vec<Piece>>,
}

impl Cutting<'_> {
    /// Returns the file that rows of a month go to.
    fn target(&self, month: Option<Month>) -> TableFile {
        let moves = self.scan.file.month.is_none() && self.update.is_closed(month);
        if moves { TableFile { month, ..self.scan.file } } else { self.scan.file }
    }

    /// Appends a piece; every file begins with the header.
    fn push(&mut self, file: TableFile, piece: Piece) {
        let scan = self.scan;
        let pieces = self.files.entry(file).or_insert_with(|| vec![Piece::Copy(scan.file, 0, scan.header_end)]);
        match (pieces.last_mut(), piece) {
            (Some(Piece::Text(text)), Piece::Text(more)) => text.push_str(&more),
            (Some(Piece::Copy(from, _, end)), Piece::Copy(file, start, until)) if (*from, *end) == (file, start) => {
                *end = until;
            }
            (_, piece) => pieces.push(piece),
        }
    }

    /// Appends the lines between two places to the files of their months.
    fn keep(&mut self, from: u64, to: u64) {
        let scan = self.scan;
        let ends = scan.months.iter().skip(1).map(|segment| segment.start).chain([scan.end]);
        for (segment, end) in scan.months.iter().zip(ends) {
            let (start, end) = (segment.start.max(from), to.min(end));
            if start < end {
                self.push(self.target(segment.month), Piece::Copy(scan.file, start, end));
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests look at files")]
mod tests {
    use proptest::prelude::{Strategy, any, prop, proptest};
    use tempfile::TempDir;

    use super::super::{files, read};
    use super::*;
    use crate::model::history::{closed_files, deal_out};
    use crate::outputs::formats::csv;

    const TABLE: TableId = TableId::BuildMetrics;

    /// Contents of a folder's files, by path.
    type Contents = BTreeMap<String, String>;

    fn folder(contents: &Contents) -> TempDir {
        let folder = TempDir::new().unwrap();
        for (path, content) in contents {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        folder
    }

    fn job(id: i64, hour: Option<i64>, conclusion: &str, matrix: &str) -> Row {
        // Every third row is of another month.
        let time = |hour: i64| Cell::time(jiff::Timestamp::from_second(1_769_000_000 + hour * 240 * 3600).unwrap());
        Row::new(TABLE)
            .with("run_id", Cell::Integer(id / 3))
            .with("run_attempt", Cell::Integer(1))
            .with("job_id", Cell::Integer(id))
            .with("started_at", Cell::from_option(hour, time))
            .with("matrix", Cell::text(matrix))
            .with("conclusion", Cell::text(conclusion))
    }

    fn write(table: &History, targets: &BTreeSet<TableFile>) -> Contents {
        let file = |(file, rows): (TableFile, Vec<&Row>)| {
            let bytes = csv::table(TABLE.table(), table.extra_columns(TABLE), rows);
            (file.to_string(), String::from_utf8(bytes).unwrap())
        };
        deal_out(TABLE, table.rows(TABLE), targets).into_iter().map(file).collect()
    }

    /// Plans, writes, and returns what is in the folder then; nothing where it must be rewritten.
    fn updated(contents: &Contents, rows: Vec<Row>, closed_before: Option<Month>) -> Option<(Contents, Planned)> {
        let folder = folder(contents);
        let files = files(folder.path()).unwrap();
        let observed = Cell::Empty;
        let update = Update { folder: folder.path(), files: &files, table: TABLE, closed_before, observed };
        let planned = update.plan(rows, csv::line).unwrap();
        assert_eq!(planned.damages, []);
        if planned.must_rewrite {
            return None;
        }
        let mut contents = contents.clone();
        for splice in &planned.splices {
            let path = folder.path().join("made");
            splice.copy_to(folder.path(), &mut File::create(&path).unwrap()).unwrap();
            contents.insert(splice.file.to_string(), std::fs::read_to_string(path).unwrap());
        }
        Some((contents, planned))
    }

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let word = prop::sample::select(vec!["", "success", "failure"]);
        let matrix = prop::sample::select(vec!["", "linux, 3", "a \"b\"\nc"]);
        let one = (0_i64..40, any::<Option<u8>>(), word, matrix);
        let one = one.prop_map(|(id, hour, word, matrix)| job(id, hour.map(|hour| i64::from(hour) % 20), word, matrix));
        prop::collection::vec(one, 0..30)
    }

    fn open() -> BTreeSet<TableFile> {
        BTreeSet::from([TableFile { table: TABLE, month: None }])
    }

    proptest! {
        #[test]
        fn what_is_spliced_is_what_merging_all_rows_would_write(old in rows(), new in rows(), closing in any::<bool>(), split in any::<bool>()) {
            let before = Month::from_folders("2026", "04");
            let old = History::from_rows(old);
            let mut present = open();
            if split {
                present.extend(closed_files(TABLE, old.rows(TABLE), before.unwrap()));
            }
            let contents = write(&old, &present);
            let closed_before = before.filter(|_| closing);
            // Each key once, as merging row by row and all at once may differ in what is forgotten.
            let new = History::from_rows(new).rows(TABLE).to_vec();
            let mut merged = old.clone();
            let change = merged.merge(new.clone()).remove(&TABLE).unwrap_or_default();
            if let Some((contents, planned)) = updated(&contents, new, closed_before) {
                let mut targets = present;
                targets.extend(closed_before.map(|before| closed_files(TABLE, merged.rows(TABLE), before)).unwrap_or_default());
                assert_eq!(contents, write(&merged, &targets));
                assert_eq!((planned.change, planned.total), (change, merged.rows(TABLE).len()));
            } else {
                // The time of a row became known, and its month has a file of its own.
                assert!(split);
            }
        }
    }

    #[test]
    fn lines_that_stay_are_not_touched() {
        let row = |id: u8| format!(",,{id},1,{id},,,,,2026-02-0{id}T00:00:00Z,,,,,,success,,1.50{}\n", ",".repeat(7));
        let header = csv::header(TABLE.table(), &["color".to_owned()]);
        let content = header + &row(1) + &row(3);
        let contents = Contents::from([("build_metrics.csv".to_owned(), content.clone())]);
        let two = job(2, None, "success", "").with("started_at", Cell::time("2026-02-02T00:00:00Z".parse().unwrap()));
        let (found, planned) = updated(&contents, vec![two], None).unwrap();
        assert_eq!(planned.change, Change { added: 1, ..Change::default() });
        let lines: Vec<&str> = found["build_metrics.csv"].lines().collect();
        assert_eq!((lines.len(), lines[1], lines[3]), (4, row(1).trim_end(), row(3).trim_end()));
        assert_eq!(lines[2].matches(',').count(), lines[0].matches(',').count());
        // Of what is there already nothing is written.
        let (_, planned) =
            updated(&contents, vec![job(1, None, "", "").with("run_id", Cell::Integer(1))], None).unwrap();
        assert_eq!((planned.change.unchanged, planned.splices.len()), (1, 0));
    }

    #[test]
    fn files_that_others_wrote_are_written_anew() {
        let header = csv::header(TABLE.table(), &[]);
        let row = |id: u8, day: u8| format!(",,{id},1,{id},,,,,2026-02-{day:02}T00:00:00Z{}\n", ",".repeat(14));
        for content in [
            format!("\u{FEFF}{header}{}", row(1, 1)),
            format!("{}{}", header.replace('\n', "\r\n"), row(1, 1)),
            format!("{header}{}", row(1, 1).trim_end()),
            format!("{header}\n{}", row(1, 1)),
            format!("{header}{}{}", row(1, 2), row(2, 1)),
            format!("{header}{}{}", row(1, 1), row(1, 1)),
            format!("{header}{}", row(1, 1).replace(",1,1,1,", ",01,1,1,")),
            header.replace(",cost_usd", ""),
            String::from("repository,workflow,run_id,run_attempt,job_id\n"),
        ] {
            let contents = Contents::from([("build_metrics.csv".to_owned(), content.clone())]);
            assert!(updated(&contents, vec![job(5, Some(1), "", "")], None).is_none(), "{content}");
            // Without anything to write nobody has to.
            assert!(updated(&contents, Vec::new(), None).is_some(), "{content}");
        }
    }

    #[test]
    fn damages_are_those_that_reading_finds() {
        let header = csv::header(TABLE.table(), &[]);
        for content in [String::new(), String::from("a,b\n1,2\n"), format!("{header}x\n,,y{}\n,\"z\n", ",".repeat(21))]
        {
            let folder = folder(&Contents::from([("build_metrics.csv".to_owned(), content.clone())]));
            let files = files(folder.path()).unwrap();
            let update = Update {
                folder: folder.path(),
                files: &files,
                table: TABLE,
                closed_before: None,
                observed: Cell::Empty,
            };
            let planned = update.plan(Vec::new(), csv::line).unwrap();
            assert!(!planned.damages.is_empty(), "{content}");
            assert_eq!(planned.damages, read(folder.path()).unwrap().damages, "{content}");
        }
    }
}
