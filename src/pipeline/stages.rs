//! What work is for, told from the names of jobs and steps, and by rules where those do not say.

use std::borrow::Cow;
use std::str::FromStr;

use crate::model::pattern;

/// What a job or a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Getting ready and clearing up: checkout, tools, caches, containers.
    Setup,
    /// Compiling and bundling.
    Build,
    /// Tests, unless their name says of another kind.
    TestUnit,
    /// Integration tests.
    TestIntegration,
    /// End-to-end tests.
    TestEnd,
    /// Linters, formatters, type checkers.
    Lint,
    /// Scanners.
    Security,
    /// Benchmarks and load tests.
    Bench,
    /// Packages and releases.
    Package,
    /// Documentation.
    Docs,
    /// Deployments.
    Deploy,
    /// None of these.
    Other,
}

/// Which words make a stage; the first line with a word of the name wins. A word that ends in `*`
/// is the beginning of one, and several words must follow each other.
const WORDS: &[(Stage, &[&str])] = &[
    (Stage::TestEnd, &["e2e", "end to end", "playwright", "cypress", "selenium", "smoke"]),
    (Stage::TestIntegration, &["integration"]),
    (Stage::Bench, &["bench*", "perf", "performance", "load test", "k6", "codspeed"]),
    (
        Stage::Security,
        &[
            "codeql",
            "security",
            "audit",
            "trivy",
            "snyk",
            "semgrep",
            "gitleaks",
            "trufflehog",
            "sast",
            "dast",
            "grype",
            "zizmor",
            "scorecard",
            "cargo deny",
            "govulncheck",
            "vulnerab*",
            "dependency review",
            "bandit",
        ],
    ),
    (
        Stage::Lint,
        &[
            "lint*",
            "eslint",
            "clippy",
            "fmt",
            "rustfmt",
            "format*",
            "prettier",
            "golangci",
            "rubocop",
            "flake8",
            "ruff",
            "mypy",
            "typecheck",
            "type check",
            "shellcheck",
            "actionlint",
            "hadolint",
            "yamllint",
            "markdownlint",
            "style",
            "typos",
            "spell*",
            "pre commit",
            "static analysis",
            "stylelint",
            "checkstyle",
            "ktlint",
            "detekt",
        ],
    ),
    (Stage::Docs, &["doc", "docs", "documentation", "mkdocs", "rustdoc", "javadoc", "typedoc", "sphinx"]),
    (Stage::TestUnit, &["test*", "unit", "pytest", "jest", "vitest", "nextest", "rspec", "phpunit", "ctest", "tox"]),
    (Stage::Deploy, &["deploy*", "rollout", "rollback", "promote"]),
    (
        Stage::Build,
        &[
            "build*",
            "autobuild",
            "compile*",
            "make",
            "cmake",
            "webpack",
            "tsc",
            "assemble",
            "wasm pack",
            "docker",
            "dockerfile",
            "image",
            "buildx",
            "gradle",
            "gradlew",
            "mvn",
            "maven",
            "msbuild",
        ],
    ),
    (Stage::Package, &["packag*", "publish*", "release*", "wheel*", "bundle", "dist", "goreleaser", "helm", "sign"]),
    (
        Stage::Setup,
        &[
            "setup",
            "set up",
            "checkout",
            "install*",
            "cache*",
            "restore",
            "download*",
            "initialize",
            "initialise",
            "login",
            "log in",
            "configure*",
            "print",
            "prepare",
            "bootstrap",
            "clone",
            "fetch",
            "stop containers",
            "npm ci",
            "dependencies",
        ],
    ),
    (
        Stage::Other,
        &["upload*", "notify", "notification", "slack", "comment", "summary", "report", "codecov", "coveralls"],
    ),
];

/// Verbs that make a step setting up, whatever it sets up: `Install golangci-lint` is no lint.
const SETTING_UP: &[&str] = &[
    "setup",
    "set up",
    "install*",
    "checkout",
    "cache",
    "restore",
    "download*",
    "configure",
    "login",
    "log in",
    "print",
    "post",
    "pre",
    "complete job",
    "stop containers",
    "actions checkout",
    "actions cache",
    "actions setup",
    "docker login",
    "docker setup",
];

/// What somebody says that jobs or steps are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The jobs, by their full name or by that without matrix values, with `*` and `?`; all if `None`.
    pub job: Option<String>,
    /// The steps, by their name, with `*` and `?`. If `None`, the jobs as such, and of their steps those whose
    /// names do not say.
    pub step: Option<String>,
    /// What they are for.
    pub stage: Stage,
    /// Which of several builds it is; told from the names if `None`.
    pub variant: Option<String>,
}

/// Rules, of which the first that fits is right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// Makes rules of a list.
    pub fn new(rules: Vec<Rule>) -> Self {
        Self(rules)
    }

    /// Returns the rule for a job as such.
    pub(super) fn of_job(&self, names: [&str; 2]) -> Option<&Rule> {
        self.0.iter().find(|rule| rule.step.is_none() && rule.has_job(names))
    }

    /// Returns the rule for a step of a job.
    pub(super) fn of_step(&self, job: [&str; 2], step: &str) -> Option<&Rule> {
        self.0
            .iter()
            .find(|rule| rule.has_job(job) && rule.step.as_ref().is_some_and(|wanted| pattern::matches(wanted, step)))
    }
}

impl Rule {
    fn has_job(&self, names: [&str; 2]) -> bool {
        self.job.as_ref().is_none_or(|wanted| names.iter().any(|name| pattern::matches(wanted, name)))
    }

