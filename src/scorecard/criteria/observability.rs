//! Monitoring and observability.

use super::alerting::{alert_rules, mixin_line, oncall};
use super::ci_practices::ci_metrics;
use super::health::health_probes;
use super::objectives::slo;
use crate::detectors::purpose::is_for_tests;
use crate::knowledge::tools::Kind;
use crate::model::repository::{has_ending, name_of};
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::Node;
use crate::scorecard::evidence::{all, at, file, missing, partial, present};
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
        "hot-shots",
        "datadog-metrics",
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
            partial("metrics are made, but nothing in the repository scrapes or receives them", vec![exposed])
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
                facts.or_documented(verdict, &["grafana", "monitoring dashboard", "dashboards"])
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
                "no monitoring is deployed by CI, or kept as files of its own",
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
    let collected = image.or_else(|| collector_pipeline(facts, "logs")).or_else(|| told_to_agent(facts));
    match (files.first(), collected) {
        (Some(path), _) => present("logs are collected", vec![file(path, name_of(path))]),
        (None, Some(image)) => present("logs are collected", vec![image]),
        (None, None) => facts.or_documented(missing(
            "no log pipeline was found",
            &[
                "configuration files and images of Loki, Promtail, Fluent Bit, Fluentd, Vector, Filebeat, Logstash, OpenTelemetry collector",
            ],
        ), &["log aggregation", "log collection", "log shipping", "log management", "centralized log", "loki"]),
    }
}

/// Finds where a workload tells Datadog's agent which of its logs to collect.
fn told_to_agent(facts: &Facts<'_>) -> Option<Evidence> {
    let is_told = |key: &str| {
        key.strip_prefix("ad.datadoghq.com/").is_some_and(|rest| rest.split('.').next_back() == Some("logs"))
    };
    facts.files.manifests.iter().find_map(|manifest| {
        let mut found = None;
        manifest.node.walk(&mut |node: &Node| {
            let entry = node.entries().iter().find(|entry| is_told(&entry.key.value));
            found = found.take().or(entry.map(|entry| entry.key.clone()));
        });
        found.map(|key| at(manifest.path, manifest.file.position(key.span.start), key.value))
    })
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
        "gem \"datadog\"",
        "gem 'datadog'",
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
