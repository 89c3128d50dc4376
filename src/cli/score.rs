//! `plimsoll score`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::{configuration, network, notify};
use crate::commands::many::{Many, Shard};
use crate::commands::score::{Asked, Format, Online, Options, Profile};

/// The word for `--profile` that no profile has.
const AUTO: &str = "auto";

/// Options that only make sense for one repository, or for files that are here.
const OF_ONE: [&str; 6] = ["paths", "repository", "offline", "explain", "badge", "readme"];

/// Score how ready a repository is for production, with the place that proves each verdict
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The repository's folder; of several a table is made [default: this repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Score the repositories of this organization or person from GitHub, and make a table of them: some eleven
    /// requests for each
    #[arg(long, value_name = "OWNER", group = "many", conflicts_with_all = OF_ONE)]
    org: Option<String>,

    /// Score the repositories that this file names, one OWNER/NAME a line, from GitHub
    #[arg(long, value_name = "FILE", group = "many", conflicts_with_all = OF_ONE)]
    repos: Option<PathBuf>,

    /// Score every Nth of them, from the Ith on, so that N jobs share the work
    #[arg(long, value_name = "I/N", requires = "many")]
    shard: Option<Shard>,

    /// Spend no more than so many requests on them [default: all but a tenth of what GitHub grants]
    #[arg(long, value_name = "REQUESTS", requires = "many")]
    budget: Option<usize>,

    /// What the repository is, which decides what is asked of it [default: auto]
    #[arg(long, value_parser = profile())]
    profile: Option<Asked>,

    #[command(flatten)]
    configuration: configuration::Arguments,

    #[command(flatten)]
    network: network::Arguments,

    /// The form of the output [default: github in a job, human elsewhere]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Write the output to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// End with 1 when the score, as it is shown, is below this one: 0 to 10, one decimal
    #[arg(long, value_name = "SCORE", value_parser = tenths)]
    fail_below: Option<u8>,

    /// Tell what was looked for and found about this criterion, and how it is met
    #[arg(long, value_name = "CRITERION")]
    explain: Option<String>,

    /// Write the score as a badge, in SVG, to this file
    #[arg(long, value_name = "FILE")]
    badge: Option<PathBuf>,

    /// Put a short form of the scorecard into this Markdown document, between its marks
    #[arg(long, value_name = "FILE")]
    readme: Option<PathBuf>,

    /// Add the score to the tables, as a row of `score_history.csv`
    #[arg(long)]
    record: bool,

    #[command(flatten)]
    notify: notify::Arguments,
}

fn profile() -> impl TypedValueParser<Value = Asked> {
    let words = [AUTO].into_iter().chain(Profile::WORDS.iter().copied());
    PossibleValuesParser::new(words).try_map(|word| match word.as_str() {
        AUTO => Ok(Asked(None)),
        profile => profile.parse().map(|profile| Asked(Some(profile))),
    })
}

/// Reads a score such as `7`, `7.5` or `10` as tenths.
fn tenths(text: &str) -> Result<u8, String> {
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    let digit = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u8>().ok()).flatten();
    let value = match (digit(whole), digit(tenth), tenth.len()) {
        (Some(whole @ 0..=10), Some(tenth), 1) => whole * 10 + tenth,
        _ => return Err("it must be a number from 0 to 10 with at most one decimal".to_owned()),
    };
    if value > 100 { Err("a score is at most 10".to_owned()) } else { Ok(value) }
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let Arguments { paths, profile, configuration, network, format, output, fail_below, .. } = arguments;
        let Arguments { explain, badge, readme, record, notify, org, repos, shard, budget, .. } = arguments;
        let many = Many { owner: org, file: repos, shard: shard.unwrap_or_default() };
        let notify = notify.into();
        let online = Online { network: network.network(), token: network.token, repository: network.repository };
        let configuration = configuration.into();
        Self {
            paths,
            many,
            budget,
            configuration,
            profile,
            format,
            output,
            online,
            fail_below,
            explain,
            badge,
            readme,
            record,
            notify,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_have_one_decimal() {
        assert_eq!([tenths("7"), tenths("7.5"), tenths("10"), tenths("0.0")], [Ok(70), Ok(75), Ok(100), Ok(0)]);
        for wrong in ["", "x", "10.1", "7.55", "-1", "11", "7.", "+7"] {
            assert!(tenths(wrong).is_err(), "{wrong}");
        }
    }
}
