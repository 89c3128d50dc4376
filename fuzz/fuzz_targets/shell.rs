//! Any text as a script of each shell.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll::shell::commands;
use plimsoll_fuzz::{WORKFLOW, block, lint, quoted};

fuzz_target!(|script: &str| {
    for command in commands(script) {
        for word in command.words.iter() {
            assert!(script.get(word.range.clone()).is_some(), "{word:?}");
        }
    }
    let step = |shell: &str, run: &str| format!("      - shell: {shell}\n        run: {run}\n");
    let steps = [
        step("bash", &quoted(script)),
        step("bash", &block(script, 8)),
        step("sh", &quoted(script)),
        step("pwsh", &quoted(script)),
        step("cmd", &quoted(script)),
        step("python", &block(script, 8)),
        step("bash -e {0}", &quoted(script)),
    ];
    lint(WORKFLOW, &format!("on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{}", steps.concat()));
});
