//! Files made to exhaust the linter: each ends soon, with a message, and within a bound of output.
//!
//! The sizes are such that work which grows with the square of the file takes minutes, and the
//! bound on time is far above what a loaded machine needs for work that grows with the file.

use std::time::{Duration, Instant};

use crate::support::program::{Program, Ran};

const WORKFLOW: &str = ".github/workflows/ci.yml";

const STEPS: &str = "on: [issues, pull_request_target]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n";

const CLEAN: &str = "name: ci
on: push
permissions: {}
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - run: make
";

const LONGEST: Duration = Duration::from_secs(20);

/// Lints a workflow. The program ends by itself, with findings or without, and writes no more than
/// a multiple of what it read.
fn lint(what: &str, content: &str, format: &str) -> Ran {
    // With a second file the work is done by threads, whose stacks are small.
    let program = Program::new().file(WORKFLOW, content).file(".github/workflows/other.yml", CLEAN);
    let started = Instant::now();
    // How long others take is not ours to say.
    let ran = program.run(&["lint", "--format", format, "--shellcheck", "off", "--pyflakes", "off"]);
    let took = started.elapsed();
    assert!(matches!(ran.code, 0 | 1), "{what}: {} {}", ran.code, ran.stderr);
    assert!(took < LONGEST, "{what}: {took:?}");
    // SARIF also tells what each rule is about.
    let most = if format == "sarif" { 1_000_000 } else { 100_000 } + content.len() * 200;
    assert!(ran.stdout.len() < most, "{what}: {} bytes for {}", ran.stdout.len(), content.len());
    ran
}

fn rules(ran: &Ran) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

/// Lints a workflow and counts the findings of a rule.
fn count(what: &str, content: &str, rule: &str) -> usize {
    rules(&lint(what, content, "json")).iter().filter(|found| *found == rule).count()
}

#[test]
fn many_findings_on_one_line_are_told_one_by_one() {
    let needs: Vec<String> = (0..3_000).map(|number| format!("job{number}")).collect();
    let needs = needs.join(", ");
    let content = format!(
        "on: push\njobs:\n  b:\n    runs-on: ubuntu-latest\n    needs: [{needs}]\n    steps: [{{run: make}}]\n"
    );
    assert_eq!(count("needs", &content, "needs-unknown-job"), 3_000);
    for format in ["human", "github", "sarif", "markdown", "junit"] {
        let ran = lint(format, &content, format);
        assert!(ran.stdout.contains("job2999") || format == "markdown", "{format}");
        let longest = ran.stdout.lines().map(str::len).max();
        assert!(longest < Some(needs.len()) || format == "sarif", "{format}: the line is repeated whole");
    }
}

