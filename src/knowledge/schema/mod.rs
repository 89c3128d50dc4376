//! What GitHub accepts in workflows and action manifests, as tables of shapes.
//!
//! The facts are those of `workflow-v1.0.json` and `action-v1.0.json` in GitHub's npm package
//! `@actions/workflow-parser` 0.3.61 (read on 2026-11-21), and of the parser and the tables in
//! `src/Sdk/WorkflowParser` of `actions/runner`, which take more where the two differ (read on
//! 2026-11-26). A shape says what each kind of YAML node may hold, because that is how GitHub
//! tells its alternatives apart.

mod action;
mod event;
mod icons;
mod job;
mod workflow;

pub use action::ACTION;
pub use event::{Filter, is_activity_type};
pub use workflow::WORKFLOW;

/// What a value may look like.
#[derive(Debug)]
pub struct Shape {
    /// What a null stands for.
    pub null: Null,
    /// What a scalar may be; `None` where only an expression can stand for the value.
    pub scalar: Option<Scalar>,
    /// What a sequence may hold.
    pub sequence: Option<&'static Sequence>,
    /// What a mapping may hold.
    pub mapping: Option<&'static Mapping>,
}

/// What a null stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Null {
    /// For nothing that GitHub takes, unless an empty text is taken.
    Missing,
    /// For a value that was left out on purpose.
    Accepted,
    /// For nothing, though GitHub may take it.
    Pointless,
    /// For a mapping without entries, whose required keys are missing.
    Mapping,
}

/// What a scalar may be. Where GitHub evaluates expressions, one may stand for each.
#[derive(Clone, Copy, Debug)]
pub enum Scalar {
    /// Any text, the empty one included.
    Text,
    /// Any text but an empty one.
    Filled(Topic),
    /// Any text; GitHub takes an empty one too, which means nothing.
    Wanted,
    /// `true` or `false`.
    Boolean,
    /// The same, in quotes or not: runners do not look at it.
    LooseBoolean,
    /// `true` or nothing.
    True,
    /// A number greater than zero.
    Number,
    /// A whole number greater than zero.
    Count,
    /// One of some words.
    Word(&'static Words),
}

/// Words of which one must stand as it is.
#[derive(Debug)]
pub struct Words {
    /// What the word is, as in "unknown activity type".
    pub name: &'static str,
    /// The words.
    pub words: &'static [&'static str],
    /// What another word is a case of.
    pub topic: Topic,
}

/// What a sequence may hold.
#[derive(Debug)]
pub struct Sequence {
    /// What each item may look like.
    pub item: &'static Shape,
    /// What a sequence without items is.
    pub empty: Empty,
}

/// What a collection without entries is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// As good as any.
    Accepted,
    /// Taken by GitHub, but without any meaning.
    Pointless,
    /// Refused by GitHub.
    Refused,
}

/// What a mapping may hold.
#[derive(Debug)]
pub enum Mapping {
    /// Keys that GitHub knows.
    Keys(Keys),
    /// Names that people choose.
    Names(Names),
    /// One of several sets of keys, told apart by a key that only one of them has.
    Kinds(Kinds),
    /// Anything at all, below the mapping and in its place.
    Any,
}

/// Keys that GitHub knows.
#[derive(Debug)]
pub struct Keys {
    /// What a key is: "key", "event" and the like.
    pub what: &'static str,
    /// What has the keys, as in "unknown key `foo` in a step".
    pub owner: &'static str,
    /// The keys.
    pub keys: &'static [Key],
    /// What another key is a case of.
    pub unknown: Topic,
    /// Keys that only others of its kind have.
    pub elsewhere: &'static [Filter],
}

/// A key and its value.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What its value may look like.
    pub shape: &'static Shape,
    /// What its absence is a case of; `None` where it may be left out.
    pub missing: Option<Topic>,
    /// Whether its value may hold expressions.
    pub evaluated: Evaluated,
}

/// Where GitHub evaluates expressions; elsewhere it refuses a file that has any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evaluated {
    /// Nowhere, unless a key below says so.
    Nowhere,
    /// In everything below the value, but not in its place.
    Below,
    /// In the value's place and in everything below.
    Everywhere,
}

/// Names that people choose; GitHub compares them without regard to case.
#[derive(Debug)]
pub struct Names {
    /// What the value of each may look like.
    pub value: &'static Shape,
    /// Keys with a meaning of their own among the names.
    pub fixed: &'static [Key],
    /// What a mapping without names is.
    pub empty: Empty,
    /// What a name given twice is a case of.
    pub duplicate: Topic,
}

/// Several sets of keys.
#[derive(Debug)]
pub struct Kinds {
    /// The sets.
    pub kinds: &'static [&'static Kind],
    /// What tells them apart.
    pub told_by: ToldBy,
    /// The set for a mapping that nothing tells apart; `None` if something must.
    pub default: Option<&'static Kind>,
    /// What a mapping that nothing tells apart is a case of.
    pub missing: Topic,
}

/// What tells one set of keys from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldBy {
    /// The first entry whose key is a marker.
    FirstKey,
    /// The last entry whose key is a marker.
    LastKey,
    /// The value of this key, which is a marker.
    Value(&'static str),
}

