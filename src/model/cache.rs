//! What a job's caches did.

use jiff::Timestamp;

/// One attempt to restore a cache, or one tool's statistics.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CacheUse {
    /// The step it was in, from 1.
    pub step: Option<u64>,
    /// When it was seen.
    pub at: Option<Timestamp>,
    /// The tool that asked, such as `actions/cache` or `sccache`.
    pub tool: String,
    /// The cache's name, or its key without the hashes.
    pub cache: String,
    /// What came of it; nothing for statistics.
    pub result: Option<CacheResult>,
    /// Requests that the cache answered.
    pub hits: Option<u64>,
    /// Requests that it did not.
    pub misses: Option<u64>,
    /// Whether it was saved afterwards.
    pub saved: Option<bool>,
    /// Its size in bytes.
    pub size_bytes: Option<u64>,
    /// How many seconds restoring took.
    pub restore_s: Option<f64>,
}

/// What came of an attempt to restore a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheResult {
    /// The very key was there.
    Exact,
    /// A key with the same beginning was.
    Partial,
    /// Nothing was.
    Miss,
    /// Something was, and was only asked for.
    Lookup,
    /// It cannot be told.
    Unknown,
}

impl CacheResult {
    /// Returns the word that stands in the table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Partial => "partial",
            Self::Miss => "miss",
            Self::Lookup => "lookup",
            Self::Unknown => "unknown",
        }
    }
}

/// What a repository's caches take, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheStorage {
    /// Bytes of all of them.
    pub bytes: Option<u64>,
    /// How many there are.
    pub count: Option<u64>,
    /// Each of them.
    pub caches: Vec<StoredCache>,
}

/// A cache that a repository has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredCache {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub bytes: u64,
}
