//! Alert rules as Prometheus reads them.

use super::alerts::{Alert, GROUPS};
use super::settings::{Bound, Settings};
use crate::model::unit::Dimension;
use crate::outputs::formats::append::append;

/// Renders the rules, group by group.
pub(super) fn render(settings: &Settings) -> String {
    let mut text = "# Alerts in three priorities: P0 is looked at at once, P1 the same day, P2 the next working day.\n\
                    # Each has its page of the runbook. Checked by `promtool check rules`, and by `promtool test rules` with rules.test.yml.\n\
                    groups:\n"
        .to_owned();
    for (group, alerts) in GROUPS {
        let wanted: Vec<&Alert> =
            alerts.iter().filter(|alert| settings.bounds.get(alert.name) != Some(&Bound::Off)).collect();
        if wanted.is_empty() {
            continue;
        }
        append(&mut text, format_args!("  - name: {group}\n    rules:\n"));
        for alert in wanted {
            rule(&mut text, alert, settings);
        }
    }
    text
}

fn rule(text: &mut String, alert: &Alert, settings: &Settings) {
    append(
        text,
        format_args!(
            "      - alert: {}\n        expr: {}\n        for: {}m\n        labels: {{severity: {}, priority: {}}}\n        annotations:\n          summary: {}\n",
            alert.name,
            quoted(&settings.query(alert)),
            alert.minutes,
            alert.priority.severity(),
            alert.priority.word(),
            quoted(alert.summary),
        ),
    );
    if let Some(description) = description(alert, settings, template(alert)) {
        append(text, format_args!("          description: {}\n", quoted(&description)));
    }
    append(text, format_args!("          runbook_url: {}\n", quoted(&runbook(alert, settings))));
}

/// Writes what the value is, and what the bound; `None` where there is no bound.
pub(super) fn description(alert: &Alert, settings: &Settings, value: &str) -> Option<String> {
    let (bound, limit) = settings.bound(alert).zip(alert.bound)?;
    Some(format!("It is {value}; the bound is {}.", limit.unit.show(bound)))
}

/// Returns the template by which Prometheus writes the value for people.
fn template(alert: &Alert) -> &'static str {
    match alert.bound.map(|limit| limit.unit.dimension()) {
        Some(Dimension::Share) => "{{ $value | humanizePercentage }}",
        Some(Dimension::Time) => "{{ $value | humanizeDuration }}",
        Some(Dimension::Size) => "{{ $value | humanize1024 }}B",
        Some(Dimension::Money) => "{{ $value | printf \"$%.2f\" }}",
        Some(Dimension::Number) | None => "{{ $value | humanize }}",
    }
}

/// Returns where the alert's page of the runbook is.
pub(super) fn runbook(alert: &Alert, settings: &Settings) -> String {
    format!("{}/{}.md", settings.runbooks, alert.name)
}

/// Writes a text as a YAML scalar in single quotes, in which only those are escaped.
pub(super) fn quoted(text: &str) -> String {
    let line: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    format!("'{}'", line.replace('\'', "''"))
}
