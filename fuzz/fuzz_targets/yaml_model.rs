//! Any text as a workflow and as an action, through every rule.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::{ACTION, WORKFLOW, lint};

fuzz_target!(|text: &str| {
    assert_eq!(lint(WORKFLOW, text), lint(WORKFLOW, text), "the same text gives other findings");
    lint(ACTION, text);
});
