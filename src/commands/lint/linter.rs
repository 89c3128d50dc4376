//! Lints files with all that a run knows.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Linted;
use super::inputs::{Inputs, Origin};
use super::neighbors::Neighbors;
use super::online::{self, Wanted};
use super::terms::Terms;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::finding::{Finding, Problem};
use crate::model::source_file::SourceFile;
use crate::rules;
use crate::sources::repository::{self, ReadError};
use crate::sources::workflows;

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
        let neighbors = neighbors.with_declared(Arc::clone(&terms.declared));
        Ok(Self { root, terms, neighbors, threads })
    }

    /// Lints one file.
    pub(super) fn file(&self, file: &SourceFile) -> Vec<Finding> {
        self.terms.judge(rules::lint_for_all(file, &self.terms.choice, &self.neighbors.surroundings(file)))
    }

    /// Reads a file.
    pub(super) fn read(&self, path: &Path) -> Result<SourceFile, Problem> {
        workflows::read(self.root, path).map_err(|error| self.problem(path, &error))
    }

    fn problem(&self, path: &Path, error: &ReadError) -> Problem {
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Problem { path: repository::relative(self.root, path), message: format!("{error}{cause}") }
    }

    /// Does something for each item, on all threads; the results come in the order of the items.
    pub(super) fn each<T: Sync, R: Send>(&self, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
        self.threads.install(|| items.par_iter().map(&work).collect())
    }

    /// Does something for each file, as [`Self::each`] does. The largest have their turn first, each
    /// as soon as a thread is free: all threads end at about the same time.
    fn each_file<R: Send>(&self, files: &[(PathBuf, Origin)], work: impl Fn(&(PathBuf, Origin)) -> R + Sync) -> Vec<R> {
        let sizes = self.each(files, |(path, _)| repository::size(path));
        let mut order: Vec<(u64, usize)> = sizes.into_iter().zip(0..).collect();
        order.sort_unstable_by_key(|(size, at)| (Reverse(*size), *at));
        let turns = order.into_iter().filter_map(|(_, at)| Some((at, files.get(at)?)));
        let mut done: Vec<(usize, R)> =
            self.threads.install(|| turns.par_bridge().map(|(at, file)| (at, work(file))).collect());
        done.sort_unstable_by_key(|(at, _)| *at);
        done.into_iter().map(|(_, result)| result).collect()
    }

    /// Lists the references of all files. Those that cannot be read have their turn later.
    pub(super) fn references(&self, inputs: &Inputs) -> Vec<Wanted> {
        let wanted = |file: &SourceFile| online::wanted(file, &self.terms.choice);
        let of_files = self.each(&inputs.files, |(path, _)| self.read(path).map(|file| wanted(&file)));
        let of_files = of_files.into_iter().flat_map(Result::unwrap_or_default);
        inputs.piped.iter().flat_map(|piped| wanted(&piped.file)).chain(of_files).collect()
    }

    /// Lints all that there is.
    pub(super) fn all(&self, inputs: &Inputs) -> Linted {
        let mut linted = Linted { root: inputs.root.clone(), ..Linted::default() };
        let mut looked_at = BTreeSet::new();
        if let Some(piped) = inputs.piped.as_ref().filter(|piped| !piped.is_excluded) {
            linted.report.findings.extend(self.threads.install(|| self.file(&piped.file)));
            linted.report.files += 1;
            looked_at.insert(piped.file.path.clone());
        }
        let lint = |(path, origin): &(PathBuf, Origin)| {
            let file = self.neighbors.turn(path).map_err(|error| self.problem(path, &error));
            (*origin, file.map(|file| (self.file(&file), file.path.clone())))
        };
        for (origin, outcome) in self.each_file(&inputs.files, lint) {
            match outcome {
                Ok((findings, path)) => {
                    linted.report.files += 1;
                    looked_at.insert(path);
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
        if inputs.is_whole {
            self.add_unused(&mut linted.report.findings);
        }
        let looked_at = Some(&looked_at).filter(|_| !inputs.is_whole);
        linted.gone = self.terms.hidden.gone(looked_at, self.terms, &self.neighbors.silent());
        if linted.report.files > 0 {
            linted.report.not_checked = self.terms.not_checked();
        }
        linted
    }

    /// Adds the findings for what the configuration switches off and is not there.
    fn add_unused(&self, findings: &mut Vec<Finding>) {
        let mut unused = self.terms.suppressions.unused(self.terms, &self.neighbors.silent());
        self.terms.choice.weigh(&mut unused);
        self.terms.hidden.apply(&mut unused);
        findings.extend(unused);
    }
}
