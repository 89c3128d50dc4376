//! Reads the baseline: JSON, version 1.

use serde::Deserialize;

use crate::model::baseline::{Baseline, Entry};

/// Why a text is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no JSON, or has another shape.
    #[error("is no baseline")]
    Shape(#[from] serde_json::Error),
    /// A newer program has written it.
    #[error("has version {0}, and this program reads version 1")]
    Version(u64),
    /// A time in it is none.
    #[error("has a time that is none")]
    Time(#[source] jiff::Error),
}

#[derive(Deserialize)]
struct Document {
    version: u64,
    #[serde(default)]
    findings: Vec<Known>,
}

#[derive(Deserialize)]
struct Known {
    path: String,
    rule: String,
    fingerprint: String,
}

/// Reads a baseline.
///
/// # Errors
/// The text is none, or that of another version.
pub fn parse(text: &str) -> Result<Baseline, BaselineError> {
    let document: Document = serde_json::from_str(text)?;
    if document.version != 1 {
        return Err(BaselineError::Version(document.version));
    }
    let entry = |Known { path, rule, fingerprint }| Entry { path, rule, fingerprint };
    Ok(Baseline { entries: document.findings.into_iter().map(entry).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_texts_are_refused_with_the_reason() {
        for (text, reason) in [
            ("", "is no baseline"),
            ("[]", "is no baseline"),
            ("{\"version\": 2}", "has version 2, and this program reads version 1"),
            ("{\"version\": 1, \"findings\": [{\"rule\": \"x\"}]}", "is no baseline"),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), reason, "{text}");
        }
        assert_eq!(parse("{\"version\": 1}").unwrap(), Baseline::default());
    }
}
