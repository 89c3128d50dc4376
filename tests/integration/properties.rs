//! What holds of linting whatever the file: places exist, and the same input gives the same output.
//!
//! The files are workflows as people break them: a rich one, with lines deleted, doubled, moved,
//! cut and indented, and with characters in the wrong place.

use plimsoll::model::finding::{Finding, Persona, Region};
use plimsoll::model::surroundings::Surroundings;
use plimsoll::rules::{self, Choice};
use plimsoll::sources::workflows;
use proptest::prelude::*;

use crate::support::program::Program;

const EVERYTHING: &str = include_str!("../fixtures/lint/everything.yml");

const WORKFLOW: &str = ".github/workflows/ci.yml";

/// Text that means something to YAML, to expressions, to shells or to terminals.
const FRAGMENTS: &[&str] = &[
    "${{",
    "}}",
    "${{ ",
    " }}",
    "'",
    "\"",
    "''",
    "\\",
    "|",
    ">-",
    "|2\n",
    "&a ",
    "*a",
    "*readonly",
    "<<: *common",
    "? ",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "#",
    " #",
    "!tag ",
    "---\n",
    "...\n",
    "\t",
    "\r",
    "\r\n",
    "\n\n",
    "\0",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "ü",
    "漢",
    "🦀",
    "\u{301}",
    "`",
    "$(",
    "<<EOF\n",
    "null",
    "~",
    "true",
    "0x1F",
    "1e999",
    "!",
    "&&",
    "github.",
    ".*",
    "[0]",
    "(",
    ")",
    "format('{9}')",
    "fromJSON('{')",
    "plimsoll: ignore[",
    "# plimsoll: ignore-file[",
];

/// One thing that happens to a file; places are shares of its length, so that they always exist.
#[derive(Clone, Debug)]
enum Change {
    DeleteLine(prop::sample::Index),
    DoubleLine(prop::sample::Index),
    MoveLine(prop::sample::Index, prop::sample::Index),
    Indent(prop::sample::Index, usize),
    Outdent(prop::sample::Index, usize),
    CutLine(prop::sample::Index, prop::sample::Index),
    DeleteCharacter(prop::sample::Index),
    Insert(prop::sample::Index, &'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        at().prop_map(Change::DeleteLine),
        at().prop_map(Change::DoubleLine),
        (at(), at()).prop_map(|(from, to)| Change::MoveLine(from, to)),
        (at(), 1..9_usize).prop_map(|(line, by)| Change::Indent(line, by)),
        (at(), 1..9_usize).prop_map(|(line, by)| Change::Outdent(line, by)),
        (at(), at()).prop_map(|(line, column)| Change::CutLine(line, column)),
        at().prop_map(Change::DeleteCharacter),
        (at(), prop::sample::select(FRAGMENTS)).prop_map(|(place, fragment)| Change::Insert(place, fragment)),
    ]
}

/// Returns the byte at a share of a text, at the start of a character.
fn byte(text: &str, at: prop::sample::Index) -> usize {
    text.floor_char_boundary(at.index(text.len() + 1))
}

impl Change {
    fn apply(&self, text: &str) -> String {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        if lines.is_empty() {
            return text.to_owned();
        }
        let count = lines.len();
        match self {
            Self::DeleteLine(line) => drop(lines.remove(line.index(count))),
            Self::DoubleLine(line) => {
                let line = line.index(count);
                lines.insert(line, lines[line].clone());
            }
            Self::MoveLine(from, to) => {
                let line = lines.remove(from.index(count));
                lines.insert(to.index(count), line);
            }
            Self::Indent(line, by) => lines[line.index(count)].insert_str(0, &" ".repeat(*by)),
            Self::Outdent(line, by) => {
                let line = &mut lines[line.index(count)];
                let indent = line.len() - line.trim_start_matches(' ').len();
                line.replace_range(..indent.min(*by), "");
            }
            Self::CutLine(line, column) => {
                let line = &mut lines[line.index(count)];
                line.truncate(byte(line, *column));
            }
            Self::DeleteCharacter(at) => {
                let (before, after) = text.split_at(byte(text, *at));
                let mut rest = after.chars();
                rest.next();
                return format!("{before}{}", rest.as_str());
            }
            Self::Insert(at, fragment) => {
                let (before, after) = text.split_at(byte(text, *at));
                return format!("{before}{fragment}{after}");
            }
        }
        lines.concat()
    }
}

fn broken_workflow() -> impl Strategy<Value = String> {
    prop::collection::vec(change(), 1..12)
        .prop_map(|changes| changes.iter().fold(EVERYTHING.to_owned(), |text, change| change.apply(&text)))
}

fn lint(path: &str, text: &str) -> Vec<Finding> {
    let file = workflows::parse(path.to_owned(), text.to_owned());
    let choice = Choice { persona: Persona::Auditor, ..Choice::default() };
    rules::lint(&file, &choice, &Surroundings::default())
}

/// Holds a place to the text: lines and columns that an editor can go to.
fn check_region(region: &Region, text: &str, finding: &Finding) {
    assert!(region.start <= region.end, "{finding:?}");
    let lines: Vec<&str> = text.split('\n').collect();
    for position in [region.start, region.end] {
        let line = position.line.checked_sub(1).and_then(|line| lines.get(line));
        let characters =
            line.unwrap_or_else(|| panic!("line {} of {}: {finding:?}", position.line, lines.len())).chars().count();
        assert!((1..=characters + 1).contains(&position.column), "column of {characters}: {finding:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn places_exist_and_linting_is_repeatable(text in broken_workflow()) {
        let findings = lint(WORKFLOW, &text);
        for finding in &findings {
            check_region(&finding.region, &text, finding);
            finding.related.iter().for_each(|related| check_region(&related.region, &text, finding));
        }
        prop_assert_eq!(&findings, &lint(WORKFLOW, &text));
    }

    #[test]
    fn whatever_is_an_action_or_a_workflow_is_linted(text in broken_workflow()) {
        for finding in lint("action.yml", &text) {
            check_region(&finding.region, &text, &finding);
        }
    }
}

#[test]
fn the_workflow_meets_many_rules() {
    let findings = lint(WORKFLOW, EVERYTHING);
    let rules: std::collections::BTreeSet<&str> = findings.iter().map(|finding| finding.rule).collect();
    assert!(rules.len() >= 20, "{rules:?}");
    assert!(!rules.contains("yaml-syntax"), "{findings:?}");
}

#[test]
fn the_order_of_files_and_threads_changes_nothing() {
    let mut program = Program::new()
        .file(".github/actions/local/action.yml", "name: x\nruns: {using: composite, steps: [{run: x}]}\n");
    let mut paths: Vec<String> = (0..40).map(|number| format!(".github/workflows/w{number}.yml")).collect();
    for (number, path) in paths.iter().enumerate() {
        let lines: Vec<&str> = EVERYTHING.split_inclusive('\n').skip(number % 3).collect();
        program = program.file(path, lines.concat());
    }
    let lint = |program: &Program, paths: &[String]| {
        let arguments = ["lint", "--format", "json", "--persona", "auditor"].into_iter();
        let arguments: Vec<&str> = arguments.chain(paths.iter().map(String::as_str)).collect();
        program.run(&arguments).stdout
    };
    program = program.env("RAYON_NUM_THREADS", "1");
    let first = lint(&program, &paths);
    assert!(first.contains("w39.yml"));
    paths.reverse();
    program = program.env("RAYON_NUM_THREADS", "4");
    assert_eq!(first, lint(&program, &paths));
}
