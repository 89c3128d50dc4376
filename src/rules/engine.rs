//! Walks a file once and calls every chosen rule at its depth.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::reading::Reading;
use super::reporter::Reporter;
use super::{Check, RULES, Rule, StepOwner, StepPlace, suppression};
use crate::detectors::schema;
use crate::model::finding::{Finding, Persona};
use crate::model::source_file::SourceFile;
use crate::model::workflow::{Action, Step, Workflow};

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
    fn takes(&self, rule: &Rule) -> bool {
        let named = |names: &[String]| names.iter().any(|name| names_rule(name, rule));
        (self.select.is_empty() || named(&self.select)) && !named(&self.ignore)
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

/// Lints one file: the findings in order of their place, suppressed ones included.
pub fn lint(file: &SourceFile, choice: &Choice) -> Vec<Finding> {
    let reading = Reading::new(file);
    let issues = schema::issues(file);
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| choice.takes(rule)) {
        let mut reporter = Reporter::new(rule, file, &reading);
        for check in rule.checks {
            walk(*check, file, &issues, &mut reporter);
        }
        findings.extend(reporter.into_findings());
    }
    findings.retain(|finding| finding.persona <= choice.persona);
    sort(&mut findings);
    // An aliased node is walked at each of its uses, but written once.
    findings.dedup_by(|a, b| a.rule == b.rule && a.region == b.region && a.message == b.message);
    fingerprint(&mut findings);
    suppression::apply(file, &reading, choice, &mut findings);
    sort(&mut findings);
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
            for place in steps(file.workflow(), file.action()) {
                check(&place, reporter);
            }
        }
    }
}

/// Lists the steps of a workflow's jobs or of a composite action, parallel ones included.
fn steps<'file>(workflow: Option<&'file Workflow>, action: Option<&'file Action>) -> Vec<StepPlace<'file>> {
    let mut places = Vec::new();
    if let Some(workflow) = workflow {
        for job in &workflow.jobs {
            places.extend(placed(&job.steps, StepOwner::Job(workflow, job)));
        }
    }
    if let Some(action) = action {
        places.extend(placed(action.steps(), StepOwner::Action(action)));
    }
    places
}

fn placed<'file>(steps: &'file [Step], owner: StepOwner<'file>) -> impl Iterator<Item = StepPlace<'file>> {
    let flat =
        steps.iter().enumerate().flat_map(|(index, step)| step.flatten().into_iter().map(move |step| (index, step)));
    flat.map(move |(index, step)| StepPlace { step, owner, index })
}

/// Gives each finding a fingerprint of its rule, its path, the text of its line without
/// indentation, and the number of equal findings before it, so that it survives moved lines.
fn fingerprint(findings: &mut [Finding]) {
    let mut seen: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for finding in findings {
        let count = seen.entry((finding.rule, finding.line.trim().to_owned())).or_default();
        let mut hash = Sha256::new();
        for part in [finding.rule, &finding.region.path, finding.line.trim(), &count.to_string()] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        *count += 1;
        let digest = hash.finalize();
        let half = digest.iter().take(16).fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
        finding.fingerprint = format!("{half:032x}");
    }
}
