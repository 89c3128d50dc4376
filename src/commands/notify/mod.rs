//! Tells people what a verb came to beside the job's log and summary: in a comment on the pull request, as
//! a check run or a status of the commit, in an issue, through webhooks.
//!
//! Nothing of it changes the verdict. What could not be told is a warning that says what to do. The token of
//! a fork's pull request can only read; that is no failure, and is said in one line.

mod checks;
mod comment;
mod hooks;
mod issue;
pub(in crate::commands) mod keeper;
mod place;

use std::io::Write as _;

use super::online;
use super::{append, step};
use crate::config::{CommentWhen, Notify};
use crate::error::{Failure, FailureKind};
use crate::github::{Client, RequestError};
use crate::model::notice::Notice;
use crate::model::run_summary::PartVerdict;
use crate::model::secret::Secret;
use crate::outputs::formats::escape;
use crate::outputs::sinks::deployments::TellError;
use crate::world::World;

use issue::Kept;
use place::Place;

/// What was typed of whom to tell; what is not given is taken from the configuration.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// When a pull request has a comment.
    pub comment: Option<CommentWhen>,
    /// What tells this comment, check and issue from others of the same job.
    pub key: Option<String>,
    /// The name of the check run.
    pub check_run: Option<String>,
    /// The name of the commit status.
    pub status: Option<String>,
    /// Whether an issue is open until the gates pass.
    pub issue: bool,
}

/// Whom to tell, and as whom.
#[derive(Clone, Copy)]
pub(super) struct Telling<'options> {
    /// The verb that tells.
    pub(super) verb: &'static str,
    /// What was typed.
    pub(super) options: &'options Options,
    /// What is configured.
    pub(super) settings: &'options Notify,
    /// The token that was typed.
    pub(super) token: Option<&'options Secret>,
    /// The repository that was typed.
    pub(super) repository: Option<&'options str>,
}

/// What is to be told in this run.
struct Wanted<'options> {
    comment: CommentWhen,
    check_run: Option<&'options str>,
    status: Option<&'options str>,
    /// The labels of the issue, where there is to be one.
    issue: Option<&'options [String]>,
    webhooks: bool,
}

/// One of the ways in which GitHub tells people.
#[derive(Clone, Copy)]
enum Part<'options> {
    Comment(CommentWhen),
    CheckRun(&'options str),
    Status(&'options str),
    Issue(&'options [String]),
}

impl<'options> Wanted<'options> {
    fn of(telling: &Telling<'options>, world: &World) -> Self {
        let Telling { options, settings, .. } = *telling;
        let event = world.environment.get("GITHUB_EVENT_NAME").unwrap_or_default();
        let is_for = settings.events.iter().any(|name| name == event);
        let issue = (options.issue || settings.issue) && is_for;
        Self {
            comment: options.comment.unwrap_or(settings.comment),
            check_run: options.check_run.as_deref().or(settings.check_run.as_deref()),
            status: options.status.as_deref().or(settings.status.as_deref()),
            issue: issue.then_some(settings.labels.as_slice()),
            webhooks: !settings.webhooks.is_empty() && is_for,
        }
    }

    fn parts(&self) -> impl Iterator<Item = Part<'options>> {
        let comment = (self.comment != CommentWhen::Never).then_some(Part::Comment(self.comment));
        let (check_run, status) = (self.check_run.map(Part::CheckRun), self.status.map(Part::Status));
        [comment, check_run, status, self.issue.map(Part::Issue)].into_iter().flatten()
    }
}

impl Part<'_> {
    fn name(self) -> &'static str {
        match self {
            Self::Comment(_) => "the comment",
            Self::CheckRun(_) => "the check run",
            Self::Status(_) => "the commit status",
            Self::Issue(_) => "the issue",
        }
    }

    fn permission(self) -> &'static str {
        match self {
            Self::Comment(_) => "pull-requests: write",
            Self::CheckRun(_) => "checks: write",
            Self::Status(_) => "statuses: write",
            Self::Issue(_) => "issues: write",
        }
    }
}

/// The way to GitHub, and where what is told belongs.
struct Desk<'world> {
    client: Client,
    place: Place,
    key: String,
    token: Option<&'world Secret>,
}

/// What somebody could not be told.
#[derive(Debug, thiserror::Error)]
enum Untold {
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error(transparent)]
    Tell(#[from] TellError),
}

