//! A linter run as Markdown, for a job's summary.

use std::cmp::Reverse;

use super::table::{self, Align};
use crate::model::finding::{Confidence, Finding, LintReport, Region, Severity};
use crate::outputs::formats::escape::{markdown_code, markdown_sentence};
use crate::outputs::formats::{not_checked, totals};

/// GitHub drops a step's summary above 1 MiB as a whole; other tools may write to it as well.
const LARGEST: usize = 900 * 1024;
/// The table may take so much of it, so that details have room too.
const LARGEST_TABLE: usize = 500 * 1024;

/// Renders the totals, a table of the findings that count, the most severe first, and below it,
/// collapsed, what else there is to know of each. What does not fit is counted.
pub fn render(report: &LintReport) -> String {
    let mut findings: Vec<&Finding> = report.active().collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let mut page = Page { text: format!("### Lint: {}\n", totals::sentence(report)) };
    if !findings.is_empty() {
        let heading =
            [("Severity", Align::Left), ("Rule", Align::Left), ("Place", Align::Left), ("Finding", Align::Left)];
        page.text.push('\n');
        page.text.push_str(&table::heading(&heading));
        page.list(findings.iter().map(|finding| row(finding)), LARGEST_TABLE);
    }
    let detailed = findings.iter().filter(|finding| has_details(finding)).map(|finding| details(finding));
    page.collapsed("Notes and help", detailed.collect());
    page.collapsed("Suppressed", report.findings.iter().filter_map(suppressed).collect());
    let missing = not_checked::missing(report);
    if !report.problems.is_empty() || !missing.is_empty() {
        page.text.push_str("\n**Not checked**\n\n");
        let problems = report.problems.iter().map(|problem| (&problem.path, &problem.message));
        let missing = missing.iter().map(|(what, why)| (what, why));
        let line = |(what, why): (&String, &String)| format!("- {}: {}\n", markdown_code(what), markdown_sentence(why));
        page.list(problems.chain(missing).map(line), LARGEST);
    }
    page.text
}

struct Page {
    text: String,
}

impl Page {
    /// Adds the items until the page is full, then says how many there are more.
    fn list(&mut self, items: impl Iterator<Item = String>, full: usize) {
        let mut items = items.peekable();
        while let Some(item) = items.next_if(|item| self.text.len() + item.len() <= full) {
            self.text.push_str(&item);
        }
        let more = items.count();
        if more > 0 {
            let note = format!("\n**{more} more** did not fit here\n");
            self.text.push_str(&note);
        }
    }

    fn collapsed(&mut self, title: &str, items: Vec<String>) {
        if items.is_empty() {
            return;
        }
        let head = format!("\n<details>\n<summary>{title} ({})</summary>\n\n", items.len());
        self.text.push_str(&head);
        self.list(items.into_iter(), LARGEST);
        self.text.push_str("\n</details>\n");
    }
}

fn row(finding: &Finding) -> String {
    let message = markdown_sentence(&finding.message);
    let (rule, place) = (markdown_code(finding.rule), place(&finding.region));
    table::row([severity(finding.severity), &rule, &place, &message])
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "🔴 error",
        Severity::Warning => "🟡 warning",
        Severity::Info => "🔵 info",
    }
}

fn place(region: &Region) -> String {
    markdown_code(&format!("{}:{}:{}", region.path, region.start.line, region.start.column))
}

fn has_details(finding: &Finding) -> bool {
    !finding.notes.is_empty() || finding.help.is_some() || finding.fix.is_some() || !finding.related.is_empty()
}

fn details(finding: &Finding) -> String {
    let rule = markdown_code(finding.rule);
    let mut lines = vec![format!("- {rule} at {}: {}", place(&finding.region), markdown_sentence(&finding.message))];
    if !finding.line.is_blank() {
        lines.push(format!("  - source: {}", markdown_code(finding.line.to_string().trim())));
    }
    let related = finding.related.iter();
    lines.extend(related.map(|other| format!("  - {}: {}", place(&other.region), markdown_sentence(&other.message))));
    lines.extend(finding.notes.iter().map(|note| format!("  - note: {}", markdown_sentence(note))));
    lines.extend(finding.help.iter().map(|help| format!("  - help: {}", markdown_sentence(help))));
    lines.extend(finding.fix.iter().map(|fix| format!("  - fix ({}): {}", fix.safety, markdown_sentence(&fix.title))));
    if finding.confidence != Confidence::High {
        lines.push(format!("  - confidence: {}", finding.confidence));
    }
    lines.join("\n") + "\n"
}

