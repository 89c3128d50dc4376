//! What a repository is, which decides what it is asked.

use std::fmt;
use std::str::FromStr;

use super::Scope;
use super::facts::Facts;
use super::files::package_json;
use crate::detectors::activity::Activity;
use crate::detectors::purpose::is_for_tests;
use crate::knowledge::tools::{Kind, Tool};
use crate::model::finding::UnknownWord;
use crate::model::repository::{Repository, has_ending, name_of};
use crate::model::scorecard::ProfileChoice;
use crate::model::workflow::Event;
use crate::model::yaml::Node;

/// What a repository is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// Deployed by its owners.
    Service,
    /// Published as a package.
    Library,
    /// A program that others run.
    Cli,
    /// A GitHub action.
    Action,
    /// A static site.
    Site,
}

impl Profile {
    /// The words for the profiles, in order.
    pub const WORDS: &'static [&'static str] = &["service", "library", "cli", "action", "site"];

    /// Returns the word for the profile.
    pub fn word(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Library => "library",
            Self::Cli => "cli",
            Self::Action => "action",
            Self::Site => "site",
        }
    }

    /// Tells whether a criterion of a scope is asked of the profile.
    pub fn asks(self, scope: Scope) -> bool {
        match scope {
            Scope::Any => true,
            Scope::Deployed => matches!(self, Self::Service | Self::Site),
            Scope::Running => self == Self::Service,
            Scope::Released => self != Self::Site,
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

impl FromStr for Profile {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "service" => Ok(Self::Service),
            "library" => Ok(Self::Library),
            "cli" => Ok(Self::Cli),
            "action" => Ok(Self::Action),
            "site" => Ok(Self::Site),
            _ => Err(UnknownWord::new(text, Self::WORDS)),
        }
    }
}

/// Files that only something deployed has.
const DEPLOYED: &[&str] = &[
    "fly.toml",
    "render.yaml",
    "procfile",
    "app.yaml",
    "serverless.yml",
    "serverless.yaml",
    "pulumi.yaml",
    "skaffold.yaml",
    "wrangler.toml",
    "cdk.json",
    "helmfile.yaml",
    "samconfig.toml",
    "railway.json",
    "vercel.json",
    "kustomization.yaml",
    "kustomization.yml",
];

/// Files of static-site generators, at the root.
const SITE: &[&str] = &[
    "hugo.toml",
    "_config.yml",
    "docusaurus.config.js",
    "docusaurus.config.ts",
    "astro.config.mjs",
    "astro.config.ts",
    "mkdocs.yml",
    "gatsby-config.js",
    "_quarto.yml",
    "book.toml",
    "eleventy.config.js",
    ".eleventy.js",
];

/// Finds out what a repository is, and says why.
pub(super) fn detect(facts: &Facts<'_>) -> (Profile, ProfileChoice) {
    let (profile, why) = guess(facts);
    (profile, ProfileChoice { name: profile.word(), why })
}

