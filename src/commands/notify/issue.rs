//! The issue that is open from the run that fails until one passes.

use super::keeper::{self, Subject, unlabelled};
pub(super) use super::keeper::{Fate, Issue};
use super::{Desk, Outputs, Untold};
use crate::commands::append;
use crate::model::marker::{Marker, MarkerKind};
use crate::model::notice::Notice;
use crate::outputs::formats::comment;
use crate::world::World;

/// Opens, changes or closes the issue.
pub(super) fn keep(desk: &Desk<'_>, labels: &[String], notice: &Notice, world: &mut World) -> Result<Kept, Untold> {
    let state = notice.fingerprint();
    let marker = Marker { kind: MarkerKind::Issue, key: desk.key.clone(), run: desk.place.run, state };
    let source = &desk.place.source;
    let subject = Subject {
        title: &format!("{} fail in {}", notice.title, desk.key),
        labels,
        marker: &marker,
        body: &comment::body(&marker, notice, source),
        change: &comment::change(notice, source),
        is_over: !notice.fails(),
    };
    let Some(issue) = keeper::keep(&desk.client, &desk.place.repository, &subject)? else { return Ok(Kept::Nothing) };
    if !issue.is_labelled {
        append::warn(&unlabelled(issue.number), world);
    }
    Ok(Kept::Issue(issue))
}

/// What became of the issue.
pub(super) enum Kept {
    /// None is to be kept.
    NotAsked,
    /// All is well, and none was open.
    Nothing,
    /// There is one.
    Issue(Issue),
}

impl Kept {
    /// Returns the step's outputs.
    pub(super) fn outputs(&self) -> Outputs {
        match self {
            Self::NotAsked => Outputs::new(),
            Self::Nothing => vec![("issue-state", "none".to_owned())],
            Self::Issue(issue) => vec![
                ("issue-number", issue.number.to_string()),
                ("issue-url", issue.url.clone()),
                ("issue-state", if issue.fate == Fate::Closed { "closed" } else { "open" }.to_owned()),
            ],
        }
    }
}
