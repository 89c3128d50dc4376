//! `plimsoll collect`.

use std::path::PathBuf;

use clap::{ArgAction, Args};
use jiff::Timestamp;

use super::{configuration, words};
use crate::commands::collect::{Format, Online, Options, Saving, Since, Steps};
use crate::commands::many::{Many, Shard};
use crate::model::collected::Writing;
use crate::model::encoding::Encoding;
use crate::model::secret::Secret;

/// Options that only make sense for one repository.
const OF_ONE: [&str; 7] = ["from", "run", "repository", "junit", "input", "size", "job_id"];

/// Collect runs, test reports and sizes into the tables
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(super) struct Arguments {
    #[command(flatten)]
    configuration: configuration::Arguments,

    /// Read recorded API answers (*.json) from this folder
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Read this run from the API, with all its attempts
    #[arg(long, value_name = "ID", conflicts_with_all = ["from", "runs", "since", "until", "branch", "workflow"])]
    run: Option<u64>,
    /// Read the newest N runs from the API [default: 30, or all with --since]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "from")]
    runs: Option<u32>,
    /// Read runs from the API that were made on this day (UTC) or later, or after the `last` collection
    #[arg(long, value_name = "DATE", value_parser = words::since_collected, conflicts_with = "from")]
    since: Option<Since>,
    /// Read runs from the API that were made on this day (UTC) or earlier
    #[arg(long, value_name = "DATE", value_parser = words::until, conflicts_with = "from")]
    until: Option<Timestamp>,
    /// Read runs of this branch from the API
    #[arg(long, conflicts_with = "from")]
    branch: Option<String>,
    /// Read runs of this workflow from the API, by file name or id
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    workflow: Option<String>,
    /// Spend no more than so many requests; what is left over is read by the next collection
    /// [default: all but a tenth of what GitHub grants]
    #[arg(long, value_name = "REQUESTS", conflicts_with = "from")]
    budget: Option<usize>,
    /// Keep a row for each step
    #[arg(long)]
    steps: bool,
    /// Read the logs too, for what caches did: a request for each attempt of a run
    #[arg(long, conflicts_with = "from")]
    logs: bool,
    /// Collect the repositories of this organization or person, each into a folder OWNER/NAME of its own
    #[arg(long, value_name = "OWNER", group = "many", conflicts_with_all = OF_ONE)]
    org: Option<String>,
    /// Collect the repositories that this file names, one OWNER/NAME a line, each into a folder of its own
    #[arg(long, value_name = "FILE", group = "many", conflicts_with_all = OF_ONE)]
    repos: Option<PathBuf>,
    /// Collect every Nth of them, from the Ith on, so that N jobs share the work
    #[arg(long, value_name = "I/N", requires = "many")]
    shard: Option<Shard>,
    /// Read what tools wrote from the artifacts of the runs, too: `NAME`, or `NAME/FILE`, both with wildcards;
    /// a request for each run, and one for each artifact. May be repeated
    #[arg(long, value_name = "NAME", action = ArgAction::Append, conflicts_with = "from")]
    artifact: Vec<String>,
    /// Ask the API with this token [default: that of `GITHUB_TOKEN` or `GH_TOKEN`]
    #[arg(long)]
    token: Option<Secret>,
    /// Keep the tables in this folder [default: metrics]
    #[arg(long, value_name = "DIR")]
    metrics: Option<PathBuf>,
    /// Read JUnit reports that match this pattern; may be repeated
    #[arg(long, value_name = "GLOB", action = ArgAction::Append)]
    junit: Vec<String>,
    /// Read what tools wrote into files that match this pattern, whatever the format: tests, coverage,
    /// benchmarks, builds, measurements of your own. `FORMAT:GLOB` says it; may be repeated
    #[arg(long, value_name = "GLOB", action = ArgAction::Append)]
    input: Vec<String>,
    /// Measure the size of a file or a folder; may be repeated
    #[arg(long, value_name = "NAME=PATH", action = ArgAction::Append)]
    size: Vec<String>,
    /// Measure how large they are when compressed, too: gzip, brotli, zstd; may be repeated
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    encoding: Vec<Encoding>,
    /// Read from the API which caches the repository has and how large they are: a request, and one for every
    /// hundred caches
    #[arg(long, conflicts_with = "from")]
    caches: bool,
    /// Read from the API what was deployed, since --since or for as long as DORA metrics look back: a request for
    /// every hundred deployments, and one for each that is not known. Needs `deployments: read`
    #[arg(long, conflicts_with = "from")]
    deployments: bool,
    /// Read from the API which pull requests were merged into the default branch, since --since or for as long as
    /// DORA metrics look back: a request, one for every hundred that were closed, and two for each that was merged
    /// and is not known. Needs `pull-requests: read`
    #[arg(long, conflicts_with = "from")]
    pull_requests: bool,
    /// Ask the API about this repository, and take records that name none for its own [default: `GITHUB_REPOSITORY`]
    #[arg(long, value_name = "OWNER/NAME")]
    repository: Option<String>,
    /// The id of this very job: reports and sizes belong to it, and it has not ended: `${{ job.check_run_id }}`
    #[arg(long, value_name = "ID")]
    job_id: Option<u64>,
    /// Move damaged lines of the tables to NAME.rejected.csv instead of stopping
    #[arg(long)]
    quarantine: bool,
    /// Say what would change, but write nothing
    #[arg(long)]
    dry_run: bool,
    /// How to write what changed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write it to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        Self {
            configuration: arguments.configuration.into(),
            steps: arguments.steps.then_some(Steps::Each),
            logs: arguments.logs,
            artifacts: arguments.artifact,
            from: arguments.from,
            metrics: arguments.metrics,
            junit: arguments.junit,
            inputs: arguments.input,
            sizes: arguments.size,
            encodings: arguments.encoding,
            repository: arguments.repository,
            online: Online {
                run: arguments.run,
                runs: arguments.runs.and_then(|runs| usize::try_from(runs).ok()),
                since: arguments.since,
                until: arguments.until,
                branch: arguments.branch,
                workflow: arguments.workflow,
                caches: arguments.caches,
                deployments: arguments.deployments,
                pull_requests: arguments.pull_requests,
                budget: arguments.budget,
                token: arguments.token,
            },
            many: Many { owner: arguments.org, file: arguments.repos, shard: arguments.shard.unwrap_or_default() },
            job_id: arguments.job_id,
            quarantine: arguments.quarantine,
            writing: if arguments.dry_run { Writing::Dry } else { Writing::Real },
            saving: Saving::AsCollected,
            format: arguments.format,
            output: arguments.output,
        }
    }
}