fn guess(facts: &Facts<'_>) -> (Profile, String) {
    let (repository, files) = (facts.repository, &facts.files);
    let holds = |path: &str| repository.paths.contains(path);
    if let Some(path) = ["action.yml", "action.yaml"].into_iter().find(|path| holds(path)) {
        return (Profile::Action, format!("`{path}` stands at the root"));
    }
    // A base without a workload of one's own is part of what a program hands out.
    let handed_out = files.workloads().next().is_none() && goreleaser(repository).is_some();
    let deployed = repository.paths.iter().find(|path| {
        let name = name_of(path).to_lowercase();
        let is_base = handed_out && name.starts_with("kustomization.");
        DEPLOYED.contains(&name.as_str()) && !is_for_tests(path) && !is_base
    });
    if let Some(path) = deployed {
        return (Profile::Service, format!("`{path}` says how it is deployed"));
    }
    if let Some(manifest) = files.workloads().find(|manifest| !manifest.is_template()) {
        return (Profile::Service, format!("`{}` is a Kubernetes workload", manifest.path));
    }
    // What could run anywhere is run by others where it is handed out, and nothing here runs it.
    if let Some(release) = distributed(facts) {
        return (Profile::Cli, why_distributed(release));
    }
    // Who publishes a chart need not be the one who deploys it.
    if let Some(manifest) = files.workloads().find(|manifest| !manifest.is_filled_in()) {
        return (Profile::Service, format!("`{}` is a Kubernetes workload", manifest.path));
    }
    if let Some(image) = files.dockerfiles.iter().find(|image| image.exposes.is_some()) {
        return (Profile::Service, format!("`{}` exposes a port", image.path));
    }
    if let Some((path, _)) = files.compose.iter().find(|(_, node)| builds_here(node)) {
        return (Profile::Service, format!("`{path}` builds and runs it"));
    }
    let composed = files.compose.iter().find(|(_, node)| runs_own_image(node));
    if let (Some(image), Some((compose, _))) = (files.dockerfiles.first(), composed) {
        return (Profile::Service, format!("`{}` and `{compose}` make and run it", image.path));
    }
    if let Some((path, why)) = web_application(repository) {
        return (Profile::Service, format!("`{path}` {why}"));
    }
    if let Some((path, _)) = files.development.iter().find(|(_, node)| builds_here(node)) {
        return (Profile::Service, format!("`{path}` builds and runs it for developers"));
    }
    if let Some(path) = program(repository) {
        return (Profile::Cli, format!("`{path}` makes a program"));
    }
    let manifest = [
        "Cargo.toml",
        "package.json",
        "pyproject.toml",
        "setup.py",
        "go.mod",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "composer.json",
        "mix.exs",
        "Package.swift",
        "build.zig",
        "pubspec.yaml",
    ]
    .into_iter()
    .find(|path| holds(path))
    .or_else(|| repository.find_name(|name| has_ending(name, &["gemspec", "csproj"])));
    let site = SITE.iter().find(|path| holds(path));
    let module = native_or_module(repository);
    if let (Some(path), None, None) = (site, manifest, &module) {
        return (Profile::Site, format!("`{path}` belongs to a site generator"));
    }
    if let (Some((profile, why)), None) = (module, manifest) {
        return (profile, why);
    }
    if let Some(path) = manifest {
        return (Profile::Library, format!("`{path}` describes a package, and nothing says how it is deployed"));
    }
    let called = repository.workflows.iter().all(|file| file.workflow.is_triggered_by(Event::WorkflowCall));
    if !repository.workflows.is_empty() && called {
        return (Profile::Action, "every workflow is there to be called".to_owned());
    }
    (Profile::Service, "nothing says that it is anything else".to_owned())
}

/// Finds what releases files that others run: programs, packages, a chart; nothing where a workflow deploys, or where
/// infrastructure code, Compose or a chart that is kept here says where it runs.
fn distributed<'facts, 'model>(facts: &'facts Facts<'model>) -> Option<&'facts Activity<'model>> {
    let runs_somewhere = facts.files.workloads().next().is_some()
        || !facts.charts().is_empty()
        || facts.files.dockerfiles.iter().any(|image| image.exposes.is_some());
    let keeps_chart = !facts.charts().is_empty()
        && !facts.of(&[Kind::Publish]).iter().any(|publish| {
            publish.tools.iter().any(|tool| matches!(tool.name, "chart releaser" | "helm push" | "GoReleaser"))
        });
    let is_deployed = keeps_chart
        || !facts.deploys().is_empty()
        || facts.files.compose.iter().any(|(_, node)| builds_here(node))
        || facts.repository.paths.iter().any(|path| has_ending(path, &["tf"]) && !is_for_tests(path));
    if !runs_somewhere || is_deployed {
        return None;
    }
    let is_text =
        |name: &str| has_ending(name, &["json", "yaml", "yml", "txt", "md", "sig", "pem", "sbom", "xml", "html"]);
    let is_file = |name: &str| name.contains(['.', '*', '/']) && !is_text(name) && !name.starts_with('-');
    let release = facts.of(&[Kind::Release]).into_iter().find(|release| {
        let makes_files = |tool: &&Tool| matches!(tool.name, "GoReleaser" | "cargo-dist" | "chart releaser");
        let inputs = ["files", "file", "asset_path", "artifacts", "artifact", "bin", "assets"];
        let given = inputs.iter().filter_map(|name| release.input(name));
        let mut names = given
            .flat_map(|text| text.value.split([',', '\n', ' ']))
            .chain(release.words.iter().skip(3).map(String::as_str));
        release.tools.iter().copied().any(|tool| makes_files(&tool)) || names.any(|name| is_file(name.trim()))
    });
    release.or_else(|| facts.unknown_release())
}

