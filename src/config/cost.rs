//! The section `cost`.

use super::section::Value;
use crate::gates::quantity::Quantity;
use crate::model::unit::Dimension;
use crate::reports::costs::Settings;

pub(super) fn read(value: Value<'_>) -> Settings {
    let section = value.section(&["plan", "budget"]);
    let mut settings = Settings::default();
    section.set("plan", &mut settings.included, |value| Some(included(value)));
    section.set("budget", &mut settings.budget, |value| Some(Some(money(value)?)));
    settings
}

/// Minutes that plans include each month, as GitHub's billing documentation had them on 2026-11-21.
const PLANS: &[(&str, Option<f64>)] = &[
    ("none", None),
    ("free", Some(2000.0)),
    ("pro", Some(3000.0)),
    ("team", Some(3000.0)),
    ("enterprise", Some(50_000.0)),
];

fn included(value: Value<'_>) -> Option<f64> {
    let text = value.text()?;
    if let Some((_, minutes)) = PLANS.iter().find(|(plan, _)| *plan == text) {
        return *minutes;
    }
    let minutes = text.parse().ok().filter(|minutes: &f64| minutes.is_finite() && *minutes >= 0.0);
    if minutes.is_none() {
        value.wrong(format!(
            "`{text}` is no plan; known are none, free, pro, team and enterprise, or write the minutes"
        ));
    }
    minutes
}

fn money(value: Value<'_>) -> Option<f64> {
    let quantity = value.parse(Quantity::parse)?;
    if !matches!(quantity.dimension, Dimension::Money | Dimension::Number) {
        value.wrong("an amount of money was expected, such as $50");
        return None;
    }
    Some(quantity.value)
}
