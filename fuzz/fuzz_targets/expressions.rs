//! Any text as an expression: in a condition, in a script, in a matrix and in a composite action.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plimsoll_fuzz::{ACTION, WORKFLOW, block, lint, quoted};

fuzz_target!(|expression: &str| {
    let (bare, fenced) = (quoted(expression), quoted(&format!("${{{{ {expression} }}}}")));
    let script = block(&format!("echo ${{{{ {expression} }}}}"), 8);
    lint(
        WORKFLOW,
        &format!(
            "on: {{workflow_dispatch: {{inputs: {{a: {{type: choice, options: [b]}}}}}}}}\nenv: {{A: {fenced}}}\njobs:\n  \
             first:\n    runs-on: ubuntu-latest\n    outputs: {{o: {fenced}}}\n    steps:\n      - id: s\n        if: {bare}\n        \
             run: {script}      - uses: actions/checkout@v4\n        with: {{ref: {fenced}}}\n  second:\n    needs: first\n    \
             if: {bare}\n    strategy: {{matrix: {{m: [1, {{k: v}}], x: {fenced}}}}}\n    runs-on: {fenced}\n    \
             steps: [{{run: {fenced}}}]\n"
        ),
    );
    lint(ACTION, &format!("name: a\ninputs: {{a: {{default: {fenced}}}}}\nruns:\n  using: composite\n  steps:\n    - {{run: {fenced}, shell: bash, if: {bare}}}\n"));
});
