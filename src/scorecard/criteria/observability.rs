//! Monitoring and observability.

use super::ci_practices::ci_metrics;
use super::health::health_probes;
use crate::detectors::purpose::is_for_tests;
use crate::knowledge::tools::Kind;
use crate::model::repository::{has_ending, name_of};
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::Node;
use crate::scorecard::evidence::{all, at, file, missing, partial, present, share};
use crate::scorecard::facts::Facts;

declare_criteria! {
    Observability;
    /// Metrics are exposed and scraped
    (2, High, Medium, Running) "metrics-endpoint" => metrics_endpoint,
    "Nobody sees how the service is doing.",
    "a Prometheus client in the service, and a scrape configuration or ServiceMonitor";
    /// Alerts have a severity and a runbook
    (2, High, Medium, Running) "alert-rules" => alert_rules,
    "Outages are reported by customers.",
    "Prometheus rules with `severity` and `runbook_url`";
    /// Dashboards are files
    (1, Medium, Small, Running) "dashboards" => dashboards,
    "The one dashboard is lost with the account of who made it.",
    "exported dashboards as JSON";
    /// Monitoring is deployed by CI
    (1, Medium, Medium, Running) "monitoring-deploy" => monitoring_deploy,
    "Alert rules in the repository are not those that run.",
    "a job that checks and applies rules and dashboards";
    /// Logs are collected
    (1, Medium, Medium, Running) "log-aggregation" => log_aggregation,
    "Logs are gone with the container.",
    "a configuration of Loki, Fluent Bit, Vector or the OpenTelemetry collector";
    /// Containers say whether they are healthy
    (2, High, Small, Running) "health-probes" => health_probes,
    "A hanging service keeps getting requests.",
    "`HEALTHCHECK`, a Compose `healthcheck`, and both Kubernetes probes";
    /// Requests are traced
    (1, Low, Medium, Running) "tracing" => tracing,
    "Nobody can say where the time of a slow request went.",
    "an OpenTelemetry SDK";
    /// Service level objectives are stated
    (1, Low, Small, Running) "slo" => slo,
    "Nobody knows what good enough is.",
    "OpenSLO or Sloth files, or a document with numbers";
    /// CI timings are collected on a schedule
    (2, Medium, Small, Any) "ci-metrics" => ci_metrics,
    "CI gets slower and nobody can say since when.",
    "a scheduled workflow with `plimsoll collect`";
    /// Alerts reach somebody
    (1, Low, Small, Running) "oncall" => oncall,
    "Alerts fire into an empty room.",
    "an Alertmanager configuration with receivers, or PagerDuty or Opsgenie as code";
    /// Costs are watched
    (1, Low, Small, Running) "cost-monitoring" => cost_monitoring,
    "The bill tells.",
    "Infracost on pull requests, or a budget alert as code";
}

fn metrics_endpoint(facts: &Facts<'_>) -> Verdict {
    let libraries = [
        "prometheus",
        "prom-client",
        "micrometer",
        "opentelemetry-sdk",
        "opentelemetry.exporter",
        "sdk-metrics",
        "otel/metric",
        "metrics-exporter",
        "statsd",
        "client_golang",
        "spring-boot-starter-actuator",
        "prometheus-net",
        "telemetry_metrics",
        "yabeda",
    ];
    let exposed = facts.dependency(&libraries);
    let monitors = facts.files.of_kind(&["ServiceMonitor", "PodMonitor"]);
    let scraped = monitors
        .first()
        .map(|monitor| at(monitor.path, monitor.position(), format!("kind: {}", monitor.kind)))
        .or_else(|| {
            facts.yaml().find_map(|(path, text, node)| {
                Some(at(path, text.position(node.entry("scrape_configs")?.key.span.start), "scrape_configs"))
            })
        })
        .or_else(|| collector_pipeline(facts, "metrics"))
        .or_else(|| {
            mixin_line(
                facts,
                &["kind: 'servicemonitor'", "kind: \"servicemonitor\"", "kind: 'podmonitor'", "kind: \"podmonitor\""],
            )
        })
        .or_else(|| {
            facts.line_in(
                |path| has_ending(path, &["yaml", "yml"]) && !is_for_tests(path),
                &["prometheus.io/scrape: \"true\"", "prometheus.io/scrape: 'true'"],
            )
        });
    match (exposed, scraped) {
        (_, Some(scraped)) => present("metrics are scraped", vec![scraped]),
        (Some(exposed), None) => {
            partial("metrics are exposed, but nothing in the repository scrapes them", vec![exposed])
        }
        (None, None) => facts.or_documented(
            missing(
                "no metrics were found",
                &[
                    "metrics libraries in manifests",
                    "`scrape_configs`, ServiceMonitor, PodMonitor, `prometheus.io/scrape`, a collector's metrics pipeline",
                ],
            ),
            &["metrics", "prometheus"],
        ),
    }
}

