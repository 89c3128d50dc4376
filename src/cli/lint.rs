//! `plimsoll lint`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::commands::lint::{Choice, Format, Options};
use crate::model::finding::{Persona, Severity};

/// The word for `--fail-on` that no severity has.
const NEVER: &str = "never";

/// Find what GitHub would refuse, what would go wrong at run time, and what is insecure
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Files and folders to lint [default: this repository]; `-` reads a workflow from standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The form of the output [default: github in a job, human elsewhere]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Write the output to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Who is asking: each sees what the ones before see, and more
    #[arg(long, value_parser = persona(), default_value = Persona::Regular.word())]
    persona: Persona,

    /// The severity from which on findings end the command with 1
    #[arg(long, value_parser = fail_on(), default_value = Severity::Error.word())]
    fail_on: FailOn,

    /// Use only these rules or groups of rules
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    select: Vec<String>,

    /// Leave out these rules or groups of rules
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Read no configuration
    #[arg(long)]
    no_config: bool,

    /// Ask nothing of the network [default]
    #[arg(long)]
    offline: bool,
}

/// The least severity that fails; `None` for never.
#[derive(Clone, Copy, Debug)]
struct FailOn(Option<Severity>);

fn persona() -> impl TypedValueParser<Value = Persona> {
    PossibleValuesParser::new(Persona::WORDS).try_map(|word| word.parse())
}

fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    let words = Severity::WORDS.iter().copied().rev().chain([NEVER]);
    PossibleValuesParser::new(words).try_map(|word| match word.as_str() {
        NEVER => Ok(FailOn(None)),
        severity => severity.parse().map(|severity| FailOn(Some(severity))),
    })
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let choice = Choice { persona: arguments.persona, select: arguments.select, ignore: arguments.ignore };
        let (format, output) = (arguments.format, arguments.output);
        Self { paths: arguments.paths, format, output, choice, fail_on: arguments.fail_on.0 }
    }
}
