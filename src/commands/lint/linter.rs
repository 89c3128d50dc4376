//! Lints files with all that a run knows.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::inputs::{Inputs, Origin};
use super::neighbors::Neighbors;
use super::online::{self, Wanted};
use super::{Linted, Terms};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::finding::{Finding, Problem};
use crate::model::source_file::SourceFile;
use crate::rules;
use crate::sources::{repository, workflows};

/// The stack of a thread that lints, in bytes. The longest expression that GitHub takes may hold
/// 7,000 operators, which are parsed one inside the other; memory that is not used costs nothing.
const STACK: usize = 256 << 20;

/// Lints files with all that a run knows.
#[derive(Debug)]
pub(super) struct Linter<'run> {
    root: &'run Path,
    terms: &'run Terms,
    neighbors: Neighbors<'run>,
    threads: ThreadPool,
}

impl<'run> Linter<'run> {
    pub(super) fn new(root: &'run Path, terms: &'run Terms) -> Result<Self, Failure> {
        let threads = ThreadPoolBuilder::new().stack_size(STACK).build().kind(FailureKind::Output)?;
        let neighbors = Neighbors::new(root, &terms.choice);
        let neighbors = neighbors.with_remote(terms.remote.clone()).with_checkers(&terms.checkers);
        Ok(Self { root, terms, neighbors, threads })
    }

    /// Lints one file.
    pub(super) fn file(&self, file: &SourceFile) -> Vec<Finding> {
        rules::lint(file, &self.terms.choice, &self.neighbors.surroundings(file))
    }

    /// Reads a file.
    pub(super) fn read(&self, path: &Path) -> Result<SourceFile, Problem> {
        workflows::read(self.root, path).map_err(|error| {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            Problem { path: repository::relative(self.root, path), message: format!("{error}{cause}") }
        })
    }

    /// Does something for each item, on all threads; the results come in the order of the items.
    pub(super) fn each<T: Sync, R: Send>(&self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        self.threads.install(|| items.par_iter().map(&work).collect())
    }

    /// Lists the references of all files. Those that cannot be read have their turn later.
    pub(super) fn references(&self, inputs: &Inputs) -> Vec<Wanted> {
        let of_files = self.each(&inputs.files, |(path, _)| self.read(path).map(|file| online::wanted(&file)));
        let of_files = of_files.into_iter().flat_map(Result::unwrap_or_default);
        inputs.piped.iter().flat_map(|piped| online::wanted(&piped.file)).chain(of_files).collect()
    }

    /// Lints all that there is.
    pub(super) fn all(&self, inputs: &Inputs) -> Linted {
        let mut linted = Linted::default();
        if let Some(piped) = &inputs.piped {
            linted.report.findings.extend(self.threads.install(|| self.file(&piped.file)));
            linted.report.files += 1;
        }
        let lint = |(path, origin): &(PathBuf, Origin)| (*origin, self.read(path).map(|file| self.file(&file)));
        for (origin, outcome) in self.each(&inputs.files, lint) {
            match outcome {
                Ok(findings) => {
                    linted.report.files += 1;
                    linted.report.findings.extend(findings);
                }
                Err(problem) => {
                    linted.named_unreadable |= origin == Origin::Named;
                    linted.report.problems.push(problem);
                }
            }
        }
        linted.report.problems.extend(self.terms.checkers.problems());
        linted.named_unreadable |= self.terms.checkers.named_failed();
        if linted.report.files > 0 {
            linted.report.not_checked = self.terms.not_checked();
        }
        linted
    }
}
