//! Infrastructure as code.

use super::cloud::{autoscaling, remote_state};
use crate::detectors::activity::Activity;
use crate::detectors::purpose::is_for_tests;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::repository::{UNKNOWN, folder_of, has_ending, name_of};
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::Node;
use crate::scorecard::evidence::{all, at, file, looked_for, missing, not_applicable, of, partial, present, share};
use crate::scorecard::facts::Facts;
use crate::scorecard::files::{Manifest, Setting, setting};

declare_criteria! {
    Infrastructure;
    /// What is deployed is described as code
    (3, Critical, Large, Running) "iac-present" => iac_present,
    "Nobody can build the environment a second time.",
    "Terraform, Pulumi, a Helm chart or Kubernetes manifests";
    /// Changes of infrastructure show their plan on pull requests
    (2, High, Medium, Running) "iac-plan-on-pr" => plan_on_pull_request,
    "Reviewers approve a change without seeing what it destroys.",
    "`terraform plan`, `helm diff` or `kubectl diff` on pull requests";
    /// Infrastructure is applied by CI behind an environment
    (2, High, Medium, Running) "iac-apply-gated" => apply_gated,
    "Infrastructure is changed from a laptop.",
    "the apply step in a job with `environment:`";
    /// Kubernetes workloads have requests, limits and probes
    (1, Medium, Small, Running) "k8s-manifests" => kubernetes_manifests,
    "One workload takes the node down with it.",
    "`resources` and both probes in each container";
    /// Network policies and pod security are set
    (1, Medium, Medium, Running) "k8s-policies" => kubernetes_policies,
    "A broken-into pod reaches every other.",
    "a NetworkPolicy, and `securityContext` or Pod Security labels";
    /// A chart or overlays hold what differs
    (1, Medium, Medium, Running) "helm-or-kustomize" => helm_or_kustomize,
    "Environments drift apart, copy by copy.",
    "a Helm chart or Kustomize overlays";
    /// Each environment has its configuration
    (1, High, Medium, Running) "env-config" => environment_configuration,
    "Production runs with the values of staging.",
    "a values, tfvars or overlay file for each environment";
    /// Infrastructure code is scanned, and findings fail the job
    (1, Medium, Small, Running) "iac-scan" => iac_scan,
    "Open ports and public buckets pass review.",
    "Checkov, Trivy or kube-linter on pull requests";
    /// Terraform's state is remote and locked
    (1, Medium, Small, Running) "remote-state" => remote_state,
    "Two people apply at once, or the state is lost with a laptop.",
    "a `backend` with locking";
    /// Scaling is described as code
    (1, Low, Medium, Running) "autoscaling" => autoscaling,
    "Load is met by somebody who gets up at night.",
    "a HorizontalPodAutoscaler or the cloud's own, as code";
}

fn iac_present(facts: &Facts<'_>) -> Verdict {
    let names = [
        "pulumi.yaml",
        "cdk.json",
        "chart.yaml",
        "kustomization.yaml",
        "kustomization.yml",
        "serverless.yml",
        "samconfig.toml",
        "fly.toml",
        "render.yaml",
        "app.yaml",
        "wrangler.toml",
        "helmfile.yaml",
    ];
    let code = facts.repository.paths.iter().filter(|path| !is_for_tests(path)).find(|path| {
        let name = name_of(path).to_lowercase();
        let is_code = has_ending(&name, &["tf", "tofu", "bicep"]);
        is_code || names.contains(&name.as_str())
    });
    if let Some(path) = code {
        return present("what is deployed is described as code", vec![file(path, name_of(path))]);
    }
    if let Some(workload) = facts.files.workloads().next() {
        return present(
            "what is deployed is described as code",
            vec![at(workload.path, workload.position(), format!("kind: {}", workload.kind))],
        );
    }
    if let Some((path, _, _)) = facts.yaml().find(|(_, _, node)| node.get("AWSTemplateFormatVersion").is_some()) {
        return present("what is deployed is described as code", vec![file(path, "AWSTemplateFormatVersion")]);
    }
    // An application host of .NET Aspire describes services and what they need, and makes manifests of it.
    let host = facts.line_in(
        |path| has_ending(path, &["csproj"]) && !is_for_tests(path),
        &["aspire.apphost", "<isaspirehost>true"],
    );
    if let Some(host) = host {
        return present("what is deployed is described as code", vec![host]);
    }
    match facts.files.compose.first() {
        Some((path, _)) => {
            partial("Compose describes the services, but not where they run", vec![file(path, "Compose")])
        }
        None => missing(
            match facts.files.development.first() {
                Some(_) => "Compose describes what developers run, and no infrastructure code was found",
                None => "no infrastructure code was found",
            },
            &[
                "*.tf, *.bicep, Pulumi.yaml, cdk.json, Chart.yaml, kustomization.yaml, Kubernetes manifests, CloudFormation templates, Compose",
            ],
        ),
    }
}