    /// Returns which of several builds a stage is.
    pub(super) fn variant<'rule>(&'rule self, names: &[&str]) -> Cow<'rule, str> {
        self.variant.as_deref().map_or_else(|| Cow::Borrowed(variant(self.stage, names)), Cow::Borrowed)
    }
}

impl FromStr for Stage {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.iter().find(|stage| stage.word() == word).copied().ok_or(())
    }
}

impl Stage {
    /// All stages.
    const ALL: [Self; 12] = [
        Self::Setup,
        Self::Build,
        Self::TestUnit,
        Self::TestIntegration,
        Self::TestEnd,
        Self::Lint,
        Self::Security,
        Self::Bench,
        Self::Package,
        Self::Docs,
        Self::Deploy,
        Self::Other,
    ];

    /// Returns the words of all stages.
    pub fn words() -> [&'static str; 12] {
        Self::ALL.map(Self::word)
    }

    /// Returns the word for the stage.
    pub fn word(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Build => "build",
            Self::TestUnit => "test-unit",
            Self::TestIntegration => "test-integration",
            Self::TestEnd => "test-e2e",
            Self::Lint => "lint",
            Self::Security => "security",
            Self::Bench => "bench",
            Self::Package => "package",
            Self::Docs => "docs",
            Self::Deploy => "deploy",
            Self::Other => "other",
        }
    }
}

/// Tells a stage from a name; `None` where no word of it says.
pub fn of_name(name: &str) -> Option<Stage> {
    let words = words(name);
    WORDS
        .iter()
        .find(|(_, patterns)| patterns.iter().any(|pattern| stands_in(pattern, &words)))
        .map(|(stage, _)| *stage)
}

/// Tells a step's stage from its name, or else from its job's stage.
pub fn of_step(name: &str, job: Option<Stage>) -> Stage {
    let words = words(name);
    // GitHub calls a step without name after what it runs.
    let first = usize::from(words.first().is_some_and(|word| word == "run"));
    let words = words.get(first..).unwrap_or_default();
    if SETTING_UP.iter().any(|pattern| stands_at(pattern, words)) && !stands_at("pre commit", words) {
        return Stage::Setup;
    }
    of_name(name).or(job).unwrap_or(Stage::Other)
}

/// Tells which of several builds a stage is: `wasm`, `image`, else `native`; nothing for stages
/// that are no builds.
pub fn variant(stage: Stage, names: &[&str]) -> &'static str {
    if stage != Stage::Build {
        return "";
    }
    let words: Vec<String> = names.iter().flat_map(|name| words(name)).collect();
    let says = |patterns: &[&str]| patterns.iter().any(|pattern| stands_in(pattern, &words));
    match () {
        () if says(&["wasm*", "webassembly", "emscripten"]) => "wasm",
        () if says(&["docker*", "image*", "container", "buildx", "podman"]) => "image",
        () => "native",
    }
}

/// Splits a name into words, in lower case.
pub(super) fn words(name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    name.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Tells whether a pattern's words stand anywhere in a name.
pub(super) fn stands_in(pattern: &str, words: &[String]) -> bool {
    (0..words.len()).any(|start| stands_at(pattern, words.get(start..).unwrap_or_default()))
}

/// Tells whether a name begins with a pattern's words.
fn stands_at(pattern: &str, words: &[String]) -> bool {
    let mut words = words.iter();
    pattern.split(' ').all(|wanted| {
        words.next().is_some_and(|word| match wanted.strip_suffix('*') {
            Some(beginning) => word.starts_with(beginning),
            None => word == wanted,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_their_stage() {
        for (name, stage) in [
            ("Build and test (ubuntu-latest)", Some(Stage::TestUnit)),
            ("Golangci-Lint", Some(Stage::Lint)),
            ("integration-tests", Some(Stage::TestIntegration)),
            ("E2E", Some(Stage::TestEnd)),
            ("Perform CodeQL Analysis", Some(Stage::Security)),
            ("Autobuild", Some(Stage::Build)),
            ("cargo bench", Some(Stage::Bench)),
            ("publish", Some(Stage::Package)),
            ("deploy-docs", Some(Stage::Docs)),
            ("Deploy to production", Some(Stage::Deploy)),
            ("Analyze", None),
            ("", None),
        ] {
            assert_eq!(of_name(name), stage, "{name}");
        }
    }

    #[test]
    fn steps_follow_their_names_then_their_jobs() {
        for (name, job, stage) in [
            ("Set up job", Some(Stage::Lint), Stage::Setup),
            ("Post Run golangci-lint", None, Stage::Setup),
            ("Install golangci-lint", None, Stage::Setup),
            ("Run actions/checkout@v5", Some(Stage::TestUnit), Stage::Setup),
            ("Run golangci-lint", None, Stage::Lint),
            ("Run pre-commit/action@v3", None, Stage::Lint),
            ("Run unit tests for utils", None, Stage::TestUnit),
            ("Run ./do-it.sh", Some(Stage::Build), Stage::Build),
            ("Run ./do-it.sh", None, Stage::Other),
            ("Upload coverage to Codecov", Some(Stage::TestUnit), Stage::Other),
            ("Complete job", None, Stage::Setup),
        ] {
            assert_eq!(of_step(name, job), stage, "{name}");
        }
    }

    #[test]
    fn variants_tell_builds_apart() {
        assert_eq!(variant(Stage::Build, &["build", "wasm32-unknown-unknown"]), "wasm");
        assert_eq!(variant(Stage::Build, &["build", "Build Docker image"]), "image");
        assert_eq!(variant(Stage::Build, &["build", "make"]), "native");
        assert_eq!(variant(Stage::TestUnit, &["wasm tests"]), "");
    }
}
