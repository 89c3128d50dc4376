//! What stands in files other than workflows: Dockerfiles, Compose, Kubernetes, ecosystems.

use std::collections::{BTreeMap, BTreeSet};

use crate::detectors::program::plain;
use crate::detectors::purpose::is_for_tests;
use crate::knowledge::tools::{Kind, tools};
use crate::model::place::Position;
use crate::model::repository::{Repository, TextFile, UNKNOWN, folder_of, has_ending, name_of};
use crate::model::yaml::{Node, Text};
use crate::shell::commands;

/// The files that criteria look into, recognised.
#[derive(Debug)]
pub(super) struct Files<'model> {
    pub(super) dockerfiles: Vec<Dockerfile<'model>>,
    pub(super) compose: Vec<(&'model str, &'model Node)>,
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

/// What is seen in a Dockerfile.
#[derive(Clone, Debug, Default)]
pub(super) struct Dockerfile<'model> {
    pub(super) path: &'model str,
    pub(super) stages: usize,
    /// The last stage's image.
    pub(super) last_base: String,
    /// Where the last stage begins.
    pub(super) last_stage: Option<Position>,
    /// The last stage's `USER`, with its place.
    pub(super) user: Option<(String, Position)>,
    pub(super) exposes: Option<Position>,
    pub(super) health_check: Option<Position>,
    /// What the commands of the last stage, and of those it is made on, leave in the image.
    pub(super) leaves: Leaves,
    /// A variable set to what looks like a credential.
    pub(super) credential: Option<(String, Position)>,
}

/// What is left in an image by the commands that make its last stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leaves {
    /// Nothing: files are copied, and users and folders made.
    #[default]
    Nothing,
    /// Package managers and what they download.
    Installers,
    /// Compilers and sources.
    Compilers,
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
];

const WORKLOADS: &[&str] = &["Deployment", "StatefulSet", "DaemonSet"];

impl<'model> Files<'model> {
    pub(super) fn new(repository: &'model Repository) -> Self {
        let mut files = Self {
            dockerfiles: Vec::new(),
            compose: Vec::new(),
            manifests: Vec::new(),
            ecosystems: ecosystems(repository),
        };
        for (path, file) in repository.texts.iter().filter(|(path, _)| !is_for_tests(path)) {
            let name = name_of(path).to_lowercase();
            if is_dockerfile(&name) {
                files.dockerfiles.push(dockerfile(path, file));
            } else if is_compose(&name) {
                files.compose.extend(file.roots().map(|root| (path.as_str(), root)));
            } else {
                files.manifests.extend(file.roots().filter_map(|node| manifest(path, file, node)));
            }
        }
        files
    }

    /// Returns the Kubernetes workloads that keep running.
    pub(super) fn workloads(&self) -> impl Iterator<Item = &Manifest<'model>> {
        self.manifests.iter().filter(|manifest| WORKLOADS.contains(&manifest.kind))
    }

    /// Returns the services of Compose files, each once: files beside each other that name the same
    /// one are put on top of each other.
    pub(super) fn services(&self) -> Vec<Service<'model>> {
        let mut found: BTreeMap<(&str, &str), Service<'model>> = BTreeMap::new();
        let mut files: Vec<&(&str, &Node)> = self.compose.iter().collect();
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

    /// Returns the objects of a kind.
    pub(super) fn of_kind(&self, kinds: &[&str]) -> Vec<&Manifest<'model>> {
        self.manifests.iter().filter(|manifest| kinds.contains(&manifest.kind)).collect()
    }
}

/// Tells whether a file's name, in lower case, is a Dockerfile's.
pub(super) fn is_dockerfile(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    matches!(stem, "dockerfile" | "containerfile") || has_ending(name, &["dockerfile"])
}

/// Tells whether a file's name, in lower case, is a Compose file's.
pub(super) fn is_compose(name: &str) -> bool {
    let yaml = has_ending(name, &["yml", "yaml"]);
    yaml && (name.starts_with("compose") || name.starts_with("docker-compose"))
}

fn manifest<'model>(path: &'model str, file: &'model TextFile, node: &'model Node) -> Option<Manifest<'model>> {
    node.get("apiVersion")?.text()?;
    let kind = node.get("kind")?.text()?.as_str();
    Some(Manifest { path, file, node, kind })
}

