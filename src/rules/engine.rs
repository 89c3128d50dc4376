//! Walks a file once and calls every chosen rule at its depth.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::reading::Reading;
use super::reporter::Reporter;
use super::{Check, RULES, Rule, suppression};
use crate::detectors::schema;
use crate::model::finding::{Finding, Persona};
use crate::model::source_file::SourceFile;
use crate::model::surroundings::Surroundings;

/// Which rules speak, and to whom.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Who is asking.
    pub persona: Persona,
    /// The ids and groups to use; empty for all that are on by default.
    pub select: Vec<String>,
    /// The ids and groups to leave out.
    pub ignore: Vec<String>,
}

impl Default for Choice {
    fn default() -> Self {
        Self { persona: Persona::Regular, select: Vec::new(), ignore: Vec::new() }
    }
}

impl Choice {
    pub(super) fn takes(&self, rule: &Rule) -> bool {
        let named = |names: &[String]| names.iter().any(|name| names_rule(name, rule));
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }

    /// Tells whether a rule is asked for, so that what only it needs is worth gathering.
    pub fn asks_for(&self, id: &str) -> bool {
        RULES.iter().any(|rule| rule.id == id && self.takes(rule) && rule.persona <= self.persona)
    }

    /// Returns the rules that are asked for and need GitHub's answers.
    pub fn online(&self) -> Vec<&'static str> {
        let rules = RULES.iter().filter(|rule| rule.network && rule.persona <= self.persona && self.takes(rule));
        rules.map(|rule| rule.id).collect()
    }

    /// Returns the names that are neither a rule nor a group.
    pub fn unknown(&self) -> Vec<&str> {
        let known = |name: &&String| RULES.iter().any(|rule| names_rule(name, rule));
        self.select.iter().chain(&self.ignore).filter(|name| !known(name)).map(String::as_str).collect()
    }
}

/// Tells whether a name is the rule's id, its group, or a group above it such as `security`.
fn names_rule(name: &str, rule: &Rule) -> bool {
    let group = rule.group.name();
    name == rule.id || group == name || group.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
}

/// Lints one file, given what is known of the world around it: the findings in order of their
/// place, suppressed ones included.
pub fn lint(file: &SourceFile, choice: &Choice, surroundings: &Surroundings) -> Vec<Finding> {
    let reading = Reading::new(file, surroundings);
    let issues = schema::issues(file);
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| choice.takes(rule)) {
        let mut reporter = Reporter::new(rule, file, &reading);
        for check in rule.checks {
            walk(*check, file, &issues, &mut reporter);
        }
        findings.extend(reporter.into_findings());
    }
    sort(&mut findings);
    // An aliased node is walked at each of its uses, but written once.
    findings.dedup_by(|a, b| a.rule == b.rule && a.region == b.region && a.message == b.message);
    suppression::apply(file, &reading, choice, &mut findings);
    sort(&mut findings);
    fingerprint(file, &mut findings);
    // Only now, since neither fingerprints nor what a comment is good for depend on who is asking.
    findings.retain(|finding| finding.persona <= choice.persona);
    findings
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (&a.region, a.rule, &a.message).cmp(&(&b.region, b.rule, &b.message)));
}

fn walk(check: Check, file: &SourceFile, issues: &[schema::Issue], reporter: &mut Reporter<'_>) {
    match check {
        Check::File(check) => check(file, reporter),
        Check::Schema(topic) => {
            issues.iter().filter(|issue| issue.topic == topic).for_each(|issue| reporter.report_issue(issue));
        }
        Check::Filter(fault) => {
            if let Some(workflow) = file.workflow() {
                reporter.report_filters(workflow, fault);
            }
        }
        Check::Workflow(check) => {
            if let Some(workflow) = file.workflow() {
                check(workflow, reporter);
            }
        }
        Check::Job(check) => {
            if let Some(workflow) = file.workflow() {
                workflow.jobs.iter().for_each(|job| check(workflow, job, reporter));
            }
        }
        Check::Action(check) => {
            if let Some(action) = file.action() {
                check(action, reporter);
            }
        }
        Check::Expression(check) => reporter.sites().iter().for_each(|site| check(site, reporter)),
        Check::Step(check) => {
            reporter.steps().iter().for_each(|place| check(place, reporter));
        }
    }
}

/// Gives each finding a fingerprint of its rule, its path, the text of its line without
/// indentation, and the number of equal findings before it, so that it survives moved lines.
fn fingerprint(file: &SourceFile, findings: &mut [Finding]) {
    let mut seen: BTreeMap<(&str, Digest), usize> = BTreeMap::new();
    // A line is read once, however many findings stand on it.
    let mut last: Option<(usize, Digest)> = None;
    for finding in findings {
        let number = finding.region.start.line;
        let line = match last {
            Some((known, line)) if known == number => line,
            Some(_) | None => digest(&[file.lines.line(&file.text, number).trim()]),
        };
        last = Some((number, line));
        let count = seen.entry((finding.rule, line)).or_default();
        let parts = [finding.rule, &finding.region.path, &hexadecimal(&line), &count.to_string()];
        finding.fingerprint = hexadecimal(&digest(&parts));
        *count += 1;
    }
}

type Digest = [u8; 16];

/// Returns the first half of the SHA-256 hash of the parts, each with a zero byte behind it.
fn digest(parts: &[&str]) -> Digest {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut half = Digest::default();
    half.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    half
}

fn hexadecimal(digest: &Digest) -> String {
    format!("{:032x}", u128::from_be_bytes(*digest))
}
