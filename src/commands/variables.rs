//! `${VARIABLE}` in settings: the environment's value, which is a secret as often as not.

use crate::error::{Failure, FailureKind};
use crate::model::secret::Secret;
use crate::world::World;

/// Fills `${VARIABLE}` in from the environment.
///
/// # Errors
/// A variable is not set.
pub(super) fn fill(template: &str, world: &World) -> Result<Secret, Failure> {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else { break };
        let value = world.environment.get(name).ok_or_else(|| {
            Failure::message(FailureKind::Configuration, format!("the variable {name} is not set"))
                .hint("plimsoll.yml names it; in a job set it from a secret with `env:`")
        })?;
        filled.push_str(before);
        filled.push_str(value);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(Secret::new(&filled))
}
