//! Many repositories: of an organization or in a list, and shared among jobs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::online::failure;
use crate::error::{Failure, FailureKind};
use crate::github::Client;
use crate::model::repository_name::RepositoryName;
use crate::model::secret::Secret;
use crate::outputs::formats::totals;
use crate::sources::repositories::{self as listing, ListError};
use crate::sources::repository;
use crate::world::World;

/// Which repositories are looked at beside each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Many {
    /// Those of an organization or a person.
    pub owner: Option<String>,
    /// Those that a file names.
    pub file: Option<PathBuf>,
    /// Which part of them.
    pub shard: Shard,
}

/// One of several equal parts of a list: every so-manieth name, sorted, from one of the first on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 1.
    part: usize,
    /// Of how many.
    parts: usize,
}

/// A shard that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write it as I/N, where I is at least 1 and at most N, such as 2/5")]
pub struct ShardError;

impl Default for Shard {
    fn default() -> Self {
        Self { part: 1, parts: 1 }
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (part, parts) = text.split_once('/').ok_or(ShardError)?;
        match (part.trim().parse(), parts.trim().parse()) {
            (Ok(part), Ok(parts)) if part >= 1 && part <= parts => Ok(Self { part, parts }),
            _ => Err(ShardError),
        }
    }
}

impl Shard {
    fn of<T>(self, all: impl IntoIterator<Item = T>) -> Vec<T> {
        all.into_iter().skip(self.part - 1).step_by(self.parts).collect()
    }
}

impl Many {
    /// Tells whether several repositories were asked for.
    pub(super) fn is_asked(&self) -> bool {
        self.owner.is_some() || self.file.is_some()
    }

    /// Lists the repositories of this part.
    ///
    /// # Errors
    /// The list cannot be had.
    pub(super) fn list(
        &self,
        client: &Client,
        token: Option<&Secret>,
        world: &World,
    ) -> Result<Vec<RepositoryName>, Failure> {
        let mut names = BTreeSet::new();
        if let Some(file) = &self.file {
            names.extend(named_in(file, world)?);
        }
        if let Some(owner) = &self.owner {
            let listed = listing::of_owner(client, owner);
            names.extend(listed.map_err(|error| match error {
                ListError::Request(error) => failure(error, token, world),
                ListError::Route(_) | ListError::Line { .. } => Failure::new(FailureKind::Usage, error),
            })?);
        }
        Ok(self.shard.of(names))
    }
}

fn named_in(file: &Path, world: &World) -> Result<BTreeSet<RepositoryName>, Failure> {
    let text = repository::read(&world.folder.join(file))
        .map_err(|error| Failure::message(FailureKind::Input, format!("{} {error}", file.display())))?;
    listing::of_text(&text).map_err(|error| {
        Failure::message(FailureKind::Input, format!("{}: {error}", file.display()))
            .hint("write one OWNER/NAME a line; # begins a comment")
    })
}

/// Says how many repositories there are.
pub(super) fn repositories(count: usize) -> String {
    totals::number(count, "repository")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_share_everything_evenly() {
        let of = |text: &str| text.parse::<Shard>().unwrap().of(1..=7);
        assert_eq!((of("1/3"), of("2/3"), of("3/3")), (vec![1, 4, 7], vec![2, 5], vec![3, 6]));
        assert_eq!(of("1/1").len(), 7);
        for text in ["", "1", "0/2", "3/2", "a/b", "1/0", "-1/2"] {
            assert_eq!(text.parse::<Shard>(), Err(ShardError), "{text}");
        }
    }
}
