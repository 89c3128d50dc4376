//! What stands in files other than workflows: Dockerfiles, Compose, Kubernetes, ecosystems.

use std::collections::BTreeMap;

use super::dockerfiles::{Dockerfile, dockerfile};
use super::evidence::{file, not_applicable};
use crate::detectors::purpose::{is_for_developers, is_for_tests};
use crate::model::place::Position;
use crate::model::repository::{Repository, TextFile, UNKNOWN, folder_of, has_ending, join, name_of, without_template};
use crate::model::scorecard::Verdict;
use crate::model::yaml::{Node, Text};

/// The files that criteria look into, recognised.
#[derive(Debug)]
pub(super) struct Files<'model> {
    pub(super) dockerfiles: Vec<Dockerfile<'model>>,
    pub(super) compose: Vec<(&'model str, &'model Node)>,
    /// Compose files for those who work on the project.
    pub(super) development: Vec<(&'model str, &'model Node)>,
    /// Dockerfiles and Compose files for tests and for those who work on the project, which nobody is given.
    pub(super) aside: Vec<&'model str>,
    pub(super) manifests: Vec<Manifest<'model>>,
    /// The ecosystems found, by Dependabot's names, each with a manifest.
    pub(super) ecosystems: Vec<(&'static str, &'model str)>,
}

/// A service of Compose, and what each of the files says of it.
#[derive(Clone, Debug)]
pub(super) struct Service<'model> {
    /// The file that names it first.
    pub(super) path: &'model str,
    pub(super) key: &'model Text,
    pub(super) parts: Vec<(&'model str, &'model Node)>,
}

impl<'model> Service<'model> {
    /// Returns what one of the files says under a key, with that file.
    pub(super) fn get(&self, key: &str) -> Option<(&'model str, &'model Node)> {
        self.parts.iter().rev().find_map(|(path, node)| Some((*path, node.get(key)?)))
    }

    /// Tells whether one of the files says something under a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Returns all texts of the lists under a key.
    pub(super) fn texts(&self, key: &str) -> Vec<Text> {
        self.parts.iter().filter_map(|(_, node)| node.get(key)).flat_map(Node::texts).collect()
    }
}

/// A Kubernetes object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manifest<'model> {
    pub(super) path: &'model str,
    pub(super) file: &'model TextFile,
    pub(super) node: &'model Node,
    pub(super) kind: &'model str,
}

/// Manifests and lock files by Dependabot's names for ecosystems.
const ECOSYSTEMS: &[(&str, &[&str])] = &[
    ("cargo", &["cargo.toml"]),
    ("npm", &["package.json"]),
    ("pip", &["pyproject.toml", "requirements.txt", "setup.py", "pipfile"]),
    ("gomod", &["go.mod"]),
    ("maven", &["pom.xml"]),
    ("gradle", &["build.gradle", "build.gradle.kts"]),
    ("bundler", &["gemfile"]),
    ("composer", &["composer.json"]),
    ("nuget", &["packages.config", "directory.packages.props"]),
    ("mix", &["mix.exs"]),
    ("pub", &["pubspec.yaml"]),
    ("swift", &["package.swift"]),
];

const WORKLOADS: &[&str] = &["Deployment", "StatefulSet", "DaemonSet"];

impl<'model> Files<'model> {
    pub(super) fn new(repository: &'model Repository) -> Self {
        let mut files = Self {
            dockerfiles: Vec::new(),
            compose: Vec::new(),
            development: Vec::new(),
            aside: Vec::new(),
            manifests: Vec::new(),
            ecosystems: ecosystems(repository),
        };
        for (path, file) in &repository.texts {
            let name = name_of(path).to_lowercase();
            let is_container = is_dockerfile(&name) || is_compose(&name);
            let is_aside = is_for_tests(path) || is_container && is_for_developers(path);
            if is_aside && is_container {
                files.aside.push(path);
            }
            match (is_compose(&name), is_aside) {
                (true, true) if !is_for_tests(path) => files.development.extend(composed(path, file)),
                (true, false) => files.compose.extend(composed(path, file)),
                (false, false) if is_dockerfile(&name) => files.dockerfiles.push(dockerfile(path, file)),
                (false, false) => files.manifests.extend(file.roots().filter_map(|node| manifest(path, file, node))),
                (_, true) => {}
            }
        }
        files.set_development_aside(repository);
        files
    }

