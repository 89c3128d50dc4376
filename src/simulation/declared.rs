//! What workflow files say about which job needs which.

use std::collections::BTreeMap;

use crate::model::workflow::Workflow;

/// The needs of jobs, by the workflow's path and by the names that runs show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared(BTreeMap<String, Vec<DeclaredJob>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct DeclaredJob {
    /// What a run's job is called, up to what is only known at run time.
    shown: String,
    /// Whether something follows that is only known at run time.
    is_open: bool,
    /// The places of what it needs.
    needs: Vec<usize>,
}

impl Declared {
    /// Takes a workflow file.
    pub fn add(&mut self, path: &str, workflow: &Workflow) {
        let place = |id: &str| workflow.jobs.iter().position(|job| job.id.value.eq_ignore_ascii_case(id));
        let declared = |job: &crate::model::workflow::Job| {
            let name = job.name.as_ref().map_or(job.id.value.as_str(), |name| name.value.as_str());
            let (shown, rest) = name.split_once("${{").map_or((name, None), |(shown, rest)| (shown, Some(rest)));
            DeclaredJob {
                shown: shown.trim_end_matches([' ', '(']).to_owned(),
                is_open: rest.is_some(),
                needs: job.needs.iter().filter_map(|need| place(&need.value)).collect(),
            }
        };
        self.0.insert(path.to_owned(), workflow.jobs.iter().map(declared).collect());
    }

    /// Returns for each job of a run the places of those that it needs; `None` where the file is not known or does not
    /// name one of the jobs, as an older version of it would not.
    pub(super) fn needs(&self, path: &str, families: &[&str]) -> Option<Vec<Vec<usize>>> {
        let jobs = self.0.get(path)?;
        let places: Option<Vec<usize>> = families.iter().map(|family| place(jobs, family)).collect();
        let places = places?;
        // Two jobs of one call of a workflow may need each other, and the caller's file does not tell.
        let is_called = |family: &&&str| family.contains(" / ");
        if families.iter().any(|family| is_called(&family)) {
            return None;
        }
        let needs_of = |place: &usize| jobs.get(*place).map(|job| job.needs.as_slice()).unwrap_or_default();
        let at = |need: usize| places.iter().enumerate().filter(move |(_, place)| **place == need).map(|(at, _)| at);
        Some(places.iter().map(|place| needs_of(place).iter().flat_map(|need| at(*need)).collect()).collect())
    }
}

/// Finds the job that a run shows under a name: by the whole name, else by the longest beginning that is known.
fn place(jobs: &[DeclaredJob], family: &str) -> Option<usize> {
    let whole = jobs.iter().position(|job| !job.is_open && job.shown == family);
    let begun = || {
        let open = jobs.iter().enumerate().filter(|(_, job)| job.is_open && family.starts_with(&job.shown));
        open.max_by_key(|(_, job)| job.shown.len()).map(|(at, _)| at)
    };
    whole.or_else(begun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::source_file::Content;
    use crate::sources::workflows;

    #[test]
    fn files_tell_needs_that_times_cannot() {
        let text = "on: push\njobs:\n  build: {runs-on: x, steps: []}\n  test:\n    name: Test (${{ matrix.os }})\n    needs: build\n    runs-on: x\n    steps: []\n  ship: {needs: [build, test], runs-on: x, steps: []}\n";
        let file = workflows::parse(".github/workflows/ci.yml".to_owned(), text.to_owned());
        let Content::Workflow(workflow) = file.content else { panic!("no workflow") };
        let mut declared = Declared::default();
        declared.add("ci.yml", &workflow);
        let needs = |families: &[&str]| declared.needs("ci.yml", families);
        assert_eq!(needs(&["build", "Test", "Test", "ship"]), Some(vec![vec![], vec![0], vec![0], vec![0, 1, 2]]));
        assert_eq!(needs(&["build", "other"]), None);
        assert_eq!(needs(&["build", "ship / inner"]), None);
    }
}
