//! Caches that are restored and saved whole: `actions/cache`, the `setup-*` actions, rust-cache, and
//! Gradle's basic cache, all of which go through GitHub's own toolkit.

use super::StepContext;
use crate::model::cache::{CacheResult, CacheUse};

/// Actions whose caches have no keys to fall back on: what they restore is what they asked for.
const WITHOUT_FALLBACK: &[&str] = &["actions/setup-node", "actions/setup-go", "actions/setup-java"];

/// How many characters in a row are a hash.
const HASH: std::ops::RangeInclusive<usize> = 16..=128;

/// The caches of a job so far.
#[derive(Debug, Default)]
pub(super) struct Restored {
    uses: Vec<Use>,
    /// What the toolkit said of a cache that nobody has named yet.
    said: Said,
}

/// One attempt to restore a cache.
#[derive(Debug)]
struct Use {
    key: String,
    primary: Option<String>,
    found: CacheUse,
}

/// What the toolkit says before the action does.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    result: Option<CacheResult>,
    size_bytes: Option<u64>,
    restore_s: Option<f64>,
    is_lookup: bool,
}

impl Restored {
    pub(super) fn line(&mut self, text: &str, step: &StepContext) {
        let text = text.strip_prefix("##[warning]").or_else(|| text.strip_prefix("##[error]")).unwrap_or(text).trim();
        let read = self.toolkit(text, step) || self.saving(text) || self.found(text, step) || self.missed(text, step);
        if !read {
            self.rust_cache(text, step);
        }
    }

    pub(super) fn finish(self) -> Vec<CacheUse> {
        self.uses.into_iter().map(|cache| cache.found).collect()
    }

    /// Reads what `@actions/cache` itself says.
    fn toolkit(&mut self, text: &str, step: &StepContext) -> bool {
        if text.starts_with("Cache hit for restore-key: ") {
            self.said.result = Some(CacheResult::Partial);
        } else if text.starts_with("Cache hit for: ") {
            self.said.result = Some(CacheResult::Exact);
        } else if let Some(size) = text.strip_prefix("Cache Size: ~") {
            self.said.size_bytes = bytes(size);
        } else if text == "Cache restored successfully" {
            let seconds = step.since.zip(step.at).map(|(since, at)| at.duration_since(since).as_secs_f64());
            self.said.restore_s = seconds.filter(|seconds| *seconds >= 0.0);
        } else if text == "Lookup only - skipping download" {
            self.said.is_lookup = true;
        } else {
            return false;
        }
        true
    }

    /// Reads what is said when a step finds a cache.
    fn found(&mut self, text: &str, step: &StepContext) -> bool {
        if let Some((name, key)) = text.split_once("ache restored from key: ") {
            // `NAME cache restored` is said where an action has several.
            if name == "C" || name.ends_with(" c") {
                self.hit(key, step);
            }
        } else if let Some(key) = text.strip_prefix("Basic caching restored from cache key: ") {
            self.hit(key, step);
        } else if let Some(key) = text.strip_prefix("Cache found and can be restored from key: ") {
            self.add(key.trim().to_owned(), Some(CacheResult::Lookup), step);
        } else {
            return false;
        }
        true
    }

    /// Reads what is said when a step finds no cache.
    fn missed(&mut self, text: &str, step: &StepContext) -> bool {
        let (key, result) = if let Some(keys) = text.strip_prefix("Cache not found for input keys: ") {
            (first_key(keys), CacheResult::Miss)
        } else if let Some((_, key)) = text.split_once("fail-on-cache-miss is set. Input key: ") {
            (key.trim().to_owned(), CacheResult::Miss)
        } else if text.starts_with("Failed to restore: ") {
            (step.key.clone().unwrap_or_default(), CacheResult::Unknown)
        } else if text.starts_with("Basic caching did not find an entry to restore.") {
            (step.key.clone().unwrap_or_else(|| "gradle".to_owned()), CacheResult::Miss)
        } else if let Some(name) = text.strip_suffix("ache is not found").filter(|_| is_of(step, "actions/setup-")) {
            let name = name.trim_end_matches(['c', 'C']).trim();
            let name = if name.is_empty() { step.action.as_deref().unwrap_or_default() } else { name };
            (name.to_owned(), CacheResult::Miss)
        } else {
            return false;
        };
        // With `fail-on-cache-miss` the same miss is told twice.
        let is_told =
            |cache: &Use| cache.key == key && cache.found.result == Some(result) && cache.found.step == step.number;
        if !self.uses.iter().any(is_told) {
            self.add(key, Some(result), step);
        }
        true
    }

