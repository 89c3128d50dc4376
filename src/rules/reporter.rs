//! Takes what rules find, and turns byte ranges into lines and columns.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::detectors::glob::Fault;
use crate::detectors::schema::Issue;
use crate::detectors::step_outputs::StepOutputs;
use crate::detectors::taint::Taint;
use crate::expressions::{Inference, Mismatch, MismatchKind, Scope, Site};
use crate::knowledge::action_interfaces;
use crate::model::finding::{Confidence, Finding, Persona, Related, Safety, Severity};
use crate::model::fix::{Edit, Fix};
use crate::model::interface::{ActionInterface, WorkflowInterface};
use crate::model::place::Span;
use crate::model::source_file::SourceFile;
use crate::model::suggest::closest;
use crate::model::surroundings::{self, LocalWorkflow, Surroundings};
use crate::model::workflow::{ActionReference, Job, Step, Workflow};
use crate::model::yaml::{Draft, Layout, Text};

use super::names::{Names, StepIds};
use super::reading::Reading;
use super::variables::Variables;
use super::{Rule, StepPlace};
use crate::shell::Command;

/// Takes the findings of one rule in one file.
#[derive(Debug)]
pub struct Reporter<'file> {
    rule: &'static Rule,
    file: &'file SourceFile,
    reading: &'file Reading<'file>,
    /// Who is asking.
    persona: Persona,
    findings: Vec<Finding>,
}

impl<'file> Reporter<'file> {
    pub(super) fn new(
        rule: &'static Rule,
        file: &'file SourceFile,
        reading: &'file Reading<'file>,
        persona: Persona,
    ) -> Self {
        Self { rule, file, reading, persona, findings: Vec::new() }
    }

    /// Tells whether findings for a persona are shown, so that what only they need is worth its cost.
    pub fn shows(&self, persona: Persona) -> bool {
        persona <= self.persona
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Returns the file that is looked at.
    pub fn file(&self) -> &'file SourceFile {
        self.file
    }

