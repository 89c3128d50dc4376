//! A strict reader for CSV (RFC 4180) that knows where every field stands.
//!
//! The crates for CSV are forgiving: a quote that is never closed swallows the rest of a file
//! without a word. Tables are other people's history, so here each damaged line is one problem
//! with its place, and the lines after it are still read.

use std::borrow::Cow;

/// One record, or the reason why its line is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'text> {
    /// The line it begins on, from 1.
    pub line: usize,
    /// The bytes it was read from, without the line break.
    pub raw: &'text [u8],
    /// The fields, or what is wrong.
    pub fields: Result<Vec<Field<'text>>, Damage>,
}

/// One field and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'text> {
    /// The text, quotes taken off.
    pub text: Cow<'text, str>,
    /// The line it begins on, from 1.
    pub line: usize,
    /// The column it begins at, in characters, from 1.
    pub column: usize,
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

/// Splits a file into records. A byte-order mark and `\r\n` are tolerated, empty lines skipped.
pub fn records(bytes: &[u8]) -> Vec<Record<'_>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = Reader { bytes, at: 0, line: 1, line_start: 0 };
    let mut records = Vec::new();
    while reader.at < bytes.len() {
        let record = reader.record();
        if !record.raw.is_empty() {
            records.push(record);
        }
    }
    records
}

struct Reader<'text> {
    bytes: &'text [u8],
    at: usize,
    line: usize,
    /// Where the present line starts.
    line_start: usize,
}

impl<'text> Reader<'text> {
    fn record(&mut self) -> Record<'text> {
        let (start, line) = (self.at, self.line);
        let fields = self.fields();
        if fields.is_err() {
            // Only the line that is damaged is given up, however much an open quote swallowed.
            (self.at, self.line, self.line_start) = (start, line, start);
            while self.peek().is_some_and(|byte| byte != b'\n') {
                self.at += 1;
            }
        }
        let raw = self.bytes.get(start..self.at).unwrap_or_default();
        let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
        self.line_break();
        Record { line, raw, fields }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn line_break(&mut self) {
        if self.peek() == Some(b'\r') {
            self.at += 1;
        }
        if self.peek() == Some(b'\n') {
            self.at += 1;
            self.line += 1;
            self.line_start = self.at;
        }
    }

    fn at_line_break(&self) -> bool {
        match self.peek() {
            None | Some(b'\n') => true,
            Some(b'\r') => self.bytes.get(self.at + 1).is_none_or(|next| *next == b'\n'),
            Some(_) => false,
        }
    }

    fn fields(&mut self) -> Result<Vec<Field<'text>>, Damage> {
        let mut fields = Vec::new();
        loop {
            let (start, line, column) = (self.at, self.line, self.column(self.at));
            let text = if self.peek() == Some(b'"') { self.quoted()? } else { self.bare(start)? };
            fields.push(Field { text, line, column });
            if self.at_line_break() {
                return Ok(fields);
            }
            // `quoted` and `bare` stop at a comma or a line break only.
            self.at += 1;
        }
    }

    fn bare(&mut self, start: usize) -> Result<Cow<'text, str>, Damage> {
        while !self.at_line_break() && self.peek() != Some(b',') {
            if self.peek() == Some(b'"') {
                return Err(self.damage(self.at, "a quote stands inside a field that is not quoted"));
            }
            self.at += 1;
        }
        self.text(start, self.at).map(Cow::Borrowed)
    }

    fn quoted(&mut self) -> Result<Cow<'text, str>, Damage> {
        let open = self.damage(self.at, "a quote is opened and never closed");
        self.at += 1;
        let start = self.at;
        let (line, line_start) = (self.line, self.line_start);
        let mut doubled = false;
        loop {
            match self.peek() {
                None => return Err(open),
                Some(b'"') if self.bytes.get(self.at + 1) == Some(&b'"') => {
                    doubled = true;
                    self.at += 1;
                }
                Some(b'"') => break,
                Some(b'\n') => {
                    self.line += 1;
                    self.line_start = self.at + 1;
                }
                Some(_) => {}
            }
            self.at += 1;
        }
        let end = self.at;
        self.at += 1;
        if !self.at_line_break() && self.peek() != Some(b',') {
            return Err(self.damage(self.at, "text follows the closing quote of a field"));
        }
        let after = (self.line, self.line_start);
        // Places inside the field count from where it began.
        (self.line, self.line_start) = (line, line_start);
        let text = self.text(start, end)?;
        (self.line, self.line_start) = after;
        Ok(if doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) })
    }

    fn text(&self, start: usize, end: usize) -> Result<&'text str, Damage> {
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        if let Some(nul) = bytes.iter().position(|byte| *byte == 0) {
            return Err(self.damage(start + nul, "a NUL byte stands in the text"));
        }
        std::str::from_utf8(bytes).map_err(|error| self.damage(start + error.valid_up_to(), "the text is not UTF-8"))
    }

    fn damage(&self, at: usize, reason: &'static str) -> Damage {
        Damage { line: self.line, column: self.column(at), reason }
    }

    fn column(&self, at: usize) -> usize {
        let before = self.bytes.get(self.line_start..at).unwrap_or_default();
        1 + before.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record's texts, or the place and the reason.
    type Read = Result<Vec<String>, (usize, usize, &'static str)>;

    fn texts(bytes: &[u8]) -> Vec<Read> {
        let owned = |fields: Vec<Field<'_>>| fields.into_iter().map(|field| field.text.into_owned()).collect();
        let placed = |damage: Damage| (damage.line, damage.column, damage.reason);
        records(bytes).into_iter().map(|record| record.fields.map(owned).map_err(placed)).collect()
    }

    macro_rules! ok {
        ($($field:literal),*) => { Ok(vec![$($field.to_owned()),*]) };
    }

    #[test]
    fn quotes_line_breaks_and_marks_are_read() {
        let text = "\u{FEFF}a,b\r\n\"x\r\ny\",\"say \"\"hi\"\"\"\r\n\r\n,\n\"\",ü";
        let expected = [ok!("a", "b"), ok!("x\r\ny", "say \"hi\""), ok!("", ""), ok!("", "ü")];
        assert_eq!(texts(text.as_bytes()), expected);
        let lines: Vec<usize> = records(text.as_bytes()).iter().map(|record| record.line).collect();
        assert_eq!(lines, [1, 2, 5, 6]);
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
        assert_eq!(records(b"a,\"b\nc,d\n")[0].raw, b"a,\"b");
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
        fn reading_never_panics_and_forgets_no_line(bytes in proptest::collection::vec(
            proptest::sample::select(b"a,\"\r\n\xFF\0".to_vec()), 0..60,
        )) {
            let kept: usize = records(&bytes).iter().map(|record| record.raw.len()).sum();
            let breaks = bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
            assert!(kept + breaks >= bytes.len());
        }
    }
}
