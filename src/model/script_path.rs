//! How programs in JavaScript and TypeScript name the files that they import.

/// Endings of such programs, in the order in which a name without one is looked up.
pub const ENDINGS: &[&str] = &["js", "ts", "mjs", "mts", "cjs", "cts"];

/// Returns the files that a path without or with its ending may mean, the likeliest first: itself, with an ending, a
/// folder's index, and what TypeScript calls by the name of its output.
pub fn candidates(path: &str) -> Vec<String> {
    let stem = ["js", "mjs", "cjs"].iter().find_map(|end| path.strip_suffix(end)?.strip_suffix('.'));
    let mut candidates = vec![path.to_owned()];
    candidates.extend(ENDINGS.iter().map(|end| format!("{path}.{end}")));
    candidates.extend(["js", "mjs", "ts"].iter().map(|end| format!("{path}/index.{end}")));
    candidates.extend(stem.into_iter().flat_map(|stem| ["ts", "mts"].map(|end| format!("{stem}.{end}"))));
    candidates
}
