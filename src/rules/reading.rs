//! What is read of a file once and asked by many rules: its expressions and its scripts.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::expressions::{self, Site};
use crate::model::place::Span;
use crate::model::source_file::SourceFile;
use crate::model::yaml::Text;
use crate::shell::{self, Command};

/// The expressions of a file, and its scripts as far as rules have asked for them.
#[derive(Debug)]
pub(super) struct Reading<'file> {
    /// The expressions, in source order.
    pub(super) sites: Vec<Site<'file>>,
    /// The positions of the expressions in `sites` by the scalar that holds them.
    by_text: BTreeMap<Span, Vec<usize>>,
    scripts: RefCell<BTreeMap<Span, Rc<[Command]>>>,
}

impl<'file> Reading<'file> {
    /// Reads the expressions of a file.
    pub(super) fn new(file: &'file SourceFile) -> Self {
        let sites = expressions::read(file);
        let mut by_text: BTreeMap<Span, Vec<usize>> = BTreeMap::new();
        for (index, site) in sites.iter().enumerate().filter(|(_, site)| !site.is_key) {
            by_text.entry(site.text.span).or_default().push(index);
        }
        Self { sites, by_text, scripts: RefCell::default() }
    }

    /// Returns the expressions in a scalar.
    pub(super) fn sites_in(&self, text: &Text) -> impl Iterator<Item = &Site<'file>> + use<'_, 'file> {
        let indices = self.by_text.get(&text.span).map(Vec::as_slice).unwrap_or_default();
        indices.iter().filter_map(|index| self.sites.get(*index))
    }

    /// Returns the commands of a script, which is read when the first rule asks.
    pub(super) fn commands(&self, script: &Text) -> Rc<[Command]> {
        let mut scripts = self.scripts.borrow_mut();
        let read = || {
            // PowerShell continues a line behind a backtick: the same length as a backslash.
            shell::commands(&script.value.replace("`\n", "\\\n")).into()
        };
        Rc::clone(scripts.entry(script.span).or_insert_with(read))
    }
}
