//! `plimsoll deploy`.

mod finish;
mod resume;
mod rollback;
mod run;
mod start;
mod verify;

use std::path::PathBuf;

use clap::{ArgAction, Args, Subcommand};

use super::{configuration, network};
use crate::commands::deploy::{Common, Demands, Doing, Format, Item, Options};

/// Deploy with checks before, a look afterwards and a way back
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    part: Part,
}

#[derive(Debug, Subcommand)]
enum Part {
    Run(Box<run::Arguments>),
    Start(Box<start::Arguments>),
    Verify(Box<verify::Arguments>),
    Finish(Box<finish::Arguments>),
    Rollback(Box<rollback::Arguments>),
    Resume(Box<resume::Arguments>),
}

/// Options that every part has.
#[derive(Args, Debug)]
#[group(skip)]
struct CommonArguments {
    /// The environment, such as `production`
    #[arg(long = "env", value_name = "NAME")]
    environment: String,

    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Keep the tables in this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,

    #[command(flatten)]
    network: network::Arguments,

    /// How to write how it went [default: github in a job, else human]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Write it to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Options that say what is deployed.
#[derive(Args, Debug)]
#[group(skip)]
struct SubjectArguments {
    /// What is deployed is called [default: the tag, the ref, or the commit]
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,

    /// The branch, tag or commit that is deployed [default: what is checked out]
    #[arg(long = "ref", value_name = "REF")]
    reference: Option<String>,
}

/// Options of what begins something.
#[derive(Args, Debug)]
#[group(skip)]
struct DemandArguments {
    /// Vouch for a box of the checklist that nothing proves, and say who does; may be repeated
    #[arg(long, value_name = "BOX=WHO", action = ArgAction::Append, value_parser = attestation)]
    attest: Vec<Attested>,

    /// Deploy although gates fail or boxes are open; the reason is recorded
    #[arg(long, value_name = "REASON")]
    force: Option<String>,
}

/// A box with who vouches for it.
#[derive(Clone, Debug)]
struct Attested(Item, String);

impl From<CommonArguments> for Common {
    fn from(arguments: CommonArguments) -> Self {
        Self {
            configuration: arguments.configuration.into(),
            environment: arguments.environment,
            metrics: arguments.metrics,
            network: arguments.network.network(),
            token: arguments.network.token,
            repository: arguments.network.repository,
            format: arguments.format,
            output: arguments.output,
        }
    }
}

impl From<DemandArguments> for Demands {
    fn from(arguments: DemandArguments) -> Self {
        let attested = arguments.attest.into_iter().map(|Attested(item, by)| (item, by)).collect();
        Self { attested, force: arguments.force }
    }
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        match arguments.part {
            Part::Run(arguments) => Self::Run((*arguments).into()),
            Part::Start(arguments) => Self::Start((*arguments).into()),
            Part::Verify(arguments) => Self::Verify((*arguments).into()),
            Part::Finish(arguments) => Self::Finish((*arguments).into()),
            Part::Rollback(arguments) => Self::Rollback((*arguments).into()),
            Part::Resume(arguments) => Self::Resume((*arguments).into()),
        }
    }
}

fn doing(dry_run: bool) -> Doing {
    if dry_run { Doing::Nothing } else { Doing::All }
}

fn attestation(text: &str) -> Result<Attested, String> {
    let parts = text.split_once('=').filter(|(_, who)| !who.trim().is_empty());
    let (item, who) = parts.ok_or_else(|| format!("`{text}` is not BOX=WHO, such as `review=ana`"))?;
    let known = Item::WORDS.join(", ");
    let item = item.parse().map_err(|()| format!("there is no box `{item}`; known are {known}"))?;
    Ok(Attested(item, who.trim().to_owned()))
}
