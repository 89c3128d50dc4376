//! Configuration: `plimsoll.yml` → settings, with all problems at once.
//!
//! A file is read in two steps. The raw image (`image`) holds what is written, with places; the
//! sections make settings of it and report every unknown key, unit, metric and word before
//! anything runs. `default.yml` is the reference: it names every key with its default.

use std::path::{Path, PathBuf};

use crate::gates::{Accepted, Gate};
use crate::model::place::Position;
use crate::model::verdict::OnNoData;
use crate::reports::Scope;
use crate::scorecard;
use crate::sources::repository;

mod accepted;
mod collect;
mod commit;
mod comparison;
mod cost;
mod deploy;
mod dora;
mod export;
mod gates;
mod goals;
mod health;
mod image;
mod lint;
mod notify;
mod preset;
mod problem;
mod report;
mod run;
mod score;
mod section;
mod webhook;

pub use collect::{Collect, Rotation};
pub use commit::{Badge, Commit, Permission, Squashing};
pub use deploy::Deploy;
pub use health::{Health, Target};
pub use lint::{FailOn, Level, Lint, Program, Suppress, Written};
pub use notify::{CommentWhen, Notify};
pub use preset::Preset;
pub use problem::{Problem, Problems};
pub use report::Report;
pub use run::Run;
pub use webhook::{Webhook, WebhookForm};

use image::Text;
use section::{Context, Value};

/// The commented file that names every key with its default.
pub const DEFAULT: &str = include_str!("default.yml");

/// Where a configuration is looked for, relative to the repository's root.
pub const PLACES: [&str; 2] = ["plimsoll.yml", ".github/plimsoll.yml"];

/// The largest configuration that is read.
const MOST_BYTES: usize = 1 << 20;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it was read from; `None` for the defaults.
    pub file: Option<String>,
    /// The folder of the tables, relative to the repository's root.
    pub metrics: PathBuf,
    /// The gates that are added to the ones written down.
    pub preset: Preset,
    /// The gates written down.
    pub gates: Vec<Gate>,
    /// The levels that are accepted.
    pub accepted: Vec<Accepted>,
    /// Where series should be by a day, each a gate of its own.
    pub goals: Vec<Gate>,
    /// What comes of gates without data unless they say so.
    pub on_no_data: OnNoData,
    /// The linter's settings.
    pub lint: Lint,
    /// The scorecard's settings.
    pub score: scorecard::Settings,
    /// What is collected.
    pub collect: Collect,
    /// What counts as a deployment and as a failure.
    pub dora: crate::dora::Settings,
    /// The report's settings.
    pub report: Report,
    /// What runs may cost, and what the plan includes.
    pub cost: crate::reports::costs::Settings,
    /// What exports say.
    pub export: crate::exports::Settings,
    /// Whether and how tables are committed.
    pub commit: Commit,
    /// What is probed.
    pub health: Health,
    /// How things are deployed.
    pub deploy: Deploy,
    /// Who is told what gates come to.
    pub notify: Notify,
    /// Which parts `plimsoll run` goes through.
    pub run: Run,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file that was named does not exist.
    #[error("there is no configuration {}", path.display())]
    Missing {
        /// The path that was named.
        path: PathBuf,
    },
    /// The file cannot be read as text.
    #[error("configuration {file}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        source: repository::ReadError,
    },
    /// Two files claim to be the configuration, or one is misnamed.
    #[error("{0}")]
    Ambiguous(String),
    /// The file says what cannot be done.
    #[error("{0}")]
    Wrong(Problems),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            file: None,
            metrics: PathBuf::from("metrics"),
            preset: Preset::Standard,
            gates: Vec::new(),
            accepted: Vec::new(),
            goals: Vec::new(),
            on_no_data: OnNoData::Warn,
            lint: Lint::default(),
            score: scorecard::Settings::default(),
            collect: Collect::default(),
            dora: crate::dora::Settings::default(),
            report: Report::default(),
            cost: crate::reports::costs::Settings::default(),
            export: crate::exports::Settings::default(),
            commit: Commit::default(),
            health: Health::default(),
            deploy: Deploy::default(),
            notify: Notify::default(),
            run: Run::default(),
        }
    }
}

