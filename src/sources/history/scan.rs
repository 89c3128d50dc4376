//! One file of a table, looked through for the rows that arrive.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use memchr::{memchr, memchr_iter};

use super::blocks::{Block, Blocks};
use super::header::{Header, foreign};
use super::order::{Order, Sorting, is_usual};
use super::words::Words;
use super::{Damage, ReadError, Wrong, row, wrong};
use crate::model::history::{Cell, Month, Row, Table, TableFile};
use crate::sources::formats::csv::{self, MARK, Record, Records};

/// Rows that are to be taken in, sorted, each key once.
#[derive(Debug)]
pub(super) struct Arriving {
    pub(super) rows: Vec<Row>,
    pub(super) orders: Vec<Order>,
    by_key: BTreeMap<Vec<u8>, usize>,
}

impl Arriving {
    pub(super) fn new(rows: Vec<Row>, orders: Vec<Order>) -> Self {
        let by_key = orders.iter().enumerate().map(|(at, order)| (order.key().to_vec(), at)).collect();
        Self { rows, orders, by_key }
    }
}

/// What was seen in a file.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) file: TableFile,
    pub(super) header: Header,
    /// The bytes of the header with its line break.
    pub(super) header_end: u64,
    /// The bytes of the file.
    pub(super) end: u64,
    pub(super) rows: usize,
    /// Whether the file is as this program writes it: then its lines can stay as they are.
    pub(super) is_usual: bool,
    pub(super) damages: Vec<Damage>,
    /// The rows whose keys arrive.
    pub(super) found: Vec<Found>,
    /// For each arriving row where it belongs.
    pub(super) places: Vec<u64>,
    /// Where rows of another month begin.
    pub(super) months: Vec<Segment>,
}

/// A row whose key arrives.
#[derive(Debug)]
pub(super) struct Found {
    /// Which of the arriving rows.
    pub(super) arriving: usize,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) row: Row,
}

/// Rows of one month that stand together.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) month: Option<Month>,
    pub(super) start: u64,
}

/// What is needed to understand a block of a file.
struct Looking<'all> {
    file: TableFile,
    table: &'static Table,
    sorting: &'all Sorting,
    arriving: &'all Arriving,
    header: &'all Header,
}

/// What was seen in a block.
#[derive(Default)]
struct Seen {
    rows: usize,
    is_unusual: bool,
    damages: Vec<Damage>,
    found: Vec<Found>,
    /// Arriving rows that belong before a row of the block other than the first, with its place.
    places: Vec<(usize, u64)>,
    months: Vec<Segment>,
    first: Option<(Order, u64)>,
    last: Order,
    end: u64,
}

/// Looks through a file. `known` are the extra columns that other files of the table have.
#[expect(clippy::disallowed_methods, reason = "sources read files")]
pub(super) fn scan(
    folder: &Path,
    file: TableFile,
    known: &[String],
    arriving: &Arriving,
    sorting: &Sorting,
) -> Result<Scan, ReadError> {
    let path = folder.join(file.to_string());
    let refused = |source| ReadError::Refused { path: path.clone(), source };
    let mut scan = Scan {
        file,
        header: Header::default(),
        header_end: 0,
        end: 0,
        rows: 0,
        is_usual: true,
        damages: Vec::new(),
        found: Vec::new(),
        places: Vec::new(),
        months: Vec::new(),
    };
    let mut blocks = Blocks::new(File::open(&path).map_err(refused)?);
    let Some(mut first) = blocks.next_block().map_err(refused)? else {
        scan.damages.push(Damage::empty(file, b""));
        return Ok(scan);
    };
    scan.header(&mut first, known);
    let header = scan.header.clone();
    let looking = Looking { file, table: file.table.table(), sorting, arriving, header: &header };
    let mut last = None;
    scan.take(looking.look(&first), &mut last, &looking);
    blocks.each(|block| looking.look(&block), |seen| scan.take(seen, &mut last, &looking)).map_err(refused)?;
    scan.places.resize(arriving.rows.len(), scan.end);
    Ok(scan)
}

impl Scan {
    /// Takes the header off the file's first block.
    fn header(&mut self, block: &mut Block, known: &[String]) {
        match header_of(self.file, block, known) {
            Ok((header, is_usual)) => {
                self.is_usual = is_usual && header.width >= self.file.table.table().columns.len();
                self.header = header;
            }
            Err(damage) => self.damages.push(damage),
        }
        self.header_end = block.offset;
        self.end = self.header_end;
    }