fn suppressed(finding: &Finding) -> Option<String> {
    let reason = &finding.suppressed.as_ref()?.reason;
    let (rule, place) = (markdown_code(finding.rule), place(&finding.region));
    Some(format!(
        "- {rule} at {place}: {}; reason: {}\n",
        markdown_sentence(&finding.message),
        markdown_sentence(reason)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::formats::samples;

    #[test]
    fn a_summary_begins_with_what_matters() {
        insta::assert_snapshot!(render(&samples::report()), @r"
        ### Lint: 1 error, 2 warnings in 1 file; 1 suppressed

        | Severity | Rule | Place | Finding |
        | --- | --- | --- | --- |
        | 🔴 error | `needs-cycle` | `.github/workflows/ci.yml:5:13` | `test` and `build` need each other |
        | 🟡 warning | `unpinned-action` | `.github/workflows/ci.yml:9:15` | `actions/checkout@v4` is not pinned to a commit |
        | 🟡 warning | `unpinned-action` | `.github/workflows/ci.yml:14:15` | `actions/checkout@v4` is not pinned to a commit |

        <details>
        <summary>Notes and help (3)</summary>

        - `needs-cycle` at `.github/workflows/ci.yml:5:13`: `test` and `build` need each other
          - source: `needs: [build]`
          - `.github/workflows/ci.yml:20:5`: `build` needs `test` here
          - note: GitHub refuses the whole workflow
          - help: remove one of the two
          - fix (unsafe): remove `build`
          - confidence: medium
        - `unpinned-action` at `.github/workflows/ci.yml:9:15`: `actions/checkout@v4` is not pinned to a commit
          - source: `- uses: actions/checkout@v4`
          - help: pin it: `plimsoll lint --fix`
          - fix (safe): pin it
        - `unpinned-action` at `.github/workflows/ci.yml:14:15`: `actions/checkout@v4` is not pinned to a commit
          - source: `- uses: actions/checkout@v4`
          - help: pin it: `plimsoll lint --fix`
          - fix (safe): pin it

        </details>

        <details>
        <summary>Suppressed (1)</summary>

        - `unpinned-action` at `.github/workflows/ci.yml:30:15`: `actions/checkout@v4` is not pinned to a commit; reason: our own action

        </details>
        ");
    }

    #[test]
    fn a_clean_run_is_one_line() {
        let report = LintReport { files: 2, ..LintReport::default() };
        assert_eq!(render(&report), "### Lint: no findings in 2 files\n");
    }

    #[test]
    fn hostile_text_makes_no_markup() {
        let text = render(&samples::hostile());
        assert!(!text.contains("##["), "{text}");
        let outside: String = text.lines().map(outside_code).collect();
        assert!(!outside.contains("<script") && !outside.contains("<b>"), "{outside}");
        assert!(text.chars().all(|character| character == '\n' || !character.is_control()), "{text:?}");
        let row = text.lines().find(|line| line.contains("🔴")).unwrap();
        assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    }

    /// Leaves out what stands in code spans.
    fn outside_code(line: &str) -> String {
        let line = line.replace("\\`", "");
        let mut outside = String::new();
        let mut rest = line.as_str();
        while let Some((before, code)) = rest.split_once('`') {
            outside.push_str(before);
            let inner = code.trim_start_matches('`');
            let fence = "`".repeat(1 + code.len() - inner.len());
            rest = inner.split_once(&fence).unwrap_or_else(|| panic!("an open code span: {line}")).1;
        }
        outside + rest
    }

    #[test]
    fn a_summary_never_outgrows_what_github_takes() {
        let finding = samples::report().findings.remove(0);
        let findings = vec![finding; 12_000];
        let text = render(&LintReport { files: 1, findings, ..LintReport::default() });
        assert!(text.len() <= LARGEST + 1024, "{}", text.len());
        assert_eq!(text.matches("** did not fit here").count(), 2);
        assert!(text.ends_with("</details>\n"));
    }
}
