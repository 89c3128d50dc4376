//! The section `goals`.

use crate::gates::Gate;
use crate::gates::goals::Goal;
use crate::gates::selector::Selector;
use crate::model::verdict::{OnNoData, Origin};

use super::section::Value;

/// Reads the goals, each a gate of its own.
pub(super) fn read(value: Value<'_>, on_no_data: OnNoData) -> Vec<Gate> {
    let goal = |(key, value): (super::section::Key<'_>, Value<'_>)| {
        let named = key.parse(Selector::parse);
        let goal = value.parse(Goal::parse);
        let origin = Origin { file: value.file().to_owned(), position: Some(value.position()) };
        Some(Gate { goal: Some(goal?), ..Gate::new(named?, on_no_data, origin) })
    };
    value.entries().into_iter().filter_map(goal).collect()
}
