//! What a repository's caches take becomes rows.

use std::collections::BTreeMap;

use super::cache_log::without_hashes;
use crate::model::cache::CacheStorage;
use crate::model::history::Row;
use crate::model::origin::Origin;
use crate::model::tool_output::{Better, Measurement, ToolOutput};

/// How many series of caches are told apart, the largest first.
const MOST: usize = 50;

/// Makes the rows of what the caches take: all together, and those whose keys differ by a hash alone. Rows of
/// one `day` are one observation, which the last one of it makes.
pub fn rows(storage: &CacheStorage, repository: &str, day: &str) -> Vec<Row> {
    let origin = Origin { repository: Some(repository.to_owned()), ..Origin::default() };
    let input = format!("caches\0{repository}\0{day}");
    let output = ToolOutput { measurements: measurements(storage), ..ToolOutput::default() };
    super::output_rows::rows(&output, &origin, input.as_bytes(), "actions/caches")
}

#[expect(clippy::cast_precision_loss, reason = "no cache has 2^53 bytes")]
fn measurements(storage: &CacheStorage) -> Vec<Measurement> {
    let mut series: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for cache in &storage.caches {
        let (bytes, count) = series.entry(without_hashes(&cache.key)).or_default();
        *bytes = bytes.saturating_add(cache.bytes);
        *count += 1;
    }
    let bytes = |name: &str, value: u64| Measurement::new(name, value as f64, "bytes", Better::Lower);
    let count = |name: &str, value: u64| Measurement::new(name, value as f64, "count", Better::Unknown);
    let mut values: Vec<Measurement> = Vec::new();
    values.extend(storage.bytes.map(|all| bytes("cache.storage_bytes", all)));
    values.extend(storage.count.map(|all| count("cache.entries", all)));
    let mut series: Vec<_> = series.into_iter().collect();
    series.sort_by(|one, two| two.1.cmp(&one.1).then_with(|| one.0.cmp(&two.0)));
    for (key, (size, number)) in series.into_iter().take(MOST) {
        values.push(bytes("cache.bytes", size).labelled("cache", key.as_str()));
        values.push(count("cache.count", number).labelled("cache", key.as_str()));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cache::StoredCache;

    #[test]
    fn caches_whose_keys_differ_by_a_hash_are_one_series() {
        let cache = |key: &str, bytes: u64| StoredCache { key: key.to_owned(), bytes };
        let hash = |digit: &str| format!("Linux-cargo-{}", digit.repeat(64));
        let caches = vec![cache(&hash("a"), 5), cache(&hash("b"), 7), cache("node, 1", 90)];
        let storage = CacheStorage { bytes: Some(102), count: Some(3), caches };
        let of = |day: &str| {
            let rows = rows(&storage, "octo/hello", day);
            let told = |row: &Row| (row.text("name").to_owned(), row.text("labels").to_owned(), row.number("value"));
            (rows.iter().map(told).collect::<Vec<_>>(), rows[0].integer("job_id"))
        };
        let (told, id) = of("2026-03-01");
        let row = |name: &str, labels: &str, value: f64| (name.to_owned(), labels.to_owned(), Some(value));
        assert_eq!(
            told,
            [
                row("cache.storage_bytes", "", 102.0),
                row("cache.entries", "", 3.0),
                row("cache.bytes", "cache=node%2C 1", 90.0),
                row("cache.count", "cache=node%2C 1", 1.0),
                row("cache.bytes", "cache=Linux-cargo-#", 12.0),
                row("cache.count", "cache=Linux-cargo-#", 2.0),
            ]
        );
        assert!(of("2026-03-01").1 == id && of("2026-03-02").1 != id);
    }
}
