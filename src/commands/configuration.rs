//! Where a command's settings come from.

use std::path::{Path, PathBuf};

use crate::config::{Config, LoadError};
use crate::error::{Failure, FailureKind};

/// Where settings come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Configuration {
    /// The repository's file, where there is one.
    #[default]
    Discovered,
    /// The file that was named.
    Named(PathBuf),
    /// The defaults, whatever the repository holds.
    Ignored,
}

impl Configuration {
    /// Loads the settings for the folder the command works in.
    ///
    /// # Errors
    /// See [`Config::load`].
    pub fn load(&self, folder: &Path) -> Result<Config, Failure> {
        let loaded = match self {
            Self::Discovered => Config::load(folder, None),
            Self::Named(path) => Config::load(folder, Some(path)),
            Self::Ignored => Ok(Config::default()),
        };
        loaded.map_err(|error| {
            let hint = match &error {
                LoadError::Missing { .. } => "leave --config away to use the repository's plimsoll.yml or the defaults",
                LoadError::Wrong(_) => "nothing was run; every key is described in the reference of plimsoll.yml",
                LoadError::Unreadable { .. } | LoadError::Ambiguous(_) => {
                    return Failure::new(FailureKind::Configuration, error);
                }
            };
            Failure::new(FailureKind::Configuration, error).hint(hint)
        })
    }
}
