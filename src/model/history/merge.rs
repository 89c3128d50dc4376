//! Rows of all tables, and how two observations become one.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rayon::slice::{ParallelSlice as _, ParallelSliceMut as _};

use super::cell::Cell;
use super::row::Row;
use super::table::TableId;

/// The rows of all tables, and the names of columns that a newer version added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    rows: BTreeMap<TableId, Vec<Row>>,
    extra: BTreeMap<TableId, Vec<String>>,
}

/// What merging did to the tables that rows were merged into.
pub type Changes = BTreeMap<TableId, Change>;

/// What merging did to one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Rows with a key that was not there.
    pub added: usize,
    /// Rows that say something else than before.
    pub updated: usize,
    /// Rows that were there already.
    pub unchanged: usize,
}

impl Change {
    /// Tells whether the table is another one now.
    pub fn is_change(self) -> bool {
        self.added + self.updated > 0
    }
}

impl History {
    /// Makes a history of rows, merged as if each were newer than the ones before it.
    pub fn from_rows(rows: impl IntoIterator<Item = Row>) -> Self {
        let mut history = Self::default();
        history.merge(rows);
        history
    }

    /// Returns a table's rows, sorted by time, then key.
    pub fn rows(&self, table: TableId) -> &[Row] {
        self.rows.get(&table).map_or(&[], Vec::as_slice)
    }

    /// Returns a table's rows of a time and later, and those whose time is not known.
    pub fn since(&self, table: TableId, start: Timestamp) -> &[Row] {
        let rows = self.rows(table);
        let first = rows.partition_point(|row| row.at().is_some_and(|at| at < start));
        rows.get(first..).unwrap_or_default()
    }

    /// Returns the names of a table's columns that this version does not know.
    pub fn extra_columns(&self, table: TableId) -> &[String] {
        self.extra.get(&table).map_or(&[], Vec::as_slice)
    }

    /// Returns all tables that hold a row.
    pub fn tables(&self) -> impl Iterator<Item = (TableId, &[Row])> {
        self.rows.iter().map(|(table, rows)| (*table, rows.as_slice()))
    }

    /// Returns the row that has the key of `like`.
    pub fn find(&self, like: &Row) -> Option<&Row> {
        let key = like.key();
        self.rows(like.table().id).iter().find(|row| row.key() == key)
    }

    /// Tells whether no table holds a row.
    pub fn is_empty(&self) -> bool {
        self.rows.values().all(Vec::is_empty)
    }

    /// Names a table's columns that this version does not know, in the order of the fields that
    /// rows keep for them.
    pub fn set_extra_columns(&mut self, table: TableId, names: Vec<String>) {
        if !names.is_empty() {
            self.extra.insert(table, names);
        }
    }

    /// Takes newer observations in: rows are matched by their tables' keys, and nothing is ever
    /// dropped. Rows stay sorted by time, then key.
    pub fn merge(&mut self, newer: impl IntoIterator<Item = Row>) -> Changes {
        let mut arriving: BTreeMap<TableId, Vec<Row>> = BTreeMap::new();
        for row in newer {
            arriving.entry(row.table().id).or_default().push(row);
        }
        arriving.into_iter().map(|(table, rows)| (table, self.merge_table(table, rows))).collect()
    }

    fn merge_table(&mut self, table: TableId, arriving: Vec<Row>) -> Change {
        let rows = self.rows.entry(table).or_default();
        if rows.is_empty() && are_whole(&arriving) {
            let added = arriving.len();
            *rows = arriving;
            return Change { added, ..Change::default() };
        }
        let mut places: BTreeMap<Vec<Cell>, usize> =
            rows.iter().enumerate().map(|(place, row)| (row.key(), place)).collect();
        // What a touched row was before, or nothing where the row is new.
        let mut before: BTreeMap<usize, Option<Row>> = BTreeMap::new();
        for row in arriving {
            let place = *places.entry(row.key()).or_insert(rows.len());
            if let Some(present) = rows.get_mut(place) {
                before.entry(place).or_insert_with(|| Some(present.clone()));
                present.absorb(row);
            } else {
                before.insert(place, None);
                rows.push(row);
            }
        }
        let mut change = Change::default();
        for (place, old) in &before {
            match old {
                None => change.added += 1,
                Some(old) if rows.get(*place) == Some(old) => change.unchanged += 1,
                Some(_) => change.updated += 1,
            }
        }
        rows.sort_by_cached_key(Row::order);
        change
    }
}