    fn rust_cache(&mut self, text: &str, step: &StepContext) {
        for (beginning, is_lookup) in [("Restored from cache key \"", false), ("Found cache key \"", true)] {
            let Some((key, full)) = text.strip_prefix(beginning).and_then(|rest| rest.split_once("\" full match: "))
            else {
                continue;
            };
            let exact = full.starts_with("true");
            let result = match (is_lookup, exact) {
                (true, _) => CacheResult::Lookup,
                (false, true) => CacheResult::Exact,
                (false, false) => CacheResult::Partial,
            };
            self.said.result = None;
            self.add(key.to_owned(), Some(result), step);
        }
        if text == "No cache found." && (is_of(step, "Swatinem/rust-cache") || step.action.is_none()) {
            self.add("rust-cache".to_owned(), Some(CacheResult::Miss), step);
        }
    }

    /// Reads what is said when a job ends: whether the key was there, and whether it is now.
    fn saving(&mut self, text: &str) -> bool {
        let of_primary = text
            .strip_prefix("Cache hit occurred on the ")
            .and_then(|rest| rest.split_once("primary key ").map(|(_, rest)| rest))
            .and_then(|rest| rest.split_once(", not saving cache").map(|(key, _)| key));
        let skipped =
            text.strip_prefix("Basic caching restored entry with key `").and_then(|rest| rest.split_once("`. Save"));
        if let Some(key) = of_primary.or(skipped.map(|(key, _)| key)) {
            self.settle(key, CacheResult::Exact, false);
        } else if let Some(key) = saved_key(text) {
            self.settle(key, CacheResult::Partial, true);
        } else if let Some((_, rest)) = text.split_once("Unable to reserve cache with key ") {
            let key = rest.split_once(", another job").map_or(rest, |(key, _)| key);
            self.settle(key.trim(), CacheResult::Partial, false);
        } else if text == "Cache up-to-date." || text == "... Saving cache ..." {
            let is_rust = |cache: &&mut Use| cache.found.tool == "rust-cache" && cache.found.saved.is_none();
            if let Some(cache) = self.uses.iter_mut().find(is_rust) {
                cache.found.saved = Some(text.starts_with("..."));
            }
        } else {
            return false;
        }
        // The size that was said last is that of what was saved.
        self.said = Said::default();
        true
    }

    /// Adds a cache that was found, or only asked for.
    fn hit(&mut self, key: &str, step: &StepContext) {
        let key = key.trim();
        let without_fallback = || step.action.as_deref().is_some_and(|action| WITHOUT_FALLBACK.contains(&action));
        let compared = step
            .key
            .as_deref()
            .map(|primary| if is_same_key(primary, key) { CacheResult::Exact } else { CacheResult::Partial });
        let result = match self.said {
            Said { is_lookup: true, .. } => Some(CacheResult::Lookup),
            Said { result: Some(said), .. } => Some(said),
            Said { .. } => compared.or_else(|| without_fallback().then_some(CacheResult::Exact)),
        };
        // What is still open is settled by what is said at the end of the job.
        self.add(key.to_owned(), result, step);
    }

    fn add(&mut self, key: String, result: Option<CacheResult>, step: &StepContext) {
        let said = std::mem::take(&mut self.said);
        let found = CacheUse {
            step: step.number,
            at: step.at,
            tool: tool(step, &key),
            cache: without_hashes(&key),
            result: Some(result.unwrap_or(CacheResult::Unknown)),
            size_bytes: said.size_bytes,
            restore_s: said.restore_s,
            ..CacheUse::default()
        };
        self.uses.push(Use { primary: step.key.clone(), key, found });
    }