fn alert_rules(facts: &Facts<'_>) -> Verdict {
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
            &["alert", "monitoring"],
        ),
        (true, false) => partial("alert rules lack a severity or a runbook", bad),
        _ => share(&good, &bad, "alert rules have a severity and a runbook"),
    }
}

/// Finds a line of a Jsonnet file, the language of monitoring mixins, that begins with one of the words.
fn mixin_line(facts: &Facts<'_>, words: &[&str]) -> Option<Evidence> {
    let is_mixin = |path: &str| has_ending(path, &["jsonnet", "libsonnet"]) && !is_for_tests(path);
    let found = facts.line_in(is_mixin, words)?;
    words.iter().any(|word| found.seen.to_lowercase().starts_with(word)).then_some(found)
}

fn dashboards(facts: &Facts<'_>) -> Verdict {
    let found = facts
        .repository
        .texts
        .iter()
        .find(|(path, text)| has_ending(path, &["json"]) && text.text.contains("\"panels\""));
    match found {
        Some((path, _)) => present("dashboards are files", vec![file(path, "a dashboard with panels")]),
        None if mixin_line(facts, &["grafanadashboards"]).is_some() => {
            present("dashboards are files", mixin_line(facts, &["grafanadashboards"]).into_iter().collect())
        }
        None => facts.files.of_kind(&["GrafanaDashboard"]).first().map_or_else(
            || {
                let verdict = missing(
                    "no dashboard was found",
                    &["JSON files with `panels` in folders named dashboard or grafana, GrafanaDashboard"],
                );
                facts.or_documented(verdict, &["dashboard", "grafana", "monitoring"])
            },
            |object| {
                present("dashboards are files", vec![at(object.path, object.position(), "kind: GrafanaDashboard")])
            },
        ),
    }
}

fn monitoring_files<'facts>(facts: &'facts Facts<'_>) -> Vec<&'facts str> {
    let words = ["prometheus", "grafana", "alertmanager", "loki", "datadog", "newrelic"];
    let configuration = |path: &&String| {
        has_ending(path, &["yml", "yaml", "json", "tf"]) && !path.starts_with(".github/") && !is_for_tests(path)
    };
    let paths = facts.repository.paths.iter().filter(configuration);
    paths.filter(|path| words.iter().any(|word| path.to_lowercase().contains(word))).map(String::as_str).collect()
}

fn monitoring_deploy(facts: &Facts<'_>) -> Verdict {
    let mut deploys = facts.of(&[Kind::MonitoringDeploy, Kind::AlertCheck]);
    let files = monitoring_files(facts);
    deploys.extend(facts.deploys().into_iter().filter(|deploy| {
        deploy.has_word(|word| {
            ["prometheus", "grafana", "monitoring", "alertmanager", "loki"].iter().any(|name| word.contains(name))
        })
    }));
    match (deploys.is_empty(), files.first()) {
        (false, _) => present("monitoring is deployed or checked by CI", all(&deploys)),
        (true, Some(path)) => {
            partial("monitoring is configured, but CI does not deploy it", vec![file(path, "monitoring configuration")])
        }
        (true, None) => facts.or_documented(
            missing(
                "no monitoring was found",
                &["deploys of monitoring, files of Prometheus, Grafana, Alertmanager, Datadog"],
            ),
            &["monitoring", "prometheus", "grafana"],
        ),
    }
}

