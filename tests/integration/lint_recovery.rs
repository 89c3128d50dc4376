//! One wrong key hides nothing below it: a rich workflow with faults at every depth is broken in one
//! place after another, and the faults are still found.

use std::collections::BTreeSet;

use crate::support::program::Program;

const WORKFLOW: &str = ".github/workflows/ci.yml";

/// A workflow with a fault at the end of every branch; `§§` marks each line whose
/// shape is wrong, and `§` each whose meaning is.
const FAULTY: &str = "name: ci
run-name: Run ${{ secrets.A }} §
on:
  push:
    branches: [main, 'a b'] §
  schedule:
    - cron: 99 4 * * * §
  workflow_dispatch:
    inputs:
      kind:
        type: choise §§
  workflow_call:
    inputs:
      level:
        type: text §§
permissions:
  contents: reed §§
env:
  A: [1] §§
defaults:
  run:
    shell: zsh §
concurrency:
  group: ci
  queue: all §§
jobs:
  build:
    runs-on:
      group: team/large §
    permissions:
      content: read §§
    environment:
      name: production
      link: https://example.com §§
    concurrency:
      group: build
      cancel-in-progress: perhaps §§
    outputs:
      size: ${{ steps.nothing.outputs.size }} §
    defaults:
      run:
        shell: fish §
    strategy:
      fail-fast: maybe §§
      matrix:
        os: [] §§
        include:
          - os: *undefined §
    timeout-minutes: soon §§
    container:
      image: Alpine:3 §
      credentials:
        user: me §§
        username: me
        password: ${{ secrets.PASSWORD }}
    services:
      db:
        image: postgres:17
        ports: 5432 §§
    snapshot:
      image-name: base
      version: newest §
    steps:
      - id: 1st §
        run: echo ${{ github.event.nothing( }} §
        env: [A] §§
      - uses: actions/checkout §
        with:
          ref: ${{ unknown.ref }} §
      - id: server
        run: make serve
        background: sometimes §§
      - wait: servant §
      - parallel:
          - run: make
            background: true §
          - rum: make §§
      - cancel: nobody §
  call:
    needs: bild §
    uses: octo/ci/.github/workflows/test.yml §
    with: level §§
    secrets: all §§
";

/// What the lines of [`FAULTY`] are without their marks.
fn faulty() -> Vec<String> {
    FAULTY.lines().map(|line| unmarked(line).0.to_owned()).collect()
}

/// Whether a line is found, and by what.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Clean,
    /// By the shape of the file alone.
    Shape,
    /// By what the parts mean to each other.
    Meaning,
}

fn unmarked(line: &str) -> (&str, Mark) {
    match (line.strip_suffix(" §§"), line.strip_suffix(" §")) {
        (Some(line), _) => (line, Mark::Shape),
        (None, Some(line)) => (line, Mark::Meaning),
        (None, None) => (line, Mark::Clean),
    }
}

/// Returns the lines with an error, as text, so that it does not matter where they have moved.
fn found(lines: &[String]) -> BTreeSet<String> {
    let ran = Program::new().file(WORKFLOW, lines.join("\n")).run(&["lint", "--format", "json", "--no-config"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let errors = report["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] == "error");
    let line = |finding: &serde_json::Value| usize::try_from(finding["start"]["line"].as_u64().unwrap()).unwrap();
    errors.map(|finding| lines[line(finding) - 1].clone()).collect()
}

/// Returns the marked lines that a test chooses by their position and mark.
fn marked(choose: impl Fn(usize, Mark) -> bool) -> BTreeSet<String> {
    let lines = FAULTY.lines().map(unmarked).enumerate();
    let chosen = lines.filter(|(at, (_, mark))| *mark != Mark::Clean && choose(*at, *mark));
    chosen.map(|(_, (line, _))| line.to_owned()).collect()
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-']).len()
}

/// Returns the positions of keys with something below them, and where that ends.
fn parents(lines: &[String]) -> Vec<(usize, usize)> {
    let end = |at: usize| {
        let below = lines[at + 1..].iter().take_while(|line| indentation(line) > indentation(&lines[at])).count();
        at + 1 + below
    };
    (0..lines.len()).filter(|at| lines[*at].ends_with(':')).map(|at| (at, end(at))).collect()
}

/// Asserts that all of the expected lines are found.
fn assert_found(lines: &[String], expected: &BTreeSet<String>, what: &str) {
    let missing: Vec<String> = expected.difference(&found(lines)).cloned().collect();
    assert_eq!(missing, Vec::<String>::new(), "{what}");
}

#[test]
fn every_fault_is_found_and_nothing_else() {
    assert_eq!(found(&faulty()), marked(|_, _| true));
}

#[test]
fn an_unknown_key_hides_no_fault() {
    let lines = faulty();
    for (at, _) in parents(&lines) {
        let mut broken = lines.clone();
        let strange = format!("{}strange: {{key: [1]}}", " ".repeat(indentation(&lines[at + 1])));
        let first = lines[at + 1].trim_start().starts_with('-');
        broken.insert(if first { at } else { at + 1 }, strange);
        if first {
            broken[at] = format!("{}strange: {{key: [1]}}", " ".repeat(indentation(&lines[at])));
        }
        assert_found(&broken, &marked(|_, _| true), &lines[at]);
    }
}

#[test]
fn a_misspelt_key_hides_no_fault_beside_it_and_no_wrong_shape_below_it() {
    let lines = faulty();
    for (at, end) in parents(&lines) {
        let mut broken = lines.clone();
        broken[at] = format!("{}x:", lines[at].trim_end_matches(':'));
        let expected = marked(|line, mark| !(at..end).contains(&line) || mark == Mark::Shape);
        assert_found(&broken, &expected, &lines[at]);
    }
}

#[test]
fn a_value_of_the_wrong_kind_hides_no_fault_beside_it() {
    let lines = faulty();
    for (at, end) in parents(&lines) {
        let mut broken = lines[..at].to_vec();
        broken.push(format!("{} 1.5", lines[at]));
        broken.extend_from_slice(&lines[end..]);
        let expected = marked(|line, _| !(at..end).contains(&line));
        assert_found(&broken, &expected, &lines[at]);
    }
}