/// Says why something is taken for a program that is released.
fn why_distributed(release: &Activity<'_>) -> String {
    let what = if release.is(Kind::Release) {
        "releases files for others"
    } else {
        "may release files by an action that is not known"
    };
    format!("`{}` {what}, and no workflow deploys", release.path)
}

/// Tells whether a service has an image from a registry where projects keep their own.
fn runs_own_image(compose: &Node) -> bool {
    let services = compose.get("services").map(Node::entries).unwrap_or_default();
    services.iter().any(|service| {
        let image = service.value.get("image").and_then(Node::text);
        image.is_some_and(|image| image.value.starts_with("ghcr.io/") || image.value.starts_with('$'))
    })
}

fn builds_here(compose: &Node) -> bool {
    let services = compose.get("services").map(Node::entries).unwrap_or_default();
    services.iter().any(|service| service.value.get("build").is_some())
}

/// Finds what only an application on the web has: a file or a dependency of its framework.
fn web_application(repository: &Repository) -> Option<(String, &'static str)> {
    let holds = |path: &str| repository.paths.contains(path);
    let framework = [
        ("config.ru", "is a Rack application's"),
        ("artisan", "is a Laravel application's"),
        ("manage.py", "is a Django application's"),
        ("bin/console", "is a Symfony application's"),
    ];
    if let Some((path, why)) = framework.into_iter().find(|(path, _)| holds(path)) {
        return Some((path.to_owned(), why));
    }
    let line_of = |endings: &[&str], words: &[&str]| {
        let own = repository.texts.iter().filter(|(path, _)| has_ending(path, endings) && !is_for_tests(path));
        own.into_iter().find(|(_, file)| file.line_with(words).is_some()).map(|(path, _)| path.clone())
    };
    if let Some(path) = line_of(&["csproj", "fsproj"], &["microsoft.net.sdk.web\"", "aspire.apphost"]) {
        return Some((path, "is a web application's"));
    }
    let boot = [
        "<artifactid>spring-boot-maven-plugin",
        "org.springframework.boot'",
        "org.springframework.boot\"",
        "quarkus-maven-plugin",
    ];
    if let Some(path) = line_of(&["xml", "gradle", "kts"], &boot).filter(|path| !path.contains('/')) {
        return Some((path, "makes an application that serves requests"));
    }
    let package = package_json(repository, "package.json")?;
    let depends = |name: &str| package.get("dependencies").is_some_and(|list| list.get(name).is_some());
    let served = ["next", "nuxt", "@nestjs/core", "@remix-run/node", "@sveltejs/adapter-node"].into_iter().any(depends);
    let starts = package.get("scripts").is_some_and(|scripts| scripts.get("start").is_some());
    let answers = ["express", "fastify", "koa", "@hapi/hapi", "hono"].into_iter().any(depends) && starts;
    (served || answers).then(|| ("package.json".to_owned(), "depends on a web framework"))
}

/// Tells a C or C++ project, and a Terraform module, by their files at the root.
fn native_or_module(repository: &Repository) -> Option<(Profile, String)> {
    let root = |name: &str| repository.paths.contains(name);
    let text = |path: &str| repository.text(path).map_or("", |file| file.text.as_str());
    if let Some(path) = ["CMakeLists.txt", "meson.build", "configure.ac", "xmake.lua", "BUILD.bazel"]
        .into_iter()
        .find(|path| root(path))
    {
        let library = ["add_library", "library("].iter().any(|word| text(path).contains(word));
        let program = ["add_executable", "executable("].iter().any(|word| text(path).contains(word));
        let profile = if program && !library { Profile::Cli } else { Profile::Library };
        return Some((profile, format!("`{path}` builds it, and nothing says how it is deployed")));
    }
    let terraform = ["main.tf", "variables.tf", "outputs.tf"].into_iter().all(root);
    let stateful = repository.texts.iter().any(|(path, file)| {
        !path.contains('/') && has_ending(path, &["tf"]) && file.line_with(&["backend \"", "cloud {"]).is_some()
    });
    (terraform && !stateful)
        .then(|| (Profile::Library, "`variables.tf` and `outputs.tf` make a Terraform module".to_owned()))
}