    /// Takes in what is said of a primary key at the end. A hit whose kind was open is settled: it
    /// was exact where the key was there, and not where it had to be saved.
    fn settle(&mut self, key: &str, kind: CacheResult, saved: bool) {
        let is_of = |cache: &Use| {
            is_same_key(&cache.key, key) || cache.primary.as_deref().is_some_and(|primary| is_same_key(primary, key))
        };
        let size = self.said.size_bytes.filter(|_| saved);
        let open = |cache: &Use| cache.found.saved.is_none();
        let named = self.uses.iter().position(|cache| open(cache) && is_of(cache));
        // The setup actions name no key when they miss.
        let unnamed = || {
            let is_unnamed =
                |cache: &Use| open(cache) && cache.found.result == Some(CacheResult::Miss) && !cache.key.contains('-');
            self.uses.iter().position(is_unnamed)
        };
        let place = named.or_else(unnamed);
        let Some(cache) = place.and_then(|place| self.uses.get_mut(place)) else { return };
        cache.found.saved = Some(saved);
        cache.found.size_bytes = cache.found.size_bytes.or(size);
        if cache.found.result == Some(CacheResult::Unknown) {
            cache.found.result = Some(kind);
        }
    }
}

fn is_of(step: &StepContext, beginning: &str) -> bool {
    step.action.as_deref().is_some_and(|action| action.to_lowercase().starts_with(&beginning.to_lowercase()))
}

/// Names the tool: the action, without its owner where that is plain.
fn tool(step: &StepContext, key: &str) -> String {
    match step.action.as_deref() {
        Some("Swatinem/rust-cache") => "rust-cache".to_owned(),
        Some(action) if action.starts_with("gradle/") => "gradle".to_owned(),
        Some(action) if action.starts_with("actions/cache") => "actions/cache".to_owned(),
        Some(action) => action.strip_prefix("actions/").unwrap_or(action).to_owned(),
        // A composite action's steps have no headers of their own.
        None if key.starts_with("v0-rust") || key == "rust-cache" => "rust-cache".to_owned(),
        None => "actions/cache".to_owned(),
    }
}

fn saved_key(text: &str) -> Option<&str> {
    let marks = ["Cache saved with key: ", "ache saved with the key: ", "Basic caching saved entry with key: "];
    marks.iter().find_map(|mark| text.split_once(mark)).map(|(_, key)| key.trim())
}

/// Reads the first of some keys: a JSON array in the oldest versions, else comma-separated.
fn first_key(keys: &str) -> String {
    let list = keys.trim().trim_end_matches('.');
    if let Ok(keys) = serde_json::from_str::<Vec<String>>(list) {
        return keys.into_iter().next().unwrap_or_default();
    }
    keys.split(", ").next().unwrap_or_default().trim().to_owned()
}

/// Compares keys, in which `***` stands for anything that was masked.
fn is_same_key(one: &str, other: &str) -> bool {
    let (pattern, text) = if one.contains("***") { (one, other) } else { (other, one) };
    let mut parts = pattern.split("***");
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// Replaces the hashes of a key by `#`, so that a new lock file does not make a new series.
pub(in crate::pipeline) fn without_hashes(key: &str) -> String {
    let mut short = String::new();
    let mut rest = key;
    while let Some(start) = rest.find(|character: char| character.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|character: char| !character.is_ascii_hexdigit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        short.push_str(before);
        short.push_str(if HASH.contains(&digits.len()) { "#" } else { digits });
        rest = after;
    }
    short.push_str(rest);
    short
}

/// Reads the bytes of `12 MB (12582912 B)`.
fn bytes(size: &str) -> Option<u64> {
    size.split_once('(')?.1.split_once(" B)")?.0.trim().parse().ok()
}