fn plan_on_pull_request(facts: &Facts<'_>) -> Verdict {
    let plans = facts.of(&[Kind::InfraPlan]);
    if let Some(plan) = plans.iter().find(|plan| plan.when.contains(&When::PullRequest) && plan.silence.is_none()) {
        return present("a plan, diff or render runs on pull requests", vec![of(plan)]);
    }
    // What is applied to a cluster of the job's own was rendered before.
    let tried = facts.of(&[Kind::KubernetesDeploy]).into_iter().find(|deploy| {
        facts.is_in_throwaway_cluster(deploy) && deploy.when.contains(&When::PullRequest) && deploy.silence.is_none()
    });
    if let Some(tried) = tried {
        return present("pull requests are tried out in a cluster of their own", vec![of(tried)]);
    }
    let mut validated = facts.of(&[Kind::InfraValidate]);
    validated.extend(plans);
    if validated.is_empty() {
        return Verdict { looked_for: looked_for(&[Kind::InfraPlan]), ..missing("no plan runs", &[]) };
    }
    partial("infrastructure is validated, but no plan is shown on pull requests", all(&validated))
}

fn apply_gated(facts: &Facts<'_>) -> Verdict {
    let mut applied = facts.of(&[Kind::InfraApply, Kind::KubernetesDeploy]);
    applied.retain(|apply| !facts.is_in_throwaway_cluster(apply));
    if applied.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::InfraApply, Kind::KubernetesDeploy]),
            ..missing("CI applies no infrastructure", &[])
        };
    }
    let gated = |apply: &&&Activity<'_>| facts.run(apply).is_some_and(|run| run.job.environment.is_some());
    match applied.iter().find(gated) {
        Some(apply) => present("infrastructure is applied behind an environment", vec![of(apply)]),
        None => partial("infrastructure is applied by CI, but without an environment", all(&applied)),
    }
}

fn kubernetes_manifests(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad, mut unknown): (Vec<Evidence>, Vec<Evidence>, Vec<Evidence>) = Default::default();
    for workload in facts.files.workloads() {
        for container in workload.containers() {
            let limits = |key: &str| match container.get("resources") {
                Some(resources) => setting(resources, key),
                None => setting(container, "resources"),
            };
            let checks = [
                ("requests", limits("requests")),
                ("limits", limits("limits")),
                ("livenessProbe", setting(container, "livenessProbe")),
                ("readinessProbe", setting(container, "readinessProbe")),
            ];
            let with = |wanted: Setting| -> Vec<&str> {
                checks.iter().filter(|(_, found)| *found == wanted).map(|(name, _)| *name).collect()
            };
            let position = workload.file.position(container.span.start);
            match (with(Setting::Unset), with(Setting::Unknown)) {
                (lacking, _) if !lacking.is_empty() => {
                    bad.push(at(workload.path, position, format!("no {}", lacking.join(", "))));
                }
                (_, open) if !open.is_empty() => {
                    unknown.push(at(workload.path, position, format!("{} as values say", open.join(", "))));
                }
                _ => good.push(at(workload.path, position, "requests, limits and probes")),
            }
        }
    }
    if good.is_empty() && bad.is_empty() {
        let nothing = not_applicable("no Kubernetes workload was found");
        let open = not_applicable("what the containers have only the values of their charts tell");
        let evidence: Vec<Evidence> = unknown.into_iter().take(6).collect();
        return if evidence.is_empty() { nothing } else { Verdict { evidence, ..open } };
    }
    let some = bad.iter().any(|evidence| evidence.seen.matches(',').count() < 3);
    if good.is_empty() && some {
        return partial("containers have some of requests, limits and probes", bad);
    }
    share(&good, &bad, "containers have requests, limits and probes")
}

