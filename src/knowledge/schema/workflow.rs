//! The shapes of a workflow's top, and those that jobs share with it.

use super::{BOOLEAN, ENV, FILLED, TEXT};
use super::{Empty, Key, Keys, Mapping, Names, Null, Scalar, Shape, Topic, Words, event, job};

/// A workflow.
pub static WORKFLOW: Shape = Shape::mapping(&Mapping::keys(
    "a workflow",
    &[
        Key::required("on", &event::ON),
        Key::new("name", &TEXT),
        Key::new("description", &TEXT),
        Key::new("run-name", &TEXT).evaluated(),
        Key::new("defaults", &DEFAULTS),
        Key::new("env", &ENV).evaluated(),
        Key::new("permissions", &PERMISSIONS),
        Key::new("concurrency", &CONCURRENCY).evaluated(),
        Key::new("cache-mode", &CACHE_MODE),
        Key::required("jobs", &JOBS),
    ],
));

static JOBS: Shape = Shape::mapping(&Mapping::Names(Names {
    value: &job::JOB,
    fixed: &[],
    empty: Empty::Refused,
    duplicate: Topic::JobIdDuplicate,
}));

static DEFAULTS: Shape =
    Shape::mapping(&Mapping::keys("`defaults`", &[Key::or("run", &RUN, Topic::DefaultsMissingRun)]));
pub(super) static RUN: Shape = Shape::mapping(&Mapping::keys(
    "`defaults.run`",
    &[Key::new("shell", &FILLED), Key::new("working-directory", &FILLED)],
));

static CONCURRENCY: Shape = Shape::scalar(Scalar::Wanted).or_mapping(&CONCURRENCY_KEYS);
pub(super) static CONCURRENCY_KEYS: Mapping = Mapping::keys(
    "`concurrency`",
    &[Key::required("group", &FILLED), Key::new("cancel-in-progress", &BOOLEAN), Key::new("queue", &QUEUE)],
);
static QUEUE: Shape = Shape::scalar(Scalar::Word(&Words {
    name: "queue",
    words: &["single", "max"],
    topic: Topic::ConcurrencyInvalidQueue,
}));

/// What a run may do with caches; <https://github.blog/changelog/2026-09-10-control-github-actions-cache-access-with-cache-mode>.
pub(super) static CACHE_MODE: Shape = Shape::scalar(Scalar::Word(&Words {
    name: "cache mode",
    words: &["read", "write", "write-only", "none"],
    topic: Topic::CacheModeInvalid,
}));

pub(super) static PERMISSIONS: Shape = Shape {
    null: Null::Missing,
    scalar: Some(Scalar::Word(&Words {
        name: "set of permissions",
        words: &["read-all", "write-all"],
        topic: Topic::PermissionInvalidShorthand,
    })),
    sequence: None,
    mapping: Some(&Mapping::Keys(Keys {
        what: "permission scope",
        owner: "`permissions`",
        keys: &[
            Key::new("actions", &ANY_LEVEL),
            Key::new("artifact-metadata", &ANY_LEVEL),
            Key::new("attestations", &ANY_LEVEL),
            Key::new("checks", &ANY_LEVEL),
            Key::new("code-quality", &ANY_LEVEL),
            Key::new("contents", &ANY_LEVEL),
            Key::new("copilot-requests", &WRITE_OR_NONE),
            Key::new("deployments", &ANY_LEVEL),
            Key::new("discussions", &ANY_LEVEL),
            Key::new("drives", &ANY_LEVEL),
            Key::new("id-token", &WRITE_OR_NONE),
            Key::new("issues", &ANY_LEVEL),
            Key::new("models", &READ_OR_NONE),
            Key::new("packages", &ANY_LEVEL),
            Key::new("pages", &ANY_LEVEL),
            Key::new("pull-requests", &ANY_LEVEL),
            Key::new("repository-projects", &ANY_LEVEL),
            Key::new("security-events", &ANY_LEVEL),
            Key::new("statuses", &ANY_LEVEL),
            Key::new("vulnerability-alerts", &READ_OR_NONE),
        ],
        unknown: Topic::PermissionUnknownScope,

        elsewhere: &[],
    })),
};

static ANY_LEVEL: Shape =
    level(&Words { name: "level", words: &["read", "write", "none"], topic: Topic::PermissionInvalidLevel });
static READ_OR_NONE: Shape =
    level(&Words { name: "level", words: &["read", "none"], topic: Topic::PermissionInvalidLevel });
static WRITE_OR_NONE: Shape =
    level(&Words { name: "level", words: &["write", "none"], topic: Topic::PermissionInvalidLevel });

const fn level(words: &'static Words) -> Shape {
    Shape::scalar(Scalar::Word(words))
}
