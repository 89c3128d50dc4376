//! Objectives that are stated with numbers.

use crate::model::repository::{has_ending, name_of};
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::Node;
use crate::scorecard::evidence::{at, line_at, missing, present};
use crate::scorecard::facts::Facts;

pub(super) fn slo(facts: &Facts<'_>) -> Verdict {
    let objects = facts.files.manifests.iter().find(|manifest| {
        let version = manifest.node.get("apiVersion").and_then(Node::text).map_or("", |text| text.as_str());
        ["openslo", "sloth", "pyrra"].iter().any(|name| version.contains(name))
    });
    if let Some(object) = objects {
        return present(
            "objectives are files",
            vec![at(object.path, object.position(), format!("kind: {}", object.kind))],
        );
    }
    match numbered_line(
        facts,
        &["slo", "service level objective", "availability target", "error budget"],
        &["%", "percent", "ms", "second", "minute"],
    ) {
        Some(evidence) => present("objectives are stated with numbers", vec![evidence]),
        None => missing(
            "no objective was found",
            &["OpenSLO, Sloth and Pyrra files", "lines of documents that name an SLO with a number"],
        ),
    }
}

/// Finds a line of a document that names one of the words, as a word, and holds a number with one
/// of the units. A scorecard that was kept as a document proves nothing about itself.
pub(super) fn numbered_line(facts: &Facts<'_>, words: &[&str], units: &[&str]) -> Option<Evidence> {
    numbered_line_about(facts, words, units, &[])
}

/// Finds such a line that names, or stands under a heading or in a document that names, one of the things it has to be
/// about.
pub(super) fn numbered_line_about(
    facts: &Facts<'_>,
    words: &[&str],
    units: &[&str],
    things: &[&str],
) -> Option<Evidence> {
    let is_document =
        |path: &str| has_ending(path, &["md", "rst", "adoc", "txt"]) && !name_of(path).starts_with("changelog");
    let texts = facts.repository.texts.iter().filter(|(path, _)| is_document(&path.to_lowercase()));
    let texts = texts.filter(|(_, text)| !text.text.starts_with("## Production readiness: "));
    // Most documents name none of the words, and are not split into lines.
    texts.into_iter().filter(|(_, text)| names_one(&text.text.to_lowercase(), words)).find_map(|(path, text)| {
        let mut heading = String::new();
        let is_about = |text: &str| things.is_empty() || text.split(not_letters).any(|word| things.contains(&word));
        let by_name = is_about(&name_of(path).to_lowercase());
        text.text.lines().enumerate().find_map(|(at_line, line)| {
            let lower = line.to_lowercase();
            if lower.starts_with('#') {
                heading.clone_from(&lower);
            }
            if !(by_name || is_about(&lower) || is_about(&heading)) {
                return None;
            }
            if !names_one(&lower, words) || line.contains("<a name") || !has_quantity(&lower, units) {
                return None;
            }
            let parts = || lower.split(|character: char| !character.is_alphanumeric());
            let is_word =
                |word: &&str| word.contains(' ') && lower.contains(*word) || parts().any(|part| part == *word);
            words.iter().any(is_word).then(|| line_at(path, at_line, line))
        })
    })
}

fn not_letters(character: char) -> bool {
    !character.is_alphabetic()
}

/// Tells whether one of the words, in small letters, stands in a text, be it as part of a word.
fn names_one(lower: &str, words: &[&str]) -> bool {
    words.iter().any(|word| lower.contains(word))
}

/// Tells whether a number stands directly before one of the units: `30 days`, `99.9 %`, `4h`.
fn has_quantity(line: &str, units: &[&str]) -> bool {
    let short = ["h", "m", "s", "d", "min", "ms"];
    line.match_indices(|character: char| character.is_ascii_digit()).any(|(at, _)| {
        let rest = line.get(at + 1..).unwrap_or_default();
        if rest.starts_with(|character: char| character.is_ascii_digit()) {
            return false;
        }
        let rest = rest.trim_start_matches([' ', '-', '\u{a0}', '*', '`']);
        let word = rest.split(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or_default();
        units.iter().any(|unit| rest.starts_with(unit))
            || (short.contains(&word) && units.iter().any(|unit| unit.starts_with(word)))
    })
}