    /// Returns the file's text, to draft fixes.
    pub fn layout(&self) -> Layout<'file> {
        Layout::new(&self.file.text)
    }

    /// Returns what is known of the world around the file.
    pub fn surroundings(&self) -> &'file Surroundings {
        self.reading.surroundings
    }

    /// Returns what a step's action offers, if it is an action of the repository that can be read
    /// and has no faults, or one that is known.
    pub fn interface(&self, step: &Step) -> Option<&'file ActionInterface> {
        self.reading.interface(step)
    }

    /// Tells how sure it is what a step's action offers: what a branch or a moving tag stands for can
    /// have changed, and a comment can be wrong.
    pub fn certainty(step: &Step) -> Confidence {
        match step.reference() {
            Some(ActionReference::Repository(reference)) if !action_interfaces::is_release(&reference) => {
                Confidence::Medium
            }
            _ => Confidence::High,
        }
    }

    /// Returns the workflow of the repository that a job calls, if it can be read.
    pub fn called_workflow(&self, job: &Job) -> Option<&'file LocalWorkflow> {
        self.surroundings().workflow(&job.uses.as_ref()?.value)
    }

    /// Returns what the workflow of the repository that a job calls takes and gives, if it can be
    /// called and has no faults.
    pub fn callable(&self, job: &Job) -> Option<&'file WorkflowInterface> {
        self.called_workflow(job).filter(|called| called.faults.is_empty())?.interface.as_ref()
    }

    /// Returns the file's expressions, in source order.
    pub fn sites(&self) -> &'file [Site<'file>] {
        self.reading.sites()
    }

    /// Returns the types of the contexts in the file.
    pub fn scope(&self) -> &'file Scope<'file> {
        self.reading.scope()
    }

    /// Returns the types in an expression of the file.
    pub fn inference(&self, site: &Site<'_>) -> Option<&'file Inference> {
        self.reading.inference(site.index)
    }

    /// Adds the findings for what does not fit together in an expression, of one kind.
    pub(super) fn report_mismatches(&mut self, site: &Site<'_>, kind: MismatchKind) {
        let mismatches = self.inference(site).map(|inference| inference.mismatches.as_slice()).unwrap_or_default();
        for mismatch in mismatches.iter().filter(|mismatch| mismatch.kind == kind) {
            self.report_mismatch(site, mismatch);
        }
    }

    /// Adds the finding for something that does not fit together in an expression.
    pub(super) fn report_mismatch(&mut self, site: &Site<'_>, mismatch: &Mismatch) -> Report<'_> {
        let report = self.report(self.inside(site.text, mismatch.range.clone()), mismatch.message.clone());
        match &mismatch.help {
            Some(help) => report.help(help.clone()),
            None => report,
        }
    }

    /// Returns the file's steps, in source order.
    pub fn steps(&self) -> &'file [StepPlace<'file>] {
        &self.reading.steps
    }

    /// Returns the commands of a script that a POSIX-like shell reads, or one close to it.
    pub fn commands(&self, script: &Text) -> Rc<[Command]> {
        self.reading.commands(script)
    }

    /// Returns the outputs of a step, as far as they are known.
    pub fn step_outputs(&self, step: &Step) -> Rc<StepOutputs> {
        self.reading.outputs(step, || match step.script() {
            Some(script) => StepOutputs::of_script(script),
            None => self.interface(step).map(StepOutputs::of_action).unwrap_or_default(),
        })
    }

    /// Returns the expressions in a scalar.
    pub fn sites_in(&self, text: &Text) -> impl Iterator<Item = &'file Site<'file>> + use<'file> {
        self.reading.sites_in(text)
    }

    /// Returns the ids of the steps of a job or, without one, of the action.
    pub fn step_ids(&self, job: Option<&Job>) -> Option<&'file StepIds<'file>> {
        self.names().steps(job)
    }

    /// Returns the names that the file gives to its parts.
    pub fn names(&self) -> &'file Names<'file> {
        self.reading.names()
    }

    /// Returns the variables that the file sets.
    pub fn variables(&self) -> &'file Variables<'file> {
        self.reading.variables()
    }

    /// Returns what others decide in the file.
    pub fn taint(&self) -> &'file Taint<'file> {
        self.reading.taint()
    }

    /// Returns the secrets that expressions of a job name, or those outside of jobs.
    pub fn secrets(&self, job: Option<&Job>) -> Vec<String> {
        let outside = job.and_then(|_| self.reading.secrets(None)).into_iter().flatten();
        let all: BTreeSet<&String> = self.reading.secrets(job).into_iter().flatten().chain(outside).collect();
        all.into_iter().cloned().collect()
    }

    /// Returns the place of a range of a scalar's decoded value.
    pub fn inside(&self, text: &Text, range: std::ops::Range<usize>) -> Span {
        self.reading.locate(text, range)
    }

    /// Drafts other text in place of ranges of a scalar's decoded value; nothing where the scalar's
    /// style cannot hold it.
    pub fn rewrite(&self, text: &Text, mut parts: Vec<(std::ops::Range<usize>, String)>) -> Option<Draft> {
        parts.sort_by_key(|(range, _)| range.start);
        if !text.can_become(&text.with(&parts)?) {
            return None;
        }
        let written =
            parts.into_iter().map(|(range, part)| Some((self.inside(text, range), text.style.encode(&part)?)));
        written.collect()
    }

    /// Adds the findings for faults of one kind in the patterns of a workflow's event filters.
    pub(super) fn report_filters(&mut self, workflow: &Workflow, fault: Fault) {
        let problems = self.reading.filter_problems(workflow).iter();
        for (text, problem) in problems.filter(|(_, problem)| problem.fault == fault) {
            self.report(self.place_of(text, problem.range.clone()), problem.message.clone());
        }
    }

    /// Returns the place of a range of a scalar: the scalar with its quotes where it is all of it.
    fn place_of(&self, text: &Text, range: std::ops::Range<usize>) -> Span {
        if range == (0..text.value.len()) { text.span } else { self.inside(text, range) }
    }

    /// Adds the finding for an issue of the file's shape.
    pub(super) fn report_issue(&mut self, issue: &Issue) {
        let draft = issue.meant.and_then(|meant| self.layout().replace_word(issue.span, meant));
        let bare = issue.is_quoted.then(|| self.layout().take_quotes(issue.span)).flatten();
        let mut report = self.report(issue.span, issue.message.clone());
        if let Some(help) = &issue.help {
            report = report.help(help.clone());
        }
        if let Some((span, message)) = &issue.related {
            report = report.related(*span, message.clone());
        }
        if issue.is_pointless {
            report = report.severity(Severity::Warning);
        }
        if let Some(meant) = issue.meant {
            report.fix(Safety::Unsafe, format!("write `{meant}`"), draft);
        } else if bare.is_some() {
            report.fix(Safety::Safe, "take the quotes away", bare);
        }
    }

    /// Adds a finding: where, and what is wrong in one sentence without a full stop. What is
    /// returned takes notes, help and the like.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> Report<'_> {
        let region = self.file.region(span);
        let line = self.file.excerpt(span.start, region.start);
        self.findings.push(Finding {
            rule: self.rule.id,
            group: self.rule.group.name(),
            severity: self.rule.severity,
            confidence: self.rule.confidence,
            persona: self.rule.persona,
            region,
            line,
            message: message.into(),
            notes: Vec::new(),
            help: None,
            related: Vec::new(),
            fix: None,
            fingerprint: String::new(),
            suppressed: None,
        });
        Report { finding: self.findings.last_mut(), file: self.file }
    }
}