impl Config {
    /// Reads the file that was named, relative to `folder`, or the one of the repository that
    /// `folder` is in; without any, everything is as by default.
    ///
    /// # Errors
    /// The named file is missing, a file cannot be read, or it says what cannot be done.
    pub fn load(folder: &Path, named: Option<&Path>) -> Result<Self, LoadError> {
        let root = repository::root(folder);
        let Some(path) = (match named {
            Some(named) => Some(folder.join(named)),
            None => discover(&root)?,
        }) else {
            return Ok(Self::default());
        };
        if named.is_some() && !path.exists() {
            return Err(LoadError::Missing { path });
        }
        let file = match named {
            Some(named) => named.to_string_lossy().into_owned(),
            None => repository::relative(&root, &path),
        };
        let text = repository::read(&path).map_err(|source| LoadError::Unreadable { file: file.clone(), source })?;
        let config = Self::parse(&file, &text).map_err(LoadError::Wrong)?;
        Ok(Self { file: Some(file), ..config })
    }

    /// Reads a configuration's text; `file` is its name in messages.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problems> {
        if text.len() > MOST_BYTES {
            let start = Position { line: 1, column: 1 };
            let message = format!("the file has {} bytes; a configuration has at most {MOST_BYTES}", text.len());
            return Err(Problems(vec![Problem::new(file, start, message)]));
        }
        let text = Text::new(file, text);
        let image = text.image().map_err(|problem| Problems(vec![problem]))?;
        let context = Context::new(text);
        let config = read(context.value(&image));
        let problems = context.into_problems();
        if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) }
    }

    /// Returns what is reported on unless somebody asks for something else.
    pub fn scope(&self) -> Scope {
        Scope { weeks: self.report.weeks, costs: self.cost, ..Scope::default() }
    }

    /// Returns the gates written down, and after them those of a preset.
    pub fn all_gates(&self, preset: Preset) -> Vec<Gate> {
        let mut gates = self.gates.clone();
        gates.extend(preset.gates(self.on_no_data));
        gates
    }
}

/// Finds the repository's configuration.
fn discover(root: &Path) -> Result<Option<PathBuf>, LoadError> {
    let present: Vec<&str> = PLACES.into_iter().filter(|place| root.join(place).exists()).collect();
    let misnamed =
        PLACES.map(|place| place.replace(".yml", ".yaml")).into_iter().find(|place| root.join(place).exists());
    match (present.as_slice(), misnamed) {
        ([one, other, ..], _) => Err(LoadError::Ambiguous(format!("both {one} and {other} exist: keep one of them"))),
        ([one], _) => Ok(Some(root.join(one))),
        ([], Some(name)) => {
            let right = name.replace(".yaml", ".yml");
            Err(LoadError::Ambiguous(format!("{name} is not read: rename it to {right}, or name it with --config")))
        }
        ([], None) => Ok(None),
    }
}

const KEYS: &[&str] = &[
    "schema",
    "metrics",
    "preset",
    "gates",
    "accepted",
    "goals",
    "on_no_data",
    "lint",
    "score",
    "collect",
    "dora",
    "report",
    "cost",
    "export",
    "commit",
    "health",
    "deploy",
    "notify",
    "run",
];

