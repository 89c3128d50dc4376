//! What verbs came to, as people are told of it outside of the job; gates have theirs beside their verdicts.

use crate::model::finding::{Finding, LintReport, Severity};
use crate::model::notice::{Annotation, AnnotationLevel, Notice};
use crate::model::report::Report;
use crate::model::run_summary::{PartVerdict, RunSummary};
use crate::model::scorecard::Scorecard;
use crate::outputs::formats::{markdown, totals};

/// Makes a notice of a linter run.
pub fn findings(report: &LintReport, verdict: PartVerdict) -> Notice {
    let mut found: Vec<&Finding> = report.active().collect();
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Notice {
        title: "Lint",
        verdict,
        headline: totals::sentence(report),
        sections: vec![below_heading(&markdown::findings::render(report)).to_owned()],
        annotations: found.iter().map(|finding| annotation(finding)).collect(),
        troubles: found.iter().map(|finding| format!("{} {}", finding.rule, finding.fingerprint)).collect(),
    }
}

/// Makes a notice of a scorecard.
pub fn score(scorecard: &Scorecard, verdict: PartVerdict) -> Notice {
    Notice {
        title: "Readiness",
        verdict,
        headline: format!("{} of 10 ({})", scorecard.overall.shown(), scorecard.overall.grade()),
        sections: vec![markdown::scorecard::render(scorecard)],
        annotations: Vec::new(),
        troubles: Vec::new(),
    }
}

/// Makes a notice of a report, which has no verdict.
pub fn report(report: &Report) -> Notice {
    Notice {
        title: "Report",
        verdict: PartVerdict::Pass,
        headline: report.title.clone(),
        sections: vec![below_heading(&markdown::report::render(report)).to_owned()],
        annotations: Vec::new(),
        troubles: Vec::new(),
    }
}

/// Makes a notice of all parts of a run: the table of them, and below it, folded away, what each has to say.
/// The notices are those of its parts, the most important first.
pub fn run(summary: &RunSummary, parts: &[Notice]) -> Notice {
    let headline: Vec<String> = summary
        .parts
        .iter()
        .filter(|part| part.verdict != PartVerdict::Pass)
        .map(|part| format!("{} {}", part.name, part.verdict.word()))
        .collect();
    let mut sections = vec![markdown::run::table(summary)];
    sections.extend(parts.iter().map(|part| {
        let text: Vec<&str> = part.sections.iter().map(|section| section.trim_end()).collect();
        format!("<details><summary>{}</summary>\n\n{}\n\n</details>", part.title, text.join("\n\n"))
    }));
    Notice {
        title: "Plimsoll",
        verdict: summary.verdict(),
        headline: if headline.is_empty() { "all is well".to_owned() } else { headline.join(", ") },
        sections,
        annotations: parts.iter().flat_map(|part| part.annotations.clone()).collect(),
        troubles: troubles(summary, parts),
    }
}

fn troubles(summary: &RunSummary, parts: &[Notice]) -> Vec<String> {
    let failing = summary.parts.iter().filter(|part| matches!(part.verdict, PartVerdict::Fail | PartVerdict::Unknown));
    let failing = failing.map(|part| format!("{} {}", part.name, part.verdict.word()));
    failing.chain(parts.iter().flat_map(|part| part.troubles.clone())).collect()
}

/// Returns what stands below the heading of a text.
fn below_heading(text: &str) -> &str {
    if text.starts_with('#') {
        text.split_once('\n').map_or("", |(_, rest)| rest.trim_start_matches('\n'))
    } else {
        text
    }
}

fn annotation(finding: &Finding) -> Annotation {
    let region = &finding.region;
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}"));
    Annotation {
        path: region.path.clone(),
        lines: (region.start.line, region.end.line),
        columns: (region.start.line == region.end.line).then_some((region.start.column, region.end.column)),
        level: match finding.severity {
            Severity::Error => AnnotationLevel::Failure,
            Severity::Warning => AnnotationLevel::Warning,
            Severity::Info => AnnotationLevel::Notice,
        },
        title: finding.rule.to_owned(),
        message: format!("{}{}", finding.message, help.unwrap_or_default()),
    }
}
