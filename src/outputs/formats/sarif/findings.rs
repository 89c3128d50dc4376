//! A linter run as SARIF.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::document::{
    Artifact, Base, Change, Configuration, Driver, Finding, FindingProperties, Fix, FixProperties, Help, Inserted,
    Invocation, Location, Log, Notification, Part, PhysicalLocation, Replacement, Rule, RuleProperties, Run,
    Suppression, Text, Tool,
};
use crate::model::finding::{
    Finding as Found, LintReport, Problem, Region, RuleInfo, Severity, Suppressed, Suppressor,
};
use crate::model::fix::Fix as Mending;
use crate::model::place::Position;
use crate::outputs::formats::{escape, not_checked};

/// GitHub refuses a run with more results, and shows the first 5,000 of them by severity.
const MOST_RESULTS: usize = 25_000;
/// GitHub refuses a result with more locations.
const MOST_RELATED: usize = 999;
/// Stands for the repository's root; GitHub's own name for it.
const ROOT: &str = "%SRCROOT%";

/// Renders the whole report, suppressed findings included, with the rules that may have made it.
///
/// GitHub takes 25,000 results at most: of more, the most severe are kept, and a notification
/// says how many are missing.
pub fn render(report: &LintReport, rules: &[RuleInfo]) -> String {
    at_most(MOST_RESULTS, report, rules)
}

fn at_most(most: usize, report: &LintReport, rules: &[RuleInfo]) -> String {
    let mut findings: Vec<&Found> = report.findings.iter().collect();
    let mut notifications: Vec<Notification> = report.problems.iter().map(unread).collect();
    notifications.extend(not_checked::missing(report).into_iter().map(|(what, why)| Notification {
        level: "note",
        message: Text { text: format!("not checked: {what}: {why}") },
        locations: Vec::new(),
    }));
    if findings.len() > most {
        findings.sort_by_key(|finding| (finding.suppressed.is_some(), Reverse(finding.severity)));
        let missing = findings.len() - most;
        findings.truncate(most);
        let text = format!("{missing} less severe findings are left out: code scanning takes {most} at most");
        notifications.push(Notification { level: "warning", message: Text { text }, locations: Vec::new() });
    }
    let places: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(at, rule)| (rule.id, at)).collect();
    // The standard wants suppressions on all results of a run or on none (3.27.23).
    let with_suppressions = findings.iter().any(|finding| finding.suppressed.is_some());
    let results = findings.into_iter().map(|finding| Finding {
        rule_index: places.get(finding.rule).copied(),
        suppressions: with_suppressions.then(|| suppressions(finding)),
        ..result(finding)
    });
    let run = Run {
        tool: Tool { driver: driver(rules) },
        invocations: [Invocation { execution_successful: true, tool_execution_notifications: notifications }],
        original_uri_base_ids: BTreeMap::from([(ROOT, Base { description: text("The root of the repository") })]),
        column_kind: "unicodeCodePoints",
        results: results.collect(),
    };
    let schema = "https://json.schemastore.org/sarif-2.1.0.json";
    crate::outputs::formats::json::document(&Log { schema, version: "2.1.0", runs: [run] })
}

