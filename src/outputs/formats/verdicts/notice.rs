//! Verdicts as people are told of them outside of the job.

use crate::model::notice::{Annotation, AnnotationLevel, Notice};
use crate::model::run_summary::PartVerdict;
use crate::model::verdict::{GateReport, GateVerdict, Verdict};
use crate::outputs::formats::escape;

use super::{is_presets_silence, markdown, sentence};

/// Makes a notice of all verdicts: those that are not well first, those that passed and those without data
/// folded away below.
pub fn notice(report: &GateReport, verdict: PartVerdict) -> Notice {
    let unwell = |verdict: &&GateVerdict| verdict.verdict != Verdict::Pass && !is_presets_silence(verdict);
    let of = |is: &dyn Fn(&&GateVerdict) -> bool| report.verdicts.iter().filter(is).collect::<Vec<_>>();
    let shown = of(&unwell);
    let passed = of(&|verdict| verdict.verdict == Verdict::Pass);
    let silent = of(&|verdict| is_presets_silence(verdict));
    let mut sections =
        vec![format!("On {}, preset {}", escape::markdown(&report.judged), escape::markdown(&report.preset))];
    if !shown.is_empty() {
        sections.push(markdown::table(&shown));
    }
    sections.extend(report.remarks.iter().map(|remark| format!("⚠️ {}", escape::markdown(remark))));
    if !passed.is_empty() {
        sections.push(markdown::folded(&format!("{} passed", passed.len()), &markdown::table(&passed)));
    }
    if !silent.is_empty() {
        let list: String = silent.iter().map(|verdict| markdown::silence(verdict) + "\n").collect();
        sections.push(markdown::folded(&format!("{} without data", silent.len()), &list));
    }
    Notice {
        title: "Gates",
        verdict,
        headline: report.summary(),
        sections,
        annotations: shown.iter().filter_map(|verdict| annotation(verdict)).collect(),
        troubles: shown.iter().map(|verdict| format!("{} {}", verdict.verdict.word(), verdict.series)).collect(),
    }
}

/// Makes the annotation at the gate's line; gates of a preset have none.
fn annotation(verdict: &GateVerdict) -> Option<Annotation> {
    let position = verdict.origin.position?;
    let level = if verdict.fails() || verdict.is_inconclusive() {
        AnnotationLevel::Failure
    } else if verdict.warns() {
        AnnotationLevel::Warning
    } else {
        AnnotationLevel::Notice
    };
    Some(Annotation {
        path: verdict.origin.file.clone(),
        lines: (position.line, position.line),
        columns: None,
        level,
        title: format!("gate {}", verdict.metric),
        message: sentence(verdict),
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::report;
    use super::*;

    #[test]
    fn what_is_not_well_comes_first() {
        let notice = notice(&report(), PartVerdict::Fail);
        assert_eq!(
            notice.troubles,
            ["fail build.duration_s{workflow=CI|\u{1b}[31m<b>}", "warn cache.hit_rate"],
            "the preset's silence is no trouble"
        );
        let sections: Vec<&str> = notice.sections.iter().map(|section| section.trim_end()).collect();
        let text = sections.join("\n\n");
        insta::assert_snapshot!(text, @r#"
        On run 18, preset standard

        | | series | value | bound | why |
        |---|---|---:|---|---|
        | ❌ fail | `build.duration_s{workflow=CI\| [31m<b>}` | 42min 10s | &gt; 40min | 42min 10s is above 40min (p95 of 20 values on main) |
        | ⚠️ warn | `cache.hit_rate` | 72% | &lt; 80% | 72% is below 80% (last, run 18 on feature) |

        ⚠️ plimsoll.yml:9:5: the accepted level of &lt;b&gt; fits no value

        <details><summary>1 passed</summary>

        | | series | value | bound | why |
        |---|---|---:|---|---|
        | ✅ pass | `benchmark.parse` | 12 widgets | +50% of base | 12 widgets is not much worse than the median 11 widgets of 9 on main (last, run 18 on feature; baseline median 11 widgets ± 0.5 widgets of 9 values on main, limit 14 widgets, accepted since 4f0c2d1: a new machine) |

        </details>

        <details><summary>1 without data</summary>

        - `coverage.line`: measurements.csv has no value of it

        </details>
        "#);
        let places: Vec<_> =
            notice.annotations.iter().map(|annotation| (annotation.path.as_str(), annotation.lines)).collect();
        assert_eq!(places, [("plimsoll.yml", (3, 3))]);
    }
}
