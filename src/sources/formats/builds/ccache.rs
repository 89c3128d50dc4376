//! `ccache --print-stats`: a counter and its value on each line, or all of them as JSON.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::tool_output::{CacheCount, ToolOutput};
use crate::sources::formats::input::{FormatError, Input};

/// Reads the lines.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let mut counters = BTreeMap::new();
    input.each_line(|number, line| {
        if let Some((counter, value)) = line.split_once('\t') {
            let value = value
                .trim()
                .parse()
                .map_err(|_ignored| FormatError::at(number, counter.len() + 2, "a counter is a whole number"))?;
            counters.insert(counter.to_owned(), value);
        }
        Ok(())
    })?;
    Ok(output(&counters))
}

/// Reads the JSON.
pub(in crate::sources::formats) fn read_json(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let counters: BTreeMap<String, Value> = input.json()?;
    Ok(output(&counters.into_iter().filter_map(|(name, value)| Some((name, value.as_u64()?))).collect()))
}

fn output(counters: &BTreeMap<String, u64>) -> ToolOutput {
    let count = |name: &str| counters.get(name).copied().unwrap_or(0);
    let hits = count("direct_cache_hit").saturating_add(count("preprocessed_cache_hit"));
    let size_bytes = counters.get("cache_size_kibibyte").map(|kibibytes| kibibytes.saturating_mul(1024));
    let one = CacheCount { size_bytes, ..CacheCount::new("ccache", "compilations", hits, count("cache_miss")) };
    ToolOutput { caches: vec![one], ..ToolOutput::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_of_both_kinds_are_added_up() {
        let text = b"autoconf_test\t0\ncache_miss\t3\ncache_size_kibibyte\t2\ndirect_cache_hit\t5\npreprocessed_cache_hit\t2\n";
        let expected = CacheCount { size_bytes: Some(2048), ..CacheCount::new("ccache", "compilations", 7, 3) };
        assert_eq!(read(&Input::of_bytes("c", text)).unwrap().caches, std::slice::from_ref(&expected));
        let json = br#"{"cache_miss":3,"cache_size_kibibyte":2,"direct_cache_hit":5,"preprocessed_cache_hit":2}"#;
        assert_eq!(read_json(&Input::of_bytes("c", json)).unwrap().caches, [expected]);
        let error = read(&Input::of_bytes("c", b"cache_miss\t3\ndirect_cache_hit\tx\n")).unwrap_err();
        assert_eq!(error.to_string(), "2:18: a counter is a whole number");
    }
}
