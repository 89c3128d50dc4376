//! The tools that a repository's automation is recognised by: `tools.tsv`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::command_patterns::Pattern;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $word:literal),+ $(,)?) => {
        /// What a tool does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $($(#[doc = $doc])+ $variant),+ }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the word for the kind in the table.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

kinds! {
    /// Runs tests of any kind.
    Test = "test",
    /// Runs integration or end-to-end tests as such.
    IntegrationTest = "integration-test",
    /// Builds or compiles.
    Build = "build",
    /// Looks for mistakes in source text.
    Lint = "lint",
    /// Fails on every finding, warnings included.
    LintStrict = "lint-strict",
    /// Looks for mistakes in prose, configuration and workflows, not in the code itself.
    LintText = "lint-text",
    /// Checks the layout of source text.
    Format = "format",
    /// Brings source text into its layout, and says nothing.
    FormatWrite = "format-write",
    /// Builds or checks documentation.
    Docs = "docs",
    /// Checks documentation's links.
    DocsLinks = "docs-links",
    /// Publishes documentation.
    DocsDeploy = "docs-deploy",
    /// Publishes a static site.
    Pages = "pages",
    /// Measures test coverage.
    Coverage = "coverage",
    /// Fails below a coverage.
    CoverageThreshold = "coverage-threshold",
    /// Shows coverage where people see it.
    CoveragePublish = "coverage-publish",
    /// Shows test results where people see them.
    TestReport = "test-report",
    /// Tests an interface's contract, or with generated input.
    Contract = "contract",
    /// Tests a running interface.
    ApiTest = "api-test",
    /// Puts load on a running service.
    Load = "load",
    /// Runs benchmarks.
    Bench = "bench",
    /// Compares benchmarks with a baseline.
    PerfRegression = "perf-regression",
    /// Measures the size of what is built.
    Size = "size",
    /// Fails above a size.
    SizeGate = "size-gate",
    /// Checks an interface for breaking changes.
    Semver = "semver",
    /// Looks for known vulnerabilities of dependencies.
    Audit = "audit",
    /// Checks dependencies' licences.
    License = "license",
    /// Checks that the project's own files say their licence.
    LicenseHeader = "license-header",
    /// Looks for secrets in the repository.
    SecretScan = "secret-scan",
    /// Analyses source text for security.
    Sast = "sast",
    /// Attacks a running service.
    Dast = "dast",
    /// Looks for vulnerabilities in images.
    ContainerScan = "container-scan",
    /// Looks for mistakes in infrastructure code.
    IacScan = "iac-scan",
    /// Writes a bill of materials.
    Sbom = "sbom",
    /// Signs what is released.
    Sign = "sign",
    /// Signs images only.
    SignImages = "sign-images",
    /// Signs files only.
    SignFiles = "sign-files",
    /// States where a release comes from.
    Provenance = "provenance",
    /// Audits unsafe code.
    UnsafeAudit = "unsafe-audit",
    /// Rates a project's security practices.
    Scorecard = "scorecard",
    /// Gets short-lived credentials or secrets from a vault.
    Oidc = "oidc",
    /// Makes a release.
    Release = "release",
    /// Writes release notes.
    ReleaseNotes = "release-notes",
    /// Decides or writes a version.
    Version = "version",
    /// Writes a changelog.
    Changelog = "changelog",
    /// Fails where a changelog has no entry for a change.
    ChangelogCheck = "changelog-check",
    /// Publishes a package.
    Publish = "publish",
    /// Tells a package index of files that were released elsewhere.
    Index = "index",
    /// Waits for a person's approval.
    Approval = "approval",
    /// Restores a cache with a good key by itself.
    Cache = "cache",
    /// Takes care of the cache key by itself.
    CacheKey = "cache-key",
    /// Caches when an input asks for it.
    CacheInput = "cache-input",
    /// Restores a cache by a key that the workflow states.
    CacheAction = "cache-action",
    /// Uploads artifacts.
    ArtifactUpload = "artifact-upload",
    /// Downloads artifacts.
    ArtifactDownload = "artifact-download",
    /// Finds out which files changed.
    PathFilter = "path-filter",
    /// Builds an image.
    ImageBuild = "image-build",
    /// Pushes an image.
    ImagePush = "image-push",
    /// Decides an image's tags.
    ImageTags = "image-tags",
    /// Tests an image.
    ImageTest = "image-test",
    /// Starts an image.
    ImageRun = "image-run",
    /// Builds for several platforms.
    MultiArch = "multi-arch",
    /// Deploys.
    Deploy = "deploy",
    /// Deploys to Kubernetes.
    KubernetesDeploy = "k8s-deploy",
    /// Starts a cluster or a cloud that lives as long as the job.
    LocalCluster = "local-cluster",
    /// Starts a workflow elsewhere, about which nothing is known here.
    Dispatch = "dispatch",
    /// Waits until a deployment is up.
    Rollout = "rollout",
    /// Requests an address.
    Health = "health",
    /// Takes a deployment back.
    Rollback = "rollback",
    /// Shifts traffic step by step.
    Progressive = "progressive",
    /// Migrates a database.
    Migrate = "migrate",
    /// Works on infrastructure.
    Infra = "infra",
    /// Shows what infrastructure code would change.
    InfraPlan = "infra-plan",
    /// Applies infrastructure code.
    InfraApply = "infra-apply",
    /// Validates infrastructure code.
    InfraValidate = "infra-validate",
    /// Estimates costs.
    Cost = "cost",
    /// Collects CI timings.
    CiMetrics = "ci-metrics",
    /// Fails when CI timings grow.
    CiGate = "ci-gate",
    /// Brings monitoring configuration to where it works.
    MonitoringDeploy = "monitoring-deploy",
    /// Checks alert rules.
    AlertCheck = "alert-check",
    /// Backs up data.
    Backup = "backup",
    /// Restores a backup.
    Restore = "restore",
    /// Checks a backup's integrity.
    BackupCheck = "backup-check",
    /// Breaks things on purpose.
    Chaos = "chaos",
}