/// Tells whether a program of Cargo begins in a file: one of any package, or one of several that the package at the
/// root has.
fn is_main(path: &str) -> bool {
    let several = path.strip_prefix("src/bin/").and_then(|rest| rest.strip_suffix(".rs"));
    path.ends_with("src/main.rs") || several.is_some_and(|name| !name.contains('/') || name.ends_with("/main"))
}

/// Finds the file by which `GoReleaser` builds programs. Libraries that only have their notes written by it skip all
/// builds (goreleaser.com, "Builds").
fn goreleaser(repository: &Repository) -> Option<&str> {
    let is_its = |path: &&String| name_of(path).trim_start_matches('.').starts_with("goreleaser.y");
    let builds = |path: &&String| {
        let root = repository.text(path).and_then(|file| file.roots().next());
        let builds = root.and_then(|root| root.get("builds")).map(Node::items).unwrap_or_default();
        let is_skipped = |build: &Node| build.get("skip").and_then(Node::text).is_some_and(|skip| skip.value == "true");
        builds.is_empty() || !builds.iter().all(is_skipped)
    };
    let own = repository.paths.iter().filter(|path| !path.starts_with(".github/workflows/"));
    own.filter(is_its).find(builds).map(String::as_str)
}

/// Finds a program of Cargo: the one of the package at the root, or else one of the packages below. One that is never
/// published counts only where no library is.
fn cargo_program(repository: &Repository) -> Option<&str> {
    let manifest = repository.text("Cargo.toml")?;
    let mut mains: Vec<&str> =
        repository.paths.iter().map(String::as_str).filter(|path| is_main(path) && !path.contains("xtask")).collect();
    mains.sort_by_key(|path| (path.matches('/').count(), *path));
    let own = mains.iter().find(|path| path.starts_with("src/")).copied();
    if let Some(path) = own.or_else(|| manifest.text.contains("[[bin]]").then_some("Cargo.toml")) {
        return Some(path);
    }
    let is_internal = |path: &str| {
        let package = path.rsplit_once("src/").map_or("", |(folder, _)| folder);
        let text = repository.text(&format!("{package}Cargo.toml")).map_or("", |file| file.text.as_str());
        text.lines().any(|line| line.replace(' ', "").starts_with("publish=false"))
    };
    let is_published_library =
        |path: &&String| name_of(path) == "lib.rs" && path.contains("src/") && !is_internal(path);
    let has_library = repository.paths.iter().any(|path| is_published_library(&path));
    mains.into_iter().find(|path| !is_internal(path) || !has_library)
}

/// Finds what makes a program: a binary crate, `bin` in a package, console scripts, a release of
/// binaries, a `main` package.
fn program(repository: &Repository) -> Option<String> {
    let text_has = |path: &str, word: &str| repository.text(path).is_some_and(|file| file.text.contains(word));
    let named = |name: &str| repository.paths.iter().find(|path| name_of(path) == name);
    if let Some(path) = goreleaser(repository) {
        return Some(path.to_owned());
    }
    if let Some(path) = cargo_program(repository) {
        return Some(path.to_owned());
    }
    if package_json(repository, "package.json").is_some_and(|package| package.get("bin").is_some()) {
        return Some("package.json".to_owned());
    }
    if text_has("pyproject.toml", "[project.scripts]") || text_has("pyproject.toml", "[tool.poetry.scripts]") {
        return Some("pyproject.toml".to_owned());
    }
    let go = repository.paths.contains("go.mod");
    let main = repository
        .paths
        .iter()
        .find(|path| *path == "main.go" || (path.starts_with("cmd/") && path.ends_with("main.go")));
    main.filter(|_| go).or_else(|| named("dist-workspace.toml")).cloned()
}
