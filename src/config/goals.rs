//! The section `goals`.

use crate::gates::Gate;
use crate::gates::goals::Goal;
use crate::gates::selector::Selector;
use crate::gates::settings::MIN_SAMPLES;
use crate::model::verdict::{OnNoData, Origin};

use super::section::Value;

/// Reads the goals, each a gate of its own.
pub(super) fn read(value: Value<'_>, on_no_data: OnNoData) -> Vec<Gate> {
    let goal = |(key, value): (super::section::Key<'_>, Value<'_>)| {
        let named = key.parse(Selector::parse);
        let goal = value.parse(Goal::parse);
        let (selector, metrics) = named?;
        Some(Gate {
            selector,
            metrics,
            statistic: None,
            window: None,
            warn: None,
            fail: None,
            no_drop: None,
            no_rise: None,
            ratchet: None,
            compare: None,
            goal: Some(goal?),
            min_samples: MIN_SAMPLES,
            on_no_data,
            origin: Origin { file: value.file().to_owned(), position: Some(value.position()) },
        })
    };
    value.entries().into_iter().filter_map(goal).collect()
}
