//! Plugins of a Maven or Gradle build, as commands of the tool table.

use std::collections::BTreeSet;

use super::super::targets::Target;
use crate::model::repository::{Repository, name_of};

/// Returns the plugins that a build with Maven, given its arguments, runs in a folder.
pub(super) fn of_maven(repository: &Repository, folder: &str, arguments: &[&str]) -> Vec<Target> {
    let runs = lifecycle(arguments, MAVEN_PHASES);
    if runs { plugins(repository, folder, "pom.xml", maven_plugins) } else { Vec::new() }
}

/// Returns the plugins that a build with Gradle, given its arguments, runs in a folder.
pub(super) fn of_gradle(repository: &Repository, folder: &str, arguments: &[&str]) -> Vec<Target> {
    let runs = lifecycle(arguments, GRADLE_TASKS);
    if runs { plugins(repository, folder, "build.gradle", gradle_plugins) } else { Vec::new() }
}

/// Phases of Maven's lifecycle that run the plugins bound to a build.
const MAVEN_PHASES: &[&str] = &["validate", "compile", "test", "package", "verify", "install", "deploy", "site"];

/// Tasks of Gradle that run what plugins hook in.
const GRADLE_TASKS: &[&str] = &["build", "check", "test"];

fn lifecycle(rest: &[&str], names: &[&str]) -> bool {
    rest.iter().any(|word| names.contains(&word.rsplit(':').next().unwrap_or_default()))
}

/// Returns the plugins that the build files of a name hold, below a folder.
fn plugins(repository: &Repository, folder: &str, name: &str, read: fn(&str, &mut BTreeSet<String>)) -> Vec<Target> {
    let mut found = BTreeSet::new();
    let files = repository.texts.iter().filter(|(path, _)| {
        let below = folder.is_empty() || path.starts_with(folder);
        below && name_of(path).starts_with(name)
    });
    files.for_each(|(_, file)| read(&file.text, &mut found));
    found.into_iter().map(|plugin| Target::new("", plugin)).collect()
}

fn maven_plugins(text: &str, found: &mut BTreeSet<String>) {
    // A plugin that only has its version managed, or that a profile switches on, does not run.
    let managed = cut(text, "<pluginManagement>", "</pluginManagement>");
    let built = cut(&managed, "<profiles>", "</profiles>");
    let plugins = built.split("<plugin>").skip(1).filter_map(|plugin| {
        let (_, after) = plugin.split_once("<artifactId>")?;
        let name = after.split('<').next()?.trim();
        let word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        word.then(|| format!("maven-plugin {name}"))
    });
    found.extend(plugins);
}

fn cut(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        kept.push_str(before);
        rest = after.split_once(close).map_or("", |(_, after)| after);
    }
    kept + rest
}

fn gradle_plugins(text: &str, found: &mut BTreeSet<String>) {
    let mut inside = false;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
        inside |= line.starts_with("plugins {") || line == "plugins{";
        if inside && !line.contains("apply false") {
            let quoted = line.split(['\'', '"']).nth(1).filter(|_| line.contains("id"));
            let bare = line.trim_end_matches(['}', ' ']).trim_start_matches("plugins {").trim().trim_matches('`');
            let word = |name: &&str| {
                !name.is_empty()
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            };
            let name = quoted.filter(word).or_else(|| Some(bare).filter(word));
            found.extend(name.map(|name| format!("gradle-plugin {name}")));
        }
        if line.ends_with('}') {
            inside = false;
        }
        let applied = line.strip_prefix("apply plugin:").map(|name| name.trim().trim_matches(['\'', '"']));
        found.extend(applied.map(|name| format!("gradle-plugin {name}")));
    }
}
