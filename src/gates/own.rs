//! Names that only the tables know.

use std::collections::BTreeSet;

use crate::model::history::{History, TableId};
use crate::model::suggest::did_you_mean;

use super::metrics::{METRICS, OWN};
use super::settings::Gate;

/// Says which gates name a measurement that no row has, each with its place and what may have been
/// meant. Where there is no measurement at all, nothing is unknown: the first run has yet to come.
pub fn unknown_names(gates: &[Gate], history: &History) -> Vec<String> {
    let names: BTreeSet<&str> = history.rows(TableId::Measurements).iter().map(|row| row.text("name")).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let is_own = |gate: &&Gate| gate.metrics.iter().any(|metric| metric.name == OWN.name);
    let is_unknown = |gate: &&Gate| !names.iter().any(|name| gate.selector.names(name));
    let known = || names.iter().copied().chain(METRICS.iter().map(|metric| metric.name));
    let problem = |gate: &Gate| {
        let name = &gate.selector.name;
        let place = match gate.origin.position {
            Some(position) => format!("{}:{}:{}: ", gate.origin.file, position.line, position.column),
            None => String::new(),
        };
        format!("{place}there is no metric `{name}`, and no measurement of that name{}", did_you_mean(name, known()))
    };
    gates.iter().filter(is_own).filter(is_unknown).map(problem).collect()
}
