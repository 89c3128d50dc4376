//! Reads CSV (RFC 4180) strictly, and knows where everything stands.
//!
//! Where no quote stands, which is nearly everywhere in a table, each comma ends a field and each line
//! break a record, and the fields are shown where they stand. Elsewhere the crate `csv` takes the
//! records apart. It is forgiving: a quote that is never closed swallows the rest of a file without a
//! word. Tables are other people's history, so every line of such bytes is checked again; a damaged
//! line is one problem with its place, and the lines after it are still read.

use std::io::Cursor;

use csv::ByteRecord;
use memchr::{memchr, memchr_iter, memchr2, memchr3};

use super::separators::Separators;

/// One record, or the reason why its line is none.
#[derive(Debug)]
pub struct Record<'read, 'bytes> {
    /// The line it begins on, from 1.
    pub line: usize,
    /// Where its first byte stands.
    pub start: usize,
    /// Where its line break, if it has one, ends.
    pub end: usize,
    /// The bytes it was read from, without the line break.
    pub raw: &'bytes [u8],
    /// The fields, each of them UTF-8, or what is wrong.
    pub fields: Result<Fields<'read>, Damage>,
}

/// The fields of a record, without their quotes.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'read> {
    bytes: &'read [u8],
    /// Where in the bytes each field ends.
    ends: &'read [usize],
    /// How many bytes stand between two fields.
    gap: usize,
}

impl<'read> Fields<'read> {
    /// Returns a field.
    pub fn get(&self, at: usize) -> Option<&'read [u8]> {
        let end = *self.ends.get(at)?;
        let before = at.checked_sub(1).and_then(|before| self.ends.get(before));
        self.bytes.get(before.map_or(0, |before| before + self.gap)..end)
    }

    /// Tells how many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns all of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &'read [u8]> {
        let Self { bytes, gap, .. } = *self;
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let field = bytes.get(start..*end).unwrap_or_default();
            start = end + gap;
            field
        })
    }
}

/// Why a line is not a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub reason: &'static str,
}

/// Reads the records of some bytes, one after the other. A byte-order mark and `\r\n` are
/// tolerated, empty lines skipped.
#[derive(Debug)]
pub struct Records<'bytes> {
    bytes: &'bytes [u8],
    reader: csv::Reader<Cursor<&'bytes [u8]>>,
    record: ByteRecord,
    /// Where the fields of the record end.
    ends: Vec<usize>,
    /// Where the next record begins, and its line.
    at: usize,
    line: usize,
    /// Whether nothing that could be wrong stands anywhere: no quote, no NUL, only UTF-8.
    is_plain: bool,
    /// The places at which fields end, if all breaks between lines are of one byte, too: then nothing has to be taken
    /// apart with care.
    simple: Option<Separators<'bytes>>,
}

impl<'bytes> Records<'bytes> {
    /// Reads bytes that begin at a line of a file, from 1.
    pub fn new(bytes: &'bytes [u8], line: usize) -> Self {
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(Cursor::new(bytes));
        // One look at all bytes says of nearly every table that there is nothing to be careful about.
        let is_bare = memchr3(b'"', 0, b'\r', bytes).is_none();
        let is_text = std::str::from_utf8(bytes).is_ok();
        let is_plain = is_text && (is_bare || memchr2(b'"', 0, bytes).is_none());
        let simple = (is_text && is_bare && !bytes.starts_with(MARK)).then(|| Separators::new(bytes));
        Self { bytes, reader, record: ByteRecord::new(), ends: Vec::new(), at: 0, line, is_plain, simple }
    }

    /// Reads the next record.
    pub fn next_record(&mut self) -> Option<Record<'_, 'bytes>> {
        if self.simple.is_some() { self.next_simple() } else { self.next_careful() }
    }

    /// Reads the next record of bytes in which a comma always ends a field, and a line break a record.
    fn next_simple(&mut self) -> Option<Record<'_, 'bytes>> {
        let (start, line) = self.skip_breaks();
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        self.ends.clear();
        let mut length = rest.len();
        // What stands before the start are the breaks that were skipped.
        for place in self.simple.as_mut()?.skip_while(|place| *place < start) {
            let at = place - start;
            if rest.get(at) == Some(&b'\n') {
                length = at;
                break;
            }
            self.ends.push(at);
        }
        self.ends.push(length);
        let raw = rest.get(..length).unwrap_or_default();
        let end = (start + length + 1).min(self.bytes.len());
        (self.at, self.line) = (end, line + 1);
        Some(Record { line, start, end, raw, fields: Ok(Fields { bytes: raw, ends: &self.ends, gap: 1 }) })
    }

