//! Goes through a script with what is known around it, and takes what it leaves behind.

use std::collections::BTreeMap;

use super::Harm;
use super::conditions::Gate;
use super::events::{self, Events};
use super::job::{JobState, Values, Variables, all};
use super::runner_file::RunnerFile;
use super::script::{self, Script};
use super::trail::{Flows, Origin, Side};
use super::walk::Walker;
use crate::detectors::shells;
use crate::knowledge::text_programs;
use crate::knowledge::trust::{self, Alphabet, Trust};
use crate::model::finding::Confidence;
use crate::model::workflow::{Step, Trigger};
use crate::model::yaml::Text;
use crate::shell::{Interpreter, Tongue};

impl<'file> Walker<'_, 'file> {
    pub(super) fn script(
        &mut self,
        step: &'file Step,
        text: &'file Text,
        state: &mut JobState<'file>,
        env: &Variables,
    ) {
        let owner = self.file.workflow().zip(state.job);
        let tongue = match shells::of_step(step, owner).map(|shell| shell.interpreter) {
            Some(Interpreter::PowerShell) => Some(Tongue::PowerShell),
            Some(Interpreter::Cmd) => Some(Tongue::Cmd),
            Some(Interpreter::Python) => Some(Tongue::Python),
            Some(Interpreter::Bash | Interpreter::Sh) | None => None,
        };
        self.trace(step, text, tongue, (state, env));
    }

    /// Follows a script: of a POSIX-like shell where it is read in no other way.
    pub(super) fn trace(
        &mut self,
        step: &'file Step,
        text: &'file Text,
        tongue: Option<Tongue>,
        (state, env): (&mut JobState<'file>, &Variables),
    ) {
        let sites = self.sites(text, state, Some(step));
        let events = self.events.and(state.gate.events);
        let mut expressions = BTreeMap::new();
        for site in sites {
            let known = site.contexts.iter().filter_map(|used| self.taint.uses.get(&(site.index, used.range.start)));
            let flows = all(known);
            if !flows.is_empty() {
                expressions.insert(site.outer.start, flows);
            }
        }
        let is_clean = expressions.is_empty() && state.files.are_clean() && !state.has_foreign_variables(env);
        let may_fetch = match tongue {
            None => text_programs::may_fetch_text(&text.value),
            Some(Tongue::JavaScript) => true,
            Some(Tongue::PowerShell | Tongue::Cmd | Tongue::Python) => false,
        };
        if is_clean && !may_fetch {
            return;
        }
        if let Some(at) = text.value.find(text_programs::DOWNLOAD).filter(|_| tongue.is_none()) {
            self.download(text, at..at + text_programs::DOWNLOAD.len(), "", state);
        }
        let mut files = std::mem::take(&mut state.files);
        let fetched = self.trails().begin(Script::fetched_text(), Alphabet::Text, events);
        let (triggers, gate) = (self.triggers.as_deref(), &state.gate);
        let payload = |path: &[&str]| outsider(path, &path.join("."), triggers, gate);
        let mut script = Script::new(text, (&*state, env), &mut self.taint.trails, &mut files);
        script.expressions = expressions;
        script.fetched = fetched;
        script.payload = Some(&payload);
        let outcome = match tongue {
            Some(tongue) => script.trace_statements(tongue),
            None => script.trace(),
        };
        state.files = files;
        self.take(outcome, step, text, (state, events));
    }

    /// Takes what a script has done.
    fn take(
        &mut self,
        outcome: script::Outcome,
        step: &'file Step,
        text: &'file Text,
        (state, events): (&mut JobState<'file>, Events),
    ) {
        let job = state.job;
        for harm in outcome
            .harms
            .iter()
            .filter(|harm| matches!(harm.kind, script::HarmKind::Runs(_) | script::HarmKind::Pastes))
        {
            self.taint.ends_in_code(&harm.flows, text, &harm.range);
        }
        let harms = outcome.harms.into_iter().map(|script::Harm { range, kind, flows }| Harm {
            job,
            text,
            range,
            kind,
            flows: flows.on(events),
        });
        self.taint.add_harms(step, job, harms.filter(|harm| !harm.flows.is_empty()));
        let mut outputs = Values::new();
        for (file, name, flows) in outcome.set {
            match file {
                RunnerFile::Output if !flows.is_empty() => {
                    outputs.entry(name.to_ascii_lowercase()).or_default().add(&flows);
                }
                RunnerFile::Env if !flows.is_empty() => {
                    let (_, known) =
                        state.set.entry(name.to_ascii_uppercase()).or_insert_with(|| (name, Flows::default()));
                    known.add(&flows);
                }
                RunnerFile::Env | RunnerFile::Output | RunnerFile::Path => {}
            }
        }
        state.take_outputs(step, outputs);
    }
}

/// Returns who decides a value of `github` if strangers do, in what alphabet and on which events.
pub(super) fn outsider(
    path: &[&str],
    name: &str,
    triggers: Option<&[&Trigger]>,
    gate: &Gate,
) -> Option<(Origin, Alphabet, Events)> {
    if trust::of(path) != Trust::Outsider {
        return None;
    }
    let is_of_member = matches!(path, ["github", "event", object, ..] if gate.by_members.contains(*object));
    let origin = Origin {
        name: format!("`{name}`"),
        who: trust::who(path).to_owned(),
        side: Side::Stranger,
        confidence: Confidence::High,
    };
    (!is_of_member).then(|| (origin, trust::alphabet(path), events::carrying(path, triggers)))
}
