//! Walks a file once and calls every chosen rule at its depth.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::reading::Reading;
use super::reporter::Reporter;
use super::{Check, RULES, Rule, suppression};
use crate::detectors::schema;
use crate::knowledge::schema::Topic;
use crate::model::finding::{Finding, Persona, Severity};
use crate::model::source_file::{Content, SourceFile};
use crate::model::surroundings::Surroundings;
use crate::model::yaml::Node;

/// Which rules speak, and to whom.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Who is asking.
    pub persona: Persona,
    /// The ids and groups to use; empty for all that are on by default.
    pub select: Vec<String>,
    /// The ids and groups to leave out.
    pub ignore: Vec<String>,
    /// How bad the findings of rules and groups are, where it is not what the rules say.
    pub severities: BTreeMap<String, Severity>,
}

impl Default for Choice {
    fn default() -> Self {
        Self { persona: Persona::Regular, select: Vec::new(), ignore: Vec::new(), severities: BTreeMap::new() }
    }
}

impl Choice {
    /// Tells whether a rule speaks: it is asked for, and what it finds is for who is asking.
    pub fn takes(&self, rule: &Rule) -> bool {
        let named = |names: &[String]| names.iter().any(|name| rule.is_named(name));
        rule.persona <= self.persona && (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
    }

    /// Tells whether a rule is asked for, so that what only it needs is worth gathering.
    pub fn asks_for(&self, id: &str) -> bool {
        RULES.iter().any(|rule| rule.id == id && self.takes(rule))
    }

    /// Returns the rules that are asked for and need GitHub's answers.
    pub fn online(&self) -> Vec<&'static str> {
        let rules = RULES.iter().filter(|rule| rule.network && self.takes(rule));
        rules.map(|rule| rule.id).collect()
    }

    /// Returns the names that are neither a rule nor a group.
    pub fn unknown(&self) -> Vec<&str> {
        self.select.iter().chain(&self.ignore).map(String::as_str).filter(|name| !is_name(name)).collect()
    }

    /// Makes findings as bad as was asked for: a rule's own name counts more than its group's.
    pub fn weigh(&self, findings: &mut [Finding]) {
        for finding in findings.iter_mut().filter(|_| !self.severities.is_empty()) {
            let named = self.severities.iter().filter(|(name, _)| finding.is_of(name));
            let nearest = named.max_by_key(|(name, _)| (*name == finding.rule, name.len()));
            finding.severity = nearest.map_or(finding.severity, |(_, severity)| *severity);
        }
    }
}

/// Tells whether a name stands for a rule or a group of rules.
pub fn is_name(name: &str) -> bool {
    RULES.iter().any(|rule| rule.is_named(name))
}

/// Returns the rules that names stand for, or all there are without a name.
pub fn named(names: &[String]) -> impl Iterator<Item = &'static Rule> {
    let is_meant = |rule: &&Rule| names.is_empty() || names.iter().any(|name| rule.is_named(name));
    RULES.iter().copied().filter(is_meant)
}

/// Returns the ids of all rules, and the names of their groups and of those above them.
pub fn names() -> impl Iterator<Item = &'static str> {
    let above = |group: &'static str| group.split('/').next().unwrap_or(group);
    let groups: BTreeSet<&str> =
        RULES.iter().map(|rule| rule.group.name()).flat_map(|group| [group, above(group)]).collect();
    RULES.iter().map(|rule| rule.id).chain(groups)
}

/// Lints one file, given what is known of the world around it: the findings in order of their
/// place, suppressed ones included.
pub fn lint(file: &SourceFile, choice: &Choice, surroundings: &Surroundings) -> Vec<Finding> {
    let mut findings = lint_for_all(file, choice, surroundings);
    findings.retain(|finding| finding.persona <= choice.persona);
    findings
}

/// Lints one file as [`lint`] does, for whoever may be asking. What findings are called by, and what
/// suppressions are good for, does not depend on that.
pub fn lint_for_all(file: &SourceFile, choice: &Choice, surroundings: &Surroundings) -> Vec<Finding> {
    let reading = Reading::new(file, surroundings);
    let mut issues = schema::issues(file);
    issues.retain(|issue| !is_declared(issue, file, surroundings));
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| choice.takes(rule)) {
        let mut reporter = Reporter::new(rule, file, &reading, choice.persona);
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
    fingerprint_all(file, &mut findings);
    choice.weigh(&mut findings);
    findings
}

/// Tells whether an issue is about a name that the repository says GitHub knows.
fn is_declared(issue: &schema::Issue, file: &SourceFile, surroundings: &Surroundings) -> bool {
    let declared = &surroundings.declared;
    let names = if issue.topic == Topic::UnknownEvent { &declared.events } else { &declared.permissions };
    let is_a_name = matches!(issue.topic, Topic::UnknownEvent | Topic::PermissionUnknownScope);
    let written = file.text.get(issue.span.start..issue.span.end).unwrap_or_default();
    is_a_name && names.contains(written.trim_matches(['\'', '"']))
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| (&a.region, a.rule, &a.message).cmp(&(&b.region, b.rule, &b.message)));
}

fn walk(check: Check, file: &SourceFile, issues: &[schema::Issue], reporter: &mut Reporter<'_>) {
    match check {
        Check::File(check) => {
            if file.kind().is_of_actions() {
                check(file, reporter);
            }
        }
        Check::Yaml(check) => check(file, reporter),
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
        Check::Uses(check) => {
            reporter.steps().iter().filter_map(|place| place.step.uses()).for_each(|uses| check(uses, reporter));
            let jobs = file.workflow().map(|workflow| workflow.jobs.as_slice()).unwrap_or_default();
            jobs.iter().filter_map(|job| job.uses.as_ref()).for_each(|uses| check(uses, reporter));
        }
        Check::Update(check) => {
            if let Content::Dependabot(root) = &file.content {
                for update in items(root, "updates") {
                    check(update, reporter);
                }
            }
        }
        Check::Hooks(check) => {
            if let Content::PreCommit(root) = &file.content {
                let addresses = items(root, "repos").iter().filter_map(|hooks| hooks.get("repo")?.text());
                addresses.for_each(|address| check(address, reporter));
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

fn items<'file>(root: &'file Node, key: &str) -> &'file [Node] {
    root.get(key).map(Node::items).unwrap_or_default()
}

/// Gives each finding a fingerprint of its rule, its path, the text of its line without
/// indentation, and the number of equal findings before it, so that it survives moved lines.
fn fingerprint_all(file: &SourceFile, findings: &mut [Finding]) {
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
        finding.fingerprint = fingerprint(finding, &line, *count);
        *count += 1;
    }
}

/// Makes a finding's fingerprint, given the hash of its line and how many equal ones stand before it.
fn fingerprint(finding: &Finding, line: &Digest, before: usize) -> String {
    let parts = [finding.rule, &finding.region.path, &hexadecimal(line), &before.to_string()];
    hexadecimal(&digest(&parts))
}

/// Makes the fingerprint of a finding that is the only one on its line, given its text.
pub(super) fn fingerprint_alone(finding: &Finding, line: &str) -> String {
    fingerprint(finding, &digest(&[line.trim()]), 0)
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
