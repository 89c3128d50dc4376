//! Tools that count: sccache, ccache, buildx, turbo, nx, Gradle, Bazel.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::StepContext;
use crate::model::cache::CacheUse;

/// What the tools of a job counted so far.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    /// By step and tool: what was said last is the sum.
    counts: BTreeMap<(Option<u64>, &'static str), Count>,
    /// The vertices of builds with buildx, by step and number or digest.
    vertices: BTreeMap<(Option<u64>, String), Vertex>,
    /// Whether ccache has said how many calls there were, so that hits of all of them come next.
    awaits_ccache: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    at: Option<jiff::Timestamp>,
    hits: Option<u64>,
    misses: Option<u64>,
    size_bytes: Option<u64>,
}

/// A step of a Dockerfile.
#[derive(Clone, Copy, Debug)]
struct Vertex {
    at: Option<jiff::Timestamp>,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Open,
    Cached,
    Done,
}

impl Statistics {
    pub(super) fn line(&mut self, text: &str, step: &StepContext) {
        let trimmed = text.trim();
        if trimmed.starts_with('#') && self.buildx(trimmed, step) || self.raw_buildx(trimmed, step) {
            return;
        }
        let of_ccache = self.ccache(trimmed);
        let found = sccache(trimmed)
            .map(|counts| ("sccache", counts))
            .or_else(|| of_ccache.map(|counts| ("ccache", counts)))
            .or_else(|| turbo(trimmed).map(|counts| ("turbo", counts)))
            .or_else(|| nx(trimmed).map(|counts| ("nx", counts)))
            .or_else(|| gradle(trimmed).map(|counts| ("gradle", counts)))
            .or_else(|| bazel(trimmed).map(|counts| ("bazel", counts)));
        let Some((tool, (hits, misses))) = found else { return };
        let count = self.counts.entry((step.number, tool)).or_default();
        count.at = step.at;
        // Several builds in one step add up; tools that repeat their own sum do not.
        let is_part = trimmed.starts_with("cache hit (preprocessed)") || trimmed.starts_with("preprocessed_cache_hit");
        let sums = is_part || ["turbo", "nx", "gradle", "bazel"].contains(&tool);
        let join = |known: Option<u64>, new: Option<u64>| match (known, new) {
            (Some(known), Some(new)) if sums => Some(known + new),
            (known, new) => new.or(known),
        };
        (count.hits, count.misses) = (join(count.hits, hits), join(count.misses, misses));
    }

    /// `ccache -s` of version 4, where storages have hits of their own below those of all calls; of
    /// version 3; and `--print-stats`.
    fn ccache(&mut self, text: &str) -> Option<Counts> {
        if text.starts_with("Cacheable calls:") {
            self.awaits_ccache = true;
            return None;
        }
        if let Some((hits, calls)) = text.strip_prefix("Hits:").filter(|_| self.awaits_ccache).and_then(ratio) {
            self.awaits_ccache = false;
            return Some((Some(hits), calls.checked_sub(hits)));
        }
        let of = |labels: &[&str]| labels.iter().find_map(|label| labelled(text, label));
        if let Some(misses) = of(&["cache miss", "cache_miss"]) {
            return Some((None, Some(misses)));
        }
        let hits = ["cache hit (direct)", "direct_cache_hit", "cache hit (preprocessed)", "preprocessed_cache_hit"];
        of(&hits).map(|hits| (Some(hits), None))
    }

    /// Reads `#N [stage i/n] …`, `#N CACHED` and `#N DONE`.
    fn buildx(&mut self, text: &str, step: &StepContext) -> bool {
        let Some((number, rest)) = text.strip_prefix('#').and_then(|rest| rest.split_once(' ')) else { return false };
        if number.parse::<u32>().is_err() {
            return false;
        }
        let key = (step.number, number.to_owned());
        if rest.starts_with('[') {
            if is_of_dockerfile(rest) {
                self.begin(key, step);
            }
            return true;
        }
        let Some(vertex) = self.vertices.get_mut(&key) else { return false };
        if rest == "CACHED" {
            vertex.end = End::Cached;
        } else if rest.starts_with("DONE ") && vertex.end == End::Open {
            vertex.end = End::Done;
        }
        true
    }

    /// Begins a vertex. Another build in the same step counts from 1 again.
    fn begin(&mut self, key: (Option<u64>, String), step: &StepContext) {
        let before = self.vertices.insert(key, Vertex { at: step.at, end: End::Open });
        if let Some(before) = before.filter(|before| before.end != End::Open) {
            self.count(step.number, before);
        }
    }

    /// Reads a line of `--progress=rawjson`: a status as `BuildKit` sends it (`client/graph.go` there).
    fn raw_buildx(&mut self, text: &str, step: &StepContext) -> bool {
        if !text.starts_with("{\"vertexes\":[") {
            return false;
        }
        let Ok(status) = serde_json::from_str::<RawStatus>(text) else { return false };
        for vertex in status.vertexes.into_iter().filter(|vertex| is_of_dockerfile(&vertex.name)) {
            let end = match (vertex.completed, vertex.error.is_empty(), vertex.cached) {
                (Some(_), true, true) => End::Cached,
                (Some(_), true, false) => End::Done,
                (Some(_), false, _) | (None, ..) => End::Open,
            };
            self.vertices.insert((step.number, vertex.digest), Vertex { at: step.at, end });
        }
        true
    }

    fn count(&mut self, step: Option<u64>, vertex: Vertex) {
        let count = self.counts.entry((step, "buildx")).or_default();
        count.at = count.at.or(vertex.at);
        let (hits, misses) = (count.hits.unwrap_or(0), count.misses.unwrap_or(0));
        count.hits = Some(hits + u64::from(vertex.end == End::Cached));
        count.misses = Some(misses + u64::from(vertex.end == End::Done));
    }