fn read(value: Value<'_>) -> Config {
    let section = value.section(KEYS);
    let mut config = Config::default();
    if let Some(schema) = section.get("schema")
        && let Some(text) = schema.text()
        && text != "1"
    {
        schema.wrong(format!("schema {text} is not known to this version, which reads schema 1"));
    }
    section.set("metrics", &mut config.metrics, |value| value.text().map(PathBuf::from));
    section.set("preset", &mut config.preset, |value| value.word(Preset::WORDS));
    section.set("on_no_data", &mut config.on_no_data, |value| value.word(OnNoData::WORDS));
    let on_no_data = config.on_no_data;
    section.set("gates", &mut config.gates, |value| Some(gates::read(value, on_no_data)));
    section.set("accepted", &mut config.accepted, |value| Some(accepted::read(value)));
    section.set("goals", &mut config.goals, |value| Some(goals::read(value, on_no_data)));
    section.set("lint", &mut config.lint, |value| Some(lint::read(value)));
    section.set("score", &mut config.score, |value| Some(score::read(value)));
    section.set("collect", &mut config.collect, |value| Some(collect::read(value)));
    section.set("dora", &mut config.dora, |value| Some(dora::read(value)));
    section.set("report", &mut config.report, |value| Some(report::read(value)));
    section.set("cost", &mut config.cost, |value| Some(cost::read(value)));
    section.set("export", &mut config.export, |value| Some(export::read(value)));
    section.set("commit", &mut config.commit, |value| Some(commit::read(value)));
    section.set("health", &mut config.health, |value| Some(health::read(value)));
    section.set("deploy", &mut config.deploy, |value| Some(deploy::read(value)));
    section.set("notify", &mut config.notify, |value| Some(notify::read(value)));
    section.set("run", &mut config.run, |value| Some(run::read(value)));
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        Config::parse("p.yml", text).unwrap_err().0.iter().map(ToString::to_string).collect()
    }

    fn debug(config: &Config) -> String {
        format!("{config:#?}")
    }

    #[test]
    fn the_reference_is_the_default() {
        let reference = Config::parse("default.yml", DEFAULT).unwrap();
        assert_eq!(debug(&reference), debug(&Config::default()));
        for key in KEYS {
            assert!(DEFAULT.contains(&format!("\n{key}:")), "default.yml does not name {key}");
        }
        assert_eq!(debug(&Config::parse("empty.yml", "").unwrap()), debug(&Config::default()));
    }

    #[test]
    fn the_examples_of_the_reference_can_be_used() {
        let lines = DEFAULT.lines().map(|line| line.strip_prefix("#~ ").unwrap_or(line));
        // An example stands right under the empty default that it replaces.
        let text: Vec<&str> = lines.collect();
        let text = text.join("\n").replace(": []\n", ":\n").replace(": {}\n", ":\n");
        let config = Config::parse("examples.yml", &text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
        assert!(
            config.gates.iter().any(|gate| gate.ratchet.is_some())
                && config.accepted.len() == 1
                && config.goals.len() == 2
        );
        assert!(config.gates.len() > 3 && !config.score.attestations.is_empty() && !config.collect.sizes.is_empty());
        assert!(!config.collect.prices.is_empty());
        assert!(config.lint.severity.len() == 2 && config.lint.suppress.len() == 1);
        let known = &config.lint.known;
        let octo = known.actions.get("octo/deploy").and_then(|versions| versions.get("v1")).unwrap();
        assert!(octo.inputs.len() == 2 && octo.outputs.contains_key("url") && octo.using == "node24");
        assert!(known.has_runner_label("gpu-1") && known.variables.is_some() && known.secrets.is_some());
    }

    #[test]
    fn comparisons_and_accepted_levels_name_their_problems() {
        let text = "\
gates:
  - metric: benchmark.a
    compare: {test: t-test}
  - metric: benchmark.b
    compare: {test: mad, confidence: 99%}
  - metric: benchmark.c
    compare: {test: z, confidence: 0.99, times: 3}
  - metric: benchmark.d
    compare: {to: base}
  - metric: job.duration_s
    compare: {test: t, min_change: 5 MB}
accepted:
  - metric: benchmark.a
    since: 2026-03-01
  - metric: benchmark.b
    reason: meant
  - metric: benchmark.c
    after: v1.2
    reason: meant
";
        let expected = [
            "p.yml:3:21: `t-test` is no test; known are z, t, log-normal, iqr, delta-iqr, mad, mann-whitney, change-point",
            "p.yml:5:38: `confidence` is for the tests z, t, log-normal, mann-whitney, change-point",
            "p.yml:7:36: a percentage from 50% to 99.9% was expected, not `0.99`",
            "p.yml:7:49: `times` is for the tests iqr, delta-iqr, mad",
            "p.yml:9:14: a comparison needs `warn` or `fail`, such as `fail: \"+50%\"`, or a `test`",
            "p.yml:11:14: a duration was expected, such as `30min`, not a size (the metric is job.duration_s)",
            "p.yml:13:5: an accepted level needs a `reason`, which stands beside every verdict it has a part in",
            "p.yml:15:5: an accepted level begins `since` a commit or a date, or `after` a commit: write one of them",
            "p.yml:18:12: a commit's hash of at least 7 digits was expected, not `v1.2`",
        ];
        assert_eq!(problems(text), expected);
    }

    #[test]
    fn all_problems_are_named_at_once_with_their_places() {
        let text = "\
preest: strict
preset: strictt
gates:
  - metirc: build.duration_s
    fail: \"> 40 mn\"
  - metric: lint.findings{severty=error}
    fail: 3
  - metric: coverage.line
    statistic: p950
    fail: < 80
    window: {runs: 0}
  - metric: run.wall_s
lint:
  fail_on: errors
  persona: [regular]
schema: 2
";
        let expected = [
            "p.yml:1:1: there is no key `preest` here, did you mean `preset`?",
            "p.yml:2:9: `strictt` is not known here, did you mean `strict`?",
            "p.yml:4:5: a gate needs a `metric`, such as `build.duration_s`",
            "p.yml:4:5: there is no key `metirc` here, did you mean `metric`?",
            "p.yml:5:17: `mn` is no unit, did you mean `min`?",
            "p.yml:6:27: `lint.findings` has no label `severty`, did you mean `severity`?",
            "p.yml:7:11: a bound begins with >, >=, < or <=, as in `> 3`",
            "p.yml:9:16: `p950` is no statistic, did you mean `p95`?",
            "p.yml:10:11: a share lies between 0 and 1: write `80%` (the metric is coverage.line)",
            "p.yml:11:20: a whole number from 1 to 10000 was expected, not `0`",
            "p.yml:12:5: a gate needs a bound: `warn`, `fail`, `no_drop`, `no_rise`, `ratchet` or `compare`",
            "p.yml:14:12: `errors` is not known here, did you mean `error`?",
            "p.yml:15:12: a text was expected, not a list",
            "p.yml:16:9: schema 2 is not known to this version, which reads schema 1",
        ];
        assert_eq!(problems(text), expected);
    }

    #[test]
    fn the_other_sections_are_checked_too() {
        let text = "\
score:
  profile: servce
  weights: {security: 30, secrity: 5, release: -1}
  not_applicable: {helm-or-kustomize: \"\"}
  attestations:
    backups-scheduled: {by: ann, on: 2026-03-01}
    on-call: {by: bob, on: 2026-03-01, until: 2026-02-01}
collect: {sizes: {\"a,b\": x}, exlude: [a]}
report: {weeks: many}
commit: {allowed: maybe, branch: \"\"}
run: {lint: off, gates: true}
";
        let found = problems(text);
        for words in [
            "2:12: `servce` is not known here, did you mean `service`?",
            "3:27: there is no category `secrity`, did you mean `security`?",
            "3:48: a whole number from 0 to 100 was expected, not `-1`",
            "4:39: say why `helm-or-kustomize` does not apply",
            "6:24: an attestation needs until",
            "7:5: there is no criterion `on-call`, did you mean `oncall`?",
            "7:14: the attestation ends before it begins",
            "8:19: a name must not be empty nor hold",
            "8:30: there is no key `exlude` here",
            "9:17: a whole number from 1 to 520",
            "10:19: true or false was expected, not `maybe`",
            "10:34: a text was expected, not an empty one",
            "11:13: true or false was expected, not `off`",
            "11:18: there is no key `gates` here, did you mean `gate`?",
        ] {
            assert!(found.iter().any(|problem| problem.contains(words)), "{words}\n{found:#?}");
        }
        assert_eq!(found.len(), 14, "{found:#?}");
    }

    #[test]
    fn what_stages_are_told_is_checked() {
        let text = "\
collect:
  encodings: [gzip, brotly]
  stages:
    - {stage: build}
    - {job: ci}
    - {job: ci, stage: buid}
    - {step: x, stage: build, varient: y}
";
        let expected = [
            "p.yml:2:21: `brotly` is not known here, did you mean `brotli`?",
            "p.yml:4:7: a rule names a job, a step, or both",
            "p.yml:5:7: a rule says which stage it is: setup, build, test-unit, test-integration, test-e2e, lint, security, \
             bench, package, docs, deploy, other",
            "p.yml:6:24: `buid` is not known here, did you mean `build`?",
            "p.yml:7:31: there is no key `varient` here, did you mean `variant`?",
        ];
        assert_eq!(problems(text), expected);
    }

    #[test]
    fn what_the_linter_is_told_is_checked() {
        let text = "\
lint:
  select: [securty]
  ignore: unpinned-acton
  exclude: [\"[\"]
  severity: {unpinned-action: eror, jbs: off}
  suppress:
    - {reason: why not}
    - {rules: [needs-cylce], paths: [\"{\"], mesage: x}
    - rules: [needs-cycle]
  known:
    runner_label: [x]
    actions:
      ./local: {}
      octo/deploy@v1: {inputs: {a: {requird: true}, A: {}}, output: [x]}
";
        let found = problems(text);
        for words in [
            "2:12: `securty` is neither a rule nor a group of rules, did you mean `security`?",
            "3:11: `unpinned-acton` is neither a rule nor a group of rules, did you mean `unpinned-action`?",
            "4:13: `[` is no glob: ",
            "5:31: `eror` is not known here, did you mean `error`?",
            "5:37: `jbs` is neither a rule nor a group of rules, did you mean `jobs`?",
            "7:7: a suppression needs `rules`, `paths` or `message`",
            "8:16: `needs-cylce` is neither a rule nor a group of rules, did you mean `needs-cycle`?",
            "8:38: `{` is no glob: ",
            "8:44: there is no key `mesage` here, did you mean `message`?",
            "11:5: there is no key `runner_label` here, did you mean `runner_labels`?",
            "13:7: `./local` is no action of a repository",
            "14:37: there is no key `requird` here, did you mean `required`?",
            "14:53: `A` stands twice: letter case makes no difference here",
            "14:61: there is no key `output` here, did you mean `outputs`?",
        ] {
            assert!(found.iter().any(|problem| problem.contains(words)), "{words}\n{found:#?}");
        }
        assert_eq!(found.len(), 14, "{found:#?}");
        let place =
            Config::parse("p.yml", "lint:\n  suppress:\n    - rules: [jobs]\n").unwrap().lint.suppress[0].place.clone();
        assert_eq!((place.position.line, place.position.column, place.line.as_str()), (3, 7, "    - rules: [jobs]"));
    }

    #[test]
    fn what_is_no_yaml_is_one_placed_problem() {
        let found = problems("gates:\n  - metric: run.wall_s\n    fail: > 30min\n");
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("p.yml:3:") && found[0].contains("must stand in quotes"), "{found:?}");
        for text in
            ["a: [\n", "preset: strict\npreset: saas\n", "a: *nowhere\n", "just words\n", "[]", "a: 1\n---\nb: 2\n"]
        {
            assert_eq!(problems(text).len(), 1, "{text}: {:?}", problems(text));
        }
    }

    #[test]
    fn hostile_files_are_refused_within_bounds() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb = format!("{bomb}a{level}: &a{level} [{below}]\n");
        }
        assert_eq!(problems(&bomb).len(), 1);
        assert_eq!(problems(&"[".repeat(100_000)).len(), 1);
        assert!(problems(&"#".repeat(MOST_BYTES + 1))[0].contains("at most"));
        assert!(Config::parse("p.yml", &"x: 1\n".repeat(10)).is_err());
        let many = (0..10_000).map(|key| format!("k{key}: 1")).collect::<Vec<_>>().join("\n");
        let shown = Config::parse("p.yml", &many).unwrap_err().to_string();
        assert_eq!(shown.lines().count(), 51);
    }

    #[test]
    fn aliases_stand_for_their_anchors() {
        let text = "gates:\n  - &gate {metric: run.wall_s, fail: \"> 1h\"}\n  - *gate\n";
        assert_eq!(Config::parse("p.yml", text).unwrap().gates.len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(text in "(gates|lint|- metric|fail|: |\n|  |\\[|\\{|\\}|&a|\\*a|\"|'|> |[a-z0-9%ü]){0,40}") {
            drop(Config::parse("p.yml", &text));
        }
    }
}