fn driver(rules: &[RuleInfo]) -> Driver {
    Driver {
        name: env!("CARGO_PKG_NAME"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: rules.iter().map(rule).collect(),
    }
}

fn rule(info: &RuleInfo) -> Rule {
    let lines: Vec<&str> = info.documentation_lines().collect();
    let markdown = lines.join("\n");
    let security = info.group.starts_with("security/");
    let security_severity = match info.severity {
        Severity::Error => "8.0",
        Severity::Warning => "5.5",
        Severity::Info => "3.0",
    };
    // Code scanning takes a rule for one about security by this very tag.
    let tags = if security { vec!["security", info.group] } else { vec![info.group] };
    Rule {
        id: info.id,
        short_description: text(info.summary),
        full_description: text(&first_paragraph(info)),
        help: Help { text: markdown.clone(), markdown },
        default_configuration: Configuration { level: level(info.severity) },
        properties: RuleProperties {
            tags,
            problem_severity: match info.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
            security_severity: security.then_some(security_severity),
        },
    }
}

/// Takes the summary and what the first section says, without its heading.
fn first_paragraph(info: &RuleInfo) -> String {
    let lines = info.documentation_lines().skip(1).map(str::trim);
    let body = lines.skip_while(|line| line.is_empty() || line.starts_with('#'));
    let why: Vec<&str> = body.take_while(|line| !line.is_empty()).collect();
    if why.is_empty() { info.summary.to_owned() } else { format!("{}. {}", info.summary, why.join(" ")) }
}

fn result(finding: &Found) -> Finding<'_> {
    let mut message = finding.message.clone();
    for note in &finding.notes {
        message.push('\n');
        message.push_str(note);
    }
    if let Some(help) = &finding.help {
        message.push_str("\nHelp: ");
        message.push_str(help);
    }
    let related = finding.related.iter().take(MOST_RELATED).enumerate();
    let related = related.map(|(at, related)| Location {
        id: Some(at + 1),
        message: Some(text(&related.message)),
        ..location(&related.region)
    });
    Finding {
        rule_id: finding.rule,
        rule_index: None,
        level: level(finding.severity),
        message: Text { text: message },
        locations: [location(&finding.region)],
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([("plimsoll/v1", finding.fingerprint.as_str())]),
        suppressions: None,
        fixes: finding.fix.iter().map(|mending| fix(mending, &finding.region.path)).collect(),
        properties: FindingProperties { confidence: finding.confidence.word(), persona: finding.persona.word() },
    }
}

fn fix<'report>(fix: &'report Mending, path: &str) -> Fix<'report> {
    let replacements = fix.edits.iter().map(|edit| Replacement {
        deleted_region: part(edit.start, edit.end),
        inserted_content: Inserted { text: &edit.text },
    });
    Fix {
        description: text(&fix.title),
        artifact_changes: [Change { artifact_location: artifact(path), replacements: replacements.collect() }],
        properties: FixProperties { safety: fix.safety.word() },
    }
}

fn suppressions(finding: &Found) -> Vec<Suppression<'_>> {
    let by = finding.suppressed.iter().map(|Suppressed { by, reason }| Suppression {
        kind: match by {
            Suppressor::Comment => "inSource",
            Suppressor::Configuration | Suppressor::Baseline => "external",
        },
        justification: reason,
    });
    by.collect()
}

fn location(region: &Region) -> Location {
    let Region { path, start, end } = region;
    let place = PhysicalLocation { artifact_location: artifact(path), region: Some(part(*start, *end)) };
    Location { id: None, place, message: None }
}