    pub(super) fn finish(mut self) -> Vec<CacheUse> {
        for ((step, _), vertex) in std::mem::take(&mut self.vertices) {
            self.count(step, vertex);
        }
        let of = |((step, tool), count): ((Option<u64>, &'static str), Count)| CacheUse {
            step,
            at: count.at,
            tool: tool.to_owned(),
            cache: tool.to_owned(),
            hits: count.hits,
            misses: count.misses,
            size_bytes: count.size_bytes,
            ..CacheUse::default()
        };
        self.counts.into_iter().map(of).collect()
    }
}

/// What is read of a status of `BuildKit`.
#[derive(Deserialize)]
struct RawStatus {
    vertexes: Vec<RawVertex>,
}

#[derive(Deserialize)]
struct RawVertex {
    digest: String,
    #[serde(default)]
    name: String,
    completed: Option<String>,
    #[serde(default)]
    cached: bool,
    #[serde(default)]
    error: String,
}

/// Tells whether a vertex is named `[STAGE I/N] …`: others load files or write the result.
fn is_of_dockerfile(name: &str) -> bool {
    let name = name.strip_prefix('[').and_then(|name| name.split_once(']'));
    name.and_then(|(name, _)| name.rsplit(' ').next()).is_some_and(is_fraction)
}

/// Hits and misses, as far as a line says.
type Counts = (Option<u64>, Option<u64>);

fn is_fraction(word: &str) -> bool {
    word.split_once('/').is_some_and(|(one, two)| one.parse::<u32>().is_ok() && two.parse::<u32>().is_ok())
}

/// Reads the number at the end of a line that begins with a label and blanks.
fn labelled(text: &str, label: &str) -> Option<u64> {
    let rest = text.strip_prefix(label)?;
    rest.starts_with([' ', '\t']).then(|| rest.trim().parse().ok()).flatten()
}

/// Reads the numbers of `A / B (…)`.
fn ratio(text: &str) -> Option<(u64, u64)> {
    let (one, rest) = text.trim().split_once('/')?;
    let two = rest.trim().split([' ', '(']).next()?;
    Some((one.trim().parse().ok()?, two.parse().ok()?))
}

/// The sum of sccache-action, the JSON of `--stats-format=json`, and the table for people.
fn sccache(text: &str) -> Option<Counts> {
    if text.starts_with("{\"stats\":{\"compile_requests\"") {
        let value: Value = serde_json::from_str(text).ok()?;
        let sum = |name: &str| {
            let counts = value.get("stats")?.get(name)?.get("counts")?.as_object()?;
            Some(counts.values().filter_map(Value::as_u64).sum())
        };
        return Some((sum("cache_hits"), sum("cache_misses")));
    }
    if let Some((_, said)) = text.split_once("% - ") {
        let (hits, rest) = said.split_once(" hits, ")?;
        let (misses, rest) = rest.split_once(" misses, ")?;
        return rest.ends_with(" errors").then_some((hits.parse().ok(), misses.parse().ok()));
    }
    match (labelled(text, "Cache hits"), labelled(text, "Cache misses")) {
        (None, None) => None,
        counts => Some(counts),
    }
}

/// `Cached:    3 cached, 4 total`.
fn turbo(text: &str) -> Option<Counts> {
    let (cached, rest) = text.strip_prefix("Cached:")?.trim().split_once(" cached, ")?;
    let (cached, total): (u64, u64) = (cached.parse().ok()?, rest.strip_suffix(" total")?.parse().ok()?);
    Some((Some(cached), total.checked_sub(cached)))
}

/// `Nx read the output from the cache instead of running the command for 3 out of 4 tasks.`, and in
/// newer versions `Cache: 3/4 hit (75%)`.
fn nx(text: &str) -> Option<Counts> {
    let long = text
        .strip_prefix("Nx read the output from the cache instead of running the command for ")
        .and_then(|rest| rest.strip_suffix(" tasks."))
        .and_then(|rest| rest.split_once(" out of "));
    let short = text.strip_prefix("Cache:").and_then(|rest| rest.trim().split_once(" hit")).map(|(ratio, _)| ratio);
    let (hits, total) = long.or_else(|| short?.split_once('/'))?;
    let (hits, total): (u64, u64) = (hits.trim().parse().ok()?, total.trim().parse().ok()?);
    Some((Some(hits), total.checked_sub(hits)))
}

/// `12 actionable tasks: 3 executed, 7 from cache, 2 up-to-date`.
fn gradle(text: &str) -> Option<Counts> {
    let (total, parts) = text.split_once(" actionable task")?;
    total.parse::<u64>().ok()?;
    let (_, parts) = parts.split_once(": ")?;
    let count = |word: &str| parts.split(", ").find_map(|part| part.strip_suffix(word)?.trim().parse::<u64>().ok());
    let executed = count("executed");
    let cached = count("from cache");
    // A build without a cache says nothing of one.
    cached.map(|cached| (Some(cached), Some(executed.unwrap_or(0))))
}

/// `INFO: 11 processes: 6 remote cache hit, 3 internal, 2 remote.`
fn bazel(text: &str) -> Option<Counts> {
    let (total, parts) = text.strip_prefix("INFO: ")?.split_once(" process")?;
    total.parse::<u64>().ok()?;
    let (_, parts) = parts.split_once(": ")?;
    let (mut hits, mut misses) = (0, 0);
    for part in parts.trim_end_matches('.').split(", ") {
        let (count, what) = part.split_once(' ')?;
        let count: u64 = count.parse().ok()?;
        match what {
            what if what.ends_with("cache hit") => hits += count,
            "internal" => {}
            _ => misses += count,
        }
    }
    Some((Some(hits), Some(misses)))
}
