//! The order of a table's rows, told from their fields without making rows of them.

use std::cmp::Ordering;

use crate::model::history::{Column, Kind, Month, Row, Table};
use crate::sources::formats::csv::Fields;

/// A byte that no field holds.
const DIVIDER: u8 = 0;

/// What a row is sorted by, as tables write it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    time: Vec<u8>,
    /// The fields of the key, divided by [`DIVIDER`].
    key: Vec<u8>,
}

impl Order {
    /// Returns the fields that tell the row from others.
    pub(super) fn key(&self) -> &[u8] {
        &self.key
    }

    /// Returns the month the row is of; nothing where its time is not known.
    pub(super) fn month(&self) -> Option<Month> {
        let part = |range| self.time.get(range).and_then(|part| std::str::from_utf8(part).ok());
        Month::from_folders(part(0..4)?, part(5..7)?)
    }
}

/// Where the fields stand that a table is sorted by.
#[derive(Debug)]
pub(super) struct Sorting {
    time: usize,
    key: Vec<(usize, Kind)>,
    /// The columns that cannot hold any text.
    typed: Vec<(usize, &'static Column)>,
}

impl Sorting {
    /// Finds a table's fields.
    pub(super) fn of(table: &'static Table) -> Self {
        let column = |name: &&str| table.position(name).zip(table.column(name).map(|column| column.kind));
        Self {
            time: table.position(table.time).unwrap_or_default(),
            key: table.key.iter().filter_map(column).collect(),
            typed: table.columns.iter().enumerate().filter(|(_, column)| column.kind != Kind::Text).collect(),
        }
    }

    /// Returns the columns that cannot hold any text, and where they stand.
    pub(super) fn typed(&self) -> &[(usize, &'static Column)] {
        &self.typed
    }

    /// Tells whether rows are sorted or told apart by a column.
    pub(super) fn looks_at(&self, column: usize) -> bool {
        column == self.time || self.key.iter().any(|(key, _)| *key == column)
    }

    /// Takes the order of a record, in place of another one.
    pub(super) fn read(&self, record: &Fields<'_>, order: &mut Order) {
        let field = |at| record.get(at).unwrap_or_default();
        order.time.clear();
        order.time.extend_from_slice(field(self.time));
        order.key.clear();
        for (at, _) in &self.key {
            order.key.extend_from_slice(field(*at));
            order.key.push(DIVIDER);
        }
    }

    /// Returns the order of a row.
    pub(super) fn order(&self, row: &Row) -> Order {
        let field = |at: usize| row.cells().get(at).map(ToString::to_string).unwrap_or_default();
        let mut order = Order { time: field(self.time).into_bytes(), key: Vec::new() };
        for (at, _) in &self.key {
            order.key.extend_from_slice(field(*at).as_bytes());
            order.key.push(DIVIDER);
        }
        order
    }

    /// Compares as the cells would be: by time, then by key; what is not known comes last.
    pub(super) fn compare(&self, one: &Order, two: &Order) -> Ordering {
        let time = (one.time.is_empty(), &one.time).cmp(&(two.time.is_empty(), &two.time));
        time.then_with(|| {
            let fields = one.key.split(|byte| *byte == DIVIDER).zip(two.key.split(|byte| *byte == DIVIDER));
            let compared = self.key.iter().zip(fields).map(|((_, kind), (one, two))| compare(*kind, one, two));
            compared.fold(Ordering::Equal, Ordering::then)
        })
    }
}

fn compare(kind: Kind, one: &[u8], two: &[u8]) -> Ordering {
    let known = one.is_empty().cmp(&two.is_empty());
    match kind {
        // Of whole numbers without signs and leading zeros the longer one is the greater.
        Kind::Integer => known.then(one.len().cmp(&two.len())).then(one.cmp(two)),
        Kind::Text | Kind::Number | Kind::Time => known.then(one.cmp(two)),
    }
}

/// Tells whether a field is written as this program writes it, at a glance: then its bytes say what
/// its cell would, and it is what its column holds. Others have to be looked at more closely.
pub(super) fn is_usual(kind: Kind, field: &[u8]) -> bool {
    match kind {
        Kind::Text => true,
        Kind::Integer => field.is_empty() || is_whole(field),
        Kind::Number => is_number(field),
        Kind::Time => field.is_empty() || is_time(field),
    }
}

/// Tells whether all are digits, no more than an `i64` surely holds, without leading zeros.
fn is_whole(field: &[u8]) -> bool {
    field.len() <= 18 && field.iter().all(u8::is_ascii_digit) && (field.len() == 1 || !field.starts_with(b"0"))
}

fn is_number(field: &[u8]) -> bool {
    let mut points = 0;
    let is_written_so = field.len() <= 20
        && field.iter().all(|byte| {
            points += usize::from(*byte == b'.');
            byte.is_ascii_digit() || *byte == b'.'
        });
    is_written_so && (points == 0 || points == 1 && !field.ends_with(b".") && !field.starts_with(b"."))
}

/// Knows times such as `2026-03-01T12:00:00Z`, but for the 29th of February.
fn is_time(field: &[u8]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'Z'] = field else {
        return false;
    };
    let two = |tens: &u8, ones: &u8| match (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0')) {
        (tens @ 0..=9, ones @ 0..=9) => tens * 10 + ones,
        _ => u8::MAX,
    };
    two(y1, y2) < 100
        && two(y3, y4) < 100
        && is_day(two(m1, m2), two(d1, d2))
        && two(h1, h2) < 24
        && two(n1, n2) < 60
        && two(s1, s2) < 60
}

fn is_day(month: u8, day: u8) -> bool {
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28,
        _ => 0,
    };
    (1..=last).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::history::{Cell, Column, TABLES};

    fn column(kind: Kind) -> &'static Column {
        TABLES.iter().flat_map(|table| table.columns).find(|column| column.kind == kind).unwrap()
    }

    #[test]
    fn what_is_usual_at_a_glance_is_what_its_column_holds() {
        for (kind, field, usual) in [
            (Kind::Integer, "0", true),
            (Kind::Integer, "007", false),
            (Kind::Integer, "-7", false),
            (Kind::Integer, "1234567890123456789", false),
            (Kind::Number, "", true),
            (Kind::Number, "12.5", true),
            (Kind::Number, ".5", false),
            (Kind::Number, "1.", false),
            (Kind::Number, "1.2.3", false),
            (Kind::Number, "1e3", false),
            (Kind::Time, "2026-03-01T12:00:00Z", true),
            (Kind::Time, "2024-02-29T12:00:00Z", false),
            (Kind::Time, "2026-13-01T12:00:00Z", false),
            (Kind::Time, "2026-03-01T24:00:00Z", false),
            (Kind::Time, "2026-03-01T12:00:00+01:00", false),
        ] {
            assert_eq!(is_usual(kind, field.as_bytes()), usual, "{field}");
        }
    }

    proptest::proptest! {
        #[test]
        fn usual_fields_parse(field in "[0-9.:TZ-]{0,20}|20[0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z") {
            for kind in [Kind::Integer, Kind::Number, Kind::Time] {
                if is_usual(kind, field.as_bytes()) {
                    let cell = Cell::parse(column(kind), &field).unwrap();
                    // Of numbers only the value is the same: a zero may stand at the end.
                    assert!(kind == Kind::Number || cell.to_string() == field, "{field}");
                }
            }
        }
    }
}
