//! Verdicts of `plimsoll score` about lints, caches, publishing and measurements: what proves them, and what only looks
//! as if it did.

use serde_json::Value;

use crate::score::{card, card_of, status, with, workflow};

const CI: &str = ".github/workflows/ci.yml";

/// Scores one workflow beside files, and returns a criterion's status and reason.
fn judged(ci: &str, files: &[(&str, &str)], id: &str) -> (String, String) {
    status(&card_of("cli", &[&[(CI, ci)], files].concat()), id)
}

/// Returns what a criterion shows, as `path:line seen`.
fn shown(card: &Value, id: &str) -> Vec<String> {
    let categories = card["categories"].as_array().unwrap();
    let mut criteria = categories.iter().flat_map(|category| category["criteria"].as_array().unwrap());
    let found = criteria.find(|criterion| criterion["id"] == id).unwrap();
    let place = |place: &Value| {
        format!("{}:{} {}", place["path"].as_str().unwrap(), place["line"], place["seen"].as_str().unwrap())
    };
    found["evidence"].as_array().unwrap().iter().map(place).collect()
}

#[test]
fn a_script_that_is_called_as_a_tool_is_what_it_starts() {
    let script =
        "#!/usr/bin/env python3\nfrom subprocess import call\ncall(['mike'] + args)\ncall(['git', 'status'])\n";
    let silent = "#!/usr/bin/env python3\n# mike and mkdocs\nprint('mkdocs')\n";
    let step = "      - run: $GITHUB_WORKSPACE/support/mkdocs deploy dev\n        working-directory: ${{ runner.workspace }}/build\n";
    assert_eq!(with(step, &[("support/mkdocs", script)], "docs-check"), "present");
    assert_eq!(with(step, &[("support/mkdocs", script)], "docs-published"), "partial");
    assert_eq!(with(step, &[("support/mkdocs", silent)], "docs-check"), "missing");
}

#[test]
fn signatures_without_a_key_are_short_lived_credentials() {
    let ci = "on: {push: {tags: ['v*']}}\njobs:\n  a:\n    runs-on: x\n    permissions: {id-token: write}\n    steps:\n      - uses: goreleaser/goreleaser-action@v6\n        env: {TOKEN: '${{ secrets.PAT }}'}\n";
    for (config, expected) in [
        ("signs:\n  - cmd: cosign\n    args: [sign-blob, --yes]\n", "partial"),
        ("signs:\n  - cmd: cosign\n    args: [sign-blob, --key=env://K]\n", "missing"),
        ("signs:\n  - artifacts: all\n", "missing"),
        ("docker_signs:\n  - artifacts: all\n", "missing"),
    ] {
        assert_eq!(judged(ci, &[(".goreleaser.yml", config)], "secrets-rotation").0, expected, "{config}");
    }
}

#[test]
fn scripts_below_commands_are_read() {
    let step = |command: &str| {
        format!(
            "      - continue-on-error: true\n        run: |\n          {command} <<EOF\n          go test ./...\n          EOF\n"
        )
    };
    for (command, expected) in [("ssh -t host bash", "partial"), ("bash", "partial"), ("cat", "missing")] {
        assert_eq!(with(&step(command), &[], "unit-tests"), expected, "{command}");
    }
    let ci =
        workflow("pull_request", "      - run: |\n          ssh host <<EOF\n          go test ./...\n          EOF\n");
    let read = shown(&card(&[(CI, &ci)]), "unit-tests");
    assert_eq!(read, [".github/workflows/ci.yml:8 ssh host → go test ./..."]);
}
