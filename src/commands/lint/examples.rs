//! Runs the examples in the rules' documentation: what is called bad is found, what is called good
//! is clean.
//!
//! An example that begins with a step stands for a whole workflow around it. A line
//! `# file: PATH` begins another file of the repository, which the example's first file can use. A line
//! `# online: OWNER/REPO@REF -> COMMIT` says what GitHub answers about a reference; it can also be
//! `no such reference` or `no such repository`, and `# online: OWNER/REPO@REF tagged: no` says more of
//! one that leads to a commit. Lines `# known: …` and `# uses: …` are what `plimsoll.yml`
//! says under `lint.known` and `lint.uses`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checkers::Checkers;
use super::mended::Mended;
use super::neighbors::Neighbors;
use crate::config::{Config, Lint};
use crate::model::declared::Declared;
use crate::model::finding::{Confidence, Finding, Fixable, Persona, Safety, Severity};
use crate::model::remote::{Answer, CommitHash, Property, RemoteReference, RemoteReferences, Resolution};
use crate::model::source_file::SourceFile;
use crate::rules::{Choice, RULES, Rule, lint};
use crate::sources::workflows;

const FILE: &str = "# file: ";
const ONLINE: &str = "# online: ";
const USES: &str = "# uses: ";

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
    let paths =
        [("runs:", "action.yml"), ("updates:", ".github/dependabot.yml"), ("repos:", ".pre-commit-config.yaml")];
    let by_key = paths.iter().find(|(key, _)| lines.contains(key)).map(|(_, path)| *path);
    *path = PathBuf::from(by_key.unwrap_or(".github/workflows/example.yml"));
    let is_step = lines.iter().find(|line| !line.starts_with(USES)).is_some_and(|line| line.starts_with("- "));
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
        let (uses, said) = line.split_once(' ').unwrap();
        let (repository, reference) = uses.split_once('@').unwrap();
        let reference = RemoteReference { repository: repository.parse().unwrap(), reference: reference.to_owned() };
        let Some(answer) = said.strip_prefix("-> ") else {
            let (property, answer) = property(said);
            references.answer(reference.key(), property, answer);
            continue;
        };
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

/// Reads what is said of a reference, such as `tagged: no`.
fn property(said: &str) -> (Property, Answer) {
    let (name, answer) = said.split_once(": ").unwrap();
    let property = match name {
        "belongs" => Property::Belongs,
        "tagged" => Property::Tagged,
        "ambiguous" => Property::Ambiguous,
        _ => panic!("{said}"),
    };
    (property, if answer == "yes" { Answer::Yes } else { Answer::No(Confidence::High) })
}

/// Writes the files of an example below a folder, and reads them.
#[expect(clippy::disallowed_methods, reason = "an example's files are written for the test alone")]
fn written(example: &str, root: &Path) -> Vec<SourceFile> {
    let files = files(example);
    for (path, text) in &files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    files.into_iter().map(|(path, text)| workflows::parse(path.to_str().unwrap().to_owned(), text)).collect()
}

/// Calls `test` with the files of an example, and with what lints them for an auditor.
fn with_example<T>(
    rule: &Rule,
    example: &str,
    test: impl FnOnce(Vec<SourceFile>, &dyn Fn(&SourceFile) -> Vec<Finding>) -> T,
) -> T {
    let folder = tempfile::tempdir().unwrap();
    let choice = Choice { persona: Persona::Auditor, ..Choice::default() };
    let checkers = checkers(rule);
    let neighbors = Neighbors::new(folder.path(), &choice).with_remote(remote(example)).with_checkers(&checkers);
    let neighbors = neighbors.with_declared(declared(example));
    let files = written(example, folder.path());
    test(files, &|file| lint(file, &choice, &neighbors.surroundings(file)))
}

/// Lints the files of an example with one rule alone.
fn lint_example(rule: &Rule, example: &str) -> Vec<Finding> {
    let mut found: Vec<Finding> = with_example(rule, example, |files, lint| files.iter().flat_map(lint).collect());
    found.retain(|finding| finding.rule == rule.id);
    found
}

/// Returns what the configuration says, if the example has some.
fn declared(example: &str) -> Arc<Declared> {
    let said = |prefix: &str| example.lines().find_map(|line| line.strip_prefix(prefix)).unwrap_or("{}");
    let (known, uses) = (said("# known: "), said(USES));
    Config::parse("plimsoll.yml", &format!("lint: {{known: {known}, uses: {uses}}}\n")).unwrap().lint.known
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
        let found = |example: &str| lint_example(rule, example);
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

/// Mends what one rule finds in an example, and tells whether there was anything to mend.
fn mend_example(rule: &Rule, example: &str) -> bool {
    with_example(rule, example, |files, lint| {
        let own = |file: &SourceFile| {
            let mut findings = lint(file);
            findings.retain(|finding| finding.rule == rule.id);
            findings
        };
        let errors = |file: &SourceFile| {
            lint(file)
                .into_iter()
                .filter(|finding| finding.severity == Severity::Error && finding.rule != rule.id)
                .count()
        };
        let mut any = false;
        for file in files {
            let before = own(&file);
            let mended = Mended::new(file.clone(), Safety::Unsafe, &own);
            let text = &mended.file.text;
            let issues = |file: &SourceFile| file.document.issues.len();
            assert!(!mended.is_unfinished && issues(&mended.file) <= issues(&file), "{}\n{text}", rule.id);
            let left = own(&mended.file);
            let whole = before.iter().all(|finding| finding.fix.is_some());
            assert!(!whole || left.is_empty(), "{} is still found in\n{text}", rule.id);
            assert!(errors(&mended.file) <= errors(&file), "{} makes errors of\n{example}\nin\n{text}", rule.id);
            any |= mended.fixes > 0 && whole;
        }
        any
    })
}

#[test]
fn every_fix_mends_its_rules_bad_example_and_nothing_else() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let bad = examples(rule, "## Bad");
        let safeties: Vec<Safety> = bad
            .iter()
            .flat_map(|example| lint_example(rule, example))
            .filter_map(|finding| Some(finding.fix?.safety))
            .collect();
        let expected = match rule.fixable {
            Fixable::No => None,
            Fixable::Safe => Some(Safety::Safe),
            Fixable::Unsafe => Some(Safety::Unsafe),
        };
        if safeties.iter().min() != expected.as_ref() {
            wrong.push(format!("{} says that its fixes are {}: {safeties:?}", rule.id, rule.fixable));
        }
        let mended = bad.iter().filter(|example| mend_example(rule, example)).count();
        if mended == 0 && rule.fixable != Fixable::No {
            wrong.push(format!("{} mends none of its examples", rule.id));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
