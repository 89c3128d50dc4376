//! An `action.yml` as the runner reads it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A container action's metadata.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Manifest {
    pub(crate) name: String,
    pub(crate) description: String,
    #[serde(default)]
    #[expect(dead_code, reason = "the runner ignores it")]
    author: String,
    #[serde(default)]
    #[expect(dead_code, reason = "the runner ignores it")]
    branding: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) inputs: BTreeMap<String, Input>,
    #[serde(default)]
    pub(crate) outputs: BTreeMap<String, Described>,
    pub(crate) runs: Runs,
}

/// An input's declaration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Input {
    pub(crate) description: String,
    #[serde(default)]
    #[expect(dead_code, reason = "the runner does not enforce it")]
    required: bool,
    #[serde(default)]
    pub(crate) default: String,
}

/// An output's declaration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Described {
    pub(crate) description: String,
}

/// What the action runs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Runs {
    pub(crate) using: String,
    pub(crate) image: String,
    #[serde(default)]
    pub(crate) args: Vec<String>,
}

/// Returns the repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Reads the action of a folder below the repository's root.
pub(crate) fn read(folder: &str) -> Manifest {
    let path = root().join(folder).join("action.yml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Manifest {
    /// Finds the Dockerfile as the runner does, whose rule is the file's name, and returns it with
    /// the build context, which is always the Dockerfile's own folder.
    pub(crate) fn dockerfile(&self, folder: &str) -> (PathBuf, PathBuf) {
        assert_eq!(self.runs.using, "docker", "{folder}");
        let name = self.runs.image.rsplit('/').next().unwrap().to_lowercase();
        assert!(name.ends_with("dockerfile") || name.starts_with("dockerfile."), "{folder}: {}", self.runs.image);
        let path = root().join(folder).join(&self.runs.image);
        let path = path.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path.clone(), path.parent().unwrap().to_owned())
    }
}
