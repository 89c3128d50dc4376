//! Actions that push with the credentials that a checkout leaves in the workspace.

use crate::model::workflow::Step;

/// The actions by their names, each with the input that has to be on. Sources: the README of each, and
/// homarr-labs/homarr#6346, EndBug/add-and-commit#385, korthout/backport-action#654.
const PUSHING: &[(&str, Option<&str>)] = &[
    ("endbug/add-and-commit", None),
    ("korthout/backport-action", None),
    ("stefanzweifel/git-auto-commit-action", None),
    ("terraform-docs/gh-actions", Some("git-push")),
];

/// Returns the name of a step's action if it pushes with what a checkout left behind.
pub fn pushes(step: &Step) -> Option<&'static str> {
    let is_on = |input: &str| step.input(input).is_some_and(|value| !value.value.is_empty() && value.value != "false");
    let mut uses = PUSHING.iter().filter(|(name, _)| step.is_action(name));
    uses.find(|(_, input)| input.is_none_or(is_on)).map(|(name, _)| *name)
}