/// One of several sets of keys.
#[derive(Debug)]
pub struct Kind {
    /// The words that decide for it.
    pub markers: &'static [&'static str],
    /// Its keys.
    pub keys: Keys,
    /// What a marker of another kind is a case of.
    pub conflict: Topic,
    /// What any other key of another kind is a case of.
    pub foreign: Topic,
}

/// What is wrong with a part of a file, whatever the part; each is a rule's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is described by the rule of the same name")]
pub enum Topic {
    ActionInvalidBrandingColor,
    ActionInvalidBrandingIcon,
    ActionInvalidUsing,
    ActionMissingDescription,
    ActionMissingName,
    ActionMissingUsing,
    ActionRunsInvalidKey,
    ActionRunsMissingKey,
    ActionUnexpectedKey,
    CacheModeInvalid,
    CallInputInvalidType,
    CompositeStepInvalidKey,
    CompositeStepMissingShell,
    ConcurrencyInvalidQueue,
    ContainerCredentialsIncomplete,
    ContainerImageEmpty,
    DispatchInputInvalidType,
    DefaultsMissingRun,
    DuplicateKey,
    EmptySection,
    EmptyStringValue,
    EventFilterNotAvailable,
    EventTypesNotSupported,
    ExpressionNotAllowed,
    InvalidActivityType,
    InvalidBoolean,
    InvalidInteger,
    InvalidNumber,
    JobIdDuplicate,
    JobUsesKeyConflict,
    JobWithWithoutUses,
    MergeKey,
    MissingRequiredKey,
    NumberOutOfRange,
    NumberRewritten,
    PermissionInvalidLevel,
    PermissionInvalidShorthand,
    PermissionUnknownScope,
    ScheduleInvalidEntry,
    SecretsInvalidShape,
    StepKeyNotAllowed,
    StepMissingRunOrUses,
    UnexpectedKey,
    UnknownEvent,
    ValueMustBePositive,
    WorkflowRunMissingWorkflows,
    WrongNodeKind,
}

impl Shape {
    const fn new(scalar: Option<Scalar>) -> Self {
        Self { null: Null::Missing, scalar, sequence: None, mapping: None }
    }

    const fn scalar(scalar: Scalar) -> Self {
        Self::new(Some(scalar))
    }

    const fn sequence(sequence: &'static Sequence) -> Self {
        Self::new(None).or_sequence(sequence)
    }

    const fn mapping(mapping: &'static Mapping) -> Self {
        Self::new(None).or_mapping(mapping)
    }

    const fn or_sequence(self, sequence: &'static Sequence) -> Self {
        Self { sequence: Some(sequence), ..self }
    }

    const fn or_mapping(self, mapping: &'static Mapping) -> Self {
        Self { mapping: Some(mapping), ..self }
    }

    const fn or_null(self) -> Self {
        Self { null: Null::Accepted, ..self }
    }

    const fn or_pointless_null(self) -> Self {
        Self { null: Null::Pointless, ..self }
    }

    const fn null_as_mapping(self) -> Self {
        Self { null: Null::Mapping, ..self }
    }
}

impl Key {
    const fn new(name: &'static str, shape: &'static Shape) -> Self {
        Self { name, shape, missing: None, evaluated: Evaluated::Nowhere }
    }

    const fn required(name: &'static str, shape: &'static Shape) -> Self {
        Self::or(name, shape, Topic::MissingRequiredKey)
    }

    /// A required key whose absence has a rule of its own.
    const fn or(name: &'static str, shape: &'static Shape, missing: Topic) -> Self {
        Self { missing: Some(missing), ..Self::new(name, shape) }
    }

    const fn evaluated(self) -> Self {
        Self { evaluated: Evaluated::Everywhere, ..self }
    }

    const fn evaluated_below(self) -> Self {
        Self { evaluated: Evaluated::Below, ..self }
    }
}

impl Keys {
    const fn of(owner: &'static str, keys: &'static [Key]) -> Self {
        Self { what: "key", owner, keys, unknown: Topic::UnexpectedKey, elsewhere: &[] }
    }

    /// Finds a key by its name.
    pub fn find(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl Mapping {
    const fn keys(owner: &'static str, keys: &'static [Key]) -> Self {
        Self::Keys(Keys::of(owner, keys))
    }

    const fn names(value: &'static Shape) -> Self {
        Self::Names(Names { value, fixed: &[], empty: Empty::Accepted, duplicate: Topic::DuplicateKey })
    }
}

static ANY: Shape = Shape::mapping(&Mapping::Any);
static TEXT: Shape = Shape::scalar(Scalar::Text);
static FILLED: Shape = Shape::scalar(Scalar::Filled(Topic::EmptyStringValue));
/// A text that should not be empty, though GitHub takes an empty one.
static WANTED: Shape = Shape::scalar(Scalar::Wanted);
static BOOLEAN: Shape = Shape::scalar(Scalar::Boolean);
static NUMBER: Shape = Shape::scalar(Scalar::Number);
static FILLED_LIST: Sequence =
    Sequence { item: &Shape::scalar(Scalar::Filled(Topic::EmptyStringValue)), empty: Empty::Pointless };
/// A text or several.
static FILLED_TEXTS: Shape = Shape::scalar(Scalar::Filled(Topic::EmptyStringValue)).or_sequence(&FILLED_LIST);
static ENV: Shape = Shape::mapping(&Mapping::names(&TEXT));
