//! Reference pages that are made from the program's own tables.

use std::fmt::Write as _;

use plimsoll::config::Preset;
use plimsoll::gates::Gate;
use plimsoll::gates::metric::{Better, Derive, Kind, Metric};
use plimsoll::gates::metrics::METRICS;
use plimsoll::model::scorecard::Category;
use plimsoll::model::verdict::OnNoData;
use plimsoll::scorecard::{Criterion, Profile, criteria};

/// Writes a table's head and rows.
fn table(page: &mut String, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let rule = vec!["---".to_owned(); head.len()];
    writeln!(page, "{}\n{}", line(&head), line(&rule)).unwrap();
    for row in rows {
        // A bar ends a cell, in code as well.
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        writeln!(page, "{}", line(&cells)).unwrap();
    }
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

fn codes<'text>(texts: impl IntoIterator<Item = &'text str>) -> String {
    texts.into_iter().map(code).collect::<Vec<_>>().join(", ")
}

/// The criteria: what is asked of whom, and what it is worth.
pub(super) fn criteria_page() -> String {
    let mut page = String::from(
        "# Criteria\n\nMade from the program's own table. Points count inside the category; a tick under a profile \
         means that\nrepositories of this kind are asked. [How scores are made from it](../scorecard.md).\n",
    );
    let profiles: Vec<Profile> = Profile::WORDS.iter().map(|word| word.parse().unwrap()).collect();
    let mut head = vec!["Criterion", "Asks for", "Points", "Priority", "Effort"];
    head.extend(Profile::WORDS);
    head.push("Is closed by");
    for category in Category::ALL {
        let (title, id, weight) = (category.title(), category.id(), category.weight());
        writeln!(page, "\n## {title}\n\n`{id}`, {weight} % of the whole.\n").unwrap();
        let row = |criterion: &Criterion| {
            let mut row = vec![
                code(criterion.id()),
                criterion.title().to_owned(),
                criterion.points().to_string(),
                criterion.priority().word().to_owned(),
                criterion.effort().word().to_owned(),
            ];
            let ticks = profiles.iter().map(|profile| if criterion.is_asked_of(*profile) { "✓" } else { "" });
            row.extend(ticks.map(str::to_owned));
            row.push(criterion.closes_with().to_owned());
            row
        };
        table(&mut page, &head, criteria().filter(|criterion| criterion.category() == category).map(row));
    }
    page
}

/// The metrics and the presets.
pub(super) fn gates_page() -> String {
    let mut page = String::from(
        "# Metrics and presets of gates\n\nMade from the program's own tables. [How gates judge](../gates.md).\n\n\
         ## Metrics\n\nA series is judged by itself; further labels only select. *Over time* is what is judged of the \
         latest runs where a\ngate names no statistic. Values in `measurements.csv` have the labels that were collected \
         with them.\n\n",
    );
    let head = ["Metric", "What it tells", "Unit", "Better", "Over time", "From", "Series by", "Further labels"];
    table(&mut page, &head, METRICS.iter().map(metric_row));
    page.push_str("\nBelow, *usual* is what the table above says.\n");
    for word in Preset::WORDS {
        let preset: Preset = word.parse().unwrap();
        writeln!(page, "\n## Preset `{word}`\n").unwrap();
        let gates = preset.gates(OnNoData::Warn);
        if gates.is_empty() {
            writeln!(page, "No gates but those of `plimsoll.yml`.").unwrap();
        } else {
            table(&mut page, &["Metric", "Statistic", "Warns", "Fails"], gates.iter().map(gate_row));
        }
    }
    page
}

fn metric_row(metric: &Metric) -> Vec<String> {
    let better = match metric.better {
        Better::Lower => "lower",
        Better::Higher => "higher",
        Better::BySeries => "as the rows say",
    };
    let over_time = match (metric.kind, metric.better) {
        (Kind::Sample, Better::Higher) => "p5",
        (Kind::Sample, Better::Lower) => "p95",
        (Kind::Sample, Better::BySeries) => "p95, or p5",
        (Kind::Share | Kind::Rate, _) => "mean",
        (Kind::State, _) => "last",
    };
    let column_label = if let Derive::Columns(label, _) = metric.derive { Some(label) } else { None };
    vec![
        code(metric.name),
        metric.summary.to_owned(),
        if metric.unit.word().is_empty() { "as the rows say".to_owned() } else { metric.unit.word().to_owned() },
        better.to_owned(),
        over_time.to_owned(),
        code(&metric.table.table().file_name()),
        codes(metric.series.iter().copied().chain(column_label)),
        codes(metric.labels.iter().copied()),
    ]
}

fn gate_row(gate: &Gate) -> Vec<String> {
    let bound = |absolute: Option<&str>, relative: Option<&str>| {
        let relative = relative.map(|share| format!("{} of the base", code(share)));
        absolute.map(code).or(relative).unwrap_or_default()
    };
    let compare = gate.compare.as_ref();
    assert!(gate.no_drop.is_none() && gate.no_rise.is_none(), "the page has no place for {}", gate.selector);
    vec![
        code(&gate.selector.to_string()),
        gate.statistic.map_or_else(|| "usual".to_owned(), plimsoll::gates::settings::Statistic::word),
        bound(
            gate.warn.as_ref().map(|bound| bound.text.as_str()),
            compare.and_then(|compare| compare.warn.as_ref()).map(|share| share.text.as_str()),
        ),
        bound(
            gate.fail.as_ref().map(|bound| bound.text.as_str()),
            compare.and_then(|compare| compare.fail.as_ref()).map(|share| share.text.as_str()),
        ),
    ]
}
