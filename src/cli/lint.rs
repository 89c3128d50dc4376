//! `plimsoll lint`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{configuration, notify, words};
use crate::commands::lint::{Answers, Format, Mending, Online, Options};
use crate::config::{FailOn, Program};
use crate::model::collected::Writing;
use crate::model::finding::{Persona, Safety};
use crate::model::secret::Secret;

/// Find what GitHub would refuse, what would go wrong at run time, and what is insecure
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct Arguments {
    /// Files, folders and patterns to lint [default: this repository]; `-` reads a workflow from standard input
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

    /// Mend findings: with `safe`, or without a value, what nobody needs to look at; with `all` also
    /// what may change what a workflow does
    #[arg(long, value_name = "SAFETY", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    fix: Option<Fixes>,

    /// Write no file: print what --fix would change
    #[arg(long)]
    diff: bool,

    /// What standard input is called: it is judged as the file of that name
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,

    /// Hide the findings that this file holds
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write the findings to the baseline, so that they are hidden from then on [default:
    /// .plimsoll-baseline.json]
    #[arg(long)]
    write_baseline: bool,

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

    #[command(flatten)]
    notify: notify::Arguments,

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

/// The fixes that are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Fixes {
    /// Those that nobody needs to look at
    Safe,
    /// All there are
    All,
}

/// Joins `--fix` with the word behind it where that is one of its values, so that a path may
/// follow `--fix` as well as a value.
pub(super) fn with_fix_joined(arguments: Vec<OsString>) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::new();
    let mut is_option = true;
    for argument in arguments {
        let is_value = argument.to_str().is_some_and(|word| Fixes::from_str(word, false).is_ok());
        if let Some(last) = joined.last_mut().filter(|last| is_option && is_value && *last == "--fix") {
            last.push("=");
            last.push(argument);
        } else {
            is_option &= argument != "--";
            joined.push(argument);
        }
    }
    joined
}

fn mending(fixes: Option<Fixes>, diff: bool) -> Option<Mending> {
    let most = match fixes {
        Some(Fixes::All) => Safety::Unsafe,
        Some(Fixes::Safe) => Safety::Safe,
        None if diff => Safety::Safe,
        None => return None,
    };
    Some(Mending { most, writing: if diff { Writing::Dry } else { Writing::Real } })
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
            mending: mending(arguments.fix, arguments.diff),
            stdin_filename: arguments.stdin_filename,
            baseline: arguments.baseline,
            writes_baseline: arguments.write_baseline,
            notify: arguments.notify.into(),
            token: arguments.token,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_or_a_path_may_follow_fix() {
        let joined = |words: &[&str]| {
            let joined = with_fix_joined(words.iter().map(OsString::from).collect()).into_iter();
            joined.map(|word| word.into_string().unwrap()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(joined(&["lint", "--fix", "all", "a.yml"]), "lint --fix=all a.yml");
        assert_eq!(joined(&["lint", "--fix", "a.yml", "safe"]), "lint --fix a.yml safe");
        assert_eq!(joined(&["lint", "--fix=all", "all"]), "lint --fix=all all");
        assert_eq!(joined(&["lint", "--", "--fix", "all"]), "lint -- --fix all");
        assert_eq!(joined(&["lint", "--fix"]), "lint --fix");
    }
}