/// A tool and what it is recognised by.
#[derive(Clone, Debug)]
pub struct Tool {
    /// The name, for people.
    pub name: &'static str,
    /// What it does.
    pub kinds: BTreeSet<Kind>,
    /// The actions, `owner/repo` or `owner/repo/path`.
    pub actions: Vec<&'static str>,
    /// The commands.
    pub commands: Vec<Pattern>,
    /// The images.
    pub images: Vec<&'static str>,
    /// The configuration files.
    pub files: Vec<&'static str>,
    /// The ecosystem it serves; `None` for any.
    pub ecosystem: Option<&'static str>,
}

/// A line of the table that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ReadError {
    line: usize,
    message: String,
}

fn read(table: &'static str) -> Result<Vec<Tool>, ReadError> {
    let rows = table.lines().enumerate().filter(|(_, row)| !row.starts_with('#') && !row.is_empty());
    rows.skip(1).map(|(at, row)| tool(row).map_err(|message| ReadError { line: at + 1, message })).collect()
}

fn tool(row: &'static str) -> Result<Tool, String> {
    let columns: Vec<&'static str> = row.split('\t').collect();
    let [name, kinds, actions, commands, images, files, ecosystem] =
        <[&'static str; 7]>::try_from(columns).map_err(|columns| format!("{} columns instead of 7", columns.len()))?;
    let kind = |word: &&'static str| {
        let found = Kind::ALL.iter().copied().find(|kind| kind.word() == *word);
        found.ok_or_else(|| format!("unknown kind `{word}`"))
    };
    Ok(Tool {
        name,
        kinds: list(kinds).iter().map(kind).collect::<Result<_, _>>()?,
        actions: list(actions),
        commands: list(commands).into_iter().filter_map(Pattern::read).collect(),
        images: list(images),
        files: list(files),
        ecosystem: list(ecosystem).first().copied(),
    })
}

fn list(column: &'static str) -> Vec<&'static str> {
    column.split(';').map(str::trim).filter(|item| !item.is_empty()).collect()
}

/// The tools with indexes for looking them up.
#[derive(Debug)]
pub struct Tools {
    all: Vec<Tool>,
    by_program: BTreeMap<&'static str, Vec<(usize, usize)>>,
    by_action: BTreeMap<String, Vec<usize>>,
}

static TOOLS: LazyLock<Tools> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the table is part of the program, and a test reads it")]
    let tools = read(include_str!("tools.tsv")).expect("tools.tsv is well-formed");
    Tools::new(tools)
});

/// Returns the known tools.
pub fn tools() -> &'static Tools {
    &TOOLS
}

