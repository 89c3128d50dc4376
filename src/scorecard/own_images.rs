//! The images that CI builds or pushes: their names, and which stages of which Dockerfiles they are made of.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use crate::detectors::activity::Activity;
use crate::detectors::dockerfile::{escape, instructions};
use crate::knowledge::tools::Kind;
use crate::model::repository::{join, name_of};
use crate::shell::commands;

impl Facts<'_> {
    /// Returns the names, without tags, of the images that CI builds or pushes.
    pub(super) fn own_images(&self) -> BTreeSet<String> {
        let made = self.anywhere(&[Kind::ImageBuild, Kind::ImagePush]);
        let names = made.into_iter().filter(|activity| !activity.foreign).flat_map(tags);
        let names = names.map(|name| without_tag(&name).to_owned());
        names.filter(|name| !name.contains(['$', '{'])).collect()
    }

    /// Returns the stages that pushed images are made of, by the path of their Dockerfile: nothing where one is made of
    /// the whole file, or where no push says what it is made of.
    pub(super) fn pushed_stages(&self, dockerfile: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for push in self.image_pushes() {
            match built(push).filter(|(path, _)| names(path, dockerfile)) {
                Some((_, Some(stage))) if !stage.contains('$') && !found.contains(&stage) => found.push(stage),
                Some((_, None)) => return Vec::new(),
                Some(_) | None => {}
            }
        }
        found
    }

    /// Returns the Dockerfiles whose images are only there to copy files out of, in other Dockerfiles: by the names that
    /// CI or a script of a package builds them under.
    pub(super) fn only_copied_from(&self) -> BTreeSet<&str> {
        let builds = self.named_builds();
        let read = |path: &'_ str| self.repository.text(path).map(|file| uses(&file.text)).unwrap_or_default();
        let used: Vec<_> = self.files.dockerfiles.iter().map(|image| (image.path, read(image.path))).collect();
        let is_only_copied = |path: &&str| {
            let own = builds.iter().filter(|(built, _)| names(built, path));
            let tags: BTreeSet<&String> = own.flat_map(|(_, tags)| tags).collect();
            let others = || used.iter().filter(|(other, _)| other != path).flat_map(|(_, uses)| uses);
            let has = |kind: Use| others().any(|(image, used)| *used == kind && tags.contains(image));
            !tags.is_empty() && has(Use::Copied) && !has(Use::Base)
        };
        self.files.dockerfiles.iter().map(|image| image.path).filter(is_only_copied).collect()
    }

    /// Returns the builds that give an image a name: the path of the Dockerfile, and the names.
    fn named_builds(&self) -> Vec<(String, Vec<String>)> {
        let by_jobs = self.of(&[Kind::ImageBuild, Kind::ImagePush]).into_iter().map(|build| build.words.clone());
        let manifests = self.repository.texts.iter().filter(|(path, _)| name_of(path) == "package.json");
        let scripts = manifests.filter_map(|(_, file)| serde_json::from_str::<serde_json::Value>(&file.text).ok());
        let lines = scripts.filter_map(|manifest| manifest.get("scripts")?.as_object().cloned());
        let lines =
            lines.flat_map(|scripts| scripts.into_iter().filter_map(|(_, line)| line.as_str().map(str::to_owned)));
        let commands = lines.filter(|line| line.contains("build")).flat_map(|line| commands(&line));
        let by_scripts = commands.map(|command| command.texts().into_iter().map(str::to_owned).collect());
        let named = by_jobs.chain(by_scripts).filter_map(|words: Vec<String>| {
            let tags = options(&words, &["-t", "--tag"]);
            Some((built_by(&words)?.0, tags)).filter(|(_, tags)| !tags.is_empty())
        });
        named.collect()
    }
}

/// What an image is used for in a Dockerfile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// Files are copied out of it.
    Copied,
    /// The image that is built, or a stage of it, stands on it.
    Base,
}