    /// Reads the next record of any bytes.
    fn next_careful(&mut self) -> Option<Record<'_, 'bytes>> {
        // Bytes in memory are read without errors, and lines may be of any width.
        while self.reader.read_byte_record(&mut self.record).is_ok_and(|found| found) {
            let end = usize::try_from(self.reader.position().byte())
                .map_or(self.bytes.len(), |end| end.min(self.bytes.len()));
            let (start, line) = self.skip_breaks();
            let raw = without_break(self.bytes.get(start..end).unwrap_or_default());
            (self.at, self.line) =
                (end, line + memchr_iter(b'\n', self.bytes.get(start..end).unwrap_or_default()).count());
            let raw = if start == 0 { raw.strip_prefix(MARK).unwrap_or(raw) } else { raw };
            if raw.is_empty() {
                continue;
            }
            if let Some(damage) = (!self.is_plain).then(|| check(raw, line).err()).flatten() {
                let raw = self.give_up_line(start, line);
                return Some(Record { line, start, end: self.at, raw, fields: Err(damage) });
            }
            let record = &self.record;
            self.ends.clear();
            self.ends.extend((0..record.len()).filter_map(|at| Some(record.range(at)?.end)));
            let fields = Fields { bytes: record.as_slice(), ends: &self.ends, gap: 0 };
            return Some(Record { line, start, end, raw, fields: Ok(fields) });
        }
        None
    }

    /// Returns where the record after empty lines begins, and its line.
    fn skip_breaks(&self) -> (usize, usize) {
        let (mut at, mut line) = (self.at, self.line);
        while let Some(byte @ (b'\n' | b'\r')) = self.bytes.get(at) {
            line += usize::from(*byte == b'\n');
            at += 1;
        }
        (at, line)
    }

    /// Gives up the line that is damaged and no other, however much an open quote swallowed.
    fn give_up_line(&mut self, start: usize, line: usize) -> &'bytes [u8] {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = memchr(b'\n', rest).unwrap_or(rest.len());
        (self.at, self.line) = ((start + length + 1).min(self.bytes.len()), line + 1);
        let mut next = csv::Position::new();
        next.set_byte(u64::try_from(self.at).unwrap_or(u64::MAX));
        // Seeking in memory cannot fail; if it did, reading would end here.
        if self.reader.seek(next).is_err() {
            self.at = self.bytes.len();
        }
        without_break(rest.get(..length).unwrap_or_default())
    }
}

/// The byte-order mark of UTF-8.
pub const MARK: &[u8] = b"\xEF\xBB\xBF";

fn without_break(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
    raw.strip_suffix(b"\r").unwrap_or(raw)
}

/// Where in a field a byte stands.
#[derive(Clone, Copy)]
enum Inside {
    Start,
    Bare,
    /// Behind the quote that stands there.
    Quoted(usize),
    Closed(usize),
}

/// Finds what makes a record's bytes none.
fn check(raw: &[u8], line: usize) -> Result<(), Damage> {
    let damage = |at: usize, reason| {
        let (line, column) = position(raw, line, at);
        Err(Damage { line, column, reason })
    };
    let mut inside = Inside::Start;
    for (at, byte) in raw.iter().enumerate() {
        inside = match (inside, byte) {
            (_, 0) => return damage(at, "a NUL byte stands in the text"),
            (Inside::Start, b'"') => Inside::Quoted(at),
            (Inside::Bare, b'"') => return damage(at, "a quote stands inside a field that is not quoted"),
            (Inside::Quoted(open), b'"') => Inside::Closed(open),
            (Inside::Closed(open), b'"') | (Inside::Quoted(open), _) => Inside::Quoted(open),
            (Inside::Start | Inside::Bare | Inside::Closed(_), b',') => Inside::Start,
            (Inside::Closed(_), _) => return damage(at, "text follows the closing quote of a field"),
            (Inside::Start | Inside::Bare, _) => Inside::Bare,
        };
    }
    if let Inside::Quoted(open) = inside {
        return damage(open, "a quote is opened and never closed");
    }
    match std::str::from_utf8(raw) {
        Ok(_) => Ok(()),
        Err(error) => damage(error.valid_up_to(), "the text is not UTF-8"),
    }
}

/// Returns the line and the column, in characters from 1, of a byte of a record that begins on
/// `line`.
fn position(raw: &[u8], line: usize, at: usize) -> (usize, usize) {
    let before = raw.get(..at).unwrap_or(raw);
    let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let characters = before.iter().skip(start).filter(|byte| (**byte & 0xC0) != 0x80).count();
    (line + memchr_iter(b'\n', before).count(), 1 + characters)
}

