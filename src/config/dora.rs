//! The section `dora`.

use crate::dora::{LevelSet, Levels, Mark, Settings};
use crate::gates::quantity::Quantity;
use crate::model::unit::Dimension;

use super::section::{Section, Value};

const KEYS: &[&str] = &["environments", "workflows", "days", "hotfixes", "mended_within_hours", "marks", "levels"];

pub(super) fn read(value: Value<'_>) -> Settings {
    let section = value.section(KEYS);
    let mut settings = Settings::default();
    section.set("environments", &mut settings.environments, |value| Some(value.texts()));
    section.set("workflows", &mut settings.workflows, |value| Some(value.texts()));
    section.set("days", &mut settings.days, |value| whole(value, 3650));
    section.set("hotfixes", &mut settings.hotfixes, |value| Some(value.texts()));
    section.set("mended_within_hours", &mut settings.mended_within_hours, |value| whole(value, 24 * 365));
    section.set("marks", &mut settings.marks, |value| {
        Some(Some(value.items().into_iter().filter_map(|item| item.word::<Mark>(Mark::WORDS)).collect()))
    });
    section.set("levels", &mut settings.levels, levels);
    settings
}

fn whole(value: Value<'_>, most: usize) -> Option<u32> {
    value.whole(1, most).and_then(|number| u32::try_from(number).ok())
}

/// Reads a year, `none`, or levels of one's own.
fn levels(value: Value<'_>) -> Option<Levels> {
    if value.is_mapping() {
        return own(
            &value.section(&["source", "deployments_per_day", "lead_time", "change_fail_rate", "recovery"]),
            value,
        );
    }
    match value.text()?.as_str() {
        "2023" => Some(Levels::Of2023),
        "2021" => Some(Levels::Of2021),
        "none" => Some(Levels::None),
        other => {
            value.wrong(format!("`{other}` has no levels; known are 2023, 2021 and none, or name your own"));
            None
        }
    }
}

fn own(section: &Section<'_>, value: Value<'_>) -> Option<Levels> {
    let bounds = |key: &str, dimension| {
        let bounds = section.get(key);
        if bounds.is_none() {
            value.wrong(format!("levels of one's own need `{key}`: where elite, high and medium end"));
        }
        three(bounds?, dimension)
    };
    let source = section.get("source").and_then(Value::text).unwrap_or_else(|| "levels of plimsoll.yml".to_owned());
    let frequency = bounds("deployments_per_day", Dimension::Number);
    let lead_time = bounds("lead_time", Dimension::Time);
    let fail_rate = bounds("change_fail_rate", Dimension::Share);
    let recovery = bounds("recovery", Dimension::Time);
    let set =
        LevelSet { source, frequency: frequency?, lead_time: lead_time?, fail_rate: fail_rate?, recovery: recovery? };
    Some(Levels::Own(Box::new(set)))
}

fn three(value: Value<'_>, dimension: Dimension) -> Option<[f64; 3]> {
    let read = |item: Value<'_>| {
        let quantity = item.parse(Quantity::parse)?;
        if quantity.dimension != dimension {
            item.wrong(format!("{} was expected", dimension.noun()));
            return None;
        }
        Some(quantity.value)
    };
    let bounds: Vec<f64> = value.items().into_iter().filter_map(read).collect();
    let three = bounds.try_into().ok();
    if three.is_none() {
        value.wrong("three bounds were expected: where elite, high and medium end");
    }
    three
}
