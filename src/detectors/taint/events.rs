//! Which events of a workflow can carry a value to a place.

use crate::knowledge::foreign_outputs::Content;
use crate::knowledge::payloads::{self, Item, Kind, Shape};
use crate::knowledge::trust;
use crate::model::workflow::{Event, Trigger, Workflow};

/// A set of events that may start a file's jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Events(u64);

/// Stands for the events of callers, and those that are not known.
const OTHERS: u64 = 1 << 63;

/// Events of pull requests from forks, for which GitHub withholds secrets and write access.
const WITHOUT_SECRETS: &[Event] = &[Event::PullRequest, Event::PullRequestReview, Event::PullRequestReviewComment];

/// Events that come with the branch of a pull request in `github.head_ref`.
const WITH_HEAD_REF: &[Event] =
    &[Event::PullRequest, Event::PullRequestTarget, Event::PullRequestReview, Event::PullRequestReviewComment];

/// Events that strangers cause and whose payload holds text of theirs.
const WITH_TEXT: &[Event] = &[
    Event::CheckRun,
    Event::CheckSuite,
    Event::Discussion,
    Event::DiscussionComment,
    Event::Fork,
    Event::Gollum,
    Event::IssueComment,
    Event::Issues,
    Event::PullRequest,
    Event::PullRequestComment,
    Event::PullRequestReview,
    Event::PullRequestReviewComment,
    Event::PullRequestTarget,
    Event::Push,
    Event::Status,
    Event::WorkflowRun,
];

impl Events {
    /// No event.
    pub const NONE: Self = Self(0);
    /// Those of whoever calls the file, and those that are not known.
    pub const CALLERS: Self = Self(OTHERS);
    /// Any event.
    pub const ALL: Self = Self(u64::MAX);

    /// Returns the events that start a workflow.
    pub fn of(workflow: &Workflow) -> Self {
        Self::of_triggers(&workflow.triggers)
    }

    /// Returns the events of triggers.
    pub(super) fn of_triggers<'file>(triggers: impl IntoIterator<Item = &'file Trigger>) -> Self {
        triggers.into_iter().fold(Self::NONE, |all, trigger| all.or(Self::of_trigger(trigger)))
    }

    fn of_trigger(trigger: &Trigger) -> Self {
        match trigger.event {
            None | Some(Event::WorkflowCall) => Self(OTHERS),
            Some(event) => Self::one(event),
        }
    }

    /// Returns the set of one event.
    pub fn one(event: Event) -> Self {
        let at = Event::ALL.iter().position(|known| *known == event).and_then(|at| u32::try_from(at).ok());
        Self(at.and_then(|at| 1_u64.checked_shl(at)).unwrap_or(OTHERS))
    }

    fn listed(events: &[Event]) -> Self {
        events.iter().fold(Self::NONE, |all, event| all.or(Self::one(*event)))
    }

    /// Returns the events of both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the events that are in each.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns the events that are not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Tells whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns those for which a job may have secrets and a token that may write, although strangers
    /// had a hand in it.
    #[must_use]
    pub fn privileged(self) -> Self {
        self.without(Self::listed(WITHOUT_SECRETS))
    }

    /// Returns the names of the events, in order; that of callers is `workflow_call`.
    pub fn names(self) -> Vec<&'static str> {
        let named = Event::ALL.iter().filter(|event| !self.and(Self::one(**event)).is_empty());
        let named = named.map(|event| event.name());
        let others = (self.0 & OTHERS != 0).then_some("workflow_call");
        named.chain(others).collect()
    }
}

/// Returns the events with which an action's output holds something of strangers.
pub(super) fn bringing(content: Content) -> Events {
    let of_pull_requests = Events::listed(WITH_HEAD_REF).or(Events(OTHERS));
    match content {
        Content::Files | Content::Title => of_pull_requests,
        Content::Branch => of_pull_requests.or(Events::listed(&[Event::IssueComment, Event::WorkflowRun])),
        Content::Text => of_pull_requests.or(Events::listed(&[Event::IssueComment, Event::Issues])),
    }
}

