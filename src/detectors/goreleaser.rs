//! What a release by `GoReleaser` does, by its command line and its configuration.
//!
//! Source: <https://goreleaser.com/customization/> and <https://goreleaser.com/cmd/goreleaser_release/>.

use super::activity::{Activities, Activity};
use crate::knowledge::tools::{Tool, tools};
use crate::model::place::Position;
use crate::model::repository::{Repository, TextFile, join};
use crate::model::yaml::{Node, Text};

/// Where the configuration stands when the command line names none.
const PLACES: &[&str] = &[
    ".goreleaser.yml",
    ".goreleaser.yaml",
    "goreleaser.yml",
    "goreleaser.yaml",
    ".config/goreleaser.yml",
    ".config/goreleaser.yaml",
];

/// Keys of the configuration that make a release do more, with the word by which `--skip` leaves it out.
const PARTS: &[(&str, &str)] = &[
    ("signs", "sign"),
    ("binary_signs", "sign"),
    ("docker_signs", "sign"),
    ("sboms", "sbom"),
    ("dockers", "docker"),
    ("dockers_v2", "docker"),
    ("docker_manifests", "docker"),
    ("kos", "ko"),
    ("brews", "homebrew"),
    ("homebrew_casks", "homebrew"),
    ("scoops", "scoop"),
    ("winget", "winget"),
    ("aurs", "aur"),
    ("krews", "krew"),
    ("nix", "nix"),
    ("chocolateys", "chocolatey"),
    ("snapcrafts", "snapcraft"),
];

/// Parts that leave the machine, and so are left out where nothing is published.
const PUBLISHED: &[&str] = &[
    "docker_signs",
    "dockers",
    "dockers_v2",
    "docker_manifests",
    "kos",
    "brews",
    "homebrew_casks",
    "scoops",
    "winget",
    "aurs",
    "krews",
    "nix",
    "chocolateys",
    "snapcrafts",
];

/// Makes of each release by `GoReleaser` what it is: no release where the action is told to do something else, and
/// beside it what its configuration says, each at the line that says so.
pub fn carry_out<'model>(repository: &'model Repository, activities: &mut Activities<'model>) {
    let mut added = Vec::new();
    for activity in &mut activities.all {
        if !activity.tools.iter().any(|tool| tool.name == "GoReleaser") {
            continue;
        }
        let line = CommandLine::of(activity);
        if !line.releases() {
            activity.tools = if line.has("build") { tools().of_command(&["goreleaser", "build"]) } else { Vec::new() };
        } else if line.skips("publish") {
            activity.tools = tools().of_command(&["goreleaser", "build"]);
        } else {
            added.extend(parts(repository, activity, &line));
        }
    }
    activities.all.extend(added);
}

/// The words behind the program's name, whoever writes them.
struct CommandLine(Vec<String>);

impl CommandLine {
    fn of(activity: &Activity<'_>) -> Self {
        if activity.input("install-only").is_some_and(|value| value.value == "true") {
            return Self(Vec::new());
        }
        let is_action = activity.words.is_empty();
        let of_action = || activity.input("args").map_or("release", Text::as_str);
        let words = || of_action().split_whitespace().map(str::to_owned).collect();
        Self(if is_action { words() } else { activity.words.clone() })
    }

    fn has(&self, wanted: &str) -> bool {
        self.0.iter().any(|word| word == wanted)
    }

    fn releases(&self) -> bool {
        (self.has("release") || self.has("r")) && !self.has("--snapshot") && !self.has("--snapshot=true")
    }

    /// Tells whether a part is left out, by `--skip=a,b` or one of the older flags.
    fn skips(&self, part: &str) -> bool {
        let older = format!("--skip-{part}");
        let mut words = self.0.iter().enumerate();
        words.any(|(at, word)| {
            let list = match word.strip_prefix("--skip=") {
                Some(list) => list,
                None if word == "--skip" => self.0.get(at + 1).map_or("", String::as_str),
                None => "",
            };
            *word == older || list.split(',').any(|skipped| skipped == part)
        })
    }

    /// Returns the configuration that is named.
    fn configuration(&self) -> Option<&str> {
        let mut words = self.0.iter().enumerate();
        words.find_map(|(at, word)| match word.strip_prefix("--config=") {
            Some(path) => Some(path),
            None if matches!(word.as_str(), "-f" | "--config") => self.0.get(at + 1).map(String::as_str),
            None => None,
        })
    }
}

