//! What commands of Docker Compose run: the services' images are built, and their programs start.
//!
//! Files are put together as Compose does: those named by `-f`, else those of `COMPOSE_FILE`, else
//! the default one with its override; a later file wins, key by key. Source:
//! <https://docs.docker.com/reference/compose-file/merge/>.

use std::collections::{BTreeMap, BTreeSet};

use super::super::silence::Silence;
use super::super::targets::Target;
use super::Place;
use super::containers::{behind_options, flag, option, within};
use super::image::{Given, Image, started};
use super::line::{Line, in_repository};
use crate::model::repository::{TextFile, folder_of, join};
use crate::model::yaml::Node;

/// The names of Compose files that need not be named, each with the file that is put on top of it.
const DEFAULTS: &[(&str, &[&str])] = &[
    ("compose.yaml", &["compose.override.yaml", "compose.override.yml"]),
    ("compose.yml", &["compose.override.yml", "compose.override.yaml"]),
    ("docker-compose.yaml", &["docker-compose.override.yaml", "docker-compose.override.yml"]),
    ("docker-compose.yml", &["docker-compose.override.yml", "docker-compose.override.yaml"]),
];

/// Options in front of the verb that take a value.
const GLOBAL: &[&str] = &[
    "-f",
    "--file",
    "-p",
    "--project-name",
    "--profile",
    "--env-file",
    "--project-directory",
    "--ansi",
    "--progress",
    "--parallel",
];

/// A service, as far as it says what runs.
#[derive(Clone, Debug, Default)]
struct Service {
    image: Option<Image>,
    entry: Option<Line>,
    command: Option<Line>,
    needs: BTreeSet<String>,
    has_profile: bool,
}

/// Returns what a command of Compose runs, given its arguments.
pub(super) fn commands(place: &Place<'_>, rest: &[&str]) -> Vec<Target> {
    let mut at = 0;
    while let Some(word) = rest.get(at).filter(|word| word.starts_with('-')) {
        at += if GLOBAL.contains(word) { 2 } else { 1 };
    }
    let (before, after) = rest.split_at(at.min(rest.len()));
    let Some((verb, arguments)) = after.split_first() else { return Vec::new() };
    match *verb {
        "up" => up(place, &services(place, before), arguments, before.contains(&"--profile")),
        "build" => {
            let services = services(place, before);
            let names = behind_options(arguments);
            let wanted = services.iter().filter(|(name, _)| names.is_empty() || names.contains(&name.as_str()));
            wanted.flat_map(|(_, service)| service.build(place)).collect()
        }
        "run" => run(place, &services(place, before), arguments),
        "exec" => {
            behind_options(arguments).split_first().map_or_else(Vec::new, |(_, words)| within(place, None, words))
        }
        _ => Vec::new(),
    }
}

fn up(place: &Place<'_>, services: &BTreeMap<String, Service>, arguments: &[&str], profiles: bool) -> Vec<Target> {
    let asked: Vec<&str> = names(arguments);
    let mut open: Vec<&str> = match asked.as_slice() {
        [] => services
            .iter()
            .filter(|(_, service)| profiles || !service.has_profile)
            .map(|(name, _)| name.as_str())
            .collect(),
        named => named.to_vec(),
    };
    let alone = arguments.contains(&"--no-deps");
    let from = option(arguments, &["--exit-code-from"]);
    let ends = ["--abort-on-container-exit", "--abort-on-container-failure"];
    let all_count = from.is_none() && arguments.iter().any(|word| ends.contains(word));
    let builds = !arguments.contains(&"--no-build");
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    while let Some(name) = open.pop() {
        let Some(service) = services.get(name).filter(|_| seen.insert(name)) else { continue };
        if !alone {
            open.extend(service.needs.iter().map(String::as_str));
        }
        if builds {
            found.extend(service.build(place));
        }
        let noticed = all_count || from == Some(name);
        let silence = (!noticed || flag(arguments, "--detach", 'd')).then_some(Silence::Detached);
        let started = service.start(place, &Given::default());
        found.extend(started.into_iter().map(|target| Target { silence, ..target }));
    }
    found
}

/// Returns the names among the arguments of `up`.
fn names<'word>(arguments: &[&'word str]) -> Vec<&'word str> {
    let valued =
        ["--exit-code-from", "--scale", "-t", "--timeout", "--wait-timeout", "--attach", "--no-attach", "--pull"];
    let mut found = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if valued.contains(word) {
            words.next();
        } else if !word.starts_with('-') {
            found.push(*word);
        }
    }
    found
}

/// `compose run SERVICE command` runs the service's program with other arguments.
fn run(place: &Place<'_>, services: &BTreeMap<String, Service>, arguments: &[&str]) -> Vec<Target> {
    let Some((name, words)) = behind_options(arguments).split_first() else { return Vec::new() };
    let options = arguments.get(..arguments.len() - words.len() - 1).unwrap_or_default();
    let entry = option(options, &["--entrypoint"]);
    let mut found = match services.get(*name) {
        Some(service) => {
            let given = Given { entry: entry.and_then(|word| Line::of_words(&[word])), command: Line::of_words(words) };
            let mut found = service.build(place);
            found.extend(service.start(place, &given));
            found
        }
        None => within(place, entry, words),
    };
    if flag(options, "--detach", 'd') {
        for target in &mut found {
            target.silence = Some(Silence::Detached);
        }
    }
    found
}

