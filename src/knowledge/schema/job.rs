//! The shapes of jobs and their steps.

use super::workflow::{CACHE_MODE, CONCURRENCY_KEYS, PERMISSIONS, RUN as DEFAULTS_RUN};
use super::{ANY, BOOLEAN, ENV, FILLED, FILLED_LIST, FILLED_TEXTS, NUMBER, TEXT, WANTED};
use super::{Empty, Key, Keys, Kind, Kinds, Mapping, Names, Scalar, Sequence, Shape, ToldBy, Topic, Words};

pub(super) static JOB: Shape = Shape::mapping(&Mapping::Kinds(Kinds {
    kinds: &[&STEPS_JOB, &CALLING_JOB],
    default: Some(&STEPS_JOB),
    told_by: ToldBy::FirstKey,
    missing: Topic::MissingRequiredKey,
}));

static STEPS_JOB: Kind = Kind {
    markers: &["runs-on", "steps"],
    keys: Keys::of(
        "a job that runs steps",
        &[
            NAME,
            Key::new("needs", &FILLED_TEXTS),
            IF,
            Key::new("permissions", &PERMISSIONS),
            Key::required("runs-on", &RUNS_ON).evaluated(),
            Key::new("environment", &ENVIRONMENT).evaluated(),
            Key::new("concurrency", &CONCURRENCY).evaluated(),
            Key::new("cache-mode", &CACHE_MODE),
            Key::new("outputs", &ENV).evaluated_below(),
            Key::new("env", &ENV).evaluated(),
            Key::new("defaults", &DEFAULTS),
            Key::new("strategy", &STRATEGY).evaluated(),
            CONTINUE,
            TIMEOUT,
            Key::new("cancel-timeout-minutes", &NUMBER).evaluated(),
            Key::new("container", &CONTAINER).evaluated(),
            Key::new("services", &SERVICES).evaluated(),
            Key::new("snapshot", &SNAPSHOT).evaluated(),
            Key::required("steps", &STEPS),
        ],
    ),
    conflict: Topic::JobUsesKeyConflict,
    foreign: Topic::JobWithWithoutUses,
};

static CALLING_JOB: Kind = Kind {
    markers: &["uses"],
    keys: Keys::of(
        "a job that calls a reusable workflow",
        &[
            NAME,
            Key::required("uses", &FILLED),
            Key::new("with", &ENV).evaluated_below(),
            Key::new("secrets", &SECRETS).evaluated_below(),
            Key::new("needs", &FILLED_TEXTS),
            IF,
            Key::new("permissions", &PERMISSIONS),
            Key::new("concurrency", &CONCURRENCY).evaluated(),
            Key::new("cache-mode", &CACHE_MODE),
            Key::new("strategy", &STRATEGY).evaluated(),
        ],
    ),
    conflict: Topic::JobUsesKeyConflict,
    foreign: Topic::JobUsesKeyConflict,
};

static CONCURRENCY: Shape = Shape::scalar(Scalar::Filled(Topic::EmptyStringValue)).or_mapping(&CONCURRENCY_KEYS);

static DEFAULTS: Shape = Shape::mapping(&Mapping::keys(
    "`defaults`",
    &[Key::or("run", &DEFAULTS_RUN, Topic::DefaultsMissingRun).evaluated()],
));

static SECRETS: Shape = Shape::scalar(Scalar::Word(&Words {
    name: "set of secrets",
    words: &["inherit"],
    topic: Topic::SecretsInvalidShape,
}))
.or_mapping(&Mapping::names(&TEXT));

static RUNS_ON: Shape = Shape::scalar(Scalar::Filled(Topic::EmptyStringValue))
    .or_sequence(&LABELS)
    .or_mapping(&Mapping::keys("`runs-on`", &[Key::new("group", &FILLED), Key::new("labels", &RUNS_ON_LABELS)]));
static RUNS_ON_LABELS: Shape = Shape::scalar(Scalar::Filled(Topic::EmptyStringValue)).or_sequence(&LABELS);
static LABELS: Sequence =
    Sequence { item: &Shape::scalar(Scalar::Filled(Topic::EmptyStringValue)), empty: Empty::Refused };

static ENVIRONMENT: Shape = Shape::scalar(Scalar::Text).or_mapping(&Mapping::keys(
    "`environment`",
    &[Key::required("name", &TEXT), Key::new("url", &TEXT), Key::new("deployment", &BOOLEAN)],
));

static SNAPSHOT: Shape = Shape::scalar(Scalar::Filled(Topic::EmptyStringValue)).or_mapping(&Mapping::keys(
    "`snapshot`",
    &[Key::required("image-name", &FILLED), IF, Key::new("version", &FILLED)],
));

