//! `plimsoll rules` and `plimsoll explain`, which need no repository.

use serde_json::Value;

use crate::support::program::Program;

fn ids(document: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(document).unwrap();
    let rules = document.get("rules").and_then(Value::as_array).unwrap();
    rules.iter().map(|rule| rule.get("id").and_then(Value::as_str).unwrap().to_owned()).collect()
}

#[test]
fn every_format_lists_every_rule() {
    let program = Program::new();
    let json = program.run(&["rules", "--format", "json"]);
    assert_eq!((json.code, json.stderr.as_str()), (0, ""));
    let ids = ids(&json.stdout);
    assert!(ids.contains(&"yaml-syntax".to_owned()), "{ids:?}");
    for format in ["human", "markdown"] {
        let ran = program.run(&["rules", "--format", format]);
        for id in &ids {
            assert!(ran.stdout.contains(id.as_str()), "{id}: {}", ran.stdout);
        }
    }
}

#[test]
fn the_list_goes_to_a_file_without_colour() {
    let program = Program::new().env("CLICOLOR_FORCE", "1");
    assert!(program.run(&["rules"]).stdout.contains("\u{1b}["));
    let ran = program.run(&["rules", "--output", "lists/rules.txt"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    let list = program.read("lists/rules.txt");
    assert!(list.contains("yaml-syntax") && !list.contains('\u{1b}'), "{list}");
}

#[test]
fn every_rule_can_be_explained() {
    let program = Program::new();
    for id in ids(&program.run(&["rules", "--format", "json"]).stdout) {
        let ran = program.run(&["explain", &id]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        assert!(ran.stdout.starts_with(&format!("{id}: ")), "{}", ran.stdout);
        assert!(ran.stdout.contains("\nWhy is this bad?\n"), "{}", ran.stdout);
        assert!(!ran.stdout.contains("```"), "{}", ran.stdout);
    }
}

#[test]
fn an_unknown_rule_is_wrong_usage_with_a_suggestion() {
    let program = Program::new();
    let ran = program.run(&["explain", "yaml-sintax"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert_eq!(ran.stderr, "error: there is no rule `yaml-sintax`\nhint: did you mean `yaml-syntax`?\n");
    let ran = program.run(&["explain", "nothing-like-it"]);
    assert_eq!(ran.stderr, "error: there is no rule `nothing-like-it`\nhint: `plimsoll rules` lists all rules\n");
}
