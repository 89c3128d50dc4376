//! Rules that raise alerts, and who is told of them.

use crate::detectors::purpose::is_for_tests;
use crate::model::repository::has_ending;
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::Node;
use crate::scorecard::evidence::{at, missing, partial, present, share};
use crate::scorecard::facts::Facts;

pub(super) fn alert_rules(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad): (Vec<Evidence>, Vec<Evidence>) = (Vec::new(), Vec::new());
    for (path, text, root) in facts.yaml() {
        let spec = root.get("spec").unwrap_or(root);
        for rule in spec
            .get("groups")
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .flat_map(|group| group.get("rules").map(Node::items).unwrap_or_default())
        {
            // Grafana's own rules have a title and a condition where Prometheus' have a name.
            let grafana = rule.get("title").filter(|_| rule.get("condition").is_some() && rule.get("data").is_some());
            let Some(alert) = rule.get("alert").or(grafana).and_then(Node::text) else { continue };
            let severity = rule.get("labels").is_some_and(|labels| labels.get("severity").is_some());
            let runbook = rule
                .get("annotations")
                .is_some_and(|notes| notes.get("runbook_url").or(notes.get("runbook")).is_some());
            let place = at(path, text.position(alert.span.start), format!("alert: {}", alert.value));
            if severity && runbook { good.push(place) } else { bad.push(place) }
        }
    }
    if good.is_empty() && bad.is_empty() {
        // Charts hold rules that are YAML only after Helm has filled them in.
        let in_chart =
            facts.line_in(|path| path.contains("templates/") && has_ending(path, &["yaml", "yml"]), &["- alert: "]);
        let in_code = facts.line_in(
            |path| has_ending(path, &["tf"]) && !is_for_tests(path),
            &[
                "\"aws_cloudwatch_metric_alarm\"",
                "\"google_monitoring_alert_policy\"",
                "\"azurerm_monitor_metric_alert\"",
                "\"datadog_monitor\"",
                "\"newrelic_alert",
                "\"grafana_rule_group\"",
            ],
        );
        let in_mixin = || mixin_line(facts, &["alert: '", "alert: \"", "'alert': '", "\"alert\": \""]);
        if let Some(rule) = in_chart.or(in_code).or_else(in_mixin) {
            let lines = facts.repository.text(&rule.path).map_or("", |file| file.text.as_str());
            let complete = lines.contains("severity") && lines.contains("runbook");
            return if complete {
                present("alert rules have a severity and a runbook", vec![rule])
            } else {
                partial("alert rules lack a severity or a runbook", vec![rule])
            };
        }
    }
    match (good.is_empty(), bad.is_empty()) {
        (true, true) => facts.or_documented(
            missing(
                "no alert rule was found",
                &["`groups[].rules[].alert` in YAML files and Jsonnet, PrometheusRule, Grafana's rules, alarms in *.tf"],
            ),
            &["alert"],
        ),
        (true, false) => partial("alert rules lack a severity or a runbook", bad),
        _ => share(&good, &bad, "alert rules have a severity and a runbook"),
    }
}

/// Finds a line of a Jsonnet file, the language of monitoring mixins, that begins with one of the words.
pub(super) fn mixin_line(facts: &Facts<'_>, words: &[&str]) -> Option<Evidence> {
    let is_mixin = |path: &str| has_ending(path, &["jsonnet", "libsonnet"]) && !is_for_tests(path);
    let begins = |line: &str| {
        let lower = line.trim_start().to_lowercase();
        words.iter().any(|word| lower.starts_with(word))
    };
    facts.line_that(is_mixin, |_, line| begins(line))
}

pub(super) fn oncall(facts: &Facts<'_>) -> Verdict {
    let routed = facts.yaml().find_map(|(path, text, node)| {
        let receivers = node.entry("receivers").filter(|_| node.get("route").is_some())?;
        let place = at(path, text.position(receivers.key.span.start), "receivers");
        Some((place, reaches_somebody(&receivers.value)))
    });
    // Grafana's provisioning names who is told, and which alerts go to whom.
    let provisioned = || {
        facts.yaml().find_map(|(path, text, node)| {
            let filled = |key: &str| node.entry(key).filter(|entry| !entry.value.items().is_empty());
            let entry = filled("contactPoints").or_else(|| filled("policies").filter(|_| is_policy(node)))?;
            let place = at(path, text.position(entry.key.span.start), entry.key.value.clone());
            Some((place, reaches_somebody(&entry.value)))
        })
    };
    let object = || {
        let objects = facts.files.of_kind(&["AlertmanagerConfig"]);
        let object = objects.first()?;
        Some((at(object.path, object.position(), "kind: AlertmanagerConfig"), reaches_somebody(object.node)))
    };
    let in_code = facts.line_in(
        |path| has_ending(path, &["tf"]) && !is_for_tests(path),
        &["\"pagerduty_", "\"opsgenie_", "\"grafana_contact_point\""],
    );
    match routed.or_else(provisioned).or_else(object).or(in_code.map(|line| (line, true))) {
        Some((evidence, true)) => present("alerts are routed", vec![evidence]),
        Some((evidence, false)) => partial("alerts are routed, but the addresses are placeholders", vec![evidence]),
        None => missing(
            "nothing routes alerts",
            &[
                "`route` and `receivers` of Alertmanager, AlertmanagerConfig, Grafana's `contactPoints` and `policies`, PagerDuty and Opsgenie in *.tf",
            ],
        ),
    }
}

/// Tells whether receivers may reach somebody: not everything that they are reached by is an address in a domain
/// that is reserved for examples (RFC 2606).
fn reaches_somebody(receivers: &Node) -> bool {
    let mut addresses = Vec::new();
    let mut has_other_way = false;
    let other_ways = ["_key", "_file", "_url", "token", "channel"];
    receivers.walk(&mut |node| {
        for entry in node.entries() {
            let name = entry.key.value.as_str();
            addresses.extend(entry.value.text().filter(|_| matches!(name, "to" | "addresses" | "url")));
            has_other_way |= other_ways.iter().any(|end| name.ends_with(end));
        }
    });
    has_other_way || addresses.is_empty() || !addresses.iter().all(|address| is_reserved(&address.value))
}

fn is_reserved(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest.split('/').next().unwrap_or_default());
    let host = host.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    let mut labels = host.rsplit('.');
    match (labels.next(), labels.next()) {
        (Some("com" | "org" | "net"), Some(name)) => name == "example",
        (last, _) => matches!(last, Some("example" | "invalid")),
    }
}

/// Tells whether a file of policies is one of Grafana's, which name receivers.
fn is_policy(node: &Node) -> bool {
    let policies = node.get("policies").map(Node::items).unwrap_or_default();
    policies.iter().any(|policy| policy.get("receiver").is_some())
}
