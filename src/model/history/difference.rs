//! What one history has to tell another.

use std::collections::BTreeMap;

use super::cell::Cell;
use super::row::Row;

/// Returns our rows that are news to the other side, in their order.
///
/// A row with a key the other side does not have is news. One that differs there is news too,
/// unless it stands in `base` just so: then the other side has changed it since, and not we.
pub fn difference(ours: &[Row], theirs: &[Row], base: &[Row]) -> Vec<Row> {
    let (theirs, base) = (by_key(theirs), by_key(base));
    let is_news = |row: &&Row| {
        let key = row.key();
        theirs.get(&key).is_none_or(|present| present != row && base.get(&key) != Some(row))
    };
    ours.iter().filter(is_news).cloned().collect()
}

fn by_key(rows: &[Row]) -> BTreeMap<Vec<Cell>, &Row> {
    rows.iter().map(|row| (row.key(), row)).collect()
}

/// Returns the names of two histories' columns that this version does not know, or nothing where
/// they disagree: fields are kept by place, so one list must begin as the other does.
pub fn joined_columns<'names>(ours: &'names [String], theirs: &'names [String]) -> Option<&'names [String]> {
    let (shorter, longer) = if ours.len() < theirs.len() { (ours, theirs) } else { (theirs, ours) };
    longer.starts_with(shorter).then_some(longer)
}

#[cfg(test)]
mod tests {
    use super::super::table::TableId;
    use super::*;

    fn row(id: i64, state: &str) -> Row {
        Row::new(TableId::Deployments).with("deployment_id", Cell::Integer(id)).with("state", Cell::text(state))
    }

    #[test]
    fn only_what_we_changed_is_news() {
        let base = [row(1, "a"), row(2, "a"), row(3, "a"), row(4, "a")];
        let ours = [row(1, "a"), row(2, "b"), row(3, "a"), row(4, "b"), row(5, "new"), row(6, "same")];
        let theirs = [row(1, "a"), row(2, "a"), row(3, "c"), row(4, "c"), row(6, "same"), row(7, "theirs")];
        assert_eq!(difference(&ours, &theirs, &base), [row(2, "b"), row(4, "b"), row(5, "new")]);
        // A row that the other side does not have is news even where we did not touch it: the
        // tables of one branch can be taken to another.
        assert_eq!(difference(&base, &[], &base), base);
        assert_eq!(difference(&[row(3, "a")], &theirs, &[]), [row(3, "a")]);
        assert_eq!(difference(&[], &theirs, &base), []);
    }

    #[test]
    fn unknown_columns_agree_or_nothing_is_joined() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let (one, two) = (names(&["a"]), names(&["a", "b"]));
        assert_eq!(joined_columns(&one, &two), Some(two.as_slice()));
        assert_eq!(joined_columns(&two, &one), Some(two.as_slice()));
        assert_eq!(joined_columns(&[], &one), Some(one.as_slice()));
        assert_eq!(joined_columns(&names(&["b"]), &two), None);
    }
}