fn kubernetes_policies(facts: &Facts<'_>) -> Verdict {
    let network = facts.files.of_kind(&["NetworkPolicy", "CiliumNetworkPolicy"]);
    let mut found: Vec<Evidence> =
        network.iter().take(1).map(|policy| at(policy.path, policy.position(), "kind: NetworkPolicy")).collect();
    found.extend(facts.files.manifests.iter().find_map(pod_security));
    if found.is_empty() && facts.files.workloads().next().is_none() {
        return not_applicable("no Kubernetes workload was found");
    }
    match found.len() {
        2.. => present("network policies and pod security are set", found),
        1 => partial("one of network policies and pod security is set", found),
        _ => missing(
            "neither network policies nor pod security are set",
            &[
                "kind: NetworkPolicy",
                "`securityContext` with `runAsNonRoot: true` or the like, `pod-security.kubernetes.io/enforce`",
            ],
        ),
    }
}

/// Finds where an object takes rights away from its containers, or asks the cluster to do so. What a
/// chart's helper writes there does so as the values say.
fn pod_security(manifest: &Manifest<'_>) -> Option<Evidence> {
    let mut found = None;
    manifest.node.walk(&mut |node: &Node| {
        let is = |context: &Node, key: &str, value: &str| {
            context.get(key).and_then(Node::text).is_some_and(|text| text.value == value)
        };
        let context = node.entry("securityContext").filter(|entry| {
            let context = &entry.value;
            is(context, "runAsNonRoot", "true")
                || is(context, "allowPrivilegeEscalation", "false")
                || is(context, "readOnlyRootFilesystem", "true")
                || context.get(UNKNOWN).is_some()
                || context.get("capabilities").is_some_and(|list| setting(list, "drop") == Setting::Set)
        });
        let label = node.entry("pod-security.kubernetes.io/enforce");
        if let Some(entry) = context.or(label).filter(|_| found.is_none()) {
            let position = manifest.file.position(entry.key.span.start);
            found = Some(at(manifest.path, position, entry.key.value.clone()));
        }
    });
    found
}

fn helm_or_kustomize(facts: &Facts<'_>) -> Verdict {
    if !facts.kubernetes() {
        return not_applicable("Kubernetes is not used");
    }
    let found = facts
        .own_named(|name| matches!(name, "chart.yaml" | "kustomization.yaml" | "kustomization.yml" | "helmfile.yaml"));
    match found.first() {
        Some(path) => present("a chart or overlays are there", vec![file(path, name_of(path))]),
        None => missing("neither a chart nor overlays were found", &["Chart.yaml, kustomization.yaml, helmfile.yaml"]),
    }
}