    /// Sets aside what only serves those who work on the project: Compose files that mount its folder into all that
    /// they build, where none beside them says how else it runs, and Dockerfiles that only such a file builds and that
    /// hold nothing of the project.
    fn set_development_aside(&mut self, repository: &Repository) {
        let is_alone = |path: &str| {
            let beside = self.compose.iter().filter(|(other, _)| folder_of(other) == folder_of(path) && *other != path);
            beside.into_iter().all(|(other, _)| name_of(other).contains("override"))
        };
        let mounted: Vec<&str> = self
            .compose
            .iter()
            .filter(|(path, node)| mounts_project(node) && is_alone(path))
            .map(|(path, _)| *path)
            .collect();
        let (development, compose) =
            std::mem::take(&mut self.compose).into_iter().partition(|(path, _)| mounted.contains(path));
        self.compose = compose;
        self.development.extend::<Vec<_>>(development);
        self.aside.extend(mounted);
        let by_developers: Vec<String> = self.development.iter().flat_map(|(path, node)| built(path, node)).collect();
        let by_others: Vec<String> = self.compose.iter().flat_map(|(path, node)| built(path, node)).collect();
        let is_aside = |image: &Dockerfile<'_>| {
            let path = image.path.to_owned();
            by_developers.contains(&path) && !by_others.contains(&path) && !image.holds_project(repository)
        };
        let (aside, images) = std::mem::take(&mut self.dockerfiles).into_iter().partition(is_aside);
        self.dockerfiles = images;
        self.aside.extend::<Vec<_>>(aside.iter().map(|image: &Dockerfile<'model>| image.path).collect());
    }

    /// Says that nothing is asked where no image is made for others; a file that makes one for tests or developers is
    /// named, if its name is one that is asked about.
    pub(super) fn without(&self, is_asked: fn(&str) -> bool, because: &str, are_made: &str) -> Verdict {
        match self.aside.iter().find(|path| is_asked(&name_of(path).to_lowercase())) {
            Some(path) => Verdict { evidence: vec![file(path, "for tests or developers")], ..not_applicable(are_made) },
            None => not_applicable(because),
        }
    }

    /// Returns the Kubernetes workloads that keep running.
    pub(super) fn workloads(&self) -> impl Iterator<Item = &Manifest<'model>> {
        self.manifests.iter().filter(|manifest| WORKLOADS.contains(&manifest.kind))
    }

    /// Returns the services of Compose files, each once: files beside each other that name the same
    /// one are put on top of each other.
    pub(super) fn services(&self) -> Vec<Service<'model>> {
        merged(self.compose.iter().collect())
    }

    /// Returns the same, with those of Compose files for developers.
    pub(super) fn all_services(&self) -> Vec<Service<'model>> {
        merged(self.compose.iter().chain(&self.development).collect())
    }

    /// Returns the objects of a kind.
    pub(super) fn of_kind(&self, kinds: &[&str]) -> Vec<&Manifest<'model>> {
        self.manifests.iter().filter(|manifest| kinds.contains(&manifest.kind)).collect()
    }
}

/// Puts the services of Compose files together.
fn merged<'model>(mut files: Vec<&(&'model str, &'model Node)>) -> Vec<Service<'model>> {
    let mut found: BTreeMap<(&str, &str), Service<'model>> = BTreeMap::new();
    // What is put on top of a file has a longer name.
    files.sort_by_key(|(path, _)| path.len());
    for (path, node) in files {
        for entry in node.get("services").map(Node::entries).unwrap_or_default() {
            let new = || Service { path, key: &entry.key, parts: Vec::new() };
            let service = found.entry((folder_of(path), &entry.key.value)).or_insert_with(new);
            service.parts.push((path, &entry.value));
        }
    }
    found.into_values().collect()
}

