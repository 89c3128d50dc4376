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
pub struct Mended {
    /// What it is now.
    pub file: SourceFile,
    /// What it was, and is.
    pub text: Patched,
    /// How many fixes were made.
    pub fixes: usize,
    /// Whether there was still something to mend at the end.
    pub is_unfinished: bool,
}

impl Mended {
    /// Leaves a file as it is.
    pub fn unchanged(file: SourceFile) -> Self {
        let text = Patched::new(file.text.clone());
        Self { file, text, fixes: 0, is_unfinished: false }
    }

    /// Makes the fixes that were asked for, until a look at the file offers none.
    pub fn new(file: SourceFile, most: Safety, lint: &dyn Fn(&SourceFile) -> Vec<Finding>) -> Self {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::model::finding::{Persona, Severity};
    use crate::model::surroundings::Surroundings;
    use crate::rules::{self, Choice};

    /// Parts of workflows as people write them, well and badly.
    const TOPS: &[&str] = &[
        "on: push",
        "on: pull_request",
        "on: [pull-request, push]",
        "on:\n  pull_request_target:\n    types: [labelled]\n",
        "permissions: {}",
        "permissions: {content: read}",
        "permissions:\n  contents: reed # why",
        "env: &anchor\n  ACTIONS_ALLOW_UNSECURE_COMMANDS: true",
        "env: {A: '${{ github.head_ref }}'}",
        "name: ü # plimsoll: ignore[needs-cycle] no more",
        "# plimsoll: ignore[jobs] x",
        "# a comment\n",
        "concurrency: x",
        "",
    ];

    const JOBS: &[&str] = &[
        "  a:\n    runs-on: ubuntu-latest",
        "  b:\n    runs_on: ubuntu-latest\n    needs: [a, A, a]",
        "  c:\n    # first\n    needs:\n      - a # one\n      - a # two\n    runs-on: [self-hosted, linux]\n    # last",
        "  d: {runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v4}, {run: 'echo ${{ github.head_ref }}'}]}",
        "  e: &job\n    runs-on:\n      - ubuntu-latest\n    timeout-minutes: 5\n    env:\n",
        "  f:\n    if: ${{ github.actor == 'a' }} && ${{ !cancelled() || true }}\n    runs-on: ubuntu-latest\n    env:\n      X: |+\n        a\n\n",
        "  g:\n    if: |\n      ${{ always() }}\n    uses: ./.github/workflows/x.yml",
        "  h:\n    runs-on: ubuntu-latest\n    container: node",
    ];

    const STEPS: &[&str] = &[
        "      - uses: actions/checkout@v4",
        "      - uses: actions/checkout@v4 # plimsoll: ignore[unpinned-action] x",
        "      - name: x\n        uses: \"actions/checkout@v4\"\n        with:\n          # depth\n          fetch-depth: 0\n",
        "      - &step\n        uses: actions/checkout@v4",
        "      - *step",
        "      - &gap        run: make\n        env: {A: b}",
        "      - uses: octo/cache/./restore//@v4",
        "      - run: echo \"::set-output name=a::$B\" # x",
        "      - run: 'echo ::set-output name=a::it''s'",
        "      - run: \"echo '::save-state name=ü::${{ github.head_ref }}'\"",
        "      - run: |\n          echo \"::set-env name=A::$(git log)\" && echo ::add-path::/x\n          echo ${{ github.head_ref }}${{ inputs.path }} '${{ github.head_ref }}'\n\n",
        "      - name: y\n        shell: bash\n        run: >-\n          echo \"${{ github.event.issue.title }} ${{ env.A }}\"\n          ${{ inputs.command }} <<X\n        env: # none\n          TITLE: x",
        "      - env: {A: b}\n        run: cat <<E\n          ${{ github.event.comment.body }}\n          E",
        "      - working_directory: x\n        run: make\n        env:\n          ACTIONS_ALLOW_UNSECURE_COMMANDS: true",
        "      - if: '!${{ failure() }} && true'\n        run: make",
        "      - {run: make, if: \"${{ success() }} \"}",
        "      # plimsoll: ignore[template-injection] x\n      - run: >\n          ${{ github.head_ref }}",
    ];

    fn joined(parts: &[&str], chosen: &[usize]) -> String {
        chosen.iter().filter_map(|at| parts.get(at % parts.len())).flat_map(|part| [part, "\n"]).collect()
    }

    /// Writes a workflow of parts; the parts of a job follow each other.
    fn workflow(tops: &[usize], jobs: &[(usize, Vec<usize>)], ending: &str, line_break: &str) -> String {
        let mut text = joined(TOPS, tops) + "jobs:\n";
        for (job, steps) in jobs {
            text += &joined(JOBS, &[*job]);
            let has_steps = !steps.is_empty() && JOBS.get(job % JOBS.len()).is_some_and(|job| !job.contains("steps"));
            if has_steps {
                text = text + "    steps:\n" + &joined(STEPS, steps);
            }
        }
        (text.trim_end().to_owned() + ending).replace('\n', line_break)
    }

    fn lint(file: &SourceFile) -> Vec<Finding> {
        let choice = Choice { persona: Persona::Auditor, ..Choice::default() };
        rules::lint(file, &choice, &Surroundings::default())
    }

    #[test]
    fn what_would_be_no_yaml_is_not_written() {
        let step = |uses| format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: {uses}\n");
        let types = |types| format!("on:\n  issues:\n    types: {types}\n");
        for text in [
            step("o/r docker://"),
            step("o/r a//#b@v1"),
            step("o/r/a/. //#@v1"),
            types("[opened,&reopened, edited]"),
            types("[&a : x]"),
            types("[opened, &a ]"),
            types("&a[opened]"),
        ] {
            let mended = Mended::new(workflows::parse("a.yml".to_owned(), text.clone()), Safety::Safe, &lint);
            assert!(!mended.is_unfinished, "{text}\n---\n{}", mended.file.text);
        }
    }

    /// Counts the errors by what they say. A command that writes to a file now is looked at by the rule
    /// about such files, which has nothing to say about the old form.
    fn errors(file: &SourceFile) -> BTreeMap<(&'static str, String), usize> {
        let mut counted = BTreeMap::new();
        let is_error =
            |finding: &Finding| finding.severity == Severity::Error && finding.rule != "github-env-injection";
        for finding in lint(file).into_iter().filter(is_error) {
            *counted.entry((finding.rule, finding.message)).or_default() += 1;
        }
        counted
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
        #[test]
        fn mending_ends_and_leaves_yaml_without_new_errors(
            tops in prop::collection::vec(0_usize..100, 0..4),
            jobs in prop::collection::vec((0_usize..100, prop::collection::vec(0_usize..100, 0..4)), 0..3),
            ending in "(\n|)",
            line_break in "(\n|\r\n)",
            all in any::<bool>(),
        ) {
            let text = workflow(&tops, &jobs, &ending, &line_break);
            let most = if all { Safety::Unsafe } else { Safety::Safe };
            let file = workflows::parse(".github/workflows/a.yml".to_owned(), text.clone());
            let mended = Mended::new(file.clone(), most, &lint);
            let after = &mended.file.text;
            prop_assert!(!mended.is_unfinished, "{text}\n---\n{after}");
            prop_assert_eq!(mended.text.original(), text.as_str());
            let again = Mended::new(mended.file.clone(), most, &lint);
            prop_assert_eq!((again.fixes, &again.file.text), (0, after));
            prop_assert!(has_syntax_error(&file) || !has_syntax_error(&mended.file), "{text}\n---\n{after}");
            let before = errors(&file);
            let new: Vec<_> = errors(&mended.file).into_iter().filter(|(said, count)| before.get(said) < Some(count)).collect();
            prop_assert!(new.is_empty(), "{new:?}\n{text}\n---\n{after}");
            prop_assert_eq!(after.matches('\r').count(), if line_break == "\n" { 0 } else { after.matches('\n').count() });
        }
    }
}