fn environment_configuration(facts: &Facts<'_>) -> Verdict {
    let stages = ["production", "prod", "staging", "stage", "dev", "development", "test", "uat", "qa"];
    let mut found: Vec<(&str, &str)> = Vec::new();
    for path in &facts.repository.paths {
        let lower = path.to_lowercase();
        let holds = [
            "overlays",
            "environments",
            "environment",
            "envs",
            "env",
            "config",
            "conf",
            "configs",
            "configuration",
            "settings",
            "values",
            "stages",
            "deploy",
            "deployment",
            "clusters",
        ];
        let folders = lower.rsplit_once('/').map_or("", |(folders, _)| folders);
        let begins = [
            "values",
            "config",
            "settings",
            "application",
            "appsettings",
            "docker-compose",
            "compose",
            ".env",
            "env",
            "main.parameters",
            "serverless",
        ];
        let name = name_of(&lower);
        let configures = has_ending(&lower, &["tfvars"])
            || folders.split('/').any(|folder| holds.contains(&folder))
            || begins.iter().any(|begin| name.starts_with(begin));
        let is_data = has_ending(&lower, &["yaml", "yml", "tfvars", "toml", "json", "tf", "env", "rb", "py"])
            || name_of(&lower).starts_with(".env");
        let parts: Vec<&str> = lower.split(|character: char| !character.is_ascii_alphanumeric()).collect();
        let stage = stages.iter().find(|stage| parts.contains(stage));
        let is_document = folders.split('/').any(|folder| matches!(folder, "docs" | "doc" | "website"));
        let hidden = folders.split('/').any(|folder| folder.starts_with('.') && folder.len() > 1);
        let is_candidate = configures && is_data && !hidden && !is_document && !is_for_tests(&lower);
        let stage = stage.filter(|stage| is_candidate && !found.iter().any(|(other, _)| other == *stage));
        found.extend(stage.map(|stage| (*stage, path.as_str())));
    }
    let evidence: Vec<Evidence> =
        found.iter().map(|(stage, path)| file(path, format!("configuration for {stage}"))).collect();
    match evidence.len() {
        2.. => present("environments have their own configuration", evidence),
        1 => partial("one environment has a configuration of its own", evidence),
        _ if configuration(facts).is_some() => {
            let evidence = configuration(facts).into_iter().map(|path| file(path, "configuration")).collect();
            partial("one configuration is there for every environment", evidence)
        }
        _ => missing(
            "no configuration for an environment was found",
            &["values-<stage>.yaml, <stage>.tfvars, overlays/<stage>, config/<stage>.*, .env.<stage>"],
        ),
    }
}

/// Finds the one configuration that serves all environments: a chart's values, variables of Compose or Terraform, an
/// application's settings. A sample of it is none.
fn configuration<'facts>(facts: &'facts Facts<'_>) -> Option<&'facts str> {
    let charts: Vec<&str> = facts.charts().into_iter().map(folder_of).collect();
    let found = facts.own_named(|name| {
        let settings = ["application.yml", "application.yaml", "application.properties", "appsettings.json"];
        matches!(name, ".env" | "values.yaml" | "terraform.tfvars" | "config.toml" | "config.yaml" | "config.yml")
            || settings.contains(&name)
    });
    found.into_iter().find(|path| {
        let (folder, name) = (folder_of(path), name_of(path));
        match name {
            "values.yaml" => charts.contains(&folder),
            ".env" => facts.files.compose.iter().any(|(other, _)| folder_of(other) == folder),
            "terraform.tfvars" => true,
            _ => {
                !folder.starts_with('.')
                    && (folder.is_empty()
                        || matches!(name_of(folder), "config" | "conf" | "resources")
                        || name.starts_with("app"))
            }
        }
    })
}

fn iac_scan(facts: &Facts<'_>) -> Verdict {
    facts.gate(&[Kind::IacScan], "infrastructure code is scanned")
}

/// Tells whether a Kubernetes container has both probes; counted among observability.
pub(super) fn probes(container: &Node) -> Setting {
    match (setting(container, "livenessProbe"), setting(container, "readinessProbe")) {
        (Setting::Set, Setting::Set) => Setting::Set,
        (Setting::Unset, _) | (_, Setting::Unset) => Setting::Unset,
        _ => Setting::Unknown,
    }
}
