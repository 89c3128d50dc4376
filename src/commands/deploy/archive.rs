//! Packs what is deployed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::deployment::Deployment;
use crate::outputs::sinks::archive::{self, Label};
use crate::sources::workspace;
use crate::world::World;

use super::site::Site;
use super::steps::Went;

/// Packs the files of the configuration. What cannot be packed fails the deployment, before anything
/// was changed.
pub(super) fn pack(site: &Site, deployment: &mut Deployment, world: &mut World) -> Result<Went, Failure> {
    let Some(package) = &site.config.deploy.settings.package else { return Ok(Went::passed("")) };
    let mut files = BTreeSet::new();
    for pattern in &package.files {
        let found = match workspace::matching(&site.root, &inside(&site.root, pattern)) {
            Ok(found) => found,
            Err(error) => return Ok(Went::failed(chain(&error))),
        };
        files.extend(found.iter().filter_map(|path| path.strip_prefix(&site.root).ok()).map(PathBuf::from));
    }
    let safe = |c: char| if c.is_ascii_alphanumeric() || "._-+".contains(c) { c } else { '_' };
    let version: String = deployment.version.chars().map(safe).collect();
    let archive = package.folder.join(format!("{}-{version}.tar.gz", package.name));
    // An archive is no part of the next one.
    files.retain(|file| {
        !file.starts_with(&package.folder) || package.files.iter().any(|named| Path::new(named) == file)
    });
    let epoch = world.environment.get("SOURCE_DATE_EPOCH").and_then(|time| time.parse().ok());
    let label = Label {
        name: &package.name,
        version: &deployment.version,
        commit: &deployment.commit,
        time: epoch.unwrap_or(0),
    };
    let files: Vec<PathBuf> = files.into_iter().collect();
    match archive::pack(&site.root.join(&archive), &site.root, &files, label) {
        Ok(sum) => {
            let archive = archive.to_string_lossy().into_owned();
            let note = format!("{archive} with {} files, sha256 {sum}", files.len());
            deployment.archive = Some(archive);
            site.save(deployment)?;
            Ok(Went::Passed(note))
        }
        Err(error @ archive::ArchiveError::File { .. }) => Ok(Went::failed(chain(&error))),
        Err(error) => Err(error).kind(FailureKind::Output),
    }
}

/// A folder stands for all that is below it.
fn inside(root: &Path, pattern: &str) -> String {
    if root.join(pattern).is_dir() { format!("{}/**", pattern.trim_end_matches('/')) } else { pattern.to_owned() }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