impl Service {
    fn build(&self, place: &Place<'_>) -> Vec<Target> {
        self.image.as_ref().map_or_else(Vec::new, |image| image.build(place.repository))
    }

    fn start(&self, place: &Place<'_>, given: &Given) -> Vec<Target> {
        let entry = given.entry.clone().or_else(|| self.entry.clone());
        let own = || self.command.clone().filter(|_| given.entry.is_none());
        let command = given.command.clone().or_else(own);
        if let Some(image) = &self.image {
            return image.start(place.repository, &Given { entry, command });
        }
        let find = |word: &str| in_repository(place.repository, &[place.folder, ""], word);
        started(place.repository, place.folder, (entry.as_ref(), command.as_ref()), &find)
    }

    /// Puts what a later file says on top.
    fn take(&mut self, place: &Place<'_>, file: &File<'_>, node: &Node) {
        let line = |key: &str| node.get(key).and_then(|value| file.line(value));
        if let Some(build) = node.get("build") {
            self.image = file.image(place, build, self.image.as_ref());
        }
        if let Some(entry) = line("entrypoint") {
            // The image's and an earlier file's own arguments belong to their program.
            (self.entry, self.command) = (Some(entry), None);
        }
        self.command = line("command").or_else(|| self.command.take());
        if let Some(needs) = node.get("depends_on") {
            let names = needs.texts().into_iter().map(|text| text.value);
            self.needs.extend(names.chain(needs.entries().iter().map(|entry| entry.key.value.clone())));
        }
        self.has_profile |= node.get("profiles").is_some_and(|profiles| !profiles.items().is_empty());
    }
}

/// A Compose file, and the folder that its paths start from.
struct File<'file> {
    path: &'file str,
    text: &'file TextFile,
    folder: &'file str,
}

impl File<'_> {
    fn line(&self, node: &Node) -> Option<Line> {
        let script = match node.text() {
            Some(text) => text.value.clone(),
            None => Line::quoted(&node.items().iter().filter_map(|item| Some(&item.text()?.value)).collect::<Vec<_>>()),
        };
        let number = self.text.position(node.span.start).line;
        (!script.trim().is_empty()).then(|| Line {
            script: script.replace("$$", "$"),
            is_shell: false,
            path: self.path.to_owned(),
            number,
        })
    }

    fn image(&self, place: &Place<'_>, build: &Node, before: Option<&Image>) -> Option<Image> {
        let text = |key: &str| build.get(key).and_then(Node::text).map(|text| expanded(place, &text.value));
        let context = build.text().map(|text| expanded(place, &text.value)).or_else(|| text("context"));
        let target = text("target");
        if let (Some(before), None, None) = (before, &context, &text("dockerfile")) {
            return Some(before.with_target(target.as_deref()));
        }
        let context = join(self.folder, context.as_deref().unwrap_or("."))?;
        let dockerfile = text("dockerfile").and_then(|path| join(&context, &path));
        Image::new(context, dockerfile, target.as_deref())
    }
}

/// Puts the values of variables, or what is to be taken without them, into a value.
fn expanded(place: &Place<'_>, value: &str) -> String {
    let mut result = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((inner, left)) = after.split_once('}') else { break };
        result.push_str(before);
        let (name, default) = inner.split_once('-').unwrap_or((inner, ""));
        let known = place.values.variable(name.trim_end_matches(':'));
        result.push_str(known.unwrap_or(default));
        rest = left;
    }
    result.push_str(rest);
    result
}

/// Reads the services of the files that a command means, given the options in front of its verb.
fn services(place: &Place<'_>, options: &[&str]) -> BTreeMap<String, Service> {
    let mut services: BTreeMap<String, Service> = BTreeMap::new();
    let paths = files(place, options);
    let folder = paths.first().map_or("", |path| folder_of(path));
    for path in &paths {
        let Some(text) = place.repository.text(path) else { continue };
        let file = File { path, text, folder };
        let entries = text.roots().filter_map(|root| root.get("services")).flat_map(Node::entries);
        for entry in entries {
            services.entry(entry.key.value.clone()).or_default().take(place, &file, &entry.value);
        }
    }
    services
}

fn files(place: &Place<'_>, options: &[&str]) -> Vec<String> {
    let mut named: Vec<&str> = Vec::new();
    for (at, word) in options.iter().enumerate() {
        match word.split_once('=') {
            Some(("-f" | "--file", path)) => named.push(path),
            None if matches!(*word, "-f" | "--file") => named.extend(options.get(at + 1)),
            Some(_) | None => {}
        }
    }
    if named.is_empty() {
        named.extend(place.values.variable("COMPOSE_FILE").into_iter().flat_map(|paths| paths.split(':')));
    }
    if !named.is_empty() {
        let path = |name: &&str| join(place.folder, name).map(|path| instead(place, path));
        return named.iter().filter_map(path).collect();
    }
    let exists = |path: &String| place.repository.text(path).is_some();
    let default = DEFAULTS.iter().find_map(|(name, overrides)| {
        let path = join(place.folder, name).filter(exists)?;
        let over = overrides.iter().filter_map(|name| join(place.folder, name)).map(|path| instead(place, path));
        Some([path].into_iter().chain(over.into_iter().find(exists)).collect())
    });
    default.unwrap_or_default()
}

fn instead(place: &Place<'_>, path: String) -> String {
    place.prepared.in_place_of(&path).map_or(path, str::to_owned)
}