fn composed<'model>(path: &'model str, file: &'model TextFile) -> Vec<(&'model str, &'model Node)> {
    file.roots().map(|root| (path, root)).collect()
}

/// Tells whether all that a Compose file builds sees the project's own folder, as it is while somebody works on it.
fn mounts_project(compose: &Node) -> bool {
    let services = compose.get("services").map(Node::entries).unwrap_or_default();
    let mut built =
        services.iter().map(|entry| &entry.value).filter(|service| service.get("build").is_some()).peekable();
    let is_own = |source: &str| matches!(source, "." | "./" | ".." | "../" | "$PWD" | "${PWD}" | "$PWD/" | "${PWD}/");
    let mounts = |service: &Node| {
        let volumes = service.get("volumes").map(Node::items).unwrap_or_default();
        volumes.iter().any(|volume| match (volume.text(), volume.get("source").and_then(Node::text)) {
            (Some(short), _) => short.value.rsplit_once(":/").is_some_and(|(source, _)| is_own(source)),
            (None, source) => source.is_some_and(|source| is_own(&source.value)),
        })
    };
    built.peek().is_some() && built.all(mounts)
}

/// Returns the paths of the Dockerfiles that a Compose file builds.
fn built(path: &str, compose: &Node) -> Vec<String> {
    let services = compose.get("services").map(Node::entries).unwrap_or_default();
    let of_service = |service: &Node| {
        let build = service.get("build")?;
        let said = |key: &str| build.get(key).and_then(Node::text).map(|text| text.value.as_str());
        let context = build.text().map(|text| text.value.as_str()).or_else(|| said("context")).unwrap_or(".");
        join(&join(folder_of(path), context)?, said("dockerfile").unwrap_or("Dockerfile"))
    };
    services.iter().filter_map(|entry| of_service(&entry.value)).collect()
}

/// The endings of templates, of which something else makes files.
const TEMPLATES: &[&str] =
    &["eex", "erb", "hbs", "in", "j2", "jinja", "jinja2", "liquid", "mustache", "template", "tera", "tmpl", "tpl"];

/// Tells whether a file's name, in lower case, is a Dockerfile's.
pub(super) fn is_dockerfile(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    let is_one = matches!(stem, "dockerfile" | "containerfile") || has_ending(name, &["dockerfile"]);
    is_one && !has_ending(name, TEMPLATES)
}

/// Tells whether a file's name, in lower case, is a Compose file's.
pub(super) fn is_compose(name: &str) -> bool {
    let yaml = has_ending(name, &["yml", "yaml"]);
    yaml && ["compose", "docker-compose", "podman-compose"].iter().any(|start| name.starts_with(start))
}

fn manifest<'model>(path: &'model str, file: &'model TextFile, node: &'model Node) -> Option<Manifest<'model>> {
    node.get("apiVersion")?.text()?;
    let kind = node.get("kind")?.text()?.as_str();
    Some(Manifest { path, file, node, kind })
}

fn ecosystems(repository: &Repository) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    for (ecosystem, names) in ECOSYSTEMS {
        let named = |path: &&String| {
            let lower = path.to_lowercase();
            let is_one = names.contains(&name_of(&lower)) || *ecosystem == "pip" && is_requirements(&lower);
            is_one && !is_for_tests(path)
        };
        let path = repository.paths.iter().filter(named).min_by_key(|path| path.matches('/').count());
        found.extend(path.map(|path| (*ecosystem, path.as_str())));
    }
    let own = || repository.paths.iter().filter(|path| !is_for_tests(path));
    let ends = |end: &str| own().find(|path| path.ends_with(end)).map(String::as_str);
    if !found.iter().any(|(ecosystem, _)| *ecosystem == "nuget") {
        found.extend(ends(".csproj").or_else(|| ends(".fsproj")).map(|path| ("nuget", path)));
    }
    let docker = own().find(|path| is_dockerfile(&name_of(path).to_lowercase()) && !is_for_developers(path));
    let docker = docker.map(String::as_str);
    found.extend(docker.map(|path| ("docker", path)));
    found.extend(ends(".tf").map(|path| ("terraform", path)));
    found.extend(repository.workflows.first().map(|file| ("github-actions", file.path.as_str())));
    found
}