/// Tells whether rows are in their order and each key is there once, as a table's file has them: then there is
/// nothing to merge. Keys that only hash alike count as the same.
fn are_whole(rows: &[Row]) -> bool {
    let is_ordered = |pair: &[Row]| pair.is_sorted_by(|one, two| one.compare(two) == Ordering::Less);
    if !rows.par_windows(2).all(is_ordered) {
        return false;
    }
    let mut keys: Vec<u64> = rows.par_iter().map(Row::key_hash).collect();
    keys.par_sort_unstable();
    keys.is_sorted_by(|one, two| one < two)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, proptest};

    use super::*;

    fn job(id: i64, conclusion: &str, seconds: Option<f64>) -> Row {
        Row::new(TableId::BuildMetrics)
            .with("run_id", Cell::Integer(1))
            .with("run_attempt", Cell::Integer(1))
            .with("job_id", Cell::Integer(id))
            .with("conclusion", Cell::text(conclusion))
            .with("duration_s", Cell::from_option(seconds, Cell::rounded))
    }

    fn conclusions(history: &History) -> Vec<&str> {
        history.rows(TableId::BuildMetrics).iter().map(|row| row.text("conclusion")).collect()
    }

    #[test]
    fn a_finished_row_fills_an_unfinished_one_and_never_the_other_way_round() {
        let mut history = History::from_rows([job(1, "", None)]);
        let changes = history.merge([job(1, "success", Some(2.0)), job(2, "", None)]);
        assert_eq!(changes[&TableId::BuildMetrics], Change { added: 1, updated: 1, unchanged: 0 });
        let changes = history.merge([job(1, "", None), job(2, "", None)]);
        assert_eq!(changes[&TableId::BuildMetrics], Change { added: 0, updated: 0, unchanged: 2 });
        assert_eq!(conclusions(&history), ["success", ""]);
        // Not even in a field that both know.
        history.merge([job(1, "", Some(9.0))]);
        assert_eq!(history.rows(TableId::BuildMetrics)[0].number("duration_s"), Some(2.0));
    }

    #[test]
    fn the_newer_observation_wins_but_forgets_nothing() {
        let mut history = History::from_rows([job(1, "failure", Some(2.0))]);
        history.merge([job(1, "success", None)]);
        let row = &history.rows(TableId::BuildMetrics)[0];
        assert_eq!((row.text("conclusion"), row.number("duration_s")), ("success", Some(2.0)));
    }

    #[test]
    fn rows_are_sorted_by_time_then_key_and_unknown_times_come_last() {
        let at = |id, time: &str| job(id, "", None).with("started_at", Cell::time(time.parse().unwrap()));
        let rows = [
            job(9, "", None),
            at(3, "2026-01-02T00:00:00Z"),
            at(2, "2026-01-02T00:00:00Z"),
            at(4, "2026-01-01T00:00:00Z"),
        ];
        let history = History::from_rows(rows);
        let ids: Vec<_> = history.rows(TableId::BuildMetrics).iter().filter_map(|row| row.integer("job_id")).collect();
        assert_eq!(ids, [4, 2, 3, 9]);
        let since = |time: &str| history.since(TableId::BuildMetrics, time.parse().unwrap()).len();
        assert_eq!(["2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026-01-02T00:00:01Z"].map(since), [4, 3, 1]);
    }

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let word = prop::sample::select(vec!["", "success", "failure"]);
        let one = (0_i64..6, word, any::<Option<u8>>());
        let one = one.prop_map(|(id, word, seconds)| job(id, word, seconds.map(f64::from)));
        prop::collection::vec(one, 0..12)
    }

    proptest! {
        #[test]
        fn merging_again_changes_nothing(old in rows(), new in rows()) {
            let mut history = History::from_rows(old);
            let new = History::from_rows(new).rows(TableId::BuildMetrics).to_vec();
            history.merge(new.clone());
            let once = history.clone();
            let changes = history.merge(new);
            assert!(changes.values().all(|change| !change.is_change()));
            assert_eq!(history, once);
        }

        #[test]
        fn no_key_is_ever_lost(old in rows(), new in rows()) {
            let mut history = History::from_rows(old.clone());
            history.merge(new.clone());
            assert!(old.iter().chain(&new).all(|row| history.find(row).is_some()));
        }

        #[test]
        fn the_order_of_agreeing_observations_does_not_matter(all in rows(), cut in 0_usize..12) {
            // Two rows of one key that agree in what both know: the second lacks fields only.
            let full = History::from_rows(all).rows(TableId::BuildMetrics).to_vec();
            let partial: Vec<Row> = full.iter().take(cut).cloned().map(|row| row.with("duration_s", Cell::Empty)).collect();
            let mut one = History::from_rows(full.clone());
            one.merge(partial.clone());
            let mut two = History::from_rows(partial);
            two.merge(full);
            assert_eq!(one.rows(TableId::BuildMetrics), two.rows(TableId::BuildMetrics));
        }
    }
}
