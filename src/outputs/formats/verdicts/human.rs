//! An aligned table for a terminal.

use crate::model::color::Color;
use crate::model::verdict::{GateReport, GateVerdict, Verdict};
use crate::outputs::formats::escape;

use super::{compared, consequence, is_presets_silence, judged};

/// Renders the verdicts: one line each, and under what is not well the reason and the gate's place.
/// Gates of the preset that have nothing to judge by are only named.
pub fn human(report: &GateReport, color: Color) -> String {
    let (judged, preset) = (escape::terminal(&report.judged), escape::terminal(&report.preset));
    let mut text = format!("Gates on {judged}, preset {preset}\n\n");
    let (silent, shown): (Vec<&GateVerdict>, Vec<&GateVerdict>) =
        report.verdicts.iter().partition(|verdict| is_presets_silence(verdict));
    let header = ["verdict", "series", "value", "bound", "judged"].map(str::to_owned);
    let rows: Vec<[String; 5]> = shown.iter().map(|verdict| cells(verdict)).collect();
    if !rows.is_empty() {
        let widths = widths(&header, &rows);
        push(&mut text, &line(&header, widths, |word| dim(color, word)));
        for (row, verdict) in rows.iter().zip(shown) {
            push(&mut text, &line(row, widths, |word| paint(color, verdict.verdict, word)));
            for note in notes(verdict) {
                push(&mut text, &format!("           {}", dim(color, &note)));
            }
        }
        text.push('\n');
    }
    if !silent.is_empty() {
        let names: Vec<String> = silent.iter().map(|verdict| escape::terminal(&verdict.series)).collect();
        push(&mut text, &dim(color, &format!("no data for the preset's {}", names.join(", "))));
        text.push('\n');
    }
    if !report.remarks.is_empty() {
        for remark in &report.remarks {
            push(&mut text, &paint(color, Verdict::Warn, &escape::terminal(remark)));
        }
        text.push('\n');
    }
    push(&mut text, &report.summary());
    text
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn cells(verdict: &GateVerdict) -> [String; 5] {
    let value = verdict.observed.map_or_else(|| "–".to_owned(), |value| verdict.show(value));
    let cells =
        [verdict.verdict.word().to_owned(), verdict.series.clone(), value, verdict.threshold.clone(), judged(verdict)];
    cells.map(|cell| escape::terminal(&cell).replace(['\n', '\t'], " "))
}

/// What there is to say beside the line: why, compared with what, and where the gate is written.
fn notes(verdict: &GateVerdict) -> Vec<String> {
    let place = match verdict.origin.position {
        Some(position) => format!("{}:{}:{}", verdict.origin.file, position.line, position.column),
        None => format!("preset {}", verdict.origin.file),
    };
    let notes = match verdict.verdict {
        Verdict::Pass => compared(verdict).into_iter().collect(),
        Verdict::NoData => vec![format!("{}; {} ({place})", verdict.why, consequence(verdict))],
        Verdict::Warn | Verdict::Fail => {
            std::iter::once(format!("{} ({place})", verdict.why)).chain(compared(verdict)).collect()
        }
    };
    notes.into_iter().map(|note| escape::terminal(&note).replace('\n', " ")).collect()
}

fn widths(header: &[String; 5], rows: &[[String; 5]]) -> [usize; 5] {
    let mut widths = header.clone().map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    widths
}

/// Writes a line of the table: the verdict first, painted after it was padded, the value to the right.
fn line(row: &[String; 5], widths: [usize; 5], paint: impl Fn(&str) -> String) -> String {
    let [verdict, series, value, bound, judged] = row;
    let [first, second, third, fourth, _] = widths;
    let verdict = paint(&format!("{verdict:first$}"));
    let line = format!("  {verdict}  {series:second$}  {value:>third$}  {bound:fourth$}  {judged}");
    line.trim_end().to_owned()
}

fn paint(color: Color, verdict: Verdict, text: &str) -> String {
    match verdict {
        Verdict::Fail => code(color, "1;31", text),
        Verdict::NoData => code(color, "35", text),
        Verdict::Warn => code(color, "33", text),
        Verdict::Pass => code(color, "32", text),
    }
}

fn dim(color: Color, text: &str) -> String {
    code(color, "2", text)
}

fn code(color: Color, code: &str, text: &str) -> String {
    match color {
        Color::Never => text.to_owned(),
        Color::Always => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::report;
    use super::*;

    #[test]
    fn the_table_is_aligned() {
        let text = human(&report(), Color::Never);
        insta::assert_snapshot!(text, @r#"
        Gates on run 18, preset standard

          verdict  series                                            value  bound         judged
          fail     build.duration_s{workflow=CI|\u{1b}[31m<b>}   42min 10s  > 40min       p95 of 20 values on main
                   42min 10s is above 40min (plimsoll.yml:3:5)
          warn     cache.hit_rate                                      72%  < 80%         last, run 18 on feature
                   72% is below 80% (preset standard)
          pass     benchmark.parse                              12 widgets  +50% of base  last, run 18 on feature
                   baseline median 11 widgets ± 0.5 widgets of 9 values on main, limit 14 widgets, accepted since 4f0c2d1: a new machine

        no data for the preset's coverage.line

        plimsoll.yml:9:5: the accepted level of <b> fits no value

        1 failed, 1 warned, 1 without data, 1 passed
        "#);
    }

    #[test]
    fn colors_change_nothing_but_colors() {
        let colored = human(&report(), Color::Always);
        let mut plain = colored;
        for code in ["1;31", "35", "33", "32", "2", "0"] {
            plain = plain.replace(&format!("\u{1b}[{code}m"), "");
        }
        assert_eq!(plain, human(&report(), Color::Never));
    }

    #[test]
    fn no_gates_is_said() {
        let text = human(&GateReport::default(), Color::Never);
        assert!(text.ends_with("no gates\n"), "{text}");
    }
}
