//! The baseline as JSON, version 1: a finding a line, so that a change of it shows as a change of
//! that line.

use serde::Serialize;

use crate::model::baseline::{Baseline, Entry};

#[derive(Serialize)]
struct Known<'baseline> {
    path: &'baseline str,
    rule: &'baseline str,
    fingerprint: &'baseline str,
}

/// Renders the baseline, in order of path, rule and fingerprint.
pub fn render(baseline: &Baseline) -> String {
    let known = |Entry { path, rule, fingerprint }: &Entry| {
        let line = super::line(&Known { path, rule, fingerprint });
        format!("\n    {line}")
    };
    let lines: Vec<String> = baseline.entries.iter().map(known).collect();
    let end = if lines.is_empty() { "" } else { "\n  " };
    format!("{{\n  \"version\": 1,\n  \"findings\": [{}{end}]\n}}\n", lines.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::formats::samples;

    #[test]
    fn a_finding_is_a_line() {
        let report = samples::report();
        let text = render(&Baseline::of(report.active().take(1)));
        insta::assert_snapshot!(text, @r#"
        {
          "version": 1,
          "findings": [
            {"path":".github/workflows/ci.yml","rule":"needs-cycle","fingerprint":"0123abcd"}
          ]
        }
        "#);
        assert_eq!(render(&Baseline::default()), "{\n  \"version\": 1,\n  \"findings\": []\n}\n");
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        let baseline = Baseline::of(samples::hostile().findings.iter());
        let text = render(&baseline);
        assert!(!text.contains("##["), "{text}");
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["findings"][0]["path"], baseline.entries.first().unwrap().path);
    }
}
