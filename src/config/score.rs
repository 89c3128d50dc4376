//! The section `score`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::gates::TextError;
use crate::model::scorecard::Category;
use crate::model::suggest::did_you_mean;
use crate::scorecard::{self, Attestation, Criterion, Profile, Settings};

use super::section::{Key, Value};

/// The word for finding out what the repository is.
const AUTO: &str = "auto";

/// The largest weight of a category and the most points of a criterion.
const MOST: usize = 100;

pub(super) fn read(value: Value<'_>) -> Settings {
    let section = value.section(&["profile", "weights", "points", "not_applicable", "attestations"]);
    let mut settings = Settings::default();
    if let Some(value) = section.get("profile") {
        profile(value, &mut settings.profile);
    }
    section.set("weights", &mut settings.weights, |value| Some(weights(value)));
    section.set("points", &mut settings.points, |value| Some(points(value)));
    section.set("not_applicable", &mut settings.not_applicable, |value| Some(reasons(value)));
    section.set("attestations", &mut settings.attestations, |value| Some(attestations(value)));
    settings
}

/// Sets the profile; `auto` leaves it to be found out.
fn profile(value: Value<'_>, setting: &mut Option<Profile>) {
    if value.text().as_deref() != Some(AUTO) {
        let words: Vec<&str> = [AUTO].into_iter().chain(Profile::WORDS.iter().copied()).collect();
        *setting = value.word(&words);
    }
}

fn weights(value: Value<'_>) -> BTreeMap<Category, u8> {
    let mut weights = BTreeMap::new();
    for (key, value) in value.entries() {
        let known = Category::ALL.into_iter().find(|category| category.id() == key.text());
        match (known, whole(value)) {
            (Some(category), Some(weight)) => drop(weights.insert(category, weight)),
            (Some(_), None) => {}
            (None, _) => {
                let meant = did_you_mean(key.text(), Category::ALL.into_iter().map(Category::id));
                key.wrong(format!("there is no category `{}`{meant}", key.text()));
            }
        }
    }
    weights
}

fn points(value: Value<'_>) -> BTreeMap<String, u8> {
    let entries = value.entries().into_iter();
    entries.filter_map(|(key, value)| Some((criterion(key), whole(value)?))).collect()
}

/// Takes a criterion's id, and reports one that does not exist.
fn criterion(key: Key<'_>) -> String {
    if !scorecard::criteria().any(|criterion| criterion.id() == key.text()) {
        let meant = did_you_mean(key.text(), scorecard::criteria().map(Criterion::id));
        key.wrong(format!("there is no criterion `{}`{meant}", key.text()));
    }
    key.text().to_owned()
}

fn whole(value: Value<'_>) -> Option<u8> {
    value.whole(0, MOST).and_then(|number| u8::try_from(number).ok())
}

fn reasons(value: Value<'_>) -> BTreeMap<String, String> {
    let mut reasons = BTreeMap::new();
    for (key, value) in value.entries() {
        match value.text() {
            Some(reason) if !reason.trim().is_empty() => drop(reasons.insert(criterion(key), reason)),
            Some(_) => value.wrong(format!("say why `{}` does not apply", key.text())),
            None => {}
        }
    }
    reasons
}

fn attestations(value: Value<'_>) -> BTreeMap<String, Attestation> {
    let entries = value.entries().into_iter();
    entries.filter_map(|(key, value)| Some((criterion(key), attestation(value)?))).collect()
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

/// Reads a day.
pub(super) fn day(text: &str) -> Result<Date, TextError> {
    let date = text.parse().ok().filter(|_| text.len() == "2026-03-01".len());
    date.ok_or_else(|| TextError::new(0, format!("a day was expected, such as `2026-03-01`, not `{text}`")))
}
