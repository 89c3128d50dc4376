//! The comment on a pull request that is updated in place.

use super::place::Pull;
use super::{Desk, Outputs, Untold, say};
use crate::config::CommentWhen;
use crate::model::marker::{Marker, MarkerKind};
use crate::model::notice::Notice;
use crate::outputs::formats::comment;
use crate::outputs::sinks::conversation::{self, Found, Visibility, Wanted};
use crate::sources::pull_requests::{self, Asked};
use crate::world::World;

/// What the marker says of a comment that is folded away.
const HIDDEN: &str = "hidden";

/// Writes the comment, or brings the one that is there up to date.
pub(super) fn keep(desk: &Desk<'_>, notice: &Notice, when: CommentWhen, world: &mut World) -> Result<Outputs, Untold> {
    let Some(pull) = pull_request(desk, world)? else { return Ok(Outputs::new()) };
    let mut outputs = vec![("pull-request", pull.to_string())];
    let is_hidden = when == CommentWhen::Unwell && notice.is_well();
    let state = if is_hidden { HIDDEN } else { notice.verdict.word() };
    let marker =
        Marker { kind: MarkerKind::Comment, key: desk.key.clone(), run: desk.place.run, state: state.to_owned() };
    let wanted = Wanted { kind: MarkerKind::Comment, key: &desk.key };
    let repository = &desk.place.repository;
    let url = match conversation::comment(&desk.client, repository, pull, wanted)? {
        Some(found) => update(desk, found, &marker, notice, world)?,
        None if is_hidden => return Ok(outputs),
        None => create(desk, pull, &marker, notice)?,
    };
    outputs.push(("comment-url", url));
    Ok(outputs)
}

/// Finds out which pull request it is about.
fn pull_request(desk: &Desk<'_>, world: &mut World) -> Result<Option<u64>, Untold> {
    let run = match &desk.place.pull {
        Pull::Number(number) => return Ok(Some(*number)),
        Pull::Nothing => return Ok(None),
        Pull::OfRun(run) => run,
    };
    match pull_requests::of_run(&desk.client, &desk.place.repository, run)? {
        Asked::Number(number) => Ok(Some(number)),
        Asked::Nothing => {
            say("no comment was written: the run was for no pull request that is open", world);
            Ok(None)
        }
        Asked::MovedOn(number) => {
            say(&format!("no comment was written: pull request {number} has newer commits than the run"), world);
            Ok(None)
        }
    }
}

fn update(
    desk: &Desk<'_>,
    found: Found,
    marker: &Marker,
    notice: &Notice,
    world: &mut World,
) -> Result<String, Untold> {
    if found.marker.is_later_than(marker) {
        say("the comment was left as it is: a later run has written it", world);
        return Ok(found.url);
    }
    let (is, was) = (marker.state == HIDDEN, found.marker.state == HIDDEN);
    // What the marker says comes last, so that what fails before it is done again.
    let folded = if is == was {
        Ok(())
    } else {
        conversation::set_visibility(&desk.client, &found.node, if is { Visibility::Hidden } else { Visibility::Shown })
    };
    let body = comment::body(marker, notice, &desk.place.source);
    conversation::change_comment(&desk.client, &desk.place.repository, found.number, &body)?;
    folded?;
    Ok(found.url)
}

/// Writes the comment. Where somebody did at the same moment, the older one stays.
fn create(desk: &Desk<'_>, pull: u64, marker: &Marker, notice: &Notice) -> Result<String, Untold> {
    let repository = &desk.place.repository;
    let body = comment::body(marker, notice, &desk.place.source);
    let (made, url) = conversation::add_comment(&desk.client, repository, pull, &body)?;
    let wanted = Wanted { kind: MarkerKind::Comment, key: &desk.key };
    match conversation::comment(&desk.client, repository, pull, wanted) {
        Ok(Some(other)) if other.number < made => {
            conversation::remove_comment(&desk.client, repository, made)?;
            if !other.marker.is_later_than(marker) {
                conversation::change_comment(&desk.client, repository, other.number, &body)?;
            }
            Ok(other.url)
        }
        // Whether there is another one is for the next run to find out.
        Ok(_) | Err(_) => Ok(url),
    }
}
