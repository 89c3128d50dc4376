//! JSON for other programs. Every document has structs of its own, so that the types inside can
//! change without anyone outside noticing, and a version that counts incompatible changes.

use memchr::memmem;
use serde::Serialize;

pub mod baseline;
pub mod collected;
pub mod committed;
mod delivery;
pub mod diagnosis;
pub mod findings;
pub mod health;
pub mod levels;
pub mod report;
pub mod rules;
pub mod run;
pub mod schema;
pub mod scorecard;
pub mod timing;

/// Writes a part of a document on one line, for a document that is put together by hand.
#[expect(clippy::expect_used, reason = "structs of text and numbers always have a JSON form")]
fn line(value: &impl Serialize) -> String {
    unlike_a_command(serde_json::to_string(value).expect("the document has a JSON form"))
}

/// Writes a document, indented, with a line break at its end. It can go to a job's log: no line
/// begins with `::`, and `##[`, which the runner takes for a command anywhere, is written
/// otherwise.
#[expect(clippy::expect_used, reason = "structs of text and numbers always have a JSON form")]
pub(in crate::outputs::formats) fn document(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("the document has a JSON form");
    text.push('\n');
    unlike_a_command(text)
}

/// Writes `##[` in another way. Only strings hold these characters, and there the escape means the
/// same.
fn unlike_a_command(text: String) -> String {
    // A document may be large, and hardly any holds them.
    if memmem::find(text.as_bytes(), b"##[").is_none() { text } else { text.replace("##[", "#\\u0023[") }
}
