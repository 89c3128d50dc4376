//! A linter run as `JUnit` XML: a suite a file, a test case a finding.

use crate::model::finding::{Finding, LintReport, Problem, Region, Related, Suppressed};
use crate::outputs::formats::escape::xml;
use crate::outputs::formats::totals;

/// Renders findings as failures, suppressed ones as skipped, and files that could not be read as
/// errors. A run without any of them is one test case that passed, since readers take a file
/// without test cases for a mistake.
pub fn render(report: &LintReport) -> String {
    let mut suites = Vec::new();
    for findings in report.findings.chunk_by(|left, right| left.region.path == right.region.path) {
        suites.extend(findings.first().map(|first| Suite {
            name: first.region.path.clone(),
            cases: findings.iter().map(case).collect(),
            failures: findings.iter().filter(|finding| finding.suppressed.is_none()).count(),
            errors: 0,
            skipped: findings.iter().filter(|finding| finding.suppressed.is_some()).count(),
        }));
    }
    suites.extend(report.problems.iter().map(unread));
    if suites.is_empty() {
        let name = xml(&totals::sentence(report));
        let case = format!("    <testcase classname=\"lint\" name=\"{name}\"/>\n");
        suites.push(Suite { name: "lint".to_owned(), cases: vec![case], failures: 0, errors: 0, skipped: 0 });
    }
    let sum = |count: fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>();
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    out.push_str("<testsuites name=\"plimsoll\"");
    out.push_str(&counts(sum(|suite| suite.cases.len()), sum(|suite| suite.failures), sum(|suite| suite.errors)));
    out.push_str(">\n");
    for suite in &suites {
        suite.write(&mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

struct Suite {
    name: String,
    cases: Vec<String>,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Suite {
    fn write(&self, out: &mut String) {
        let counts = counts(self.cases.len(), self.failures, self.errors);
        let line = format!("  <testsuite name=\"{}\"{counts} skipped=\"{}\">\n", xml(&self.name), self.skipped);
        out.push_str(&line);
        for case in &self.cases {
            out.push_str(case);
        }
        out.push_str("  </testsuite>\n");
    }
}

fn counts(tests: usize, failures: usize, errors: usize) -> String {
    format!(" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"")
}

fn case(finding: &Finding) -> String {
    let Region { path, start, .. } = &finding.region;
    let (line, column) = (start.line, start.column);
    let (path, rule, message) = (xml(path), xml(finding.rule), xml(&finding.message));
    let head = format!(
        "    <testcase classname=\"{rule}\" name=\"{rule} at {path}:{line}:{column}\" file=\"{path}\" line=\"{line}\">"
    );
    if let Some(Suppressed { reason, by: _ }) = &finding.suppressed {
        return format!("{head}<skipped message=\"{}\"/></testcase>\n", xml(reason));
    }
    let severity = finding.severity;
    let body = xml(&body(finding));
    format!("{head}\n      <failure type=\"{severity}\" message=\"{message}\">{body}</failure>\n    </testcase>\n")
}

/// Writes all that a viewer without the other attributes needs.
fn body(finding: &Finding) -> String {
    let Region { path, start, .. } = &finding.region;
    let mut lines = vec![
        format!("{}[{}]: {}", finding.severity, finding.rule, finding.message),
        format!("{path}:{}:{}", start.line, start.column),
        finding.line.to_string().trim_end().to_owned(),
    ];
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.extend(finding.fix.iter().map(|fix| format!("fix ({}): {}", fix.safety, fix.title)));
    lines.extend(finding.related.iter().map(|Related { region: Region { path, start, .. }, message }| {
        format!("{path}:{}:{}: {message}", start.line, start.column)
    }));
    lines.join("\n")
}

fn unread(problem: &Problem) -> Suite {
    let (path, message) = (xml(&problem.path), xml(&problem.message));
    let case = format!(
        "    <testcase classname=\"not checked\" name=\"{path}\" file=\"{path}\">\n      <error \
         message=\"{message}\"/>\n    </testcase>\n"
    );
    Suite { name: problem.path.clone(), cases: vec![case], failures: 0, errors: 1, skipped: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::formats::samples;

    #[test]
    fn findings_are_failures_and_suppressed_ones_skipped() {
        insta::assert_snapshot!(render(&samples::report()), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="plimsoll" tests="4" failures="3" errors="0">
          <testsuite name=".github/workflows/ci.yml" tests="4" failures="3" errors="0" skipped="1">
            <testcase classname="needs-cycle" name="needs-cycle at .github/workflows/ci.yml:5:13" file=".github/workflows/ci.yml" line="5">
              <failure type="error" message="`test` and `build` need each other">error[needs-cycle]: `test` and `build` need each other&#10;.github/workflows/ci.yml:5:13&#10;    needs: [build]&#10;note: GitHub refuses the whole workflow&#10;help: remove one of the two&#10;fix (unsafe): remove `build`&#10;.github/workflows/ci.yml:20:5: `build` needs `test` here</failure>
            </testcase>
            <testcase classname="unpinned-action" name="unpinned-action at .github/workflows/ci.yml:9:15" file=".github/workflows/ci.yml" line="9">
              <failure type="warning" message="`actions/checkout@v4` is not pinned to a commit">warning[unpinned-action]: `actions/checkout@v4` is not pinned to a commit&#10;.github/workflows/ci.yml:9:15&#10;      - uses: actions/checkout@v4&#10;help: pin it: `plimsoll lint --fix`&#10;fix (safe): pin it</failure>
            </testcase>
            <testcase classname="unpinned-action" name="unpinned-action at .github/workflows/ci.yml:14:15" file=".github/workflows/ci.yml" line="14">
              <failure type="warning" message="`actions/checkout@v4` is not pinned to a commit">warning[unpinned-action]: `actions/checkout@v4` is not pinned to a commit&#10;.github/workflows/ci.yml:14:15&#10;      - uses: actions/checkout@v4&#10;help: pin it: `plimsoll lint --fix`&#10;fix (safe): pin it</failure>
            </testcase>
            <testcase classname="unpinned-action" name="unpinned-action at .github/workflows/ci.yml:30:15" file=".github/workflows/ci.yml" line="30"><skipped message="our own action"/></testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn a_clean_run_is_one_passed_test() {
        let text = render(&LintReport { files: 3, ..LintReport::default() });
        assert!(text.contains(r#"<testcase classname="lint" name="no findings in 3 files"/>"#), "{text}");
        assert!(text.contains(r#"<testsuites name="plimsoll" tests="1" failures="0" errors="0">"#), "{text}");
    }

    /// Reads XML of the kind above: every tag is closed in order, every attribute quoted, and no
    /// reference but the five of XML and character numbers occurs.
    fn check_well_formed(text: &str) {
        let mut open: Vec<String> = Vec::new();
        let body = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
        for part in body.split('<').skip(1) {
            let (tag, content) = part.split_once('>').unwrap_or_else(|| panic!("an open tag: {part}"));
            assert!(!content.contains('>'), "{content}");
            let name = tag.trim_end_matches('/').split(' ').next().unwrap();
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            match name.strip_prefix('/') {
                Some(closed) => assert_eq!(open.pop().as_deref(), Some(closed)),
                None if tag.ends_with('/') => {}
                None => open.push(name.to_owned()),
            }
        }
        for reference in text.split('&').skip(1) {
            let name = reference.split(';').next().unwrap();
            assert!(matches!(name, "amp" | "lt" | "gt" | "quot" | "#10" | "#9" | "#35"), "{name}");
        }
        assert_eq!(open, Vec::<String>::new());
    }

    #[test]
    fn hostile_text_stays_text() {
        check_well_formed(&render(&samples::report()));
        let text = render(&samples::hostile());
        check_well_formed(&text);
        assert!(!text.contains("##["), "{text}");
        assert!(text.contains("&lt;script&gt;") && !text.contains("<script"), "{text}");
        assert!(text.chars().all(|character| character == '\n' || !character.is_control()), "{text:?}");
    }
}
