//! Tells all about one lint rule.

use super::deliver;
use crate::error::{Failure, FailureKind};
use crate::model::suggest;
use crate::outcome::Outcome;
use crate::outputs::formats::human;
use crate::rules;
use crate::world::World;

/// What `plimsoll explain` was asked.
#[derive(Debug)]
pub struct Options {
    /// The rule's id.
    pub rule: String,
}

/// Writes the rule's documentation to standard output.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let rules = rules::infos();
    let Some(rule) = rules.iter().find(|rule| rule.id == options.rule) else {
        let failure = Failure::message(FailureKind::Usage, format!("there is no rule `{}`", options.rule));
        let ids = rules.iter().map(|rule| rule.id);
        return Err(match suggest::closest(&options.rule, ids) {
            Some(close) => failure.hint(format!("did you mean `{close}`?")),
            None => failure.hint("`plimsoll rules` lists all rules"),
        });
    };
    let text = human::explain::render(rule, world.width, world.color);
    deliver::write(&text, None, world)?;
    Ok(Outcome::Pass)
}
