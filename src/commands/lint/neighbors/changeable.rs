//! What actions and called workflows take that can change without them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::{Neighbors, uses_of};
use crate::detectors::{container_action, dockerfile, pinning};
use crate::model::finding::{Region, Related};
use crate::model::place::LineIndex;
use crate::model::source_file::SourceFile;
use crate::sources::local_uses::{self, Found};
use crate::sources::repository;

/// The rule for which actions and called workflows are searched for what can change without them.
const UNPINNABLE: &str = "unpinnable-action";

impl Neighbors<'_> {
    /// Lists what a file uses that can change without it, through all local `uses`, if a rule asks.
    pub(super) fn mutable(&self, file: &Arc<SourceFile>) -> Vec<Related> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::from([file.path.clone()]);
        let mut open = vec![Arc::clone(file)];
        if !self.choice.asks_for(UNPINNABLE) {
            return found;
        }
        while let Some(file) = open.pop() {
            found.extend(self.built(&file));
            for uses in pinning::mutable(&file, &self.declared.uses) {
                let message = format!("`{}` is used here", uses.value.trim());
                found.push(Related { region: file.region(uses.span), message });
            }
            let base = local_uses::base(self.root, &file.path);
            let places = uses_of(&file).filter_map(|(uses, target)| self.place(&base, uses, target));
            let files = places.filter_map(Found::file).filter_map(|path| self.ahead(&path).ok());
            open.extend(files.filter(|file| seen.insert(file.path.clone())));
        }
        found.sort_by(|one, other| one.region.cmp(&other.region));
        found
    }

    /// Lists what the image of an action takes that can change without it, if a rule asks.
    pub(super) fn built(&self, file: &SourceFile) -> Vec<Related> {
        let asked = file.action().filter(|_| self.choice.asks_for(UNPINNABLE));
        let path = asked.and_then(|action| container_action::dockerfile_of(&file.path, action));
        let text = path.as_ref().and_then(|path| repository::read(&self.root.join(path)).ok());
        let Some((path, text)) = path.zip(text) else { return Vec::new() };
        let lines = LineIndex::new(&text);
        let region = |range: Range<usize>| Region {
            path: path.clone(),
            start: lines.position(&text, range.start),
            end: lines.position(&text, range.end),
        };
        let found = dockerfile::mutable(&text, &self.declared.uses).into_iter();
        found.map(|mutable| Related { region: region(mutable.range), message: mutable.what }).collect()
    }
}