fn parts<'model>(
    repository: &'model Repository,
    release: &Activity<'model>,
    line: &CommandLine,
) -> Vec<Activity<'model>> {
    let Some((path, file, root)) = configuration(repository, release, line) else {
        // It writes the notes from the commits unless it is told not to.
        return vec![Activity { tools: part("changelog"), ..release.clone() }];
    };
    let place = |text: &Text| file.position(text.span.start);
    let make = |tools: Vec<&'static Tool>, position: Position, key: &str, said: Vec<String>| Activity {
        tools,
        path,
        position,
        seen: format!("{key} of GoReleaser"),
        words: said,
        ..release.clone()
    };
    let is_off = |node: &Node, key: &str| node.get(key).and_then(Node::text).is_some_and(|text| text.value == "true");
    let mut found = Vec::new();
    match root.entry("changelog") {
        Some(entry) if is_off(&entry.value, "disable") || is_off(&entry.value, "skip") => {}
        Some(entry) => found.push(make(part("changelog"), place(&entry.key), "changelog", Vec::new())),
        None => found.push(Activity { tools: part("changelog"), ..release.clone() }),
    }
    let texts = root.get("release").into_iter().flat_map(|own| ["header", "footer"].map(|key| own.entry(key)));
    let text = texts.flatten().next();
    found.extend(text.map(|entry| make(part("header"), place(&entry.key), "the release's text", Vec::new())));
    for (key, skipped) in PARTS {
        let Some(entry) = root.entry(key).filter(|entry| !entry.value.items().is_empty()) else { continue };
        if !(line.skips(skipped) || PUBLISHED.contains(key) && line.skips("publish")) {
            let words = if key.ends_with("signs") { signed_by(key, &entry.value) } else { said(&entry.value) };
            found.push(make(part(key), place(&entry.key), key, words));
        }
    }
    found
}

fn part(name: &str) -> Vec<&'static Tool> {
    tools().of_command(&["goreleaser-part", name])
}

/// Returns the names of images, and the platforms that they are built for as one word.
fn said(images: &Node) -> Vec<String> {
    let mut words = Vec::new();
    let mut platforms = Vec::new();
    for image in images.items() {
        for key in ["image_templates", "images", "name_template", "repository", "tags"] {
            words.extend(image.get(key).map(Node::texts).unwrap_or_default().into_iter().map(|text| text.value));
        }
        let named = image.get("platforms").map(Node::texts).unwrap_or_default().into_iter().map(|text| text.value);
        let architecture = image.get("goarch").and_then(Node::text).map(|text| format!("linux/{}", text.value));
        platforms.extend(named.chain(architecture));
    }
    words.push(platforms.join(","));
    words
}

/// Returns the command line that signs, as far as it is configured: by itself images are signed by Cosign with a key, and
/// files by GPG.
fn signed_by(key: &str, signatures: &Node) -> Vec<String> {
    let Some(first) = signatures.items().first() else { return Vec::new() };
    let (program, arguments) = if key == "docker_signs" { ("cosign", "--key=cosign.key") } else { ("gpg", "") };
    let mut words = vec![first.get("cmd").and_then(Node::text).map_or(program, Text::as_str).to_owned()];
    match first.get("args") {
        Some(given) => words.extend(given.texts().into_iter().map(|text| text.value)),
        None => words.push(arguments.to_owned()),
    }
    words
}

/// Tells whether a release by `GoReleaser` is configured to be a draft, which somebody has to publish.
pub fn is_draft<'model>(repository: &'model Repository, release: &Activity<'model>) -> bool {
    let by_it = release.tools.iter().any(|tool| tool.name == "GoReleaser");
    let root = || configuration(repository, release, &CommandLine::of(release)).map(|(_, _, root)| root);
    let draft = || root()?.get("release")?.get("draft")?.text();
    by_it && draft().is_some_and(|text| text.value == "true")
}

fn configuration<'model>(
    repository: &'model Repository,
    release: &Activity<'model>,
    line: &CommandLine,
) -> Option<(&'model str, &'model TextFile, &'model Node)> {
    let folder = release.input("workdir").map_or("", Text::as_str);
    let named = line.configuration().map(|path| vec![path]);
    let places = named.unwrap_or_else(|| PLACES.to_vec());
    places.into_iter().find_map(|place| {
        let (path, file) = repository.texts.get_key_value(&join(folder, place)?)?;
        Some((path.as_str(), file, file.roots().next()?))
    })
}