#[test]
fn fingerprints_on_a_long_line_stay_when_the_line_moves() {
    let fingerprints = |before: &str| {
        let needs: Vec<String> = (0..200).map(|number| format!("job{number}")).collect();
        let content = format!(
            "{before}on: push\njobs:\n  b:\n    runs-on: ubuntu-latest\n    needs: [{}]\n    steps: [{{run: make}}]\n",
            needs.join(", ")
        );
        let report: serde_json::Value = serde_json::from_str(&lint("moved", &content, "json").stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().clone();
        let fingerprints = findings.into_iter().map(|finding| finding["fingerprint"].as_str().unwrap().to_owned());
        fingerprints.collect::<Vec<_>>()
    };
    let first = fingerprints("");
    assert_eq!(first, fingerprints("# moved\n\n"));
    let distinct: std::collections::BTreeSet<&String> = first.iter().collect();
    assert!(first.len() > 200 && distinct.len() == first.len());
}

#[test]
fn deep_nesting_is_refused_with_a_place() {
    for depth in [256, 5_000, 100_000] {
        for (open, inner, close) in [("[", "", "]"), ("{a: ", "1", "}"), ("- ", "x", "")] {
            let content = format!("on: push\nx:\n  {}{inner}{}\n", open.repeat(depth), close.repeat(depth));
            let ran = lint(open, &content, "json");
            assert_eq!(rules(&ran).first().map(String::as_str), Some("yaml-syntax"), "{open} {depth}");
        }
    }
    let blocks: Vec<String> = (0..400).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(count("blocks", &blocks.concat(), "yaml-syntax"), 1);
}

#[test]
fn what_is_nested_as_deep_as_may_be_is_linted() {
    let parallel = format!("{STEPS}      - {}{{run: make}}{}\n", "{parallel: [".repeat(100), "]}".repeat(100));
    assert_eq!(count("parallel", &parallel, "yaml-syntax"), 0);
    let lists = format!("{STEPS}      - run: make\nx: {}1{}\n", "[".repeat(200), "]".repeat(200));
    assert_eq!(count("lists", &lists, "unexpected-key"), 1);
}

#[test]
fn long_expressions_are_read_or_refused() {
    let nested = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    for (what, expression, faults) in [
        ("parentheses", nested, 1),
        ("negations", format!("{}true", "!".repeat(50_000)), 1),
        ("indices", format!("github{}", "[0]".repeat(2_000)), 0),
        ("properties", format!("github{}", ".event".repeat(2_000)), 0),
        ("conjunctions", vec!["github.ref"; 1_400].join(" && "), 0),
        ("as long as may be", vec!["a"; 7_000].join("&&"), 0),
        ("too long", vec!["a"; 1_000_000].join("&&"), 1),
        ("open ends", "${{ ".repeat(20_000), 1),
    ] {
        let content = format!("{STEPS}      - run: echo ${{{{ {expression} }}}}\n");
        let found = count(what, &content, "expression-syntax");
        assert!(found >= faults, "{what}: {found}");
        assert!(faults > 0 || found == 0, "{what}: {found}");
    }
}

#[test]
fn many_expressions_in_one_script_each_have_their_place() {
    let line = "          echo ${{ github.event.issue.title }}\n";
    let block = format!("{STEPS}      - run: |\n{}", line.repeat(3_000));
    assert_eq!(count("block", &block, "template-injection"), 3_000);
    let flow = format!("{STEPS}      - run: \"{}\"\n", "ü ${{ github.event.issue.title }} ".repeat(3_000));
    assert_eq!(count("one line", &flow, "template-injection"), 3_000);
}

#[test]
fn many_comments_and_suppressions_are_matched_by_line() {
    assert_eq!(count("comments", &format!("{}on: push\n", "# c\n".repeat(200_000)), "yaml-syntax"), 0);
    let suppressed = "      - run: echo ${{ github.event.issue.title }} # plimsoll: ignore[template-injection] why\n";
    let ran = lint("suppressed", &format!("{STEPS}{}", suppressed.repeat(4_000)), "json");
    assert_eq!(rules(&ran).iter().filter(|rule| *rule == "unused-suppression").count(), 0);
    assert_eq!(
        ran.stdout.matches("\"suppressed\": \"why\"").count() + ran.stdout.matches("\"suppressed\":\"why\"").count(),
        4_000
    );
    let unused = "# plimsoll: ignore[template-injection] why\n".repeat(10_000);
    assert_eq!(count("unused", &format!("{unused}on: push\n"), "unused-suppression"), 10_000);
    let whole = "# plimsoll: ignore-file[unpinned-action] why\n".repeat(5_000);
    let content = format!("{whole}{STEPS}{}", "      - uses: a/b@v1\n".repeat(3_000));
    assert_eq!(count("whole file", &content, "unused-suppression"), 4_999);
}

#[test]
fn many_steps_know_each_other() {
    let step = |number: usize| {
        format!("      - id: s{number}\n        run: echo ${{{{ steps.s{}.outputs.x }}}}\n", number.saturating_sub(1))
    };
    let content = format!("{STEPS}{}", (0..5_000).map(step).collect::<String>());
    assert_eq!(count("steps", &content, "unknown-step"), 1);
    let unknown =
        |number: usize| format!("      - id: s{number}\n        run: echo ${{{{ steps.t{number}.outputs.x }}}}\n");
    let content = format!("{STEPS}{}", (0..1_000).map(unknown).collect::<String>());
    assert_eq!(count("unknown steps", &content, "unknown-step"), 1_000);
}

#[test]
fn aliases_below_the_limit_are_expanded_and_bounded() {
    let aliased = format!(
        "{STEPS}      - &step {{name: a, run: 'echo ${{{{ github.event.issue.title }}}}'}}\n{}",
        "      - *step\n".repeat(3_000)
    );
    assert_eq!(count("aliases", &aliased, "template-injection"), 1);
    let mut nested = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..4 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        nested = format!("{nested}a{level}: &a{level} [{below}]\n");
    }
    assert_eq!(count("nested aliases", &format!("{nested}{STEPS}      - run: make\n"), "unexpected-key"), 4);
}

