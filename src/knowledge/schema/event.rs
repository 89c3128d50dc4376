//! The shapes of `on`: events, their filters, and the inputs they declare.

use super::{BOOLEAN, FILLED, FILLED_TEXTS, TEXT, WANTED};
use super::{Empty, Key, Keys, Mapping, Scalar, Sequence, Shape, Topic, Words};

/// A key that filters an event, whatever the event.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// The key.
    pub name: &'static str,
    /// What its use under an event that does not have it is a case of.
    pub topic: Topic,
    /// The events that have it, for people.
    pub events: &'static str,
}

/// The filters of which each event has but some.
static FILTERS: &[Filter] = &[
    filter("branches", "merge_group, pull_request, pull_request_target, push and workflow_run"),
    filter("branches-ignore", "merge_group, pull_request, pull_request_target, push and workflow_run"),
    filter("paths", "pull_request, pull_request_target and push"),
    filter("paths-ignore", "pull_request, pull_request_target and push"),
    filter("tags", "push"),
    filter("tags-ignore", "push"),
    filter("workflows", "workflow_run"),
    Filter { name: "types", topic: Topic::EventTypesNotSupported, events: "events with activity types" },
];

const fn filter(name: &'static str, events: &'static str) -> Filter {
    Filter { name, topic: Topic::EventFilterNotAvailable, events }
}

const EVENT: Words = Words { name: "event", words: &NAMES, topic: Topic::UnknownEvent };

/// An event by name alone, then with what it holds.
pub(super) static ON: Shape = Shape::scalar(Scalar::Word(&EVENT))
    .or_sequence(&Sequence { item: &Shape::scalar(Scalar::Word(&EVENT)), empty: Empty::Refused })
    .or_mapping(&Mapping::Keys(Keys {
        what: "event",
        owner: "`on`",
        keys: EVENTS,
        unknown: Topic::UnknownEvent,

        elsewhere: &[],
    }));

const NAMES: [&str; EVENTS.len()] = {
    let mut names = [""; EVENTS.len()];
    let mut at = 0;
    while at < names.len() {
        #[expect(clippy::indexing_slicing, reason = "the bound is checked at compile time")]
        {
            names[at] = EVENTS[at].name;
        }
        at += 1;
    }
    names
};

/// An event with nothing below it.
static BARE: Shape = Shape::mapping(&keys("this event", &[])).or_null();

/// The types of an event's activity.
macro_rules! types {
    ($($type:literal),+) => {
        Key::new("types", &Shape::scalar(types!(word $($type),+)).or_sequence(&Sequence {
            item: &Shape::scalar(types!(word $($type),+)),
            empty: Empty::Pointless,
        }))
    };
    (word $($type:literal),+) => {
        Scalar::Word(&Words { name: "activity type", words: &[$($type),+], topic: Topic::InvalidActivityType })
    };
}

/// An event with something below it, which may be left out.
macro_rules! event {
    ($name:literal: $($key:expr),+ $(,)?) => {
        Key::new($name, &Shape::mapping(&keys(concat!("`", $name, "`"), &[$($key),+])).or_null())
    };
}

const fn keys(event: &'static str, keys: &'static [Key]) -> Mapping {
    Mapping::Keys(Keys { what: "key", owner: event, keys, unknown: Topic::UnexpectedKey, elsewhere: FILTERS })
}

const fn bare(name: &'static str) -> Key {
    Key::new(name, &BARE)
}

const BRANCHES: Key = Key::new("branches", &FILLED_TEXTS);
const BRANCHES_IGNORE: Key = Key::new("branches-ignore", &FILLED_TEXTS);
const PATHS: Key = Key::new("paths", &FILLED_TEXTS);
const PATHS_IGNORE: Key = Key::new("paths-ignore", &FILLED_TEXTS);

/// Every event that starts a workflow.
static EVENTS: &[Key] = &[
    event!("branch_protection_rule": types!("created", "edited", "deleted")),
    event!("check_run": types!("completed", "created", "rerequested", "requested_action")),
    event!("check_suite": types!("completed")),
    bare("create"),
    bare("delete"),
    bare("deployment"),
    bare("deployment_status"),
    event!("discussion": types!("created", "edited", "deleted", "transferred", "pinned", "unpinned", "labeled", "unlabeled", "locked", "unlocked", "category_changed", "answered", "unanswered")),
    event!("discussion_comment": types!("created", "edited", "deleted")),
    bare("fork"),
    bare("gollum"),
    event!("image_version": types!("created", "ready", "deleted"), Key::new("names", &FILLED_TEXTS), Key::new("versions", &FILLED_TEXTS)),
    event!("issue_comment": types!("created", "edited", "deleted")),
    event!("issues": types!("opened", "edited", "deleted", "transferred", "pinned", "unpinned", "closed", "reopened", "assigned", "unassigned", "labeled", "unlabeled", "locked", "unlocked", "milestoned", "demilestoned", "field_added", "field_removed", "typed", "untyped")),
    event!("label": types!("created", "edited", "deleted")),
    event!("merge_group": types!("checks_requested", "destroyed"), BRANCHES, BRANCHES_IGNORE),
    event!("milestone": types!("created", "closed", "opened", "edited", "deleted")),
    bare("page_build"),
    event!("project": types!("created", "closed", "reopened", "edited", "deleted")),
    event!("project_card": types!("created", "moved", "converted", "edited", "deleted")),
    event!("project_column": types!("created", "updated", "moved", "deleted")),
    bare("public"),
    event!("pull_request": types!("assigned", "unassigned", "labeled", "unlabeled", "opened", "edited", "closed", "reopened", "synchronize", "converted_to_draft", "locked", "unlocked", "enqueued", "dequeued", "milestoned", "demilestoned", "ready_for_review", "review_requested", "review_request_removed", "auto_merge_enabled", "auto_merge_disabled", "stacked"), BRANCHES, BRANCHES_IGNORE, PATHS, PATHS_IGNORE),
    event!("pull_request_comment": types!("created", "edited", "deleted")),
    event!("pull_request_review": types!("submitted", "edited", "dismissed")),
    event!("pull_request_review_comment": types!("created", "edited", "deleted")),
    event!("pull_request_target": types!("assigned", "unassigned", "labeled", "unlabeled", "opened", "edited", "closed", "reopened", "synchronize", "converted_to_draft", "locked", "unlocked", "enqueued", "dequeued", "milestoned", "demilestoned", "ready_for_review", "review_requested", "review_request_removed", "auto_merge_enabled", "auto_merge_disabled", "stacked"), BRANCHES, BRANCHES_IGNORE, PATHS, PATHS_IGNORE),
    event!("push": BRANCHES, BRANCHES_IGNORE, Key::new("tags", &FILLED_TEXTS), Key::new("tags-ignore", &FILLED_TEXTS), PATHS, PATHS_IGNORE),
    event!("registry_package": types!("published", "updated")),
    event!("release": types!("published", "unpublished", "created", "edited", "deleted", "prereleased", "released")),
    event!("repository_dispatch": Key::new("types", &FILLED_TEXTS)),
    Key::new("schedule", &SCHEDULE),
    bare("status"),
    event!("watch": types!("started")),
    Key::new("workflow_call", &CALL),
    Key::new("workflow_dispatch", &DISPATCH),
    Key::new("workflow_run", &WORKFLOW_RUN),
];

