//! A Markdown table for job summaries and comments.

use crate::model::verdict::{GateReport, GateVerdict, Verdict};
use crate::outputs::formats::escape;

use super::{compared, judged};

/// Renders the verdicts as a section with a table; gates without data follow as a list that is
/// folded away.
pub fn markdown(report: &GateReport) -> String {
    let mut lines = vec![
        "## Gates".to_owned(),
        String::new(),
        format!(
            "On {}, preset {}: **{}**",
            escape::markdown(&report.judged),
            escape::markdown(&report.preset),
            report.summary()
        ),
    ];
    let (silent, judged): (Vec<&GateVerdict>, Vec<&GateVerdict>) =
        report.verdicts.iter().partition(|verdict| verdict.verdict == Verdict::NoData && verdict.warns());
    if !judged.is_empty() {
        lines.push(format!("\n{}", table(&judged).trim_end()));
    }
    if !silent.is_empty() {
        let list: String = silent.iter().map(|verdict| silence(verdict) + "\n").collect();
        lines.push(format!("\n{}", folded(&format!("{} without data", silent.len()), &list)));
    }
    lines.extend(report.remarks.iter().map(|remark| format!("\n⚠️ {}", escape::markdown(remark))));
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// Renders verdicts as a table, a row each.
pub(super) fn table(verdicts: &[&GateVerdict]) -> String {
    let heading = "| | series | value | bound | why |\n|---|---|---:|---|---|\n";
    std::iter::once(heading.to_owned()).chain(verdicts.iter().map(|verdict| row(verdict) + "\n")).collect()
}

/// Renders a gate without data as an item of a list.
pub(super) fn silence(verdict: &GateVerdict) -> String {
    format!("- {}: {}", escape::markdown_code(&verdict.series), escape::markdown(&verdict.why))
}

/// Folds a text away under a title.
pub(super) fn folded(title: &str, text: &str) -> String {
    format!("<details><summary>{title}</summary>\n\n{text}\n</details>")
}

fn row(verdict: &GateVerdict) -> String {
    let value = verdict.observed.map_or_else(|| "–".to_owned(), |value| verdict.show(value));
    let how = [judged(verdict), compared(verdict).unwrap_or_default()];
    let how: Vec<String> = how.into_iter().filter(|part| !part.is_empty()).collect();
    let why = if how.is_empty() { verdict.why.clone() } else { format!("{} ({})", verdict.why, how.join("; ")) };
    let sign = match verdict.verdict {
        Verdict::Fail => "❌ fail",
        Verdict::NoData => "❔ no data",
        Verdict::Warn => "⚠️ warn",
        Verdict::Pass => "✅ pass",
    };
    format!(
        "| {sign} | {} | {} | {} | {} |",
        escape::markdown_code(&verdict.series),
        escape::markdown(&value),
        escape::markdown(&verdict.threshold),
        escape::markdown(&why)
    )
}

#[cfg(test)]
mod tests {
    use super::super::samples::report;
    use super::*;

    #[test]
    fn the_table_holds_no_markup_of_others() {
        let text = markdown(&report());
        insta::assert_snapshot!(text, @r#"
        ## Gates

        On run 18, preset standard: **1 failed, 1 warned, 1 without data, 1 passed**

        | | series | value | bound | why |
        |---|---|---:|---|---|
        | ❌ fail | `build.duration_s{workflow=CI\| [31m<b>}` | 42min 10s | &gt; 40min | 42min 10s is above 40min (p95 of 20 values on main) |
        | ⚠️ warn | `cache.hit_rate` | 72% | &lt; 80% | 72% is below 80% (last, run 18 on feature) |
        | ✅ pass | `benchmark.parse` | 12 widgets | +50% of base | 12 widgets is not much worse than the median 11 widgets of 9 on main (last, run 18 on feature; baseline median 11 widgets ± 0.5 widgets of 9 values on main, limit 14 widgets, accepted since 4f0c2d1: a new machine) |

        <details><summary>1 without data</summary>

        - `coverage.line`: measurements.csv has no value of it

        </details>

        ⚠️ plimsoll.yml:9:5: the accepted level of &lt;b&gt; fits no value
        "#);
    }
}
