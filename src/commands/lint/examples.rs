//! Runs the examples in the rules' documentation: what is called bad is found, what is called good
//! is clean.
//!
//! An example that begins with a step stands for a whole workflow around it. A line
//! `# file: PATH` begins another file of the repository, which the example's first file can use. A line
//! `# online: OWNER/REPO@REF -> COMMIT` says what GitHub answers about a reference; it can also be
//! `no such reference` or `no such repository`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checkers::Checkers;
use super::neighbors::Neighbors;
use crate::config::Lint;
use crate::model::finding::{Finding, Persona};
use crate::model::remote::{CommitHash, RemoteReference, RemoteReferences, Resolution};
use crate::rules::{Choice, RULES, Rule, lint};
use crate::sources::workflows;

const FILE: &str = "# file: ";
const ONLINE: &str = "# online: ";

/// The files of an example, the first one named by what it is.
fn files(example: &str) -> Vec<(PathBuf, String)> {
    let mut files: Vec<(PathBuf, Vec<&str>)> = vec![(PathBuf::new(), Vec::new())];
    for line in example.lines().filter(|line| !line.starts_with(ONLINE)) {
        match line.strip_prefix(FILE) {
            Some(path) => files.push((PathBuf::from(path.trim()), Vec::new())),
            None => files.last_mut().unwrap().1.push(line),
        }
    }
    let (path, lines) = files.first_mut().unwrap();
    let is_action = lines.contains(&"runs:");
    *path = PathBuf::from(if is_action { "action.yml" } else { ".github/workflows/example.yml" });
    let is_step = lines.first().is_some_and(|line| line.starts_with("- "));
    let mut texts: Vec<(PathBuf, String)> =
        files.into_iter().map(|(path, lines)| (path, lines.join("\n") + "\n")).collect();
    if is_step {
        let main = &mut texts.first_mut().unwrap().1;
        let steps: Vec<String> = main.lines().map(|line| format!("      {line}\n")).collect();
        *main = format!("on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n{}", steps.concat());
    }
    texts
}

/// What GitHub answers, if the example says so.
fn remote(example: &str) -> Option<Arc<RemoteReferences>> {
    let mut references = RemoteReferences::default();
    for line in example.lines().filter_map(|line| line.strip_prefix(ONLINE)) {
        let (uses, answer) = line.split_once(" -> ").unwrap();
        let (repository, reference) = uses.split_once('@').unwrap();
        let reference = RemoteReference { repository: repository.parse().unwrap(), reference: reference.to_owned() };
        let resolution = match answer {
            "no such reference" => Resolution::NoReference,
            "no such repository" => Resolution::NoRepository,
            commit => Resolution::Commit(CommitHash::new(commit).unwrap()),
        };
        references.insert(reference, resolution);
    }
    let is_online = references.iter().next().is_some();
    is_online.then(|| Arc::new(references))
}

/// Lints the files of an example with one rule alone.
#[expect(clippy::disallowed_methods, reason = "an example's files are written for the test alone")]
fn lint_example(rule: &Rule, example: &str, root: &Path) -> Vec<Finding> {
    let files = files(example);
    for (path, text) in &files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let choice = Choice { persona: Persona::Auditor, ..Choice::default() };
    let neighbors = Neighbors::new(root, &choice).with_remote(remote(example)).with_checkers(checkers(rule));
    let mut found = Vec::new();
    for (path, text) in files {
        let file = workflows::parse(path.to_str().unwrap().to_owned(), text);
        found.extend(lint(&file, &choice, &neighbors.surroundings(&file)));
    }
    found.retain(|finding| finding.rule == rule.id);
    found
}

/// Returns the programs that a rule needs, as far as they are on this machine.
fn checkers(rule: &Rule) -> Checkers {
    let only = Choice { select: vec![rule.id.to_owned()], ..Choice::default() };
    Checkers::new(&Lint::default(), &only, &crate::cli::env::world().environment, Path::new("/")).unwrap()
}

/// Returns the YAML blocks under a heading of a rule's documentation.
fn examples(rule: &Rule, heading: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut section = "";
    let mut block: Option<Vec<&str>> = None;
    for line in rule.documentation.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        match (&mut block, line) {
            (Some(lines), "```") => {
                blocks.extend((section == heading).then(|| lines.join("\n")));
                block = None;
            }
            (Some(lines), line) => lines.push(line),
            (None, "```yaml") => block = Some(Vec::new()),
            (None, line) if line.starts_with("## ") => section = line,
            (None, _) => {}
        }
    }
    blocks
}

#[test]
fn every_bad_example_is_found_and_every_good_one_is_clean() {
    for rule in RULES {
        let found = |example: &str| lint_example(rule, example, tempfile::tempdir().unwrap().path());
        let bad = examples(rule, "## Bad");
        assert!(!bad.is_empty(), "{} has no bad example", rule.id);
        if matches!(rule.id, "shellcheck" | "pyflakes") && checkers(rule).is_empty() {
            eprintln!("the examples of {} are NOT tested: it is not installed", rule.id);
            continue;
        }
        for example in bad {
            assert!(!found(&example).is_empty(), "{} does not find\n{example}", rule.id);
        }
        for example in examples(rule, "## Good") {
            assert_eq!(found(&example), [], "{} finds something in\n{example}", rule.id);
        }
    }
}