/// A finding that was just added, to say more about it.
#[derive(Debug)]
pub struct Report<'reporter> {
    /// Always there: the reporter has just added it.
    finding: Option<&'reporter mut Finding>,
    file: &'reporter SourceFile,
}

impl Report<'_> {
    fn with(mut self, change: impl FnOnce(&mut Finding)) -> Self {
        if let Some(finding) = &mut self.finding {
            change(finding);
        }
        self
    }

    /// Says why, or what else there is to know.
    pub fn note(self, note: impl Into<String>) -> Self {
        self.with(|finding| finding.notes.push(note.into()))
    }

    /// Says what to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.with(|finding| finding.help = Some(help.into()))
    }

    /// Says what an unknown name may have been meant for: a known one that is near, or all of few.
    pub fn among<'name>(self, name: &str, known: impl IntoIterator<Item = &'name str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        match closest(name, known.iter().copied()) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None if (1..=12).contains(&known.len()) => self.note(format!("it has {}", known.join(", "))),
            None => self,
        }
    }

    /// Names another place that belongs to it.
    pub fn related(self, span: Span, message: impl Into<String>) -> Self {
        let region = self.file.region(span);
        self.with(|finding| finding.related.push(Related { region, message: message.into() }))
    }

    /// Names a place of another file that belongs to it.
    pub fn elsewhere(self, place: Related) -> Self {
        self.with(|finding| finding.related.push(place))
    }

    /// Names the faults of another file as the reason.
    pub fn because_of(self, faults: &[surroundings::Fault]) -> Self {
        self.with(|finding| finding.related.extend(faults.iter().map(|fault| fault.place.clone())))
    }

    /// Offers to mend it, where the file is written in a way that a program can change. The title is
    /// an order: "add a timeout".
    pub fn fix(self, safety: Safety, title: impl Into<String>, draft: Option<Draft>) -> Self {
        let edits = draft.and_then(|draft| edits(self.file, draft));
        self.with(|finding| finding.fix = edits.map(|edits| Fix { safety, title: title.into(), edits }))
    }

    /// Sets another severity than the rule's.
    pub fn severity(self, severity: Severity) -> Self {
        self.with(|finding| finding.severity = severity)
    }

    /// Sets another confidence than the rule's.
    pub fn confidence(self, confidence: Confidence) -> Self {
        self.with(|finding| finding.confidence = confidence)
    }

    /// Leaves it to a persona that sees more than the rule's.
    pub fn persona(self, persona: Persona) -> Self {
        self.with(|finding| finding.persona = finding.persona.max(persona))
    }
}

/// Turns a draft into edits, with the file's own line breaks; nothing where it changes nothing or
/// its parts do not fit together.
fn edits(file: &SourceFile, mut draft: Draft) -> Option<Vec<Edit>> {
    draft.sort();
    let apart =
        draft.windows(2).all(|pair| matches!(pair, [(one, _), (other, _)] if one.end <= other.start && one != other));
    let written = |span: &Span| file.text.get(span.start..span.end);
    let fits = draft.iter().all(|(span, _)| written(span).is_some());
    let changes = draft.iter().any(|(span, text)| written(span) != Some(text.as_str()));
    let has_crlf = file.lines.line_break(&file.text) == "\r\n";
    let edit = |(span, text): (Span, String)| Edit {
        span,
        start: file.lines.position(&file.text, span.start),
        end: file.lines.position(&file.text, span.end),
        text: if has_crlf { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text },
    };
    (apart && fits && changes).then(|| draft.into_iter().map(edit).collect())
}