#[test]
fn scripts_that_open_and_never_close_are_read() {
    for (what, script) in [
        ("substitutions", format!("{}echo", "$(".repeat(20_000))),
        ("quotes", format!("{}x", "\"$(echo ".repeat(10_000))),
        ("heredocs", "cat <<E\n          ".repeat(5_000)),
        ("backquotes", "`echo ".repeat(10_001)),
        ("braces", "${a".repeat(20_000)),
    ] {
        lint(what, &format!("{STEPS}      - run: |\n          {script}\n"), "json");
    }
}

#[test]
fn aliases_that_unfold_to_more_than_a_file_can_hold_are_refused() {
    let mut nested = "a0: &a0 {k: x, l: x, m: x, n: x, o: x, p: x, q: x, r: x, s: x}\n".to_owned();
    for level in 1..30 {
        let below: Vec<String> = ('k'..='s').map(|key| format!("{key}: *a{}", level - 1)).collect();
        nested = format!("{nested}a{level}: &a{level} {{{}}}\n", below.join(", "));
    }
    let job_ids: Vec<String> = (0..20_000).map(|number| format!("  b{number}: *a\n")).collect();
    let jobs = job_ids.concat();
    let job =
        "jobs:\n  a: &a {runs-on: ubuntu-latest, steps: [{run: 'echo ${{ github.head_ref }}'}, {run: x}, {run: y}]}\n";
    let long = format!("x: &x '{}'\n{STEPS}{}", "x".repeat(200_000), "      - run: *x\n".repeat(20_000));
    for (what, content) in [("nested", nested + STEPS), ("jobs", format!("on: push\n{job}{jobs}")), ("long", long)] {
        let ran = lint(what, &content, "json");
        assert_eq!(rules(&ran).iter().filter(|rule| *rule == "yaml-syntax").count(), 1, "{what}");
        assert!(ran.stdout.contains("MiB"), "{what}: {}", ran.stdout);
    }
}

#[test]
fn large_files_are_read_up_to_a_limit() {
    let script = format!("{STEPS}      - run: |\n{}", "          make \"$TARGET\"\n".repeat(400_000));
    assert_eq!(count("a script of 10 MB", &script, "yaml-syntax"), 0);
    let line = format!("{STEPS}      - run: \"{}\"\n", "make all; ".repeat(300_000));
    assert_eq!(count("a line of 3 MB", &line, "yaml-syntax"), 0);
    let list = format!("x: [{}]\n{STEPS}      - run: make\n", "a, ".repeat(300_000));
    assert_eq!(count("a list of 300,000 items", &list, "unexpected-key"), 1);
    let over = Program::new().file(WORKFLOW, "# a\n".repeat(5 << 20));
    let ran = over.run(&["lint", WORKFLOW]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("is larger than 16 MiB"), "{}", ran.stdout);
}