/// Tells whether a word is an activity type of any event, whatever its case.
pub fn is_activity_type(word: &str) -> bool {
    let mut types = EVENTS.iter().filter_map(|event| match event.shape.mapping {
        Some(Mapping::Keys(keys)) => keys.find("types")?.shape.scalar.as_ref(),
        Some(Mapping::Names(_) | Mapping::Kinds(_) | Mapping::Any) | None => None,
    });
    let has = |words: &Words| words.words.iter().any(|known| known.eq_ignore_ascii_case(word));
    types.any(|scalar| matches!(scalar, Scalar::Word(words) if has(words)))
}

static WORKFLOW_RUN: Shape = Shape::mapping(&keys(
    "`workflow_run`",
    &[
        types!("requested", "completed", "in_progress"),
        Key::or("workflows", &FILLED_TEXTS, Topic::WorkflowRunMissingWorkflows),
        BRANCHES,
        BRANCHES_IGNORE,
    ],
))
.null_as_mapping();

static SCHEDULE: Shape = Shape::sequence(&Sequence {
    item: &Shape::mapping(&Mapping::keys(
        "`schedule`",
        &[Key::or("cron", &FILLED, Topic::ScheduleInvalidEntry), Key::new("timezone", &FILLED)],
    )),
    empty: Empty::Refused,
});

static DISPATCH: Shape =
    Shape::mapping(&Mapping::keys("`workflow_dispatch`", &[Key::new("inputs", &DISPATCH_INPUTS)])).or_null();
static DISPATCH_INPUTS: Shape = Shape::mapping(&Mapping::names(&DISPATCH_INPUT)).or_pointless_null();
static DISPATCH_INPUT: Shape = Shape::mapping(&Mapping::keys(
    "a `workflow_dispatch` input",
    &[
        Key::new("description", &TEXT),
        Key::new("type", &DISPATCH_TYPE),
        Key::new("required", &BOOLEAN),
        Key::new("default", &TEXT),
        Key::new("options", &OPTIONS),
    ],
))
.or_null();
static DISPATCH_TYPE: Shape = Shape::scalar(Scalar::Word(&Words {
    name: "input type",
    words: &["string", "number", "boolean", "choice", "environment"],
    topic: Topic::DispatchInputInvalidType,
}));
static OPTIONS: Shape = Shape::sequence(&Sequence { item: &Shape::scalar(Scalar::Wanted), empty: Empty::Pointless });

static CALL: Shape = Shape::mapping(&Mapping::keys(
    "`workflow_call`",
    &[Key::new("inputs", &CALL_INPUTS), Key::new("secrets", &CALL_SECRETS), Key::new("outputs", &CALL_OUTPUTS)],
))
.or_null();
static CALL_INPUTS: Shape = Shape::mapping(&Mapping::names(&CALL_INPUT));
static CALL_INPUT: Shape = Shape::mapping(&Mapping::keys(
    "a `workflow_call` input",
    &[
        Key::new("description", &TEXT),
        Key::required("type", &CALL_TYPE),
        Key::new("required", &BOOLEAN),
        Key::new("default", &TEXT).evaluated(),
    ],
))
.null_as_mapping();
static CALL_TYPE: Shape = Shape::scalar(Scalar::Word(&Words {
    name: "input type",
    words: &["string", "number", "boolean"],
    topic: Topic::CallInputInvalidType,
}));
static CALL_SECRETS: Shape = Shape::mapping(&Mapping::names(&CALL_SECRET));
static CALL_SECRET: Shape = Shape::mapping(&Mapping::keys(
    "a `workflow_call` secret",
    &[Key::new("description", &TEXT), Key::new("required", &BOOLEAN)],
))
.or_null();
static CALL_OUTPUTS: Shape = Shape::mapping(&Mapping::names(&CALL_OUTPUT));
static CALL_OUTPUT: Shape = Shape::mapping(&Mapping::keys(
    "a `workflow_call` output",
    &[Key::new("description", &TEXT), Key::required("value", &WANTED).evaluated()],
))
.null_as_mapping();
