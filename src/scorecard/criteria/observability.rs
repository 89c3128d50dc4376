//! Monitoring and observability.

use super::ci_practices::ci_metrics;
use super::infrastructure::probes;
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

fn is_dependency_file(path: &str) -> bool {
    let name = name_of(path);
    matches!(
        name,
        "cargo.toml"
            | "package.json"
            | "pyproject.toml"
            | "go.mod"
            | "pom.xml"
            | "gemfile"
            | "composer.json"
            | "build.gradle"
            | "build.gradle.kts"
    ) || name.starts_with("requirements")
        || has_ending(name, &["csproj"])
}

fn metrics_endpoint(facts: &Facts<'_>) -> Verdict {
    let libraries =
        ["prometheus", "prom-client", "micrometer", "opentelemetry", "metrics-exporter", "statsd", "client_golang"];
    let exposed = facts.line_in(is_dependency_file, &libraries);
    let monitors = facts.files.of_kind(&["ServiceMonitor", "PodMonitor"]);
    let scraped = monitors
        .first()
        .map(|monitor| at(monitor.path, monitor.position(), format!("kind: {}", monitor.kind)))
        .or_else(|| {
            facts.yaml().find_map(|(path, text, node)| {
                Some(at(path, text.position(node.entry("scrape_configs")?.key.span.start), "scrape_configs"))
            })
        })
        .or_else(|| {
            facts.line_in(
                |path| has_ending(path, &["yaml", "yml"]),
                &["prometheus.io/scrape: \"true\"", "prometheus.io/scrape: 'true'"],
            )
        });
    match (exposed, scraped) {
        (_, Some(scraped)) => present("metrics are scraped", vec![scraped]),
        (Some(exposed), None) => {
            partial("metrics are exposed, but nothing in the repository scrapes them", vec![exposed])
        }
        (None, None) => missing(
            "no metrics were found",
            &["metrics libraries in manifests", "`scrape_configs`, ServiceMonitor, PodMonitor, `prometheus.io/scrape`"],
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
            let Some(alert) = rule.get("alert").and_then(Node::text) else { continue };
            let severity = rule.get("labels").is_some_and(|labels| labels.get("severity").is_some());
            let runbook = rule
                .get("annotations")
                .is_some_and(|notes| notes.get("runbook_url").or(notes.get("runbook")).is_some());
            let place = at(path, text.position(alert.span.start), format!("alert: {}", alert.value));
            if severity && runbook { good.push(place) } else { bad.push(place) }
        }
    }
    match (good.is_empty(), bad.is_empty()) {
        (true, true) => missing("no alert rule was found", &["`groups[].rules[].alert` in YAML files, PrometheusRule"]),
        (true, false) => partial("alert rules lack a severity or a runbook", bad),
        _ => share(&good, &bad, "alert rules have a severity and a runbook"),
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
        None => facts.files.of_kind(&["GrafanaDashboard"]).first().map_or_else(
            || {
                missing(
                    "no dashboard was found",
                    &["JSON files with `panels` in folders named dashboard or grafana, GrafanaDashboard"],
                )
            },
            |object| {
                present("dashboards are files", vec![at(object.path, object.position(), "kind: GrafanaDashboard")])
            },
        ),
    }
}

fn monitoring_files<'facts>(facts: &'facts Facts<'_>) -> Vec<&'facts str> {
    let words = ["prometheus", "grafana", "alertmanager", "loki", "datadog", "newrelic"];
    let configuration =
        |path: &&String| has_ending(path, &["yml", "yaml", "json", "tf"]) && !path.starts_with(".github/");
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
        (true, None) => missing(
            "no monitoring was found",
            &["deploys of monitoring, files of Prometheus, Grafana, Alertmanager, Datadog"],
        ),
    }
}

fn log_aggregation(facts: &Facts<'_>) -> Verdict {
    let names = [
        "promtail",
        "loki",
        "fluent-bit",
        "fluentbit",
        "fluentd",
        "vector.",
        "filebeat",
        "logstash",
        "otel-collector",
        "otelcol",
        "opentelemetry-collector",
    ];
    let files = facts.named(|name| {
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
    match (files.first(), image) {
        (Some(path), _) => present("logs are collected", vec![file(path, name_of(path))]),
        (None, Some(image)) => present("logs are collected", vec![image]),
        (None, None) => missing(
            "no log pipeline was found",
            &[
                "configuration files and images of Loki, Promtail, Fluent Bit, Fluentd, Vector, Filebeat, Logstash, OpenTelemetry collector",
            ],
        ),
    }
}

fn health_probes(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad): (Vec<Evidence>, Vec<Evidence>) = (Vec::new(), Vec::new());
    for workload in facts.files.workloads() {
        for container in workload.containers() {
            let place = at(workload.path, workload.file.position(container.span.start), "a container's probes");
            if probes(container) {
                good.push(place);
            } else {
                bad.push(Evidence { seen: "a container without both probes".to_owned(), ..place });
            }
        }
    }
    let charts = facts.line_in(|path| path.contains("templates/"), &["readinessprobe:"]);
    good.extend(charts);
    for (path, node) in &facts.files.compose {
        let services = node.get("services").map(Node::entries).unwrap_or_default();
        for service in services.iter().filter(|service| service.value.get("healthcheck").is_some()) {
            good.push(at(
                path,
                facts.repository.position(path, service.key.span.start),
                format!("healthcheck of `{}`", service.key.value),
            ));
        }
    }
    // Kubernetes does not read HEALTHCHECK, so a Dockerfile counts only without it.
    if facts.files.workloads().next().is_none() && good.is_empty() {
        for image in &facts.files.dockerfiles {
            match image.health_check {
                Some(position) => good.push(at(image.path, position, "HEALTHCHECK")),
                None => bad.push(file(image.path, "no HEALTHCHECK")),
            }
        }
    }
    if good.is_empty() && bad.is_empty() {
        return missing(
            "no health probe was found",
            &["HEALTHCHECK in Dockerfiles, `healthcheck` in Compose, liveness and readiness probes"],
        );
    }
    share(&good, &bad, "containers say whether they are healthy")
}

fn tracing(facts: &Facts<'_>) -> Verdict {
    match facts.line_in(
        is_dependency_file,
        &["opentelemetry", "dd-trace", "ddtrace", "jaeger", "zipkin", "elastic-apm", "honeycomb"],
    ) {
        Some(evidence) => present("a tracing library is set up", vec![evidence]),
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
            let named =
                words.iter().any(|word| if word.contains(' ') { lower.contains(word) } else { parts.contains(word) });
            let digits = lower.chars().any(|character| character.is_ascii_digit());
            let numbered = digits && units.iter().any(|unit| lower.contains(unit));
            let position = crate::model::place::Position { line: at_line + 1, column: 1 };
            (named && numbered).then(|| at(path, position, line.trim().chars().take(120).collect::<String>()))
        })
    })
}

fn oncall(facts: &Facts<'_>) -> Verdict {
    let routed = facts.yaml().find_map(|(path, text, node)| {
        let receivers = node.entry("receivers").filter(|_| node.get("route").is_some())?;
        Some(at(path, text.position(receivers.key.span.start), "receivers"))
    });
    let in_code = facts.line_in(|path| has_ending(path, &["tf"]), &["\"pagerduty_", "\"opsgenie_"]);
    match routed.or(in_code) {
        Some(evidence) => present("alerts are routed", vec![evidence]),
        None => missing(
            "nothing routes alerts",
            &["`route` and `receivers` of Alertmanager, PagerDuty and Opsgenie in *.tf"],
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