fn log_aggregation(facts: &Facts<'_>) -> Verdict {
    let names = ["promtail", "loki", "fluent-bit", "fluentbit", "fluentd", "vector.", "filebeat", "logstash"];
    let files = facts.own_named(|name| {
        names.iter().any(|word| name.starts_with(word)) && has_ending(name, &["yml", "yaml", "toml", "conf"])
    });
    let image = facts.files.compose.iter().find_map(|(path, _)| {
        facts.line_in(
            |other| other == path.to_lowercase(),
            &[
                "image: grafana/loki",
                "image: grafana/promtail",
                "image: fluent/",
                "image: timberio/vector",
                "image: otel/",
                "image: docker.elastic.co",
            ],
        )
    });
    match (files.first(), image.or_else(|| collector_pipeline(facts, "logs"))) {
        (Some(path), _) => present("logs are collected", vec![file(path, name_of(path))]),
        (None, Some(image)) => present("logs are collected", vec![image]),
        (None, None) => facts.or_documented(missing(
            "no log pipeline was found",
            &[
                "configuration files and images of Loki, Promtail, Fluent Bit, Fluentd, Vector, Filebeat, Logstash, OpenTelemetry collector",
            ],
        ), &["log aggregation", "logging", "logs", "loki", "monitoring"]),
    }
}

/// Finds a pipeline of an OpenTelemetry collector.
fn collector_pipeline(facts: &Facts<'_>, signal: &str) -> Option<Evidence> {
    facts.yaml().find_map(|(path, text, node)| {
        let pipelines = node.get("service")?.get("pipelines")?;
        let own = pipelines.entries().iter().find(|entry| entry.key.value.split('/').next() == Some(signal))?;
        Some(at(path, text.position(own.key.span.start), format!("pipeline `{}` of a collector", own.key.value)))
    })
}

/// Libraries that trace requests, and leave it to others where the traces go.
const INSIDE: &[&str] = &["tracing-actix-web", "axum-tracing", "tracing-chrome", "tracing-flame"];

fn tracing(facts: &Facts<'_>) -> Verdict {
    match facts.dependency(&[
        "opentelemetry",
        "open-telemetry",
        "dd-trace",
        "ddtrace",
        "jaeger",
        "zipkin",
        "elastic-apm",
        "honeycomb",
        "tracing-actix-web",
        "fastrace",
    ]) {
        Some(evidence) => present("a tracing library is set up", vec![evidence]),
        None if facts.dependency(INSIDE).is_some() => partial(
            "requests are traced inside the process, but not across services",
            facts.dependency(INSIDE).into_iter().collect(),
        ),
        None => missing(
            "no tracing library was found",
            &["OpenTelemetry, Datadog, Jaeger, Zipkin and Elastic APM in manifests"],
        ),
    }
}

fn slo(facts: &Facts<'_>) -> Verdict {
    let objects = facts.files.manifests.iter().find(|manifest| {
        let version = manifest.node.get("apiVersion").and_then(Node::text).map_or("", |text| text.as_str());
        ["openslo", "sloth", "pyrra"].iter().any(|name| version.contains(name))
    });
    if let Some(object) = objects {
        return present(
            "objectives are files",
            vec![at(object.path, object.position(), format!("kind: {}", object.kind))],
        );
    }
    match numbered_line(
        facts,
        &["slo", "service level objective", "availability target", "error budget"],
        &["%", "percent", "ms", "second", "minute"],
    ) {
        Some(evidence) => present("objectives are stated with numbers", vec![evidence]),
        None => missing(
            "no objective was found",
            &["OpenSLO, Sloth and Pyrra files", "lines of documents that name an SLO with a number"],
        ),
    }
}

