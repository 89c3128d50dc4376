//! Code of strangers that jobs with secrets bring into their workspace, and what runs it.

use std::ops::Range;

use super::events::Events;
use super::job::JobState;
use super::walk::Walker;
use super::workspace::join;
use crate::knowledge::project_code;
use crate::knowledge::trust;
use crate::model::workflow::{ActionReference, Event, Job, Step};
use crate::model::yaml::Text;

/// Code of strangers that a job brings into its workspace.
#[derive(Clone, Debug)]
pub struct Intake<'file> {
    /// The job that does.
    pub job: &'file Job,
    /// How it comes.
    pub kind: IntakeKind,
    /// The scalar that brings it.
    pub text: &'file Text,
    /// The range in its decoded value.
    pub range: Range<usize>,
    /// What is brought, for people.
    pub name: String,
    /// The events, with secrets, on which strangers decide what it holds.
    pub events: Events,
    /// Who has to agree first, for people.
    pub guard: Option<&'static str>,
    /// The first thing that runs it.
    pub run: Option<Execution<'file>>,
}

/// How code of strangers comes into a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntakeKind {
    /// By a checkout of a pull request.
    Checkout,
    /// By a checkout of a branch of this repository, of which a stranger chooses the name: one that strangers can fill
    /// only where somebody lets them.
    Branch,
    /// In an artifact of another run.
    Artifact,
}

/// A place that runs code of a workspace.
#[derive(Clone, Debug)]
pub struct Execution<'file> {
    /// The scalar.
    pub text: &'file Text,
    /// The range in its decoded value.
    pub range: Range<usize>,
}

/// Events that give a job secrets, and on which it may bring the code of a pull request.
const RISKY: &[Event] = &[Event::IssueComment, Event::PullRequestTarget, Event::WorkflowRun];