#[test]
fn expressions_are_nested_as_deep_as_github_takes_them() {
    for (what, expression) in [
        ("brackets", format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000))),
        ("indices", format!("{}1{}", "github[".repeat(100_000), "]".repeat(100_000))),
        ("calls", format!("{}1{}", "toJSON(".repeat(100_000), ")".repeat(100_000))),
        ("formats", format!("format('{}', 1)", "{0}".repeat(100_000))),
        ("text", format!("fromJSON('{}')", "[".repeat(20_000))),
    ] {
        let condition = expression.replace('\'', "''");
        let content = format!("{STEPS}      - run: echo ${{{{ {expression} }}}}\n        if: '{condition}'\n");
        let found = rules(&lint(what, &content, "json"));
        assert!(found.iter().any(|rule| rule == "expression-syntax" || rule == "invalid-json"), "{what}: {found:?}");
    }
}

/// Returns the findings as rule, line and column.
fn places(ran: &Ran) -> Vec<(String, u64, u64)> {
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let place = |finding: &serde_json::Value| {
        let start = &finding["start"];
        (
            finding["rule"].as_str().unwrap().to_owned(),
            start["line"].as_u64().unwrap(),
            start["column"].as_u64().unwrap(),
        )
    };
    findings.map(place).collect()
}

#[test]
fn line_ends_and_byte_order_marks_move_no_finding() {
    let plain = format!(
        "{STEPS}      - uses: a/b@v1 # ü\n      - run: |\n          echo \"${{{{ github.head_ref }}}}\"\n\n          x\n      \
         - run: \"echo \\\n          ${{{{ github.head_ref }}}}\"\n      - run: >-\n          a\n          ${{{{ github.head_ref }}}}\n"
    );
    let expected = places(&lint("plain", &plain, "json"));
    assert!(expected.iter().filter(|(rule, _, _)| rule == "template-injection").count() == 3, "{expected:?}");
    let with_mark = format!("\u{feff}{plain}");
    let windows = plain.replace('\n', "\r\n");
    for (what, content) in [("mark", with_mark), ("windows", windows.clone()), ("both", format!("\u{feff}{windows}"))] {
        assert_eq!(places(&lint(what, &content, "json")), expected, "{what}");
    }
}

#[test]
fn characters_that_yaml_has_not_are_refused_at_their_place() {
    for character in ['\0', '\u{8}', '\u{1b}', '\u{7f}', '\u{fffe}'] {
        for content in
            [format!("{STEPS}      - run: a{character}b\n"), format!("{STEPS}      # a{character}b\n      - run: x\n")]
        {
            let ran = lint("character", &content, "json");
            let line = content[..content.find(character).unwrap()].matches('\n').count() as u64 + 1;
            let found = places(&ran);
            assert!(found.iter().any(|(rule, at, _)| rule == "yaml-syntax" && *at == line), "{character:?}: {found:?}");
            for format in ["human", "github", "sarif", "markdown", "junit"] {
                let ran = lint("character", &content, format);
                assert!(!ran.stdout.contains(character), "{format} {character:?}: {}", ran.stdout);
            }
        }
    }
}

#[test]
fn reasons_in_comments_reach_no_output_as_they_are() {
    let reason = "because\u{202e}\u{2066}\u{9b}2J::error::x ##[add-mask]y";
    let content = format!("{STEPS}      - uses: a/b@v1 # plimsoll: ignore[unpinned-action] {reason}\n");
    for format in ["human", "github", "json", "sarif", "markdown", "junit"] {
        let ran = lint("reason", &content, format);
        assert!(!ran.stdout.contains(['\u{9b}', '\u{202e}']) || format == "json", "{format}: {}", ran.stdout);
        assert!(!ran.stdout.contains("##[add-mask]"), "{format}: {}", ran.stdout);
        assert!(
            !ran.stdout.lines().any(|line| line.trim_start().starts_with("::error::x")),
            "{format}: {}",
            ran.stdout
        );
    }
}
