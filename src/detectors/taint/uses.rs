//! What steps and jobs hand to actions and workflows, and what they get from them.

use std::ops::Range;
use std::sync::Arc;

use super::events::{self, Events};
use super::intake::ForeignCode;
use super::job::{JobState, Values, Variables};
use super::trail::{Flows, Origin, Side};
use super::walk::{Ends, Here, Walker};
use crate::detectors::{caches, remote};
use crate::knowledge::releases::Releases;
use crate::knowledge::trust::Alphabet;
use crate::knowledge::{foreign_outputs, sinks};
use crate::model::finding::Confidence;
use crate::model::passages::Passages;
use crate::model::surroundings::Local;
use crate::model::workflow::{ActionReference, Event, Job, Pair, Step};
use crate::model::yaml::Text;

impl<'file> Walker<'_, 'file> {
    /// Tells where an input of an action ends.
    pub(super) fn end_of(&self, step: &Step, input: &Text) -> Ends {
        let is_code = match step.reference() {
            Some(ActionReference::Repository(reference)) => sinks::runs_as_code(&reference.name(), &input.value),
            Some(ActionReference::Local(_) | ActionReference::SelfRepository(_)) => {
                let local = step.uses().and_then(|uses| self.local.get(uses.value.trim()));
                matches!(local.map(Arc::as_ref), Some(Local::Action(action)) if action.passages.takes_code(&input.value))
            }
            Some(ActionReference::Docker(_) | ActionReference::Unknown) | None => false,
        };
        if is_code { Ends::InCode } else { Ends::Elsewhere }
    }

    /// Follows a call of a workflow of the repository, and returns its outputs.
    pub(super) fn call(&mut self, job: &'file Job, state: &JobState<'file>) -> Values {
        let Some(uses) = &job.uses else { return Values::new() };
        let Some(Local::Workflow(called)) = self.local.get(uses.value.trim()).map(Arc::as_ref) else {
            return Values::new();
        };
        for (name, value) in &job.with {
            let ends = if called.passages.takes_code(&name.value) { Ends::InCode } else { Ends::Elsewhere };
            self.record(value, Here { state, step: None }, &Variables::new(), ends);
        }
        self.passed(&called.passages, uses, &job.with, Here { state, step: None })
    }

    /// Returns the outputs of an action or a called workflow, given what it is handed.
    pub(super) fn passed(
        &mut self,
        passages: &Passages,
        uses: &'file Text,
        with: &'file [Pair],
        here: Here<'_, 'file>,
    ) -> Values {
        let Here { state, step } = here;
        let mut outputs = Values::new();
        for (name, sources) in &passages.outputs {
            let mut flows = Flows::default();
            for (input, value) in with.iter().filter(|(input, _)| sources.takes(&input.value)) {
                let what = format_args!("the input `{}` takes it", input.value);
                flows.add(&self.carried(value, what, state, step));
            }
            for (origin, who) in &sources.strangers {
                let side = Side::Stranger;
                let origin = Origin { name: origin.clone(), who: who.clone(), side, confidence: Confidence::Medium };
                let events = self.events.and(state.gate.events);
                flows.add(&self.trails().begin(origin, Alphabet::Text, events));
            }
            let what = format_args!("the output `{name}` of what is used here takes it");
            let led = self.trails().lead(&flows, uses, 0..uses.value.len(), what);
            outputs.insert(name.clone(), led);
        }
        outputs.retain(|_, flows| !flows.is_empty());
        outputs
    }

    /// Takes the outputs of an action that hold what strangers decide.
    pub(super) fn foreign_outputs(&mut self, step: &'file Step, state: &mut JobState<'file>) {
        let (Some(uses), Some(ActionReference::Repository(reference))) = (step.uses(), step.reference()) else {
            return;
        };
        let major = || {
            let (version, _) = remote::known_version(self.file, uses, &reference)?;
            Releases::read(version).map(|release| release.major())
        };
        let input = |name: &str| step.input(name).map(|text| text.value.as_str());
        let Some(found) = foreign_outputs::of(&reference.name(), major, input) else { return };
        let (content, side, confidence) = (found.content(), Side::Stranger, Confidence::Medium);
        let origin = Origin { name: content.what().to_owned(), who: content.who().to_owned(), side, confidence };
        let events = events::bringing(content).and(self.events).and(state.gate.events);
        let flows = self.trails().begin(origin, content.alphabet(), events);
        let what = format_args!("an output of `{}` holds it", reference.name());
        let flows = self.trails().lead(&flows, uses, 0..uses.value.len(), what);
        if !flows.is_empty() {
            state.take_outputs(step, found.names().iter().map(|name| ((*name).to_owned(), flows.clone())).collect());
        }
    }

    /// Takes the files of strangers that a step brings.
    pub(super) fn fetch(&mut self, step: &'file Step, state: &mut JobState<'file>) {
        let Some(uses) = step.uses() else { return };
        let folder = step.input("path").map_or("", Text::as_str);
        if let Some((_, ForeignCode { name, events: known, .. })) = self.foreign_checkout(step, state) {
            // A called workflow has the events of its callers.
            let events = self.events.and(state.gate.events).and(known.or(Events::CALLERS));
            let who = "whoever opens the pull request";
            let what = format_args!("the code of the pull request is checked out");
            let flows = self.foreign_files(&format!("a file of the checkout of {name}"), who, events);
            let flows = self.trails().lead(&flows, uses, 0..uses.value.len(), what);
            state.files.fill(folder, flows);
        }
        let calls_api = || step.input("script").is_some_and(|script| script.value.contains("downloadArtifact"));
        let is_of_other_run = (step.is_action("actions/download-artifact") && step.input("run-id").is_some())
            || step.is_action("dawidd6/action-download-artifact")
            || (step.is_action("actions/github-script") && calls_api());
        if is_of_other_run {
            self.download(uses, 0..uses.value.len(), folder, state);
            self.bring_artifact((uses, 0..uses.value.len()), folder, step, state);
        }
        if self.caches_are_foreign && (step.is_action("actions/cache") || step.is_action("actions/cache/restore")) {
            self.restore(step, uses, state);
        }
    }

    /// Takes the files of a cache that strangers can fill.
    fn restore(&mut self, step: &'file Step, uses: &'file Text, state: &mut JobState<'file>) {
        let owner = self.workflow_of().zip(state.job);
        let may_restore = owner.and_then(|(workflow, job)| caches::mode(workflow, job));
        if may_restore.is_some_and(|(mode, _)| !mode.restores()) {
            return;
        }
        let (who, events) = ("whoever opens a pull request", self.events.and(state.gate.events));
        let flows = self.foreign_files("a file of a cache that strangers can fill", who, events);
        let flows = self.trails().lead(&flows, uses, 0..uses.value.len(), format_args!("the cache is restored"));
        for path in step.input("path").map_or("", Text::as_str).lines().map(str::trim) {
            if !path.is_empty() && !path.starts_with(['/', '~', '!']) && !path.contains(['$', '*']) {
                state.files.fill(path, flows.clone());
            }
        }
    }

    /// Takes the artifact of the run that has started this one.
    pub(super) fn download(
        &mut self,
        text: &'file Text,
        range: Range<usize>,
        folder: &str,
        state: &mut JobState<'file>,
    ) {
        let events = self.events.and(state.gate.events).and(Events::one(Event::WorkflowRun));
        let who = "whoever opens a pull request that starts the other workflow, even from a fork,";
        let flows = self.foreign_files("a file of an artifact of the other run", who, events);
        let flows = self.trails().lead(&flows, text, range, format_args!("the artifact of the other run is fetched"));
        state.files.fill(folder, flows);
    }

    fn foreign_files(&mut self, name: &str, who: &str, events: Events) -> Flows {
        let (side, confidence) = (Side::Stranger, Confidence::Medium);
        let origin = Origin { name: name.to_owned(), who: who.to_owned(), side, confidence };
        self.trails().begin(origin, Alphabet::Text, events)
    }
}
