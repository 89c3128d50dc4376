//! JSON for other programs. Every document has structs of its own, so that the types inside can
//! change without anyone outside noticing, and a version that counts incompatible changes.

use serde::Serialize;

pub mod findings;
pub mod rules;

/// Writes a document, indented, with a line break at its end.
#[expect(clippy::expect_used, reason = "structs of text and numbers always have a JSON form")]
pub(in crate::outputs::formats) fn document(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("the document has a JSON form");
    text.push('\n');
    text
}
