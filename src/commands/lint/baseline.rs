//! Hides findings that were there before, and takes down those that are there now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::terms::Terms;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::baseline::{Baseline, Entry};
use crate::model::finding::{Finding, LintReport, Suppressed, Suppressor};
use crate::outputs::formats::json;
use crate::outputs::sinks::file;
use crate::sources::formats::baseline;
use crate::sources::repository;

/// Where findings are taken down unless somebody names a file.
pub(super) const DEFAULT: &str = ".plimsoll-baseline.json";

/// The reason that is given for findings of the baseline.
const REASON: &str = "baseline";

/// The findings that were there before, by their fingerprints, and which of them are there still.
#[derive(Debug, Default)]
pub(super) struct Hidden(BTreeMap<String, (Entry, AtomicBool)>);

impl Hidden {
    /// Reads the baseline.
    ///
    /// # Errors
    /// The file cannot be read, or is none.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let refused = |error: anyhow::Error| {
            let error = error.context(format!("the baseline {} cannot be used", path.display()));
            Failure::new(FailureKind::Input, error).hint("`plimsoll lint --baseline FILE --write-baseline` writes one")
        };
        let text = repository::read(path).map_err(|error| refused(error.into()))?;
        let baseline = baseline::parse(&text).map_err(|error| refused(error.into()))?;
        let entries = baseline.entries.into_iter();
        Ok(Self(entries.map(|entry| (entry.fingerprint.clone(), (entry, AtomicBool::new(false)))).collect()))
    }

    /// Hides the findings that were there before.
    pub(super) fn apply(&self, findings: &mut [Finding]) {
        for finding in findings.iter_mut().filter(|finding| finding.suppressed.is_none()) {
            if let Some((_, is_there)) = self.0.get(&finding.fingerprint) {
                is_there.store(true, Ordering::Relaxed);
                finding.suppressed = Some(hidden());
            }
        }
    }

    /// Counts the findings that are there no more, of the files that were looked at, or of all.
    pub(super) fn gone(&self, looked_at: Option<&BTreeSet<String>>, terms: &Terms, silent: &[&str]) -> usize {
        let is_gone = |(entry, is_there): &&(Entry, AtomicBool)| {
            let was_looked_at = looked_at.is_none_or(|paths| paths.contains(&entry.path));
            was_looked_at
                && !is_there.load(Ordering::Relaxed)
                && terms.have_spoken(std::slice::from_ref(&entry.rule), silent)
        };
        self.0.values().filter(is_gone).count()
    }
}

fn hidden() -> Suppressed {
    Suppressed { by: Suppressor::Baseline, reason: REASON.to_owned() }
}

/// Takes down the findings that count, which do not from now on; returns how many they are.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write(path: &Path, report: &mut LintReport) -> Result<usize, Failure> {
    let baseline = Baseline::of(report.active());
    file::write(path, json::baseline::render(&baseline).as_bytes()).kind(FailureKind::Output)?;
    for finding in report.findings.iter_mut().filter(|finding| finding.suppressed.is_none()) {
        finding.suppressed = Some(hidden());
    }
    Ok(baseline.entries.len())
}