/// Returns the images that a Dockerfile uses, and what for. What a stage is used for, its image is.
fn uses(text: &str) -> Vec<(String, Use)> {
    let mut found = Vec::new();
    let mut stages: BTreeMap<String, String> = BTreeMap::new();
    let mut last = None;
    for instruction in instructions(text, escape(text)) {
        let words: Vec<&str> = instruction.words.iter().map(|(_, word)| *word).collect();
        match instruction.name.to_ascii_uppercase().as_str() {
            "FROM" => {
                let base = words.iter().find(|word| !word.starts_with("--")).copied().unwrap_or_default();
                let stage = stages.get(&base.to_lowercase()).cloned();
                found.extend(stage.clone().map(|image| (image, Use::Base)));
                let image = stage.unwrap_or_else(|| base.to_owned());
                let alias = words.iter().skip_while(|word| !word.eq_ignore_ascii_case("as")).nth(1);
                stages.extend(alias.map(|alias| (alias.to_lowercase(), image.clone())));
                last = Some(image);
            }
            "COPY" | "ADD" => {
                let from = words.iter().find_map(|word| word.strip_prefix("--from="));
                let image =
                    from.map(|from| stages.get(&from.to_lowercase()).cloned().unwrap_or_else(|| from.to_owned()));
                found.extend(image.map(|image| (image, Use::Copied)));
            }
            _ => {}
        }
    }
    found.extend(last.map(|image| (image, Use::Base)));
    found
}

/// Tells whether a path, which counts from a folder that nobody knows, is a Dockerfile's.
fn names(path: &str, dockerfile: &str) -> bool {
    dockerfile == path || path.contains('/') && dockerfile.ends_with(&format!("/{path}"))
}

/// Returns the tags that an image is given.
fn tags(activity: &Activity<'_>) -> Vec<String> {
    let inputs = ["tags", "images"].into_iter().filter_map(|name| activity.input(name));
    let given = inputs.flat_map(|text| text.value.split([',', '\n', ' ']).map(str::to_owned).collect::<Vec<_>>());
    given.chain(options(&activity.words, &["-t", "--tag"])).filter(|tag| !tag.trim().is_empty()).collect()
}

/// Returns the values of an option.
fn options(words: &[String], names: &[&str]) -> Vec<String> {
    let value = |(at, word): (usize, &String)| match word.split_once('=') {
        Some((name, value)) if names.contains(&name) => Some(value.to_owned()),
        Some(_) => None,
        None => names.contains(&word.as_str()).then(|| words.get(at + 1).cloned()).flatten(),
    };
    words.iter().enumerate().filter_map(value).collect()
}

/// Returns the Dockerfile that a build reads, and the stage that it ends at.
fn built(build: &Activity<'_>) -> Option<(String, Option<String>)> {
    let input = |name: &str| build.input(name).map(|text| text.value.clone()).filter(|value| !value.is_empty());
    if build.words.is_empty() {
        build.step.filter(|step| step.is_action("docker/build-push-action"))?;
        let context = input("context").filter(|context| !context.contains("${{")).unwrap_or_default();
        let file = input("file").map_or_else(|| join(&context, "Dockerfile"), |file| join("", &file))?;
        return Some((file, input("target")));
    }
    built_by(&build.words)
}

/// Returns the same of a command.
fn built_by(words: &[String]) -> Option<(String, Option<String>)> {
    let is_build = words.iter().take(4).any(|word| word == "build");
    let context = words.iter().skip(1).rfind(|word| !word.starts_with('-')).filter(|_| is_build)?;
    let file = options(words, &["-f", "--file"]).pop();
    let path = file.map_or_else(|| join(context, "Dockerfile"), |file| join("", &file))?;
    Some((path, options(words, &["--target"]).pop()))
}

/// Returns an image's name without its tag and digest, and without the registry that is meant where none is named.
pub(super) fn without_tag(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    // A port stands before a slash, and an expression in a tag may hold one.
    let tag = |text: &str| text.rfind(':').filter(|at| !text.get(*at..).is_some_and(|tag| tag.contains('/')));
    let plain = image.split("${{").next().unwrap_or_default();
    tag(plain).or_else(|| tag(image)).and_then(|at| image.get(..at)).unwrap_or(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_images_have_no_tags() {
        for (image, name) in [
            ("app", "app"),
            ("app:1", "app"),
            ("ghcr.io/o/app:1.2@sha256:0", "ghcr.io/o/app"),
            ("localhost:5000/app:1", "localhost:5000/app"),
            ("localhost:5000/app", "localhost:5000/app"),
            ("docker.io/o/app", "o/app"),
            ("o/app:v${{ a || 'b/c' }}", "o/app"),
            ("ghcr.io/${{ github.repository }}:1", "ghcr.io/${{ github.repository }}"),
            ("${{ env.IMAGE }}:1", "${{ env.IMAGE }}"),
        ] {
            assert_eq!(without_tag(image), name, "{image}");
        }
    }
}
