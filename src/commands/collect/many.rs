//! Many repositories: each has tables of its own below the folder, so that many jobs can share the
//! work without sharing a file.

use std::collections::BTreeMap;

use super::Options;
use super::online::Collection;
use super::tables::Store;
use crate::commands::many::repositories;
use crate::commands::online::{connect, cost};
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::collected::{Collected, CollectedTable};
use crate::outputs::formats::escape;
use crate::sources::api_runs::Budget;
use crate::world::World;

/// Collects each repository into a folder of its own, `OWNER/NAME`, and adds up what changed. One
/// that fails does not stop the others; that there was one is told in the end.
pub(super) fn collect(
    options: &Options,
    config: &Config,
    world: &mut World,
) -> Result<(Collected, Option<Failure>), Failure> {
    let client = connect(options.online.token.as_ref(), world)?;
    let names = options.many.list(&client, options.online.token.as_ref(), world)?;
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
