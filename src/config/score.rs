//! The section `score`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::gates::TextError;
use crate::gates::metrics::CATEGORIES;
use crate::model::finding::{UnknownWord, words};
use crate::model::suggest::did_you_mean;

use super::section::Value;

/// What the scorecard is told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// What kind of repository it is.
    pub profile: Profile,
    /// Weights of categories in percent, where they differ from the usual.
    pub weights: BTreeMap<String, f64>,
    /// Points of criteria, where they differ from the usual.
    pub points: BTreeMap<String, f64>,
    /// Criteria that do not apply, with the reason.
    pub not_applicable: BTreeMap<String, String>,
    /// Criteria that a person vouches for.
    pub attestations: BTreeMap<String, Attestation>,
}

/// What kind of repository is scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// It is found out.
    #[default]
    Auto,
    /// Deployed by its owners.
    Service,
    /// Published as a package.
    Library,
    /// A library with binaries to release and sign.
    Cli,
    /// A GitHub action.
    Action,
    /// A static site.
    Site,
}

words!(Profile {
    "auto" => Self::Auto,
    "service" => Self::Service,
    "library" => Self::Library,
    "cli" => Self::Cli,
    "action" => Self::Action,
    "site" => Self::Site,
});

/// A person's word that a criterion is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Who says so.
    pub by: String,
    /// Since when.
    pub on: Date,
    /// The last day it counts.
    pub until: Date,
}

pub(super) fn read(value: Value<'_>) -> Score {
    let section = value.section(&["profile", "weights", "points", "not_applicable", "attestations"]);
    let mut score = Score::default();
    section.set("profile", &mut score.profile, |value| value.word(Profile::WORDS));
    section.set("weights", &mut score.weights, |value| Some(weights(value)));
    section.set("points", &mut score.points, |value| Some(numbers(value)));
    section.set("not_applicable", &mut score.not_applicable, |value| Some(reasons(value)));
    section.set("attestations", &mut score.attestations, |value| Some(attestations(value)));
    score
}

fn weights(value: Value<'_>) -> BTreeMap<String, f64> {
    for (key, _) in value.entries() {
        if !CATEGORIES.contains(&key.text()) {
            let meant = did_you_mean(key.text(), CATEGORIES.iter().copied());
            key.wrong(format!("there is no category `{}`{meant}", key.text()));
        }
    }
    numbers(value)
}

fn numbers(value: Value<'_>) -> BTreeMap<String, f64> {
    let entries = value.entries().into_iter();
    entries.filter_map(|(key, value)| Some((key.text().to_owned(), value.number()?))).collect()
}

fn reasons(value: Value<'_>) -> BTreeMap<String, String> {
    let mut reasons = BTreeMap::new();
    for (key, value) in value.entries() {
        match value.text() {
            Some(reason) if !reason.trim().is_empty() => drop(reasons.insert(key.text().to_owned(), reason)),
            Some(_) => value.wrong(format!("say why `{}` does not apply", key.text())),
            None => {}
        }
    }
    reasons
}

fn attestations(value: Value<'_>) -> BTreeMap<String, Attestation> {
    let entries = value.entries().into_iter();
    entries.filter_map(|(key, value)| Some((key.text().to_owned(), attestation(value)?))).collect()
}

fn attestation(value: Value<'_>) -> Option<Attestation> {
    let section = value.section(&["by", "on", "until"]);
    let missing: Vec<&str> = ["by", "on", "until"].into_iter().filter(|key| section.get(key).is_none()).collect();
    if !missing.is_empty() {
        value.wrong(format!("an attestation needs {}", missing.join(" and ")));
    }
    let date = |key: &str| section.get(key).and_then(|value| value.parse(day));
    let (by, on, until) = (section.get("by").and_then(Value::text), date("on"), date("until"));
    let attestation = Attestation { by: by?, on: on?, until: until? };
    if attestation.until < attestation.on {
        value.wrong("the attestation ends before it begins");
    }
    Some(attestation)
}

fn day(text: &str) -> Result<Date, TextError> {
    let date = text.parse().ok().filter(|_| text.len() == "2026-03-01".len());
    date.ok_or_else(|| TextError::new(0, format!("a day was expected, such as `2026-03-01`, not `{text}`")))
}