/// Returns the line and the column where a field of a sound record begins.
pub fn place(raw: &[u8], line: usize, field: usize) -> (usize, usize) {
    let (mut quoted, mut fields) = (false, 0);
    for (at, byte) in raw.iter().enumerate() {
        if fields == field {
            return position(raw, line, at);
        }
        quoted ^= *byte == b'"';
        fields += usize::from(*byte == b',' && !quoted);
    }
    position(raw, line, raw.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record's texts, or the place and the reason.
    type Read = Result<Vec<String>, (usize, usize, &'static str)>;

    fn read<T>(bytes: &[u8], see: impl Fn(Record<'_, '_>) -> T) -> Vec<T> {
        let mut records = Records::new(bytes, 1);
        std::iter::from_fn(|| records.next_record().map(&see)).collect()
    }

    fn texts(bytes: &[u8]) -> Vec<Read> {
        let text = |field: &[u8]| String::from_utf8(field.to_vec()).unwrap();
        read(bytes, |record| match record.fields {
            Ok(fields) => Ok(fields.iter().map(text).collect()),
            Err(damage) => Err((damage.line, damage.column, damage.reason)),
        })
    }

    macro_rules! ok {
        ($($field:literal),*) => { Ok(vec![$($field.to_owned()),*]) };
    }

    #[test]
    fn quotes_line_breaks_and_marks_are_read() {
        let text = "\u{FEFF}a,b\r\n\"x\r\ny\",\"say \"\"hi\"\"\"\r\n\r\n,\n\"\",ü";
        let expected = [ok!("a", "b"), ok!("x\r\ny", "say \"hi\""), ok!("", ""), ok!("", "ü")];
        assert_eq!(texts(text.as_bytes()), expected);
        assert_eq!(read(text.as_bytes(), |record| record.line), [1, 2, 5, 6]);
        assert_eq!(read(text.as_bytes(), |record| record.raw.len()), [3, 19, 1, 5]);
    }

    #[test]
    fn each_damaged_line_is_named_and_the_next_one_read() {
        let text = b"a,b\n\xC3\xBC,\"open\nc,d\ne,f\"g\nh,\"i\"j\nk,\xFF\nl,\0\nm,n";
        let expected = [
            ok!("a", "b"),
            // The open quote meets one on a later line, which closes it in the wrong place.
            Err((4, 5, "text follows the closing quote of a field")),
            ok!("c", "d"),
            Err((4, 4, "a quote stands inside a field that is not quoted")),
            Err((5, 6, "text follows the closing quote of a field")),
            Err((6, 3, "the text is not UTF-8")),
            Err((7, 3, "a NUL byte stands in the text")),
            ok!("m", "n"),
        ];
        assert_eq!(texts(text), expected);
        assert_eq!(texts(b"a,\"b\nc,d\n"), [Err((1, 3, "a quote is opened and never closed")), ok!("c", "d")]);
        assert_eq!(read(b"a,\"b\nc,d\n", |record| record.raw.to_vec()), [b"a,\"b", b"c,d".as_slice()]);
    }

    #[test]
    fn fields_have_places() {
        let raw = "\u{FC},\"a\n,b\",c,".as_bytes();
        assert_eq!([0, 1, 2, 3].map(|field| place(raw, 5, field)), [(5, 1), (5, 3), (6, 5), (6, 7)]);
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back(rows in proptest::collection::vec(
            proptest::collection::vec("[a\",\r\n ü]{0,6}", 2..4), 1..6,
        )) {
            let mut text = String::new();
            for row in &rows {
                crate::outputs::formats::csv::record(&mut text, row);
            }
            let read: Vec<Vec<String>> = texts(text.as_bytes()).into_iter().map(Result::unwrap).collect();
            assert_eq!(read, rows);
        }

        #[test]
        fn both_ways_of_reading_see_the_same(bytes in proptest::collection::vec(
            proptest::sample::select(b"ab,,\n".to_vec()), 0..60,
        )) {
            let all = |mut records: Records<'_>| {
                let mut seen = Vec::new();
                while let Some(Record { line, start, end, raw, fields }) = records.next_record() {
                    let fields = fields.unwrap();
                    let got: Vec<_> = (0..=fields.len()).map_while(|at| fields.get(at)).map(<[u8]>::to_vec).collect();
                    assert!(fields.iter().eq(&got));
                    seen.push((line, start, end, raw.to_vec(), got));
                }
                seen
            };
            let simple = Records::new(&bytes, 7);
            assert!(simple.simple.is_some());
            let careful = Records { simple: None, ..Records::new(&bytes, 7) };
            assert_eq!(all(simple), all(careful));
        }

        #[test]
        fn reading_never_panics_and_forgets_no_line(bytes in proptest::collection::vec(
            proptest::sample::select(b"a,\"\r\n\xFF\0".to_vec()), 0..60,
        )) {
            let kept: usize = read(&bytes, |record| record.raw.len()).into_iter().sum();
            let breaks = bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
            assert!(kept + breaks >= bytes.len());
        }
    }
}
