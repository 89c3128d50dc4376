//! A file whose findings are mended, pass by pass, until there is nothing left to mend.

use crate::model::finding::{Finding, Safety};
use crate::model::fix::{self, Patched};
use crate::model::source_file::SourceFile;
use crate::model::yaml::IssueKind;
use crate::sources::workflows;

/// The passes after which a file is left as it is then. A pass makes all fixes that do not meet:
/// only what is fixed at the very same place, such as one variable after the other of a step, takes
/// one more.
const MOST_PASSES: usize = 100;

/// A file whose findings were mended.
#[derive(Debug)]
pub(super) struct Mended {
    /// What it is now.
    pub(super) file: SourceFile,
    /// What it was, and is.
    pub(super) text: Patched,
    /// How many fixes were made.
    pub(super) fixes: usize,
    /// Whether there was still something to mend at the end.
    pub(super) is_unfinished: bool,
}

impl Mended {
    /// Leaves a file as it is.
    pub(super) fn unchanged(file: SourceFile) -> Self {
        let text = Patched::new(file.text.clone());
        Self { file, text, fixes: 0, is_unfinished: false }
    }

    /// Makes the fixes that were asked for, until a look at the file offers none.
    pub(super) fn new(file: SourceFile, most: Safety, lint: &dyn Fn(&SourceFile) -> Vec<Finding>) -> Self {
        let mut mended = Self::unchanged(file);
        for _ in 0..MOST_PASSES {
            let findings = lint(&mended.file);
            let (edits, count) = fix::choose(&findings, most);
            if count == 0 {
                return mended;
            }
            let mut text = mended.text.clone();
            text.edit(&edits);
            let file = workflows::parse(mended.file.path.clone(), text.text());
            // A fix that would leave something else than YAML is a mistake of ours: nothing is lost.
            if has_syntax_error(&file) && !has_syntax_error(&mended.file) {
                break;
            }
            mended = Self { file, text, fixes: mended.fixes + count, is_unfinished: false };
        }
        Self { is_unfinished: true, ..mended }
    }
}

fn has_syntax_error(file: &SourceFile) -> bool {
    file.document.issues.iter().any(|issue| issue.kind == IssueKind::Syntax)
}
