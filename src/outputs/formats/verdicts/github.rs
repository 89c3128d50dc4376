//! Workflow commands, which the runner turns into annotations.
//!
//! A step has room for ten errors and ten warnings, so failures come first, and gates of a preset that have nothing to judge by share one annotation.

use crate::model::verdict::{GateReport, GateVerdict};
use crate::outputs::formats::escape;
use crate::outputs::formats::github::room::{Kind, Room};

use super::{is_presets_silence, sentence};

/// Renders the verdicts that are not well as annotations, as far as there is room for them, and
/// all of them as log lines.
pub fn github(report: &GateReport, room: &mut Room) -> String {
    let mut lines = Vec::new();
    let (silent, loud): (Vec<&GateVerdict>, Vec<&GateVerdict>) =
        report.verdicts.iter().partition(|verdict| is_presets_silence(verdict));
    let errors: Vec<&&GateVerdict> =
        loud.iter().filter(|verdict| verdict.fails() || verdict.is_inconclusive()).collect();
    let warnings: Vec<&&GateVerdict> = loud.iter().filter(|verdict| verdict.warns()).collect();
    let mut unseen = 0;
    for (kind, verdicts) in [(Kind::Error, &errors), (Kind::Warning, &warnings)] {
        let shown: Vec<String> =
            verdicts.iter().filter(|_| room.take(kind)).map(|verdict| annotation(kind, verdict)).collect();
        unseen += verdicts.len() - shown.len();
        lines.extend(shown);
    }
    if !silent.is_empty() && room.take(Kind::Notice) {
        let names: Vec<&str> = silent.iter().map(|verdict| verdict.series.as_str()).collect();
        let gates = if silent.len() == 1 { "gate of the preset has" } else { "gates of the preset have" };
        let message = format!("{} {gates} no data: {}", silent.len(), names.join(", "));
        lines.push(format!("::notice title=plimsoll gate::{}", escape::command_data(&escape::terminal(&message))));
    }
    for remark in report.remarks.iter().filter(|_| room.take(Kind::Warning)) {
        lines.push(format!("::warning title=plimsoll gate::{}", escape::command_data(&escape::terminal(remark))));
    }
    for verdict in &report.verdicts {
        let state = verdict.verdict.word();
        lines.push(escape::log_line(&format!("{state:7}  {}", sentence(verdict)).replace('\n', " ")));
    }
    if unseen > 0 {
        let are = if unseen == 1 { "1 of these is".to_owned() } else { format!("{unseen} of these are") };
        lines.push(format!("{are} only in this log: GitHub keeps 10 annotations of a kind for a step"));
    }
    lines.push(escape::log_line(&format!("Gates on {}: {}", report.judged, report.summary())));
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn annotation(kind: Kind, verdict: &GateVerdict) -> String {
    let place = verdict.origin.position.map(|position| {
        let file = escape::command_property(&verdict.origin.file);
        format!("file={file},line={},col={},", position.line, position.column)
    });
    let title = escape::command_property(&format!("gate {}", verdict.metric));
    let message = escape::command_data(&escape::terminal(&sentence(verdict)));
    format!("::{} {}title={title}::{message}", kind.command(), place.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::samples::report;
    use super::*;

    #[test]
    fn errors_come_first() {
        let text = github(&report(), &mut Room::default());
        insta::assert_snapshot!(text, @r#"
        ::error file=plimsoll.yml,line=3,col=5,title=gate build.duration_s::build.duration_s{workflow=CI|\u{1b}[31m<b>}: 42min 10s is above 40min (p95 of 20 values on main)
        ::warning title=gate cache.hit_rate::cache.hit_rate: 72%25 is below 80%25 (last, run 18 on feature)
        ::notice title=plimsoll gate::1 gate of the preset has no data: coverage.line
        ::warning title=plimsoll gate::plimsoll.yml:9:5: the accepted level of <b> fits no value
        fail     build.duration_s{workflow=CI|\u{1b}[31m<b>}: 42min 10s is above 40min (p95 of 20 values on main)
        no-data  coverage.line has no verdict: measurements.csv has no value of it
        warn     cache.hit_rate: 72% is below 80% (last, run 18 on feature)
        pass     benchmark.parse: 12 widgets is not much worse than the median 11 widgets of 9 on main (last, run 18 on feature)
        Gates on run 18: 1 failed, 1 warned, 1 without data, 1 passed
        "#);
    }

    #[test]
    fn annotations_beyond_the_runners_limit_are_counted() {
        let mut report = report();
        report.remarks.clear();
        let failed = report.verdicts[0].clone();
        report.verdicts = vec![failed; 12];
        let text = github(&report, &mut Room::default());
        assert!(text.contains("\n2 of these are only in this log: GitHub keeps 10 annotations"), "{text}");
        assert_eq!((text.matches("::error ").count(), text.matches("\nfail ").count()), (10, 12), "{text}");
    }
}
