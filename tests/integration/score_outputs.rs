//! What `plimsoll score` writes beside its table: explanations, a badge, a readme's block, records.

use std::path::Path;

use serde_json::Value;

use crate::score::{json, program};
use crate::support::program::Program;

#[test]
fn a_criterion_is_explained() {
    let program = program("statement");
    let ran = program.run(&["score", "--explain=container-scan"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for words in [
        "container-scan: Images are scanned, and findings fail the job",
        "status      missing",
        "looked for  commands, actions and images in the jobs that run: Trivy",
        "without it  The base image's holes are shipped.",
        "or write    plimsoll init --close container-scan writes .github/workflows/container.yml",
    ] {
        assert!(ran.stdout.contains(words), "{words}\n{}", ran.stdout);
    }
    let found = program.run(&["score", "--explain=dependency-audit"]).stdout;
    assert!(
        found.contains("found       .github/workflows/ci.yml:88:15: uses: EmbarkStudios/cargo-deny-action@v2"),
        "{found}"
    );
    let wrong = program.run(&["score", "--explain=container-scam"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean `container-scan`?"), "{}", wrong.stderr);
}

#[test]
fn a_badge_and_a_block_are_written() {
    let program = program("bare")
        .file("README.md", "# Bare\n<!-- plimsoll score: begin -->\nold\n<!-- plimsoll score: end -->\nend\n");
    let ran = program.run(&["score", "--badge=badge.svg", "--readme=README.md"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let badge = program.read("badge.svg");
    assert!(badge.starts_with("<svg ") && badge.ends_with("</svg>\n") && badge.contains("readiness"), "{badge}");
    let readme = program.read("README.md");
    assert!(
        readme.starts_with("# Bare\n<!-- plimsoll score: begin -->\n")
            && readme.ends_with("<!-- plimsoll score: end -->\nend\n")
    );
    assert!(
        readme.contains("Production readiness: **") && readme.contains("| CI pipeline |") && !readme.contains("old")
    );
    let program = program.file("OTHER.md", "nothing\n");
    let without = program.run(&["score", "--readme=OTHER.md"]);
    assert_eq!(without.code, 2);
    assert!(without.stderr.contains("plimsoll score: begin"), "{}", without.stderr);
}

#[test]
fn a_recorded_score_is_compared_with() {
    let program = program("bare");
    let first = json(&program.run(&["score", "--format=json"]));
    assert_eq!(first["previous"], Value::Null);
    let recorded = program.run(&["score", "--record"]);
    assert_eq!((recorded.code, recorded.stderr.as_str()), (0, "score_history.csv holds 1 row\n"));
    assert!(program.read("metrics/score_history.csv").contains(",library,"));
    let program = program.file("SECURITY.md", "x\n");
    let second = json(&program.run(&["score", "--format=json"]));
    assert_eq!(second["previous"], first["overall"]);
    let human = program.run(&["score"]).stdout;
    assert!(human.contains("since the last record") && human.contains("+0."), "{human}");
}

#[test]
fn several_repositories_make_a_table() {
    let card = "on: pull_request\njobs: {a: {runs-on: x, steps: [{run: cargo test}]}}\n";
    let program = Program::new()
        .file("one/.github/workflows/ci.yml", card)
        .file("one/Cargo.toml", "[package]\nname = \"one\"\nversion = \"1.0.0\"\n")
        .file("two/README.md", "two\n");
    let human = program.run(&["score", "one", "two"]);
    assert_eq!(human.code, 0, "{}", human.stderr);
    let rows: Vec<&str> = human.stdout.lines().collect();
    assert!(
        rows.len() == 3 && rows[1].ends_with("library  one") && rows[2].ends_with("service  two"),
        "{}",
        human.stdout
    );
    let document = json(&program.run(&["score", "one", "two", "--format=json"]));
    assert_eq!(document["repositories"][1]["repository"], "two");
    assert_eq!(document["repositories"][0]["scorecard"]["version"], 1);
    assert!(program.run(&["score", "one", "two", "--format=markdown"]).stdout.starts_with("| Repository | Score |"));
    assert_eq!(program.run(&["score", "one", "two", "--fail-below=5"]).code, 1);
    assert_eq!(program.run(&["score", "one", "two", "--badge", "x.svg"]).code, 2);
}

#[test]
fn gaps_are_sarif_results() {
    let program = program("statement");
    let log = json(&program.run(&["score", "--format=sarif"]));
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let card = json(&program.run(&["score", "--format=json"]));
    assert_eq!(results.len(), card["gaps"].as_array().unwrap().len());
    let rollback = results.iter().find(|result| result["ruleId"] == "rollback").unwrap();
    assert_eq!(
        (rollback["level"].as_str(), rollback["message"]["text"].as_str().unwrap().starts_with("documented")),
        (Some("error"), true)
    );
    for result in results {
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(program.path(uri).exists(), "{uri}");
    }
}

#[test]
fn the_three_lists_are_shown() {
    let program = program("statement");
    let human = program.run(&["score"]).stdout;
    let markdown = program.run(&["score", "--format=markdown"]).stdout;
    for heading in ["Workflow practices", "Security checklist", "Go-live checklist", "Action plan"] {
        assert!(human.contains(heading) && markdown.contains(heading), "{heading}");
    }
    assert!(markdown.contains("| 🔴 Blocking | `"));
    assert!(human.contains("plimsoll init --close rollback"), "{human}");
}

/// Holds a document against a schema: `type`, `enum`, `required`, `properties` without others,
/// `items` and `$ref` to `$defs` are all that ours uses.
fn check(schema: &Value, root: &Value, document: &Value, place: &str) {
    if schema["$ref"] == "score.schema.json" {
        let scorecard = schema_of("score.schema.json");
        return check(&scorecard, &scorecard, document, place);
    }
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/$defs/").unwrap();
        return check(&root["$defs"][name], root, document, place);
    }
    let kind = match document {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().map(|one| one.as_str().unwrap()).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => panic!("{place}: no type"),
    };
    assert!(allowed.contains(&kind), "{place}: {kind} instead of {allowed:?}");
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(document), "{place}: {document}");
    }
    for (at, item) in document.as_array().into_iter().flatten().enumerate() {
        check(&schema["items"], root, item, &format!("{place}[{at}]"));
    }
    let Some(object) = document.as_object() else { return };
    let properties = schema["properties"].as_object().unwrap();
    for name in schema["required"].as_array().unwrap() {
        assert!(object.contains_key(name.as_str().unwrap()), "{place}: no {name}");
    }
    for (name, value) in object {
        let schema = properties.get(name).unwrap_or_else(|| panic!("{place}: {name} is not in the schema"));
        check(schema, root, value, &format!("{place}.{name}"));
    }
}

fn schema_of(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_json_form_of_several_is_what_its_schema_says() {
    let schema = schema_of("scores.schema.json");
    let program = Program::new()
        .file("a/Cargo.toml", "[package]\nname = \"a\"\n")
        .file("b/.github/workflows/ci.yml", "on: push\njobs: {}\n");
    let cards = json(&program.run(&["score", "--format=json", "a", "b"]));
    check(&schema, &schema, &cards, "several");
    assert_eq!(cards["repositories"].as_array().unwrap().len(), 2);
}

#[test]
fn several_folders_are_recorded_by_their_repositories() {
    let remote = "[remote \"origin\"]\n\turl = https://github.com/octo/hello.git\n";
    let program = Program::new()
        .file("plimsoll.yml", "")
        .file("a/.git/config", remote)
        .file("a/.git/HEAD", "ref: refs/heads/main\n")
        .file("a/Cargo.toml", "[package]\nname = \"a\"\n")
        .file("b/Cargo.toml", "[package]\nname = \"b\"\n");
    let ran = program.run(&["score", "--record", "a", "b"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("holds 2 rows"), "{}", ran.stderr);
    let rows = program.read("metrics/score_history.csv");
    let repositories: Vec<&str> = rows.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert_eq!(repositories, ["b", "octo/hello"]);
}

#[test]
fn the_json_form_is_what_its_schema_says() {
    let schema = schema_of("score.schema.json");
    for fixture in ["bare", "statement", "strong"] {
        let program = program(fixture).file(".github/workflows/broken.yml", "on: [\n");
        let card = json(&program.run(&["score", "--format=json"]));
        check(&schema, &schema, &card, fixture);
    }
}
