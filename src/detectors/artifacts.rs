//! What a workflow uploads as artifacts.

use crate::model::place::Span;
use crate::model::workflow::{ActionReference, Job, RepositoryReference, Step, Workflow};
use crate::model::yaml::Text;

/// An artifact that is uploaded whenever the run gets that far.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'file> {
    /// The job that uploads it.
    pub job: &'file Job,
    /// The artifact's name; `None` for the default.
    pub name: Option<&'file Text>,
    /// Where the name stands, or what uploads.
    pub place: Span,
}

/// The conditions under which a step or job runs in every good run.
const ALWAYS: &[&str] = &["always()", "success()", "!cancelled()", "true"];

/// Finds the artifacts that a workflow uploads under no condition, by a version of
/// `actions/upload-artifact` that takes each name once, in source order. `source` is the file.
pub fn certain<'file>(workflow: &'file Workflow, source: &str) -> Vec<Upload<'file>> {
    let mut found = Vec::new();
    for job in workflow.jobs.iter().filter(|job| always_runs(job.condition.as_ref())) {
        let steps = job.steps.iter().flat_map(Step::flatten);
        for step in steps.filter(|step| always_runs(step.condition.as_ref())) {
            let Some(uses) = step.uses().filter(|uses| takes_names_once(uses, source)) else { continue };
            let is = |input: &str, word: &str| step.input(input).is_none_or(|set| set.value.eq_ignore_ascii_case(word));
            // What is not archived is called like its file, whatever name it is given.
            if is("overwrite", "false") && is("archive", "true") {
                let name = step.input("name").filter(|name| !name.value.is_empty());
                found.push(Upload { job, name, place: name.map_or(uses.span, |name| name.span) });
            }
        }
    }
    found
}

fn always_runs(condition: Option<&Text>) -> bool {
    let Some(condition) = condition else { return true };
    let text = condition.value.trim();
    let inner = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).unwrap_or(text);
    ALWAYS.contains(&inner.trim())
}

/// Tells whether a `uses` is `actions/upload-artifact` from version 4 on.
fn takes_names_once(uses: &Text, source: &str) -> bool {
    let ActionReference::Repository(found) = ActionReference::parse(&uses.value) else { return false };
    found.name_is("actions/upload-artifact") && major(&found, uses, source).is_some_and(|major| major >= 4)
}

/// Returns the major version that a reference names, or a comment behind it.
fn major(found: &RepositoryReference<'_>, uses: &Text, source: &str) -> Option<u32> {
    let version = |word: &str| -> Option<u32> {
        let digits = word.strip_prefix('v').unwrap_or(word);
        digits.split(['.', '-']).next().and_then(|digits| digits.parse().ok())
    };
    if !found.is_pinned() {
        return found.reference.and_then(version);
    }
    let line = source.get(uses.span.end..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    line.split_once('#')?.1.split_whitespace().find_map(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing;

    #[test]
    fn only_what_is_certain_counts() {
        let steps = [
            "{uses: actions/upload-artifact@v4}",
            "{uses: actions/upload-artifact@v3, with: {name: old}}",
            "{uses: actions/upload-artifact@main, with: {name: moving}}",
            "{uses: actions/upload-artifact@v4, with: {name: again, overwrite: true}}",
            "{uses: actions/upload-artifact@v7, with: {name: unused, path: a.txt, archive: false}}",
            "{uses: actions/upload-artifact@v4, if: failure(), with: {name: log}}",
            "{uses: actions/upload-artifact@v4.2.1, if: '${{ always() }}', with: {name: report}}",
            "{uses: actions/upload-artifact@0123456789012345678901234567890123456789, with: {name: hash}}",
        ];
        let pinned = "- uses: actions/upload-artifact@0123456789012345678901234567890123456789 # v4.1.0\n        with: {name: pinned}\n";
        let list = steps.map(|step| format!("      - {step}\n")).concat();
        let text = format!("jobs:\n  a:\n    steps:\n{list}      {pinned}");
        let workflow = testing::workflow(&text);
        let found = certain(&workflow, &text);
        let names: Vec<Option<&str>> = found.iter().map(|upload| upload.name.map(Text::as_str)).collect();
        assert_eq!(names, [None, Some("report"), Some("pinned")]);
    }
}
