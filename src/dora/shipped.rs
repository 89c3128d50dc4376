//! Which commits a deployment brings that the one before it did not.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::delivery::Commit;

/// Commits by their hashes.
pub(super) struct Graph<'commits>(BTreeMap<&'commits str, &'commits Commit>);

impl<'commits> Graph<'commits> {
    pub(super) fn new(commits: &'commits [Commit]) -> Self {
        Self(commits.iter().map(|commit| (commit.hash.as_str(), commit)).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn knows(&self, hash: &str) -> bool {
        self.0.contains_key(hash)
    }

    /// Returns the commits that lead to `new` and not to `old`; none where either is not known.
    pub(super) fn between(&self, old: &str, new: &str) -> impl Iterator<Item = &'commits Commit> {
        let mut known = BTreeSet::new();
        if self.knows(old) && self.knows(new) {
            self.walk(old, &mut known);
        }
        let brought = if known.is_empty() { Vec::new() } else { self.walk(new, &mut known) };
        brought.into_iter()
    }

    /// Returns the commits that lead to one, but those that are known already, which they become.
    pub(super) fn walk(&self, hash: &str, known: &mut BTreeSet<&'commits str>) -> Vec<&'commits Commit> {
        let mut found = Vec::new();
        let mut waiting: Vec<&str> = vec![hash];
        while let Some(next) = waiting.pop() {
            let Some(commit) = self.0.get(next).copied() else { continue };
            if known.insert(&commit.hash) {
                found.push(commit);
                waiting.extend(commit.parents.iter().map(String::as_str));
            }
        }
        found
    }
}

/// The deployments' targets, each with what was deployed to it before.
pub(super) struct Shipped<'commits> {
    graph: &'commits Graph<'commits>,
    known: BTreeMap<String, BTreeSet<&'commits str>>,
}

impl<'commits> Shipped<'commits> {
    pub(super) fn new(graph: &'commits Graph<'commits>) -> Self {
        Self { graph, known: BTreeMap::new() }
    }

    /// Takes a deployment in, and returns the commits it brings; `None` for the first one to a
    /// target, which brings everything there ever was, and where the commit is not known.
    pub(super) fn take(&mut self, target: &str, commit: &str) -> Option<Vec<&'commits Commit>> {
        if !self.graph.knows(commit) {
            return None;
        }
        let is_first = !self.known.contains_key(target);
        let brought = self.graph.walk(commit, self.known.entry(target.to_owned()).or_default());
        (!is_first).then_some(brought)
    }
}
