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
    scripts: RefCell<BTreeMap<Span, Rc<[Command]>>>,
}

impl<'file> Reading<'file> {
    /// Reads the expressions of a file.
    pub(super) fn new(file: &'file SourceFile) -> Self {
        Self { sites: expressions::read(file), scripts: RefCell::default() }
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
