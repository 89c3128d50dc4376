//! The section `export`.

use std::collections::BTreeMap;

use super::section::{Key, Value};
use crate::exports::alerts::{self, Alert};
use crate::exports::{Bound, Settings};
use crate::gates::quantity::Quantity;
use crate::model::suggest::did_you_mean;
use crate::model::unit::Dimension;

pub(super) fn read(value: Value<'_>) -> Settings {
    let section = value.section(&["service", "runbooks", "alerts"]);
    let mut settings = Settings::default();
    section.set("service", &mut settings.service, label);
    section.set("runbooks", &mut settings.runbooks, |value| Some(value.text()?.trim_end_matches('/').to_owned()));
    section.set("alerts", &mut settings.bounds, |value| Some(bounds(value)));
    settings
}

/// Reads a label's value that can stand in every query as it is.
fn label(value: Value<'_>) -> Option<String> {
    let text = value.text()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte);
    if text.is_empty() || !text.bytes().all(plain) {
        value.wrong("the label of a service has letters, digits and - _ . / : only");
        return None;
    }
    Some(text)
}

fn bounds(value: Value<'_>) -> BTreeMap<String, Bound> {
    let bound = |(key, value): (Key<'_>, Value<'_>)| {
        let Some(alert) = alerts::all().find(|alert| alert.name == key.text()) else {
            let meant = did_you_mean(key.text(), alerts::all().map(|alert| alert.name));
            key.wrong(format!("there is no alert `{}`{meant}", key.text()));
            return None;
        };
        Some((alert.name.to_owned(), bound(alert, value)?))
    };
    value.entries().into_iter().filter_map(bound).collect()
}

fn bound(alert: &Alert, value: Value<'_>) -> Option<Bound> {
    if value.text()? == "off" {
        return Some(Bound::Off);
    }
    let Some(limit) = alert.bound else {
        value.wrong(format!("{} has no bound: it can only be off", alert.name));
        return None;
    };
    let quantity = value.parse(Quantity::parse)?;
    let dimension = limit.unit.dimension();
    if quantity.dimension != dimension && (dimension, quantity.dimension) != (Dimension::Share, Dimension::Number) {
        value.wrong(format!(
            "{} was expected, or off (it is {} otherwise)",
            dimension.noun(),
            limit.unit.show(limit.value)
        ));
        return None;
    }
    Some(Bound::Value(quantity.value))
}