/// Whether an object says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// It does.
    Set,
    /// It does not.
    Unset,
    /// Only the rendering of a template tells.
    Unknown,
}

/// Tells whether a node says something under a key: what is empty says nothing.
pub(super) fn setting(node: &Node, key: &str) -> Setting {
    match node.get(key) {
        Some(value) if value.text().is_some_and(|text| !text.is_null()) => Setting::Set,
        Some(value) if !value.entries().is_empty() || !value.items().is_empty() => Setting::Set,
        None if node.get(UNKNOWN).is_some() => Setting::Unknown,
        None if node.text().is_some_and(|text| text.value == UNKNOWN) => Setting::Unknown,
        Some(_) | None => Setting::Unset,
    }
}

impl<'model> Manifest<'model> {
    /// Returns where the object says its kind.
    pub(super) fn position(&self) -> Position {
        let kind = self.node.entry("kind").map_or(self.node.span, |entry| entry.key.span);
        self.file.position(kind.start)
    }

    /// Returns the pod's containers, those that only a chart's values tell aside.
    pub(super) fn containers(&self) -> impl Iterator<Item = &'model Node> + use<'model> {
        let pod = self.node.get("spec").and_then(|spec| spec.get("template")).and_then(|template| template.get("spec"));
        let all = pod.and_then(|pod| pod.get("containers")).map(Node::items).unwrap_or_default();
        all.iter().filter(|container| !container.entries().is_empty())
    }

    /// Tells whether it is a template of a Helm chart, or another one that is filled in somewhere.
    pub(super) fn is_template(&self) -> bool {
        self.is_filled_in() || self.path.starts_with("templates/") || self.path.contains("/templates/")
    }
}

impl Manifest<'_> {
    /// Tells whether its file is a template outside of charts, as its ending says.
    pub(super) fn is_filled_in(&self) -> bool {
        without_template(self.path).is_some()
    }
}

/// Tells whether a path, in lower case, is a list of Python packages: `requirements.txt` and what is named after it.
fn is_requirements(path: &str) -> bool {
    let stem = name_of(path).rsplit_once('.').map_or("", |(stem, _)| stem);
    let named = stem.split(['-', '_', '.']).any(|part| part == "requirements");
    has_ending(path, &["txt", "in"]) && (named || name_of(folder_of(path)) == "requirements")
}

/// Tells whether a package of a list that pip-compile or uv wrote is there for other packages only: they name those
/// behind `# via`, and what the project itself asks for by the file or the project that does.
pub(super) fn is_only_for_others(lines: &[&str], index: usize) -> bool {
    let behind = lines.get(index + 1..).unwrap_or_default().iter().map(|line| line.trim());
    let notes: Vec<&str> =
        behind.skip_while(|line| line.starts_with("--hash")).take_while(|line| line.starts_with('#')).collect();
    let is_via = notes.first().is_some_and(|first| first.trim_start_matches(['#', ' ']).starts_with("via"));
    is_via && !notes.iter().any(|note| note.contains("-r ") || note.contains("-c ") || note.contains('('))
}

/// Tells whether a path, in lower case, is a manifest that names dependencies.
pub(super) fn is_dependency_file(path: &str) -> bool {
    let name = name_of(path);
    matches!(
        name,
        "cargo.toml"
            | "package.json"
            | "pyproject.toml"
            | "go.mod"
            | "pom.xml"
            | "gemfile"
            | "composer.json"
            | "build.gradle"
            | "build.gradle.kts"
    ) || is_requirements(path)
        || has_ending(name, &["csproj", "gemspec"])
        || name == "directory.packages.props"
        || name == "mix.exs"
}

/// Reads a `package.json`.
pub(super) fn package_json(repository: &Repository, path: &str) -> Option<serde_json::Value> {
    serde_json::from_str(&repository.text(path)?.text).ok()
}