/// Finds a line of a document that names one of the words, as a word, and holds a number with one
/// of the units. A scorecard that was kept as a document proves nothing about itself.
pub(super) fn numbered_line(facts: &Facts<'_>, words: &[&str], units: &[&str]) -> Option<Evidence> {
    let is_document =
        |path: &str| has_ending(path, &["md", "rst", "adoc", "txt"]) && !name_of(path).starts_with("changelog");
    let texts = facts.repository.texts.iter().filter(|(path, _)| is_document(&path.to_lowercase()));
    let texts = texts.filter(|(_, text)| !text.text.starts_with("## Production readiness: "));
    texts.into_iter().find_map(|(path, text)| {
        text.text.lines().enumerate().find_map(|(at_line, line)| {
            let lower = line.to_lowercase();
            let parts: Vec<&str> = lower.split(|character: char| !character.is_alphanumeric()).collect();
            if line.contains("<a name") {
                return None;
            }
            let named =
                words.iter().any(|word| if word.contains(' ') { lower.contains(word) } else { parts.contains(word) });
            let numbered = has_quantity(&lower, units);
            let position = crate::model::place::Position { line: at_line + 1, column: 1 };
            (named && numbered).then(|| at(path, position, line.trim().chars().take(120).collect::<String>()))
        })
    })
}

/// Tells whether a number stands directly before one of the units: `30 days`, `99.9 %`, `4h`.
fn has_quantity(line: &str, units: &[&str]) -> bool {
    let short = ["h", "m", "s", "d", "min", "ms"];
    line.match_indices(|character: char| character.is_ascii_digit()).any(|(at, _)| {
        let rest = line.get(at + 1..).unwrap_or_default();
        if rest.starts_with(|character: char| character.is_ascii_digit()) {
            return false;
        }
        let rest = rest.trim_start_matches([' ', '-', '\u{a0}', '*', '`']);
        let word = rest.split(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or_default();
        units.iter().any(|unit| rest.starts_with(unit))
            || (short.contains(&word) && units.iter().any(|unit| unit.starts_with(word)))
    })
}

fn oncall(facts: &Facts<'_>) -> Verdict {
    let routed = facts.yaml().find_map(|(path, text, node)| {
        let receivers = node.entry("receivers").filter(|_| node.get("route").is_some())?;
        Some(at(path, text.position(receivers.key.span.start), "receivers"))
    });
    // Grafana's provisioning names who is told, and which alerts go to whom.
    let provisioned = || {
        facts.yaml().find_map(|(path, text, node)| {
            let filled = |key: &str| node.entry(key).filter(|entry| !entry.value.items().is_empty());
            let entry = filled("contactPoints").or_else(|| filled("policies").filter(|_| is_policy(node)))?;
            Some(at(path, text.position(entry.key.span.start), entry.key.value.clone()))
        })
    };
    let object = || {
        let objects = facts.files.of_kind(&["AlertmanagerConfig"]);
        objects.first().map(|object| at(object.path, object.position(), "kind: AlertmanagerConfig"))
    };
    let in_code =
        facts.line_in(|path| has_ending(path, &["tf"]), &["\"pagerduty_", "\"opsgenie_", "\"grafana_contact_point\""]);
    match routed.or_else(provisioned).or_else(object).or(in_code) {
        Some(evidence) => present("alerts are routed", vec![evidence]),
        None => missing(
            "nothing routes alerts",
            &[
                "`route` and `receivers` of Alertmanager, AlertmanagerConfig, Grafana's `contactPoints` and `policies`, PagerDuty and Opsgenie in *.tf",
            ],
        ),
    }
}

/// Tells whether a file of policies is one of Grafana's, which name receivers.
fn is_policy(node: &Node) -> bool {
    let policies = node.get("policies").map(Node::items).unwrap_or_default();
    policies.iter().any(|policy| policy.get("receiver").is_some())
}

fn cost_monitoring(facts: &Facts<'_>) -> Verdict {
    let budget = facts.line_in(
        |path| has_ending(path, &["tf"]),
        &["\"aws_budgets_budget\"", "\"google_billing_budget\"", "\"azurerm_consumption_budget"],
    );
    if let Some(evidence) = budget {
        return present("a budget is code", vec![evidence]);
    }
    facts.tool(&[Kind::Cost], "costs are estimated")
}
