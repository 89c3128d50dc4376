//! Actions of the repository itself that run in a container built from one of its Dockerfiles.

use super::inside::Image;
use super::targets::Target;
use crate::model::repository::{ActionFile, Repository, folder_of, join};
use crate::model::workflow::{Action, Runs};
use crate::model::yaml::Node;

/// Returns the path of the Dockerfile that an action's image is built from; nothing for an image
/// that is pulled, and for an action of another kind.
pub fn dockerfile(file: &ActionFile) -> Option<String> {
    dockerfile_of(&file.path, &file.action)
}

/// Returns the same, given the path of the action's manifest and what it says.
pub fn dockerfile_of(manifest: &str, action: &Action) -> Option<String> {
    let Runs::Docker { image: Some(image), .. } = &action.runs else { return None };
    let is_pulled = image.value.get(.."docker://".len()).is_some_and(|start| start.eq_ignore_ascii_case("docker://"));
    if is_pulled { None } else { join(folder_of(manifest), &image.value) }
}

/// Returns what starting a container action runs: what its image is built by, and its program with
/// the arguments of its manifest.
pub(super) fn commands(repository: &Repository, file: &ActionFile) -> Vec<Target> {
    let Some(path) = dockerfile(file) else { return Vec::new() };
    let image = Image::new(folder_of(&path).to_owned(), Some(path.clone()), None);
    let mut found = image.map_or_else(Vec::new, |image| image.build(repository));
    let runs = file.action.node.get("runs");
    let named = runs.and_then(|runs| runs.get("entrypoint")).and_then(Node::text).map(|text| vec![text.value.clone()]);
    let built = || repository.text(&path).and_then(|file| entry_point(&file.text));
    let Some(program) = named.or_else(built) else { return found };
    let arguments = runs.and_then(|runs| runs.get("args")).map(Node::texts).unwrap_or_default();
    let words = program.into_iter().chain(arguments.into_iter().map(|text| text.value));
    let quoted = words.map(|word| format!("'{}'", word.replace('\'', "'\\''")));
    found.push(Target::new("", quoted.collect::<Vec<_>>().join(" ")));
    found
}

/// Reads the last `ENTRYPOINT` of a Dockerfile, in the form of a list.
fn entry_point(dockerfile: &str) -> Option<Vec<String>> {
    let lines = dockerfile.lines().rev().map(str::trim);
    let mut given = lines.filter_map(|line| line.strip_prefix("ENTRYPOINT")).map(str::trim);
    given.find_map(|list| serde_json::from_str(list).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_points_are_read() {
        assert_eq!(entry_point("FROM a\nENTRYPOINT [\"/b\", \"c\"]\n"), Some(vec!["/b".to_owned(), "c".to_owned()]));
        assert_eq!(entry_point("FROM a\nENTRYPOINT b c\n"), None);
    }
}