fn ecosystems(repository: &Repository) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    for (ecosystem, names) in ECOSYSTEMS {
        let named = |path: &&String| names.contains(&name_of(path).to_lowercase().as_str()) && !is_for_tests(path);
        let path = repository.paths.iter().filter(named).min_by_key(|path| path.matches('/').count());
        found.extend(path.map(|path| (*ecosystem, path.as_str())));
    }
    let own = || repository.paths.iter().filter(|path| !is_for_tests(path));
    let ends = |end: &str| own().find(|path| path.ends_with(end)).map(String::as_str);
    if !found.iter().any(|(ecosystem, _)| *ecosystem == "nuget") {
        found.extend(ends(".csproj").or_else(|| ends(".fsproj")).map(|path| ("nuget", path)));
    }
    let docker = own().find(|path| is_dockerfile(&name_of(path).to_lowercase())).map(String::as_str);
    found.extend(docker.map(|path| ("docker", path)));
    found.extend(ends(".tf").map(|path| ("terraform", path)));
    found.extend(repository.workflows.first().map(|file| ("github-actions", file.path.as_str())));
    found
}

fn dockerfile<'model>(path: &'model str, file: &TextFile) -> Dockerfile<'model> {
    let mut image = Dockerfile { path, ..Dockerfile::default() };
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut script = String::new();
    let mut in_run = false;
    for (at, line) in file.text.lines().enumerate() {
        let indent = line.chars().take_while(|character| character.is_whitespace()).count();
        let position = Position { line: at + 1, column: indent + 1 };
        let mut words = line.split_whitespace();
        let instruction = words.next().unwrap_or_default().to_ascii_uppercase();
        let rest: Vec<&str> = words.collect();
        if in_run && line.trim_start().starts_with('#') {
            continue;
        }
        if in_run || instruction == "RUN" {
            let own = if in_run { line.trim() } else { line.trim().get("RUN".len()..).unwrap_or_default().trim() };
            script.push_str(own);
            script.push('\n');
            in_run = line.trim_end().ends_with('\\');
            continue;
        }
        match instruction.as_str() {
            "FROM" => {
                image.stages += 1;
                let base = rest.iter().find(|word| !word.starts_with("--")).copied().unwrap_or_default();
                // A stage on top of another one of the file keeps its user.
                if !names.contains(&base.to_lowercase()) {
                    image.user = None;
                    script.clear();
                }
                base.clone_into(&mut image.last_base);
                image.last_stage = Some(position);
                let name = rest.iter().skip_while(|word| !word.eq_ignore_ascii_case("as")).nth(1);
                names.extend(name.map(|name| name.to_lowercase()));
            }
            "USER" => image.user = rest.first().map(|user| ((*user).to_owned(), position)),
            "EXPOSE" => image.exposes = Some(position),
            "HEALTHCHECK" if rest.first() != Some(&"NONE") => image.health_check = Some(position),
            "ENV" | "ARG" if image.credential.is_none() => {
                image.credential = credential(&rest).map(|name| (name, position));
            }
            _ => {}
        }
    }
    image.leaves = leaves(&script);
    image
}

/// Packages that compile.
const COMPILERS: &[&str] =
    &["build-essential", "build-base", "gcc", "g++", "make", "cmake", "golang", "cargo", "maven", "gradle"];

fn leaves(script: &str) -> Leaves {
    let commands = commands(script);
    let kinds = commands.iter().map(|command| {
        let texts = command.texts();
        // Mounts and the like stand before the command.
        let own: Vec<&str> = texts.into_iter().skip_while(|word| word.starts_with("--")).collect();
        let words = plain(&own);
        let builds = tools().of_command(&words).iter().any(|tool| tool.kinds.contains(&Kind::Build));
        let (program, rest) = words.split_first().map_or(("", &[][..]), |(program, rest)| (*program, rest));
        let manages = matches!(program, "apt-get" | "apt" | "apk" | "yum" | "dnf" | "microdnf" | "zypper");
        let fetches = manages
            || matches!(
                program,
                "pip"
                    | "pip3"
                    | "npm"
                    | "yarn"
                    | "pnpm"
                    | "gem"
                    | "bundle"
                    | "composer"
                    | "uv"
                    | "poetry"
                    | "curl"
                    | "wget"
            );
        if builds || manages && rest.iter().any(|word| COMPILERS.contains(word)) {
            Leaves::Compilers
        } else if fetches {
            Leaves::Installers
        } else {
            Leaves::Nothing
        }
    });
    kinds.max().unwrap_or_default()
}