impl<'file> Walker<'_, 'file> {
    /// Follows the code that a step of an action brings or runs.
    pub(super) fn code_of_action(&mut self, step: &'file Step, uses: &'file Text, state: &mut JobState<'file>) {
        let whole = 0..uses.value.len();
        let runs = match step.reference() {
            Some(ActionReference::Local(path)) => join("", path).and_then(|path| state.workspace.owner(&path)),
            Some(ActionReference::Repository(reference)) => {
                let is_set = |input: &str| step.input(input).is_some_and(|value| value.value != "false");
                let is_run = project_code::of_action(&reference.name(), is_set);
                let folder = ["working-directory", "workdir", "project", "context"];
                let folder = folder.iter().find_map(|input| step.input(input)).map_or(".", Text::as_str);
                is_run.then(|| join("", folder).and_then(|folder| state.workspace.owner(&folder))).flatten()
            }
            Some(ActionReference::SelfRepository(_) | ActionReference::Docker(_) | ActionReference::Unknown) | None => {
                None
            }
        };
        self.run_intake(runs, uses, whole.clone());
        if !step.is_action("actions/checkout") {
            return;
        }
        let Some(folder) = join("", step.input("path").map_or("", Text::as_str)) else { return };
        match self.foreign_checkout(step, state) {
            Some((text, ForeignCode { range, name, events, is_branch })) => {
                let of_others =
                    step.input("repository").is_some_and(|value| !value.value.contains("github.repository"));
                let kind = if is_branch && !of_others { IntakeKind::Branch } else { IntakeKind::Checkout };
                let found = Found { kind, text, range, name, events };
                self.bring(found, folder, step, state);
            }
            None if step.condition.is_none() => state.workspace.fill(folder, None),
            None => {}
        }
    }

    /// Takes code of strangers that comes into a folder.
    pub(super) fn bring(&mut self, found: Found<'file>, folder: String, step: &Step, state: &mut JobState<'file>) {
        let Some(job) = state.job else { return };
        let Found { kind, text, range, name, events } = found;
        let events = self.events.and(state.gate.events).and(events);
        let is_by_member = state.gate.by_members.contains("pull_request");
        if events.is_empty() || is_by_member {
            return;
        }
        let guard = self.guard(job, step, state);
        let at = self.taint.bring(Intake { job, kind, text, range, name, events, guard, run: None });
        state.workspace.fill(folder, Some(at));
    }

    /// Takes the artifact of another run.
    pub(super) fn bring_artifact(
        &mut self,
        (text, range): (&'file Text, Range<usize>),
        folder: &str,
        step: &Step,
        state: &mut JobState<'file>,
    ) {
        let Some(folder) = join("", folder) else { return };
        let name = "an artifact of the run that started this one".to_owned();
        let found = Found { kind: IntakeKind::Artifact, text, range, name, events: Events::one(Event::WorkflowRun) };
        self.bring(found, folder, step, state);
    }

    /// Tells who has to agree before the job takes the code.
    fn guard(&self, job: &Job, step: &Step, state: &JobState<'_>) -> Option<&'static str> {
        let workflow = self.workflow_of()?;
        let conditions = [job.condition.as_ref(), step.condition.as_ref()].into_iter().flatten();
        let asks = |word: &str| conditions.clone().any(|condition| condition.value.contains(word));
        let targets = workflow.trigger(Event::PullRequestTarget).into_iter().collect::<Vec<_>>();
        let only_labelled = targets.iter().any(|trigger| {
            let types = trigger.filter("types");
            !types.is_empty() && types.iter().all(|kind| kind.value == "labeled")
        });
        if asks("label") || only_labelled {
            Some("somebody has to set a label first")
        } else if !state.gate.by_members.is_empty() || asks("author_association") {
            Some("a member of the repository has to ask for it")
        } else if job.environment.is_some() {
            Some("the environment may ask somebody to approve it")
        } else {
            None
        }
    }

    pub(super) fn run_intake(&mut self, intake: Option<usize>, text: &'file Text, range: Range<usize>) {
        if let Some(at) = intake {
            self.taint.run(at, Execution { text, range });
        }
    }

    /// Returns the commits of a stranger that a checkout is told to take, and the input that says so.
    pub(super) fn foreign_checkout(
        &self,
        step: &'file Step,
        state: &JobState<'file>,
    ) -> Option<(&'file Text, ForeignCode)> {
        let checkout = Some(step).filter(|step| step.is_action("actions/checkout"))?;
        let mut inputs = ["ref", "repository"].into_iter().filter_map(|name| checkout.input(name));
        inputs.find_map(|text| Some((text, self.foreign_code(text, state, Some(step))?)))
    }

    /// Returns the commits of a stranger that a scalar names: where, their name, and on which events.
    pub(super) fn foreign_code(
        &self,
        text: &Text,
        state: &JobState<'file>,
        step: Option<&Step>,
    ) -> Option<ForeignCode> {
        let sites = self.sites(text, state, step).into_iter().chain(self.sites(text, state, None));
        let used = sites.flat_map(|site| &site.contexts).filter_map(|used| {
            let path = used.lower();
            let events = foreign_context(&path)?;
            let is_branch = path.last().is_some_and(|name| trust::names_branch(name));
            Some(ForeignCode { range: used.range.clone(), name: format!("`{}`", used.dotted()), events, is_branch })
        });
        let whole = || {
            let (range, name) = (0..text.value.len(), "the pull request".to_owned());
            ForeignCode { range, name, events: risky(), is_branch: false }
        };
        // A commit that stands beside a branch decides.
        let used = used.min_by_key(|code| code.is_branch);
        let is_ref = is_ref_of_pull_request(&text.value);
        used.filter(|code| !(is_ref && code.is_branch)).or_else(|| is_ref.then(whole))
    }
}

/// The commits of a stranger that a scalar names.
pub(super) struct ForeignCode {
    /// Where it names them.
    pub(super) range: Range<usize>,
    /// Their name, for people.
    pub(super) name: String,
    /// The events on which they come.
    pub(super) events: Events,
    /// Whether they are named by their branch alone.
    pub(super) is_branch: bool,
}

/// Code of strangers, before it is known on which events it comes.
pub(super) struct Found<'file> {
    pub(super) kind: IntakeKind,
    pub(super) text: &'file Text,
    pub(super) range: Range<usize>,
    pub(super) name: String,
    pub(super) events: Events,
}

pub(super) fn risky() -> Events {
    RISKY.iter().fold(Events::NONE, |all, event| all.or(Events::one(*event)))
}

/// Returns the events on which a context names a stranger's commits, if it does.
pub(super) fn foreign_context(path: &[String]) -> Option<Events> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    if let ["steps" | "needs" | "jobs", _, "outputs", name, ..] | ["env", name] = path.as_slice() {
        return trust::sounds_like_foreign_code(name).then(risky);
    }
    // A number names code as a part of `refs/pull/…` only.
    if path.last() == Some(&"number") || !trust::names_foreign_code(&path) {
        return None;
    }
    Some(match path.as_slice() {
        ["github", "event", "workflow_run", ..] => Events::one(Event::WorkflowRun),
        _ => Events::one(Event::PullRequestTarget),
    })
}

/// Tells whether a text is a ref of a pull request: `refs/pull/…`.
pub(super) fn is_ref_of_pull_request(text: &str) -> bool {
    let rest = text.trim_start_matches('+');
    rest.starts_with("refs/pull/") || (rest.starts_with("pull/") && (rest.contains("/head") || rest.contains("/merge")))
}
