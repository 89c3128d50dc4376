//! `sccache --show-stats --stats-format=json`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::tool_output::{CacheCount, ToolOutput};
use crate::sources::formats::input::{FormatError, Input};

#[derive(Deserialize)]
struct Report {
    stats: Stats,
    cache_size: Option<u64>,
}

#[derive(Deserialize)]
struct Stats {
    cache_hits: Counts,
    cache_misses: Counts,
}

#[derive(Deserialize)]
struct Counts {
    #[serde(default)]
    counts: BTreeMap<String, u64>,
}

/// Reads hits and misses, of each language apart.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let report: Report = input.json()?;
    let Stats { cache_hits, cache_misses } = report.stats;
    let languages: std::collections::BTreeSet<&String> =
        cache_hits.counts.keys().chain(cache_misses.counts.keys()).collect();
    let count = |counts: &Counts, language: &String| counts.counts.get(language).copied().unwrap_or(0);
    let one = |language: &String| CacheCount {
        size_bytes: report.cache_size,
        ..CacheCount::new("sccache", language.as_str(), count(&cache_hits, language), count(&cache_misses, language))
    };
    Ok(ToolOutput { caches: languages.into_iter().map(one).collect(), ..ToolOutput::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart() {
        let text = br#"{"stats":{"compile_requests":9,"cache_hits":{"counts":{"Rust":5},"adv_counts":{}},"cache_misses":{"counts":{"Rust":2,"C/C++":1}}},"cache_location":"x","cache_size":77}"#;
        let caches = read(&Input::of_bytes("s", text)).unwrap().caches;
        let told: Vec<_> =
            caches.iter().map(|one| (one.cache.as_str(), one.hits, one.misses, one.size_bytes)).collect();
        assert_eq!(told, [("C/C++", Some(0), Some(1), Some(77)), ("Rust", Some(5), Some(2), Some(77))]);
    }
}