    /// Takes over what was seen in the next block.
    fn take(&mut self, seen: Seen, last: &mut Option<Order>, looking: &Looking<'_>) {
        self.rows += seen.rows;
        self.is_usual &= !seen.is_unusual;
        self.damages.extend(seen.damages);
        self.found.extend(seen.found);
        let Some((first, start)) = seen.first else { return };
        let sorting = looking.sorting;
        self.is_usual &= last.as_ref().is_none_or(|last| sorting.compare(last, &first) == Ordering::Less);
        let orders = &looking.arriving.orders;
        while orders.get(self.places.len()).is_some_and(|order| sorting.compare(order, &first) == Ordering::Less) {
            self.places.push(start);
        }
        for (arriving, place) in seen.places {
            self.places.resize(arriving, place);
            self.places.push(place);
        }
        for segment in seen.months {
            if self.months.last().is_none_or(|last| last.month != segment.month) {
                self.months.push(segment);
            }
        }
        self.end = seen.end;
        *last = Some(seen.last);
    }
}

impl Looking<'_> {
    fn look(&self, block: &Block) -> Seen {
        let mut seen = Seen { end: block.offset + block.bytes.len() as u64, ..Seen::default() };
        seen.is_unusual =
            !block.bytes.ends_with(b"\n") && !block.bytes.is_empty() || memchr(b'\r', &block.bytes).is_some();
        let mut records = Records::new(&block.bytes, block.line);
        let (mut expected, mut next) = (0, 0);
        let mut order = Order::default();
        while let Some(record) = records.next_record() {
            let start = block.offset + record.start as u64;
            seen.is_unusual |= record.start != expected;
            expected = record.end;
            match check(self.header, self.sorting, &record) {
                Ok(is_usual) => seen.is_unusual |= !is_usual,
                Err(wrong) => {
                    seen.damages.push(Damage::new(self.file, wrong, record.raw));
                    continue;
                }
            }
            let Ok(fields) = &record.fields else { continue };
            self.sorting.read(fields, &mut order);
            seen.rows += 1;
            self.place(&order, start, &mut next, &mut seen);
            let end = block.offset + record.end as u64;
            self.find(&record, &order, (start, end), &mut seen);
            std::mem::swap(&mut seen.last, &mut order);
        }
        seen
    }

    /// Notes where the row stands among the others and among those that arrive.
    fn place(&self, order: &Order, start: u64, next: &mut usize, seen: &mut Seen) {
        let sorting = self.sorting;
        let orders = &self.arriving.orders;
        let is_before = |other: &Order| sorting.compare(other, order) == Ordering::Less;
        if seen.first.is_none() {
            seen.first = Some((order.clone(), start));
            *next = orders.partition_point(is_before);
        } else {
            seen.is_unusual |= !is_before(&seen.last);
            while orders.get(*next).is_some_and(is_before) {
                seen.places.push((*next, start));
                *next += 1;
            }
        }
        let month = order.month();
        if seen.months.last().is_none_or(|last| last.month != month) {
            seen.months.push(Segment { month, start });
        }
    }

    fn find(&self, record: &Record<'_, '_>, order: &Order, (start, end): (u64, u64), seen: &mut Seen) {
        let Some(arriving) = self.arriving.by_key.get(order.key()) else { return };
        if let Ok(row) = row(self.table, record, self.header.width, &mut Words::default()) {
            seen.found.push(Found { arriving: *arriving, start, end, row });
        }
    }
}

/// Takes the header off a file's first block, and tells whether it is written as usual.
pub(super) fn header_of(file: TableFile, block: &mut Block, known: &[String]) -> Result<(Header, bool), Damage> {
    let mut records = Records::new(&block.bytes, block.line);
    let Some(record) = records.next_record() else {
        let damage = Damage::empty(file, &block.bytes);
        block.bytes.clear();
        return Err(damage);
    };
    let read = Header::read(file.table.table(), &record, known).map_err(|wrong| Damage::new(file, wrong, record.raw));
    let end = record.end;
    let is_usual = record.start == 0 && !block.bytes.starts_with(MARK) && block.bytes.get(end - 1) == Some(&b'\n');
    block.line = record.line + memchr_iter(b'\n', record.raw).count() + 1;
    block.bytes.drain(..end);
    block.offset = end as u64;
    read.map(|header| (header, is_usual))
}

/// Checks that a record is a row, and tells whether time and key are written as usual.
pub(super) fn check(header: &Header, sorting: &Sorting, record: &Record<'_, '_>) -> Result<bool, Wrong> {
    if header.width == 0 {
        return Err(foreign(record.line));
    }
    let fields = record.fields.as_ref().map_err(wrong)?;
    if fields.len() != header.width {
        let reason = format!("the line has {} fields, but the header has {}", fields.len(), header.width);
        return Err((record.line, 1, reason));
    }
    let mut usual = true;
    for &(at, column) in sorting.typed() {
        // A file of an older version has fewer columns.
        let Some(field) = fields.get(at) else { break };
        if is_usual(column.kind, field) {
            continue;
        }
        let text = String::from_utf8_lossy(field);
        let cell = Cell::parse(column, &text).map_err(|error| {
            let (line, column) = csv::place(record.raw, record.line, at);
            (line, column, error.to_string())
        })?;
        usual &= !sorting.looks_at(at) || cell.to_string() == text;
    }
    Ok(usual)
}