/// Returns the events, of what starts a workflow, whose payload holds a value of `github`. `path` holds its
/// parts in lower case, with `*` for those without a name.
pub(super) fn carrying(path: &[&str], triggers: Option<&[&Trigger]>) -> Events {
    let Some(triggers) = triggers else { return Events::ALL };
    let carries = |trigger: &Trigger| match (trigger.event, path) {
        (None | Some(Event::WorkflowCall), _) => true,
        (Some(event), ["github", "head_ref"]) => WITH_HEAD_REF.contains(&event),
        (Some(event), ["github"] | ["github", "event"]) => WITH_TEXT.contains(&event),
        (Some(event), ["github", "event", rest @ ..]) => has(event, trigger, rest),
        (Some(_), _) => trust::of(path) == trust::Trust::Outsider,
    };
    Events::of_triggers(triggers.iter().copied().filter(|trigger| carries(trigger)))
}

/// Tells whether an event's payload has a property.
fn has(event: Event, trigger: &Trigger, path: &[&str]) -> bool {
    let types: Vec<String> = trigger.filter("types").iter().map(|kind| kind.value.to_ascii_lowercase()).collect();
    let types: Vec<&str> = types.iter().map(String::as_str).collect();
    match payloads::of(event, &types) {
        Some(shapes) => shapes.into_iter().any(|shape| reaches(Kind::Object(shape), path)),
        None => true,
    }
}

fn reaches(kind: Kind, path: &[&str]) -> bool {
    let Some((first, rest)) = path.split_first() else { return true };
    match kind {
        Kind::Any | Kind::Open => true,
        Kind::Boolean | Kind::Number | Kind::String => false,
        Kind::Array(item) => of_items(item, first, path),
        Kind::Object(shape) if *first == "*" => shape.names().any(|name| of_property(shape, name, rest)),
        Kind::Object(shape) => shape.is_open() || of_property(shape, first, rest),
    }
}

/// An index leads to an item, and so does a filter; one that was written before applies here, too.
fn of_items(item: Item, first: &str, path: &[&str]) -> bool {
    let rest = if first == "*" { path.get(1..).unwrap_or_default() } else { path };
    reaches(item.kind(), rest)
}

fn of_property(shape: Shape, name: &str, rest: &[&str]) -> bool {
    shape.property(name).is_some_and(|kind| reaches(kind, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing;

    fn names(on: &str, path: &str) -> Vec<&'static str> {
        let workflow = testing::workflow(&format!("on: {on}\n"));
        let triggers: Vec<&Trigger> = workflow.triggers.iter().collect();
        carrying(&path.split('.').collect::<Vec<_>>(), Some(&triggers)).names()
    }

    #[test]
    fn a_value_comes_with_the_events_that_hold_it() {
        assert_eq!(names("[push, issues]", "github.event.issue.title"), ["issues"]);
        assert_eq!(names("[push, workflow_dispatch]", "github.event.issue.title"), [""; 0]);
        assert_eq!(names("[push, schedule]", "github.event.head_commit.message"), ["push"]);
        assert_eq!(names("push", "github.event.commits.*.message"), ["push"]);
        assert_eq!(names("gollum", "github.event.pages.*.page_name"), ["gollum"]);
        assert_eq!(names("[pull_request, push]", "github.head_ref"), ["pull_request"]);
        assert_eq!(names("[workflow_call, push]", "github.event.issue.title"), ["workflow_call"]);
        assert_eq!(names("[schedule, issue_comment]", "github.event"), ["issue_comment"]);
        assert_eq!(names("[issues]", "github.event.*.body"), ["issues"]);
        assert_eq!(names("pull_request", "github.event.pull_request.labels.*.name"), ["pull_request"]);
    }

    #[test]
    fn pull_requests_of_forks_have_no_secrets() {
        let workflow = testing::workflow("on: [pull_request, issues]\n");
        assert_eq!(Events::of(&workflow).privileged().names(), ["issues"]);
    }
}
