//! Many repositories: each has tables of its own below the folder, so that many jobs can share the
//! work without sharing a file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::Options;
use super::online::Collection;
use super::tables::Store;
use crate::commands::online::{connect, cost, failure};
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::Client;
use crate::model::collected::{Collected, CollectedTable};
use crate::model::repository_name::RepositoryName;
use crate::outputs::formats::{escape, totals};
use crate::sources::api_runs::Budget;
use crate::sources::repositories::{self as listing, ListError};
use crate::sources::repository;
use crate::world::World;

/// Which repositories are collected beside each other.
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
    fn list(&self, client: &Client, options: &Options, world: &World) -> Result<Vec<RepositoryName>, Failure> {
        let mut names = BTreeSet::new();
        if let Some(file) = &self.file {
            names.extend(named_in(file, world)?);
        }
        if let Some(owner) = &self.owner {
            let listed = listing::of_owner(client, owner);
            names.extend(listed.map_err(|error| match error {
                ListError::Request(error) => failure(error, options.online.token.as_ref(), world),
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

/// Collects each repository into a folder of its own, `OWNER/NAME`, and adds up what changed. One
/// that fails does not stop the others; that there was one is told in the end.
pub(super) fn collect(
    options: &Options,
    config: &Config,
    world: &mut World,
) -> Result<(Collected, Option<Failure>), Failure> {
    let client = connect(options.online.token.as_ref(), world)?;
    let names = options.many.list(&client, options, world)?;
    let budget = Budget::new(options.online.budget, client.usage());
    let mut sum = Sum::default();
    let (mut failed, mut left) = (0_usize, names.len());
    for name in &names {
        if budget.left(client.usage()) == Some(0) {
            break;
        }
        left -= 1;
        let collection = Collection { options, config, repository: name, client: &client, budget };
        if let Err(failure) = one(&collection, &mut sum, world) {
            let told = escape::terminal(&format!("{name}: {failure}")).replace('\n', " ");
            writeln!(world.stderr, "warning: {told}").kind(FailureKind::Output)?;
            failed += 1;
        }
    }
    let mut told = cost(client.host(), client.usage());
    if left > 0 {
        told = format!("the budget is spent: {} left for the next collection\n{told}", repositories(left));
    }
    writeln!(world.stderr, "{told}").kind(FailureKind::Output)?;
    let failure = (failed > 0).then(|| {
        let message = format!("{failed} of {} could not be collected whole", repositories(names.len()));
        Failure::message(FailureKind::Network, message)
            .hint("what could be read is in the tables, and the next collection goes on there")
    });
    Ok((sum.collected(options, config), failure))
}

/// Collects one repository. What was read before it failed is kept.
fn one(collection: &Collection<'_>, sum: &mut Sum, world: &mut World) -> Result<(), Failure> {
    let Collection { repository, options, config, .. } = *collection;
    let mut store = Store::open_part(repository, options, config, world)?;
    let read = collection.run(&mut store, world);
    if read.is_ok() || store.is_changed() {
        sum.add(store.save()?);
    }
    read.map(drop)
}

/// What changed in the tables of all.
#[derive(Default)]
struct Sum {
    tables: BTreeMap<String, CollectedTable>,
    rejected: usize,
}

impl Sum {
    fn add(&mut self, one: Collected) {
        self.rejected += one.rejected;
        for table in one.tables {
            let sum = self.tables.entry(table.table.clone()).or_default();
            sum.change.added += table.change.added;
            sum.change.updated += table.change.updated;
            sum.change.unchanged += table.change.unchanged;
            sum.total += table.total;
            sum.table = table.table;
        }
    }

    fn collected(self, options: &Options, config: &Config) -> Collected {
        let named = options.metrics.as_ref().unwrap_or(&config.metrics).join("*/*");
        let file = |table: &str| named.join(format!("{table}.csv")).display().to_string();
        let tables = self.tables.into_values().map(|table| CollectedTable { file: file(&table.table), ..table });
        Collected { tables: tables.collect(), rejected: self.rejected, writing: options.writing }
    }
}

fn repositories(count: usize) -> String {
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
