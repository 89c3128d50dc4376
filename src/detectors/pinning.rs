//! Actions, reusable workflows and images whose code can change without a change here.

use crate::model::source_file::SourceFile;
use crate::model::uses_policy::{Pin, UsesPolicy};
use crate::model::workflow::{Action, ActionReference, RepositoryReference, Runs, Step, Workflow};
use crate::model::yaml::Text;

/// A `uses` that names code by something that can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unpinned<'model> {
    /// The value of `uses`.
    pub uses: &'model Text,
    /// What it names.
    pub target: UnpinnedTarget<'model>,
}

/// What an unpinned `uses` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnpinnedTarget<'model> {
    /// An action or a reusable workflow at a tag or a branch, or at nothing.
    Repository(RepositoryReference<'model>),
    /// An image at a tag, or at nothing.
    Image(&'model str),
}

/// Returns every `uses` of a workflow, jobs' and steps', in source order.
pub fn all_uses(workflow: &Workflow) -> Vec<&Text> {
    let mut uses = Vec::new();
    for job in &workflow.jobs {
        uses.extend(job.uses.as_ref());
        uses.extend(uses_of(&job.steps));
    }
    uses
}

/// Returns every `uses` of a list of steps, those of parallel groups included.
pub fn uses_of(steps: &[Step]) -> Vec<&Text> {
    steps.iter().flat_map(Step::flatten).filter_map(Step::uses).collect()
}

/// Returns a workflow's `uses` that are not pinned to a commit or a digest.
pub fn unpinned_uses(workflow: &Workflow) -> Vec<Unpinned<'_>> {
    all_uses(workflow).into_iter().filter_map(unpinned).collect()
}

/// Returns the `uses` of a composite action's steps that are not pinned to a commit or a digest.
pub fn unpinned_in_steps(steps: &[Step]) -> Vec<Unpinned<'_>> {
    uses_of(steps).into_iter().filter_map(unpinned).collect()
}

/// Judges one `uses`. Local paths are as old as the file that names them, so they are pinned.
pub fn unpinned(uses: &Text) -> Option<Unpinned<'_>> {
    let target = match ActionReference::parse(&uses.value) {
        ActionReference::Repository(reference) if !reference.is_pinned() => UnpinnedTarget::Repository(reference),
        ActionReference::Docker(image) if !image.contains("@sha256:") => UnpinnedTarget::Image(image),
        ActionReference::Repository(_)
        | ActionReference::Docker(_)
        | ActionReference::Local(_)
        | ActionReference::SelfRepository(_)
        | ActionReference::Unknown => return None,
    };
    Some(Unpinned { uses, target })
}

/// Returns what a file uses that can change without it, in source order: `uses` that are not pinned,
/// other than as a repository wants it, and the image of an action that runs in one.
pub fn mutable<'file>(file: &'file SourceFile, policy: &UsesPolicy) -> Vec<&'file Text> {
    let mut found = file.workflow().map(all_uses).unwrap_or_default();
    found.extend(file.action().map(Action::steps).map(uses_of).unwrap_or_default());
    if let Some(Runs::Docker { image: Some(image), .. }) = file.action().map(|action| &action.runs) {
        found.push(image);
    }
    found.retain(|uses| !uses.has_expression() && unpinned(uses).is_some_and(|found| !found.is_accepted(policy)));
    found
}

impl Unpinned<'_> {
    /// Tells whether a repository is content with how it is named.
    pub fn is_accepted(&self, policy: &UsesPolicy) -> bool {
        let is_named = match self.target {
            UnpinnedTarget::Repository(reference) => reference.reference.is_some(),
            UnpinnedTarget::Image(_) => true,
        };
        match policy.pin(&self.uses.value) {
            Pin::Commit => false,
            Pin::Reference => is_named,
            Pin::Nothing => true,
        }
    }
}

/// Tells whether a `uses` names code of another repository or an image.
pub fn is_foreign(uses: &Text) -> bool {
    matches!(ActionReference::parse(&uses.value), ActionReference::Repository(_) | ActionReference::Docker(_))
}

#[cfg(test)]
mod tests {
    use super::super::testing::workflow;
    use super::*;

    #[test]
    fn what_an_action_uses_can_change_unless_it_is_accepted() {
        let read = |text: &str, policy: &UsesPolicy| {
            let file = super::super::testing::file("action.yml", text);
            mutable(&file, policy).into_iter().map(|uses| uses.value.clone()).collect::<Vec<_>>()
        };
        let open = UsesPolicy::default();
        let steps = "runs:\n  using: composite\n  steps:\n    - uses: o/r@v1\n    - uses: o/r\n    - uses: ./x\n";
        assert_eq!(read(steps, &open), ["o/r@v1", "o/r"]);
        let by_reference = UsesPolicy { pins: [("o/*".to_owned(), Pin::Reference)].into(), ..UsesPolicy::default() };
        assert_eq!(read(steps, &by_reference), ["o/r"]);
        let image = |image: &str| read(&format!("runs:\n  using: docker\n  image: {image}\n"), &open).len();
        assert_eq!((image("docker://a:1"), image("docker://a@sha256:0"), image("Dockerfile")), (1, 0, 0));
    }

    #[test]
    fn hashes_digests_and_local_paths_are_pinned() {
        let read = workflow(
            "jobs:\n  a:\n    steps:\n      - uses: o/r@v1\n      - uses: o/r@0123456789012345678901234567890123456789\n      \
             - uses: ./x\n      - uses: docker://a@sha256:0\n      - uses: docker://a:1\n  b:\n    uses: o/r/.github/workflows/w.yml@main\n",
        );
        let found: Vec<&str> = unpinned_uses(&read).iter().map(|unpinned| unpinned.uses.as_str()).collect();
        assert_eq!(found, ["o/r@v1", "docker://a:1", "o/r/.github/workflows/w.yml@main"]);
    }
}
