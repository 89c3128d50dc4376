//! The cases of `tests/fixtures/lint-cases`: what their comments say is found, and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::program::Program;

/// A finding: the file, the line, and the rule.
type Place = (String, usize, String);

/// A case: the options, and the files of its repository.
struct Case {
    options: Vec<String>,
    files: Vec<(String, String)>,
}

impl Case {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let (options, rest) = text.split_once('\n').unwrap();
        let options = options.strip_prefix("# options: ").unwrap().split_whitespace().map(str::to_owned).collect();
        let files = rest.split("# file: ").skip(1).map(|file| file.split_once('\n').unwrap());
        Self { options, files: files.map(|(path, text)| (path.trim().to_owned(), text.to_owned())).collect() }
    }

    /// Returns the places that comments name: the next line that is no comment.
    fn expected(&self) -> BTreeSet<Place> {
        self.files.iter().flat_map(|(path, text)| expected(path, text)).collect()
    }

    fn found(&self) -> BTreeSet<Place> {
        let files = self.files.iter();
        let program = files.fold(Program::new(), |program, (path, text)| program.file(path, text));
        let mut arguments = vec!["lint", "--format", "json", "--shellcheck", "off", "--pyflakes", "off"];
        arguments.extend(self.options.iter().map(String::as_str));
        let ran = program.run(&arguments);
        let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
        let place = |finding: &Value| {
            let word = |key: &str| finding[key].as_str().unwrap().to_owned();
            (word("path"), usize::try_from(finding["start"]["line"].as_u64().unwrap()).unwrap(), word("rule"))
        };
        let counts = |finding: &&Value| finding["suppressed"].is_null();
        report["findings"].as_array().unwrap().iter().filter(counts).map(place).collect()
    }
}

fn expected(path: &str, text: &str) -> Vec<Place> {
    let (mut found, mut rules) = (Vec::new(), Vec::new());
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with('#') {
            rules.extend(line.split_once(" finds: ").map(|(_, rule)| rule.trim().to_owned()));
        } else {
            found.extend(rules.drain(..).map(|rule| (path.to_owned(), at + 1, rule)));
        }
    }
    found
}

#[test]
fn every_case_is_found_where_it_says_and_nothing_else_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/lint-cases");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yml"));
    paths.sort();
    let mut wrong = Vec::new();
    for path in &paths {
        let case = Case::read(path);
        let (expected, found) = (case.expected(), case.found());
        let name = path.file_stem().unwrap().to_string_lossy();
        wrong.extend(expected.difference(&found).map(|place| format!("{name}: missed {place:?}")));
        wrong.extend(found.difference(&expected).map(|place| format!("{name}: extra {place:?}")));
    }
    assert!(wrong.is_empty() && paths.len() > 6, "{}", wrong.join("\n"));
}

/// Every thread of the table is held by cases and tests that exist, and every case of a complaint is in it.
#[test]
fn what_users_complain_of_is_held_by_something() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("tests/fixtures/lint-cases");
    let table = std::fs::read_to_string(folder.join("complaints.tsv")).unwrap();
    let mut cases = BTreeSet::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let &[threads, what, held] = cells.as_slice() else { panic!("{line}") };
        assert!(threads.contains('#') && !what.is_empty(), "{line}");
        for one in held.split("; ") {
            match one.split_once(' ').unwrap() {
                ("case", name) => drop(cases.insert(format!("{name}.yml"))),
                (_, test) => {
                    let (file, name) = test.split_once("::").unwrap();
                    let source = std::fs::read_to_string(root.join(file)).unwrap();
                    assert!(source.contains(&format!("fn {name}(")), "{test}");
                }
            }
        }
    }
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let there: BTreeSet<String> = names.collect();
    assert!(cases.is_subset(&there), "{:?}", cases.difference(&there));
    let told = there.iter().filter(|name| name.starts_with("complaint-"));
    assert_eq!(told.filter(|name| !cases.contains(*name)).collect::<Vec<_>>(), Vec::<&String>::new());
}
