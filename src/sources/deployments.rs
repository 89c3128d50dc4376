//! The file that a deployment is kept in while it runs, and what GitHub knows of others.

use std::path::{Path, PathBuf};

use crate::model::deployment::Deployment;
use crate::sources::repository;

/// The form of the file; any other is not read.
const VERSION: u64 = 1;

/// A file that cannot be used. It is never overwritten: somebody may have to look what was deployed.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// It cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: repository::ReadError,
    },
    /// It does not hold what was expected.
    #[error("{} does not hold a deployment: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// Returns the folder of an environment's file: what would lead elsewhere is written as `%XX`.
pub fn state_folder(folder: &Path, environment: &str) -> PathBuf {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let is_dots = environment.bytes().all(|byte| byte == b'.');
    let name: String = environment
        .bytes()
        .map(|byte| if plain(byte) && !is_dots { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    folder.join(name)
}

/// Returns the file of a deployment in an environment's folder.
pub fn state_file(folder: &Path) -> PathBuf {
    folder.join("deployment.json")
}

/// Reads the last deployment of an environment's folder; `None` where there was none.
///
/// # Errors
/// The file is there and cannot be used.
pub fn read_state(folder: &Path) -> Result<Option<Deployment>, StateError> {
    let path = state_file(folder);
    if !path.exists() {
        return Ok(None);
    }
    let text = match repository::read(&path) {
        Ok(text) => text,
        Err(source) => return Err(StateError::Unreadable { path, source }),
    };
    let damaged = |reason: String| StateError::Damaged { path: path.clone(), reason };
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
    if value.get("version_of_file").and_then(serde_json::Value::as_u64) != Some(VERSION) {
        return Err(damaged(format!("version_of_file is not {VERSION}")));
    }
    serde_json::from_value(value).map(Some).map_err(|error| damaged(error.to_string()))
}

/// Returns what the file holds.
pub fn state_text(deployment: &Deployment) -> String {
    let mut value = serde_json::to_value(deployment).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.insert("version_of_file".to_owned(), VERSION.into());
    }
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_environment_leads_elsewhere() {
        let folder = |environment| state_folder(Path::new("s"), environment);
        assert_eq!(folder("production"), Path::new("s/production"));
        assert_eq!(folder("../eu west"), Path::new("s/..%2Feu%20west"));
        assert_eq!(folder(".."), Path::new("s/%2E%2E"));
    }
}
