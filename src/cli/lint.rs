//! `plimsoll lint`.

use std::path::PathBuf;

use clap::Args;

use super::{configuration, words};
use crate::commands::lint::{Answers, Format, Online, Options};
use crate::config::{FailOn, Program};
use crate::model::finding::Persona;
use crate::model::secret::Secret;

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

    /// Who is asking: each sees what the ones before see, and more [default: regular]
    #[arg(long, value_parser = words::parser::<Persona>(Persona::WORDS))]
    persona: Option<Persona>,

    /// End with 1 when there is a finding of this severity or a worse one [default: error]
    #[arg(long, value_name = "SEVERITY", value_parser = words::parser::<FailOn>(FailOn::WORDS))]
    fail_on: Option<FailOn>,

    /// Use only these rules or groups of rules
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    select: Vec<String>,

    /// Leave out these rules or groups of rules
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Check scripts for bash and sh with ShellCheck: auto where it is installed, off, or this
    /// program [default: auto]
    #[arg(long, value_name = "auto|off|PATH")]
    shellcheck: Option<Program>,

    /// Check scripts for Python with Pyflakes: auto where it is installed, off, or this program
    /// [default: auto]
    #[arg(long, value_name = "auto|off|PATH")]
    pyflakes: Option<Program>,

    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Ask nothing of the network [default]
    #[arg(long, conflicts_with = "online")]
    offline: bool,

    /// Ask GitHub about the actions and workflows of other repositories
    #[arg(long)]
    online: bool,

    /// Ask GitHub with this token [default: that of `GITHUB_TOKEN` or `GH_TOKEN`]
    #[arg(long)]
    token: Option<Secret>,

    /// Make at most so many requests [default: 500, and 50 without a token]
    #[arg(long, value_name = "REQUESTS")]
    online_budget: Option<usize>,

    /// Ask everything anew, and keep no answers for the next time
    #[arg(long)]
    no_cache: bool,
}

impl Arguments {
    /// Returns how GitHub is asked, if it is.
    fn online(&self) -> Option<Online> {
        let answers = if self.no_cache { Answers::Fresh } else { Answers::Kept };
        let asks = self.online && !self.offline;
        asks.then(|| Online { token: self.token.clone(), budget: self.online_budget, answers })
    }
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            online: arguments.online(),
            paths: arguments.paths,
            configuration: arguments.configuration.into(),
            format: arguments.format,
            output: arguments.output,
            persona: arguments.persona,
            fail_on: arguments.fail_on,
            select: arguments.select,
            ignore: arguments.ignore,
            shellcheck: arguments.shellcheck,
            pyflakes: arguments.pyflakes,
        }
    }
}