impl Tools {
    fn new(tools: Vec<Tool>) -> Self {
        let mut by_program: BTreeMap<&'static str, Vec<(usize, usize)>> = BTreeMap::new();
        let mut by_action: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, tool) in tools.iter().enumerate() {
            let patterns = tool.commands.iter().enumerate();
            for (at, program) in patterns.flat_map(|(at, pattern)| pattern.programs.iter().map(move |name| (at, name)))
            {
                by_program.entry(program).or_default().push((index, at));
            }
            for action in &tool.actions {
                by_action.entry(action.to_ascii_lowercase()).or_default().push(index);
            }
        }
        by_action.values_mut().for_each(Vec::dedup);
        Self { all: tools, by_program, by_action }
    }

    /// Returns all tools, in the table's order.
    pub fn all(&self) -> &[Tool] {
        &self.all
    }

    /// Returns the tools that a command, program first, runs.
    pub fn of_command(&self, command: &[&str]) -> Vec<&Tool> {
        // Who asks a tool for its version or its help does nothing with it.
        let asks = |word: &&str| matches!(*word, "--version" | "--help");
        if command.iter().skip(1).take(2).any(asks) {
            return Vec::new();
        }
        let candidates = command.first().and_then(|program| self.by_program.get(program));
        let mut found: Vec<usize> = Vec::new();
        for (index, at) in candidates.into_iter().flatten() {
            let pattern = self.all.get(*index).and_then(|tool| tool.commands.get(*at));
            if pattern.is_some_and(|pattern| pattern.matches(command)) && !found.contains(index) {
                found.push(*index);
            }
        }
        found.into_iter().filter_map(|index| self.all.get(index)).collect()
    }

    /// Returns the tools that an action, `owner/repo[/path]`, runs.
    pub fn of_action(&self, name: &str) -> Vec<&Tool> {
        let indexes = self.by_action.get(&name.to_ascii_lowercase());
        indexes.into_iter().flatten().filter_map(|index| self.all.get(*index)).collect()
    }

    /// Returns the tools that come in an image, tag and digest aside.
    pub fn of_image(&self, image: &str) -> Vec<&Tool> {
        let name = image.split('@').next().unwrap_or_default();
        let colon = name.rfind(':').filter(|at| name.get(*at..).is_some_and(|rest| !rest.contains('/')));
        let name = colon.and_then(|at| name.get(..at)).unwrap_or(name);
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        self.all.iter().filter(|tool| tool.images.contains(&name)).collect()
    }

    /// Returns what is looked for to see a kind of work, for people: the first few names.
    pub fn names_of(&self, kind: Kind) -> Vec<&'static str> {
        self.all.iter().filter(|tool| tool.kinds.contains(&kind)).map(|tool| tool.name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(command: &str) -> Vec<&'static str> {
        let words: Vec<&str> = command.split(' ').collect();
        let kinds: BTreeSet<Kind> =
            tools().of_command(&words).iter().flat_map(|tool| tool.kinds.iter().copied()).collect();
        kinds.into_iter().map(Kind::word).collect()
    }

    #[test]
    fn every_kind_is_served_and_every_tool_can_be_recognised() {
        for kind in Kind::ALL {
            assert!(!tools().names_of(*kind).is_empty(), "{kind:?}");
        }
        for tool in tools().all() {
            let ways = tool.actions.len() + tool.commands.len() + tool.images.len();
            assert!(ways > 0 && !tool.kinds.is_empty(), "{}", tool.name);
        }
        assert!(tools().all().len() >= 400, "{}", tools().all().len());
        let names: BTreeSet<&str> = tools().all().iter().map(|tool| tool.name).collect();
        assert_eq!(names.len(), tools().all().len(), "names are unique");
    }

    #[test]
    fn commands_are_recognised_by_their_words() {
        assert_eq!(kinds("cargo test --locked"), ["test", "build"]);
        assert_eq!(kinds("cargo +nightly test"), ["test", "build"]);
        assert_eq!(kinds("cargo build --features test"), ["build"]);
        assert_eq!(kinds("cargo fmt"), ["format-write"]);
        assert_eq!(kinds("cargo fmt --all -- --check"), ["format"]);
        assert_eq!(kinds("cargo clippy --all-targets -- -D warnings"), ["lint", "lint-strict"]);
        assert_eq!(kinds("cargo clippy -- -D clippy::all"), ["lint"]);
        assert_eq!(kinds("kubectl -n prod apply -f x"), ["deploy", "k8s-deploy"]);
        assert_eq!(kinds("kubectl apply --dry-run=server -f x"), ["infra", "infra-plan"]);
        assert_eq!(kinds("mvn -B clean verify"), ["test", "build"]);
        assert_eq!(kinds("npm publish --dry-run"), Vec::<&str>::new());
        assert_eq!(kinds("make -j4"), ["build"]);
        assert_eq!(kinds("make lint"), Vec::<&str>::new());
    }

    #[test]
    fn images_are_recognised_without_their_tags() {
        let names: Vec<&str> =
            tools().of_image("docker.io/zricethezav/gitleaks:v8@sha256:0").iter().map(|tool| tool.name).collect();
        assert_eq!(names, ["Gitleaks"]);
        assert_eq!(tools().of_action("Gitleaks/gitleaks-action").len(), 1);
    }

    #[test]
    fn a_broken_line_says_where_and_why() {
        assert_eq!(read("# x\nhead\na\tb").unwrap_err().to_string(), "line 3: 2 columns instead of 7");
        let unknown = read("head\na\tnope\t\t\t\t\t").unwrap_err();
        assert_eq!(unknown.to_string(), "line 2: unknown kind `nope`");
    }
}