/// A step's outputs.
type Outputs = Vec<(&'static str, String)>;

/// Tells everybody who is to be told. What there is to tell is put into words only where somebody is.
pub(super) fn tell(telling: &Telling<'_>, notice: impl FnOnce() -> Notice, world: &mut World) {
    let wanted = Wanted::of(telling, world);
    if wanted.parts().next().is_none() && !wanted.webhooks {
        return;
    }
    let notice = &notice();
    let (mut outputs, mut kept) = (Outputs::new(), Kept::NotAsked);
    if wanted.parts().next().is_some() {
        match Desk::open(telling, world) {
            Ok(desk) => (outputs, kept) = desk.tell(&wanted, notice, world),
            Err(failure) => append::warn(&failure, world),
        }
    }
    if wanted.webhooks {
        hooks::tell(telling, notice, &kept, world);
    }
    let outputs: Vec<(&str, &str)> = outputs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if let Err(failure) = step::outputs(&outputs, world) {
        append::warn(&failure, world);
    }
}

/// Tells of a verb that came to nothing, and hands its failure back.
pub(super) fn tell_failure(telling: &Telling<'_>, title: &'static str, failure: Failure, world: &mut World) -> Failure {
    let hints = failure.hints().iter().map(|hint| format!("- {}", escape::markdown_sentence(hint)));
    let sections = std::iter::once(escape::markdown_sentence(&failure.to_string())).chain(hints).collect();
    let notice = Notice {
        title,
        verdict: PartVerdict::Unknown,
        headline: "could not be told".to_owned(),
        sections,
        annotations: Vec::new(),
        troubles: vec!["could not be told".to_owned()],
    };
    tell(telling, || notice, world);
    failure
}

impl<'world> Desk<'world> {
    /// Opens the way to GitHub.
    fn open(telling: &Telling<'world>, world: &World) -> Result<Self, Failure> {
        let untold =
            |message: &str| Failure::message(FailureKind::Usage, format!("nobody was told of the result: {message}"));
        if online::token_of(telling.token, world).is_none() {
            return Err(untold("that needs a token").hint("give one with --token or in GITHUB_TOKEN"));
        }
        let place = Place::here(telling.repository, world)?;
        let place = place.ok_or_else(|| {
            untold("nobody says of which repository it is").hint("name it with --repository OWNER/NAME")
        })?;
        let client = online::connect(telling.token, world)?;
        Ok(Self { client, place, key: key(telling, world), token: telling.token })
    }

    /// Tells GitHub all that it is to be told; one refusal does not stop the rest, unless the token can only
    /// read.
    fn tell(&self, wanted: &Wanted<'_>, notice: &Notice, world: &mut World) -> (Outputs, Kept) {
        let (mut outputs, mut kept) = (Outputs::new(), Kept::NotAsked);
        for part in wanted.parts() {
            let told = match part {
                Part::Comment(when) => comment::keep(self, notice, when, world),
                Part::CheckRun(name) => checks::check_run(self, notice, name, world),
                Part::Status(name) => checks::status(self, notice, name),
                Part::Issue(labels) => issue::keep(self, labels, notice, world).map(|issue| {
                    kept = issue;
                    kept.outputs()
                }),
            };
            match told {
                Ok(told) => outputs.extend(told),
                Err(error) if self.place.is_read_only && error.is_refusal() => {
                    let why = "the token of a fork's or Dependabot's pull request can only read: the whole result is in \
                               the summary and the annotations";
                    say(&format!("{} was left out: {why}", part.name()), world);
                    break;
                }
                Err(error) => append::warn(&self.untold(error, part, world), world),
            }
        }
        (outputs, kept)
    }

    /// Explains what could not be told.
    fn untold(&self, error: Untold, part: Part<'_>, world: &World) -> Failure {
        let is_refusal = error.is_refusal();
        let failure = match error {
            Untold::Request(error) | Untold::Tell(TellError::Request(error)) => {
                online::failure(error, self.token, world)
            }
            Untold::Tell(error @ TellError::Route(_)) => Failure::new(FailureKind::Usage, error),
        };
        let told = Failure::message(
            failure.kind(),
            format!("{} could not be written, the verdict stands: {failure}", part.name()),
        );
        if is_refusal {
            return told.hint(format!("the job needs the permission `{}`", part.permission()));
        }
        failure.hints().iter().fold(told, Failure::hint)
    }
}

impl Untold {
    /// Tells whether the token may not, as GitHub words it: by 403, or by 404.
    fn is_refusal(&self) -> bool {
        let (Self::Request(error) | Self::Tell(TellError::Request(error))) = self else { return false };
        let denied = matches!(error, RequestError::Denied { kind, .. } if kind == "FORBIDDEN");
        denied || matches!(error, RequestError::Refused { status: 403 | 404, .. })
    }
}

/// Returns what tells this verb's comment and issue from those of others. Legs of a matrix have one key
/// together unless they are given one each.
fn key(telling: &Telling<'_>, world: &World) -> String {
    let said = |name: &str| world.environment.get(name).unwrap_or("local").to_owned();
    let job = telling.options.key.clone().unwrap_or_else(|| said("GITHUB_JOB"));
    format!("{}/{job}/{}", said("GITHUB_WORKFLOW"), telling.verb)
}

/// Says something beside the result.
fn say(text: &str, world: &mut World) {
    let line = escape::log_line(&escape::terminal(&format!("notice: {text}"))) + "\n";
    // Nothing is left to tell it to when standard error is closed.
    drop(world.stderr.write_all(line.as_bytes()));
}
