//! The runbook: a page for each alert, and one that lists them.

use super::alerts::{Alert, Priority};
use super::settings::Settings;
use crate::outputs::formats::append::append;

/// Renders the list of alerts by priority.
pub(super) fn index(settings: &Settings) -> String {
    let mut text = "# Runbook of alerts\n\nEach alert links to its page. An alert that nobody can act on is changed or removed in the same week.\n"
        .to_owned();
    for priority in Priority::ALL {
        let mut alerts = settings.alerts().filter(|alert| alert.priority == priority).peekable();
        if alerts.peek().is_none() {
            continue;
        }
        append(
            &mut text,
            format_args!("\n## {}: {}\n\n| Alert | Says | For |\n|---|---|---|\n", priority.word(), priority.when()),
        );
        for alert in alerts {
            let Alert { name, summary, minutes, .. } = alert;
            append(&mut text, format_args!("| [{name}]({name}.md) | {summary} | {minutes} min |\n"));
        }
    }
    text
}

/// Renders the page of an alert.
pub(super) fn page(alert: &Alert, settings: &Settings) -> String {
    let Alert { name, priority, summary, minutes, from, means, .. } = alert;
    let mut text = format!(
        "# {name}\n\n**{summary}.** {} ({}): somebody looks at it {}.\n\n{means}\n\n## Look at\n\n",
        priority.word(),
        priority.severity(),
        priority.when()
    );
    list(&mut text, alert.look);
    text.push_str("\n## Do\n\n");
    list(&mut text, alert.act);
    let bound = settings.bound(alert).zip(alert.bound);
    let bound = bound.map(|(bound, limit)| format!(" The bound is {}.", limit.unit.show(bound))).unwrap_or_default();
    append(
        &mut text,
        format_args!(
            "\n## When it fires\n\nAfter {minutes} min in a row.{bound} The series come from {from}.\n\n```promql\n{}\n```\n\n\
             It is over when the query finds nothing any more. Afterwards, write down what helped: on this page, or in a\npostmortem if users were hurt.\n",
            settings.query(alert)
        ),
    );
    text
}

fn list(text: &mut String, items: &[&str]) {
    for (number, item) in (1..).zip(items) {
        append(text, format_args!("{number}. {item}\n"));
    }
}
