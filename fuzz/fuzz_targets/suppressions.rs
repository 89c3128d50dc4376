//! Any text as a comment: alone, behind a key, and behind the words that begin a suppression.
//!
//! Comments switch findings off, and add findings about themselves; they change nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::{WORKFLOW, lint};

/// The rules whose findings the workflow has, whatever its comments say.
const RULES: &[&str] = &["unpinned-action", "template-injection", "anonymous-workflow", "job-timeout-missing"];

fuzz_target!(|comment: &str| {
    let found = |comments: [&str; 6]| {
        let [first, on, jobs, steps, uses, run] = comments;
        let text = format!(
            "{first}\non: push{on}\njobs:{jobs}\n  a:\n    runs-on: ubuntu-latest\n    steps:{steps}\n      - uses: a/b@v1{uses}\n\
             \u{20}     - run: echo ${{{{ github.head_ref }}}}{run}\n"
        );
        let findings = lint(WORKFLOW, &text).into_iter();
        let places = findings.map(|finding| (finding.rule, finding.region.start, finding.message));
        places.filter(|(rule, _, _)| RULES.contains(rule)).collect::<Vec<_>>()
    };
    // A comment ends with its line, and some characters no YAML may hold.
    let is_one_line = !comment.contains(|character: char| character.is_control() || "\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}".contains(character));
    let with = found([
        &format!("# {comment}"),
        &format!(" # plimsoll: ignore[{comment}"),
        &format!(" # plimsoll: {comment}"),
        &format!(" # zizmor: ignore[{comment}"),
        &format!(" # plimsoll: ignore[unpinned-action] {comment}"),
        &format!(" # {comment} # plimsoll: ignore[{comment}]"),
    ]);
    assert!(!is_one_line || with == found([""; 6]), "{with:?}");
});