fn credential(words: &[&str]) -> Option<String> {
    let mut pairs: Vec<(&str, &str)> = words.iter().filter_map(|word| word.split_once('=')).collect();
    if let (true, [name, value, ..]) = (pairs.is_empty(), words) {
        pairs.push((name, value));
    }
    let secret = |name: &str| {
        let name = name.to_uppercase();
        ["PASSWORD", "SECRET", "TOKEN", "API_KEY", "PRIVATE_KEY"].iter().any(|word| name.ends_with(word))
    };
    let literal = |value: &str| !value.trim_matches(['"', '\'']).is_empty() && !value.contains('$');
    pairs.into_iter().find(|(name, value)| secret(name) && literal(value)).map(|(name, _)| name.to_owned())
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

impl Dockerfile<'_> {
    /// Tells whether what the image starts runs without root's rights.
    pub(super) fn is_non_root(&self) -> bool {
        match &self.user {
            Some((user, _)) => !matches!(user.split(':').next(), Some("root" | "0")),
            None => self.last_base.contains("nonroot"),
        }
    }
}

impl<'model> Manifest<'model> {
    /// Returns the position of the object.
    pub(super) fn position(&self) -> Position {
        self.file.position(self.node.span.start)
    }

    /// Returns the pod's containers, those that only a chart's values tell aside.
    pub(super) fn containers(&self) -> impl Iterator<Item = &'model Node> + use<'model> {
        let pod = self.node.get("spec").and_then(|spec| spec.get("template")).and_then(|template| template.get("spec"));
        let all = pod.and_then(|pod| pod.get("containers")).map(Node::items).unwrap_or_default();
        all.iter().filter(|container| !container.entries().is_empty())
    }

    /// Tells whether it is a template of a Helm chart.
    pub(super) fn is_template(&self) -> bool {
        self.path.starts_with("templates/") || self.path.contains("/templates/")
    }
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
    ) || name.starts_with("requirements")
        || has_ending(name, &["csproj", "gemspec"])
        || name == "directory.packages.props"
        || name == "mix.exs"
}

/// Reads a `package.json`.
pub(super) fn package_json(repository: &Repository, path: &str) -> Option<serde_json::Value> {
    serde_json::from_str(&repository.text(path)?.text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Dockerfile<'static> {
        dockerfile("Dockerfile", &TextFile::new(text.to_owned()))
    }

    #[test]
    fn the_last_stage_says_who_runs() {
        assert!(read("FROM a AS b\nUSER root\nFROM c\nUSER 1000:1000\n").is_non_root());
        assert!(!read("FROM a AS b\nUSER app\nFROM c\n").is_non_root());
        assert!(read("FROM a AS b\nUSER app\nFROM b\n").is_non_root());
        assert!(read("FROM gcr.io/distroless/static:nonroot\n").is_non_root());
        assert!(!read("# USER app\nFROM a\n").is_non_root());
    }

    #[test]
    fn what_the_last_stage_runs_says_what_is_left_in_it() {
        for (text, expected) in [
            ("FROM gcr.io/distroless/static\nCOPY x /x\n", Leaves::Nothing),
            ("FROM a\nRUN adduser -D app \\\n  && chown app /x\nCOPY x /x\n", Leaves::Nothing),
            ("FROM a\nRUN apt-get update && \\\n    apt-get install -y curl\n", Leaves::Installers),
            ("FROM a\nRUN --mount=type=cache,target=/x pip install -r requirements.txt\n", Leaves::Installers),
            ("FROM rust\nRUN cargo build --release\n", Leaves::Compilers),
            ("FROM a\nRUN apk add --no-cache build-base\n", Leaves::Compilers),
            ("FROM rust AS b\nRUN cargo build\nFROM scratch\nCOPY --from=b /x /x\n", Leaves::Nothing),
            ("FROM rust AS b\nRUN cargo build\nFROM b\nUSER 1\n", Leaves::Compilers),
        ] {
            assert_eq!(read(text).leaves, expected, "{text}");
        }
    }

    #[test]
    fn credentials_in_images_are_seen() {
        assert!(read("FROM a\nENV DB_PASSWORD=x\n").credential.is_some());
        assert!(read("FROM a\nENV DB_PASSWORD x\n").credential.is_some());
        assert!(read("FROM a\nARG TOKEN\nENV TOKEN=$TOKEN\n").credential.is_none());
    }
}
