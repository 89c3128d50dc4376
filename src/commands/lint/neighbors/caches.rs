//! Who can fill the caches of a repository, and what is published from them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{INJECTION, Neighbors};
use crate::detectors::{caches, taint};
use crate::expressions;
use crate::knowledge::caches as actions;
use crate::model::finding::Related;
use crate::model::source_file::SourceFile;
use crate::model::surroundings::CachePaths;
use crate::shell;
use crate::sources::{local_uses, workflows};

/// The rules that ask who can fill the caches of a repository, as those of [`INJECTION`] do.
const CACHES: &str = "cache-poisoning";

/// The key by which a workflow lets a run save caches that GitHub would not.
const CACHE_MODE: &str = "cache-mode";

impl Neighbors<'_> {
    /// Returns who can fill the caches that a workflow has to do with.
    pub(super) fn caches(&self, file: &SourceFile) -> Arc<CachePaths> {
        let is_asked_for = self.choice.asks_for(CACHES) || INJECTION.iter().any(|rule| self.choice.asks_for(rule));
        let steps = || file.workflow().into_iter().flat_map(|workflow| &workflow.jobs).flat_map(|job| &job.steps);
        let has_any = || file.text.contains(CACHE_MODE) || steps().any(|step| actions::restores(step).is_some());
        if !is_asked_for || file.workflow().is_none() || !has_any() {
            return Arc::default();
        }
        let base = local_uses::base(self.root, &file.path);
        self.caches.get(base, |base| Arc::new(self.cache_paths(base)))
    }

    /// Looks through the workflows below a folder: for those with code of strangers that are let save caches,
    /// and if there are any, for those that publish what they restore.
    fn cache_paths(&self, base: &Path) -> CachePaths {
        let mut found = CachePaths::default();
        let paths = workflows::of_folder(&base.join(".github/workflows"));
        let is_let = |path: &&PathBuf| self.mentions(path, CACHE_MODE);
        for file in paths.iter().filter(is_let).filter_map(|path| self.ahead(path).ok()) {
            let Some(workflow) = file.workflow() else { continue };
            let sites = expressions::read(&file);
            let taint = taint::analyze(&file, &sites, &taint::Around::default());
            let fillings = caches::fillings(workflow, &taint).into_iter().filter(|filling| filling.is_allowed);
            found.filled.extend(fillings.map(|filling| Related {
                region: file.region(filling.place.span),
                message: "code of strangers can fill the caches of the default branch here".to_owned(),
            }));
        }
        for file in paths.iter().filter(|_| !found.filled.is_empty()).filter_map(|path| self.ahead(path).ok()) {
            let Some(workflow) = file.workflow() else { continue };
            let published = caches::published(workflow, |text| shell::commands(&text.value)).into_iter();
            found.published.extend(published.map(|published| Related {
                region: file.region(published.uses.span),
                message: format!("what is published here is built from the cache of `{}`", published.action),
            }));
        }
        found
    }
}
