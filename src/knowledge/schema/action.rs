//! The shapes of action manifests.

use super::{BOOLEAN, ENV, FILLED, TEXT, WANTED};
use super::{Empty, Key, Keys, Kind, Kinds, Mapping, Scalar, Sequence, Shape, ToldBy, Topic, Words};

/// An action manifest. GitHub ignores keys that it does not know at the top and in inputs.
pub static ACTION: Shape = Shape::mapping(&lenient(
    "an action",
    &[
        Key::or("name", &FILLED, Topic::ActionMissingName),
        Key::or("description", &TEXT, Topic::ActionMissingDescription),
        Key::new("author", &TEXT),
        Key::new("inputs", &INPUTS),
        Key::new("outputs", &OUTPUTS),
        Key::required("runs", &RUNS),
        Key::new("branding", &BRANDING),
    ],
));

const fn lenient(owner: &'static str, keys: &'static [Key]) -> Mapping {
    Mapping::Keys(Keys { what: "key", owner, keys, unknown: Topic::ActionUnexpectedKey, elsewhere: &[] })
}

static INPUTS: Shape = Shape::mapping(&Mapping::names(&INPUT));
static INPUT: Shape = Shape::mapping(&lenient(
    "an action's input",
    &[
        Key::new("description", &TEXT),
        Key::new("required", &Shape::scalar(Scalar::LooseBoolean)),
        Key::new("default", &TEXT).evaluated(),
        Key::new("deprecationMessage", &TEXT),
    ],
));
static OUTPUTS: Shape = Shape::mapping(&Mapping::names(&OUTPUT));
static OUTPUT: Shape = Shape::mapping(&Mapping::keys(
    "an action's output",
    &[Key::new("description", &TEXT), Key::new("value", &TEXT).evaluated()],
));

static USING: Shape = Shape::scalar(Scalar::Word(&Words {
    name: "runtime",
    words: &["docker", "node12", "node16", "node20", "node24", "composite"],
    topic: Topic::ActionInvalidUsing,
}));
const USING_KEY: Key = Key::or("using", &USING, Topic::ActionMissingUsing);

static RUNS: Shape = Shape::mapping(&Mapping::Kinds(Kinds {
    kinds: &[
        &runs(
            "a composite action",
            &["composite"],
            &[USING_KEY, Key::or("steps", &STEPS, Topic::ActionRunsMissingKey)],
        ),
        &runs(
            "a JavaScript action",
            &["node12", "node16", "node20", "node24"],
            &[
                USING_KEY,
                Key::or("main", &FILLED, Topic::ActionRunsMissingKey),
                Key::new("pre", &FILLED),
                PRE_IF,
                Key::new("post", &FILLED),
                POST_IF,
            ],
        ),
        &runs(
            "a Docker action",
            &["docker"],
            &[
                USING_KEY,
                Key::or("image", &FILLED, Topic::ActionRunsMissingKey),
                Key::new("entrypoint", &FILLED),
                Key::new("args", &ARGS).evaluated_below(),
                Key::new("env", &ENV).evaluated(),
                Key::new("pre-entrypoint", &FILLED),
                PRE_IF,
                Key::new("post-entrypoint", &FILLED),
                POST_IF,
            ],
        ),
    ],
    default: None,
    told_by: ToldBy::Value("using"),
    missing: Topic::ActionMissingUsing,
}));
static ARGS: Shape = Shape::sequence(&Sequence { item: &Shape::scalar(Scalar::Text), empty: Empty::Accepted });
const PRE_IF: Key = Key::new("pre-if", &TEXT).evaluated();
const POST_IF: Key = Key::new("post-if", &TEXT).evaluated();

const fn runs(owner: &'static str, markers: &'static [&'static str], keys: &'static [Key]) -> Kind {
    Kind {
        markers,
        keys: Keys { what: "key", owner, keys, unknown: Topic::ActionRunsInvalidKey, elsewhere: &[] },
        conflict: Topic::ActionRunsInvalidKey,
        foreign: Topic::ActionRunsInvalidKey,
    }
}

static STEPS: Shape = Shape::sequence(&Sequence {
    item: &Shape::mapping(&Mapping::Kinds(Kinds {
        kinds: &[
            &step(
                "a composite step that runs a script",
                &["run"],
                &[
                    NAME,
                    ID,
                    IF,
                    Key::required("run", &WANTED).evaluated(),
                    Key::or("shell", &WANTED, Topic::CompositeStepMissingShell).evaluated(),
                    STEP_ENV,
                    CONTINUE,
                    Key::new("working-directory", &WANTED).evaluated(),
                ],
            ),
            &step(
                "a composite step that uses an action",
                &["uses"],
                &[NAME, ID, IF, Key::required("uses", &FILLED), Key::new("with", &ENV).evaluated(), STEP_ENV, CONTINUE],
            ),
        ],
        default: None,
        told_by: ToldBy::LastKey,
        missing: Topic::StepMissingRunOrUses,
    })),
    empty: Empty::Accepted,
});
const NAME: Key = Key::new("name", &TEXT).evaluated();
const ID: Key = Key::new("id", &FILLED);
const IF: Key = Key::new("if", &TEXT).evaluated();
const STEP_ENV: Key = Key::new("env", &ENV).evaluated();
const CONTINUE: Key = Key::new("continue-on-error", &BOOLEAN).evaluated();

const fn step(owner: &'static str, markers: &'static [&'static str], keys: &'static [Key]) -> Kind {
    Kind {
        markers,
        keys: Keys { what: "key", owner, keys, unknown: Topic::CompositeStepInvalidKey, elsewhere: &[] },
        conflict: Topic::CompositeStepInvalidKey,
        foreign: Topic::CompositeStepInvalidKey,
    }
}

static BRANDING: Shape = Shape::mapping(&lenient("`branding`", &[Key::new("icon", &ICON), Key::new("color", &COLOR)]));
static COLOR: Shape = Shape::scalar(Scalar::Word(&Words {
    name: "color",
    words: &["white", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"],
    topic: Topic::ActionInvalidBrandingColor,
}));
static ICON: Shape = Shape::scalar(Scalar::Word(&Words {
    name: "icon",
    words: super::icons::ICONS,
    topic: Topic::ActionInvalidBrandingIcon,
}));
