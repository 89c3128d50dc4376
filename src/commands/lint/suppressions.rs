//! Holds findings against what the configuration switches off.

use std::sync::atomic::{AtomicBool, Ordering};

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::terms::Terms;
use crate::config::Suppress;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::finding::{Finding, Suppressed, Suppressor};
use crate::rules;

/// What the configuration switches off, and what of it was of use.
#[derive(Debug, Default)]
pub(super) struct Suppressions(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    suppress: Suppress,
    paths: GlobSet,
    was_of_use: AtomicBool,
}

impl Suppressions {
    pub(super) fn new(suppress: &[Suppress]) -> Result<Self, Failure> {
        let entry = |suppress: &Suppress| {
            let paths = globs(&suppress.paths)?;
            Ok(Entry { suppress: suppress.clone(), paths, was_of_use: AtomicBool::new(false) })
        };
        suppress.iter().map(entry).collect::<Result<_, _>>().map(Self)
    }

    /// Switches off the findings of one file, unless they are already.
    pub(super) fn apply(&self, findings: &mut [Finding]) {
        for finding in findings.iter_mut().filter(|finding| finding.suppressed.is_none()) {
            let Some(entry) = self.0.iter().find(|entry| entry.covers(finding)) else { continue };
            entry.was_of_use.store(true, Ordering::Relaxed);
            let reason = entry.suppress.reason.clone().unwrap_or_default();
            finding.suppressed = Some(Suppressed { by: Suppressor::Configuration, reason });
        }
    }

    /// Returns the findings for what was of no use, as far as that can be told.
    pub(super) fn unused(&self, terms: &Terms, silent: &[&str]) -> Vec<Finding> {
        let is_unused = |entry: &&Entry| !entry.was_of_use.load(Ordering::Relaxed);
        let unused = self.0.iter().filter(is_unused).filter(|entry| terms.have_spoken(&entry.suppress.rules, silent));
        let places = unused.map(|entry| &entry.suppress.place);
        let findings = places.map(|place| rules::unused_setting(&place.file, place.position, &place.line));
        findings.filter(|finding| terms.choice.asks_for(finding.rule)).collect()
    }
}

impl Entry {
    fn covers(&self, finding: &Finding) -> bool {
        let Suppress { rules, paths, message, reason: _, place: _ } = &self.suppress;
        let of_rule = rules.is_empty() || rules.iter().any(|name| finding.is_of(name));
        let says = message.as_ref().is_none_or(|message| finding.message.contains(message.as_str()));
        of_rule && says && (paths.is_empty() || self.paths.is_match(&finding.region.path))
    }
}

/// Builds a set of globs of paths.
pub(super) fn globs(globs: &[String]) -> Result<GlobSet, Failure> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(Glob::new(glob).kind(FailureKind::Configuration)?);
    }
    set.build().kind(FailureKind::Configuration)
}