fn part(start: Position, end: Position) -> Part {
    Part { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

fn artifact(path: &str) -> Artifact {
    let uri = escape::uri_path(path);
    if path.starts_with('/') {
        return Artifact { uri: format!("file://{uri}"), uri_base_id: None };
    }
    Artifact { uri, uri_base_id: Some(ROOT) }
}

fn unread(problem: &Problem) -> Notification {
    let place = PhysicalLocation { artifact_location: artifact(&problem.path), region: None };
    Notification {
        level: "error",
        message: text(&format!("not checked: {}", problem.message)),
        locations: vec![Location { id: None, place, message: None }],
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn text(text: &str) -> Text {
    Text { text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::outputs::formats::samples;

    fn run(report: &LintReport) -> Value {
        let log: Value = serde_json::from_str(&render(report, samples::RULES)).unwrap();
        assert_eq!(log["version"], "2.1.0");
        log["runs"][0].clone()
    }

    #[test]
    fn the_driver_describes_each_rule() {
        let run = run(&samples::report());
        let driver = &run["tool"]["driver"];
        assert_eq!(driver["name"], "plimsoll");
        let mut rule = driver["rules"][1].clone();
        assert_eq!(rule["help"]["text"], rule["help"]["markdown"]);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("\n```yaml\n- uses: actions/checkout@v4\n  with"));
        rule["help"] = Value::Null;
        let described = json!({
            "id": "unpinned-action",
            "shortDescription": {"text": "An action is not pinned to a commit"},
            "fullDescription": {"text": "An action is not pinned to a commit. A tag can be moved to other code after \
                                         review, and `main` moves every day."},
            "help": null,
            "defaultConfiguration": {"level": "warning"},
            "properties": {"tags": ["security", "security/supply-chain"], "problem.severity": "warning",
                           "security-severity": "5.5"},
        });
        assert_eq!(rule, described);
        assert_eq!(driver["rules"][0]["properties"], json!({"tags": ["jobs"], "problem.severity": "error"}));
    }

    #[test]
    fn a_result_has_all_that_code_scanning_reads() {
        let run = run(&samples::report());
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        assert_eq!(run["invocations"], json!([{"executionSuccessful": true, "toolExecutionNotifications": []}]));
        let place = |line: usize, from: usize, to: usize| {
            json!({
                "artifactLocation": {"uri": ".github/workflows/ci.yml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": line, "startColumn": from, "endLine": line, "endColumn": to},
            })
        };
        let related =
            json!({"id": 1, "physicalLocation": place(20, 5, 11), "message": {"text": "`build` needs `test` here"}});
        let text = "`test` and `build` need each other\nGitHub refuses the whole workflow\nHelp: remove one of the two";
        let result = json!({
            "ruleId": "needs-cycle",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": text},
            "locations": [{"physicalLocation": place(5, 13, 18)}],
            "relatedLocations": [related],
            "partialFingerprints": {"plimsoll/v1": "0123abcd"},
            "suppressions": [],
            "fixes": [{
                "description": {"text": "remove `build`"},
                "artifactChanges": [{
                    "artifactLocation": place(5, 13, 18)["artifactLocation"],
                    "replacements": [{"deletedRegion": place(5, 13, 18)["region"], "insertedContent": {"text": ""}}],
                }],
                "properties": {"safety": "unsafe"},
            }],
            "properties": {"confidence": "medium", "persona": "regular"},
        });
        assert_eq!(run["results"][0], result);
        let suppressions = json!([{"kind": "inSource", "justification": "our own action"}]);
        assert_eq!(run["results"][3]["suppressions"], suppressions);
    }

    #[test]
    fn suppressions_are_left_out_when_there_are_none() {
        let mut report = samples::report();
        report.findings.truncate(1);
        assert_eq!(run(&report)["results"][0].get("suppressions"), None);
    }

    #[test]
    fn hostile_paths_are_percent_encoded() {
        let run = run(&samples::hostile());
        let place = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
        let uri = ".github/workflows/a%2Cb%3Ac%25%7C%3Cb%3E%60%0A%3A%3Aerror%3A%3Ax%1B%5B1m%20%C3%BC.yml";
        assert_eq!(place["uri"], uri);
        let told = &run["invocations"][0]["toolExecutionNotifications"][0];
        assert_eq!(told["locations"][0]["physicalLocation"]["artifactLocation"], *place);
        assert_eq!(artifact("/tmp/a b.yml").uri, "file:///tmp/a%20b.yml");
    }

    #[test]
    fn the_most_severe_are_kept_when_there_are_too_many() {
        let many = |severity, count: usize| {
            (1..=count).map(move |line| samples::finding(severity, samples::region("a.yml", line, (1, 2)), "x"))
        };
        let findings = many(Severity::Info, 5).chain(many(Severity::Error, 3)).collect();
        let log = at_most(5, &LintReport { files: 1, findings, ..LintReport::default() }, samples::RULES);
        let run = serde_json::from_str::<Value>(&log).unwrap()["runs"][0].clone();
        let levels: Vec<&str> =
            run["results"].as_array().unwrap().iter().map(|result| result["level"].as_str().unwrap()).collect();
        assert_eq!(levels, ["error", "error", "error", "note", "note"]);
        let told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
        assert_eq!(told, "3 less severe findings are left out: code scanning takes 5 at most");
    }
}
