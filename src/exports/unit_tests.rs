//! Unit tests of the rules, as `promtool test rules` reads them: every alert fires with the series of its
//! example, and not with the others.

use super::alerts::{Alert, Example};
use super::rules::{description, quoted, runbook};
use super::settings::Settings;
use crate::outputs::formats::append::append;

/// Renders the tests. An alert with a bound of one's own has none, since its example is about the usual one.
pub(super) fn render(settings: &Settings) -> String {
    let mut text =
        "# Every alert fires with the first series, and not with the second: promtool test rules rules.test.yml\n\
                    rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n"
            .to_owned();
    for alert in settings.alerts() {
        if !settings.is_usual(alert) {
            append(
                &mut text,
                format_args!("  # {} has a bound of its own, which its example does not know.\n", alert.name),
            );
            continue;
        }
        let example = &alert.example;
        series(&mut text, alert, "fires", example.firing, settings);
        firing(&mut text, alert, example, settings);
        series(&mut text, alert, "is quiet", example.quiet, settings);
        append(&mut text, format_args!("        exp_alerts: []\n"));
    }
    text
}

fn series(text: &mut String, alert: &Alert, says: &str, series: &[(&str, &str)], settings: &Settings) {
    append(text, format_args!("  - name: {} {says}\n    interval: 1m\n    input_series:\n", alert.name));
    for (name, values) in series {
        let name = name.replace("job=\"service\"", &format!("job=\"{}\"", settings.service));
        append(text, format_args!("      - {{series: {}, values: {}}}\n", quoted(&name), quoted(values)));
    }
    append(
        text,
        format_args!(
            "    alert_rule_test:\n      - eval_time: {}m\n        alertname: {}\n",
            alert.example.after, alert.name
        ),
    );
}

fn firing(text: &mut String, alert: &Alert, example: &Example, settings: &Settings) {
    append(
        text,
        format_args!(
            "        exp_alerts:\n          - exp_labels:\n              severity: {}\n              priority: {}\n",
            alert.priority.severity(),
            alert.priority.word()
        ),
    );
    for (label, value) in example.labels {
        let value = if (*label, *value) == ("job", "service") { settings.service.as_str() } else { value };
        append(text, format_args!("              {label}: {}\n", quoted(value)));
    }
    append(text, format_args!("            exp_annotations:\n              summary: {}\n", quoted(alert.summary)));
    if let Some(description) = description(alert, settings, example.value) {
        append(text, format_args!("              description: {}\n", quoted(&description)));
    }
    append(text, format_args!("              runbook_url: {}\n", quoted(&runbook(alert, settings))));
}