static STRATEGY: Shape = Shape::mapping(&Mapping::keys(
    "`strategy`",
    &[Key::new("matrix", &MATRIX), Key::new("fail-fast", &BOOLEAN), Key::new("max-parallel", &COUNT)],
));
static COUNT: Shape = Shape::scalar(Scalar::Count);
static MATRIX: Shape = Shape::mapping(&Mapping::Names(Names {
    value: &ROW,
    fixed: &[Key::new("include", &COMBINATIONS), Key::new("exclude", &COMBINATIONS)],
    empty: Empty::Refused,
    duplicate: Topic::DuplicateKey,
}));
static ROW: Shape = Shape::sequence(&Sequence { item: &ANY, empty: Empty::Refused });
static COMBINATIONS: Shape = Shape::sequence(&Sequence { item: &COMBINATION, empty: Empty::Pointless });
static COMBINATION: Shape = Shape::mapping(&Mapping::Names(Names {
    value: &ANY,
    fixed: &[],
    empty: Empty::Refused,
    duplicate: Topic::DuplicateKey,
}));

static IMAGE: Shape = Shape::scalar(Scalar::Filled(Topic::ContainerImageEmpty));
static CREDENTIALS: Shape = Shape::mapping(&Mapping::keys(
    "`credentials`",
    &[
        Key::or("username", &FILLED, Topic::ContainerCredentialsIncomplete),
        Key::or("password", &FILLED, Topic::ContainerCredentialsIncomplete),
    ],
));
static LIST: Shape = Shape::sequence(&FILLED_LIST);
static CONTAINER: Shape = Shape::scalar(Scalar::Text).or_mapping(&Mapping::keys(
    "`container`",
    &[
        Key::or("image", &IMAGE, Topic::ContainerImageEmpty),
        Key::new("options", &TEXT),
        Key::new("env", &ENV),
        Key::new("ports", &LIST),
        Key::new("volumes", &LIST),
        Key::new("credentials", &CREDENTIALS),
    ],
));
static SERVICES: Shape = Shape::mapping(&Mapping::names(&SERVICE));
static SERVICE: Shape = Shape::scalar(Scalar::Filled(Topic::ContainerImageEmpty)).or_mapping(&Mapping::keys(
    "a service",
    &[
        Key::or("image", &IMAGE, Topic::ContainerImageEmpty),
        Key::new("options", &TEXT),
        Key::new("env", &ENV),
        Key::new("ports", &LIST),
        Key::new("volumes", &LIST),
        Key::new("credentials", &CREDENTIALS),
        Key::new("entrypoint", &TEXT),
        Key::new("command", &TEXT),
    ],
));

static STEPS: Shape = Shape::sequence(&Sequence { item: &STEP, empty: Empty::Refused });
static GROUP: Shape = Shape::sequence(&Sequence { item: &STEP, empty: Empty::Pointless });
static STEP: Shape = Shape::mapping(&Mapping::Kinds(Kinds {
    kinds: &[&RUN, &USES, &WAIT, &CANCEL, &PARALLEL],
    default: None,
    told_by: ToldBy::LastKey,
    missing: Topic::StepMissingRunOrUses,
}));

static RUN: Kind = step(
    "a step that runs a script",
    &["run"],
    &[
        NAME,
        ID,
        IF,
        TIMEOUT,
        Key::required("run", &WANTED).evaluated(),
        CONTINUE,
        STEP_ENV,
        Key::new("working-directory", &WANTED).evaluated(),
        Key::new("shell", &FILLED),
        BACKGROUND,
    ],
);
static USES: Kind = step(
    "a step that uses an action",
    &["uses"],
    &[
        NAME,
        ID,
        IF,
        CONTINUE,
        TIMEOUT,
        Key::required("uses", &FILLED),
        Key::new("with", &ENV).evaluated(),
        STEP_ENV,
        BACKGROUND,
    ],
);
static WAIT: Kind = step(
    "a step that waits",
    &["wait", "wait-all"],
    &[ID, NAME, CONTINUE, Key::new("wait", &FILLED_TEXTS), Key::new("wait-all", &TRUE)],
);
static CANCEL: Kind = step("a step that cancels", &["cancel"], &[ID, NAME, CONTINUE, Key::required("cancel", &FILLED)]);
static PARALLEL: Kind = step("a group of parallel steps", &["parallel"], &[Key::required("parallel", &GROUP)]);

const fn step(owner: &'static str, markers: &'static [&'static str], keys: &'static [Key]) -> Kind {
    Kind { markers, keys: Keys::of(owner, keys), conflict: Topic::StepKeyNotAllowed, foreign: Topic::StepKeyNotAllowed }
}

const ID: Key = Key::new("id", &FILLED);
const NAME: Key = Key::new("name", &TEXT).evaluated();
const IF: Key = Key::new("if", &TEXT).evaluated();
const CONTINUE: Key = Key::new("continue-on-error", &BOOLEAN).evaluated();
const TIMEOUT: Key = Key::new("timeout-minutes", &NUMBER).evaluated();
const STEP_ENV: Key = Key::new("env", &ENV).evaluated();
const BACKGROUND: Key = Key::new("background", &BOOLEAN);
static TRUE: Shape = Shape::scalar(Scalar::True);
