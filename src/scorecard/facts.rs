//! What the criteria look at: what runs, what stands in files, and questions about both.

use std::collections::BTreeSet;

use super::Inputs;
use super::evidence::{at, ran};
use super::files::{Files, Manifest};
use super::profile::Profile;
use crate::detectors::activity::{Activities, Activity, activities};
use crate::detectors::runs::{JobRun, waits_for};
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::branch_rules::BranchRules;
use crate::model::finding::Finding;
use crate::model::repository::{Repository, TextFile, has_ending, name_of};
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::Node;

/// What the criteria look at.
#[derive(Debug)]
pub(super) struct Facts<'model> {
    pub(super) repository: &'model Repository,
    pub(super) files: Files<'model>,
    pub(super) activities: Activities<'model>,
    pub(super) profile: Profile,
    pub(super) findings: Option<&'model [Finding]>,
    pub(super) branch: Option<&'model BranchRules>,
}

/// Words in names that say where something is deployed to.
const STAGING: &[&str] = &[
    "staging",
    "stage",
    "stg",
    "preprod",
    "preproduction",
    "uat",
    "qa",
    "dev",
    "development",
    "sandbox",
    "test",
    "integration",
];
const PRODUCTION: &[&str] = &["production", "prod", "prd", "live"];

impl<'model> Facts<'model> {
    pub(super) fn new(inputs: &Inputs<'model>, files: Files<'model>, profile: Profile) -> Self {
        let activities = activities(inputs.repository);
        Self {
            repository: inputs.repository,
            files,
            activities,
            profile,
            findings: inputs.findings,
            branch: inputs.branch,
        }
    }

    /// Returns what does any of the kinds of work.
    pub(super) fn of(&self, kinds: &[Kind]) -> Vec<&Activity<'model>> {
        let all = self.activities.all.iter();
        all.filter(|activity| kinds.iter().any(|kind| activity.is(*kind))).collect()
    }

    /// Judges by whether a kind of work is done, and noticed when it fails.
    pub(super) fn tool(&self, kinds: &[Kind], what: &str) -> Verdict {
        ran(&self.of(kinds), what, kinds)
    }

    /// Returns the run of a job that an activity belongs to.
    pub(super) fn run(&self, activity: &Activity<'_>) -> Option<&JobRun<'model>> {
        self.activities.runs.get(activity.run)
    }

    /// Tells whether one activity comes after another: later in its job, or in a job that waits.
    pub(super) fn is_after(&self, later: &Activity<'_>, earlier: &Activity<'_>) -> bool {
        if later.run == earlier.run {
            return later.order > earlier.order || (later.order == earlier.order && later.position > earlier.position);
        }
        waits_for(&self.activities.runs, later.run).contains(&earlier.run)
    }

    /// Returns the builds and tests.
    pub(super) fn builds_and_tests(&self) -> Vec<&Activity<'model>> {
        self.of(&[Kind::Build, Kind::Test, Kind::IntegrationTest])
    }

    /// Returns the deploys: of a site its pages, of anything else all but documentation.
    pub(super) fn deploys(&self) -> Vec<&Activity<'model>> {
        let mut found = self.of(&[Kind::Deploy, Kind::InfraApply]);
        found.retain(|activity| !activity.is(Kind::Pages) || self.profile == Profile::Site);
        found
    }

    /// Tells whether a deploy goes to staging, and whether to production. One whose names say
    /// nothing goes to production, since there is only one place.
    pub(super) fn stages(&self, deploy: &Activity<'_>) -> (bool, bool) {
        let mut names: Vec<String> = deploy.words.clone();
        let step = deploy.step;
        names.extend(step.and_then(|step| step.name.as_ref()).map(|name| name.value.clone()));
        names.extend(
            step.into_iter().flat_map(crate::model::workflow::Step::with).map(|(_, value)| value.value.clone()),
        );
        if let Some(run) = self.run(deploy) {
            let environments = run.environments();
            if !environments.is_empty() {
                return stages_of(&environments);
            }
            names.push(run.job.id.value.clone());
            names.extend(run.job.name.iter().map(|name| name.value.clone()));
            names.push(name_of(&run.root.path).to_owned());
            names.extend(run.root.workflow.name.iter().map(|name| name.value.clone()));
        }
        stages_of(&names)
    }

    /// Returns the YAML files below the root, workflows aside.
    pub(super) fn yaml(&self) -> impl Iterator<Item = (&'model str, &'model TextFile, &'model Node)> {
        let texts = self.repository.texts.iter().filter(|(path, _)| !path.starts_with(".github/"));
        texts.flat_map(|(path, file)| file.roots().map(move |root| (path.as_str(), file, root)))
    }

    /// Returns the files whose name, in lower case, is accepted.
    pub(super) fn named(&self, accept: impl Fn(&str) -> bool) -> Vec<&'model str> {
        let paths = self.repository.paths.iter().filter(|path| accept(&name_of(path).to_lowercase()));
        paths.map(String::as_str).collect()
    }

    /// Finds the first line with one of the words in files of a kind, comments aside.
    pub(super) fn line_in(&self, accept: impl Fn(&str) -> bool, words: &[&str]) -> Option<Evidence> {
        let texts = self.repository.texts.iter().filter(|(path, _)| accept(&path.to_lowercase()));
        texts.into_iter().find_map(|(path, file)| {
            let (position, line) = file.line_with(words)?;
            Some(at(path, position, line.chars().take(120).collect::<String>()))
        })
    }

    /// Returns the data stores in use: services of Compose and workloads with a database's image,
    /// and databases in infrastructure code.
    pub(super) fn data_stores(&self) -> Vec<Evidence> {
        let mut found = Vec::new();
        for (path, node) in &self.files.compose {
            let services = node.get("services").map(Node::entries).unwrap_or_default();
            let images = services.iter().filter_map(|service| service.value.get("image").and_then(Node::text));
            let stores = images.filter(|image| is_store(&image.value));
            let place = |offset| self.repository.position(path, offset);
            found.extend(stores.map(|image| at(path, place(image.span.start), format!("image: {}", image.value))));
        }
        let stateful = self.files.manifests.iter().filter(|manifest| manifest.kind == "StatefulSet");
        found.extend(stateful.flat_map(store_containers));
        let words = [
            "\"aws_db_instance\"",
            "\"aws_rds_cluster\"",
            "\"google_sql_database_instance\"",
            "\"aws_dynamodb_table\"",
            "\"azurerm_postgresql_flexible_server\"",
            "\"azurerm_mssql_database\"",
        ];
        found.extend(self.line_in(|path| has_ending(path, &["tf"]), &words));
        found
    }

    /// Tells whether the repository uses Kubernetes.
    pub(super) fn kubernetes(&self) -> bool {
        self.files.workloads().next().is_some()
            || !self.charts().is_empty()
            || !self.of(&[Kind::KubernetesDeploy]).is_empty()
    }

    /// Returns the Helm charts.
    pub(super) fn charts(&self) -> Vec<&'model str> {
        self.named(|name| name == "chart.yaml")
    }

    /// Tells whether images are built.
    pub(super) fn builds_images(&self) -> bool {
        !self.files.dockerfiles.is_empty() || !self.of(&[Kind::ImageBuild, Kind::ImagePush]).is_empty()
    }

    /// Returns the workflows that start on pull requests or pushes and build or test something.
    pub(super) fn main_roots(&self) -> BTreeSet<&'model str> {
        let all = self.builds_and_tests();
        let main = all.iter().filter(|activity| {
            activity.when.contains(&When::PullRequest) || activity.when.contains(&When::DefaultBranch)
        });
        main.filter_map(|activity| self.run(activity)).map(|run| run.root.path.as_str()).collect()
    }
}

fn store_containers(manifest: &Manifest<'_>) -> Vec<Evidence> {
    let images = manifest.containers().iter().filter_map(|container| container.get("image").and_then(Node::text));
    images
        .filter(|image| is_store(&image.value))
        .map(|image| at(manifest.path, manifest.file.position(image.span.start), format!("image: {}", image.value)))
        .collect()
}

fn is_store(image: &str) -> bool {
    let name = image.split([':', '@']).next().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
    [
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "mongo",
        "mongodb",
        "cockroach",
        "cassandra",
        "influxdb",
        "neo4j",
        "timescaledb",
        "postgis",
        "mssql",
        "clickhouse-server",
        "couchdb",
        "server",
        "minio",
    ]
    .contains(&name)
        && (name != "server" || image.contains("mssql"))
}

/// Splits names into words and looks for those that name a stage.
fn stages_of(names: &[String]) -> (bool, bool) {
    let mut staging = false;
    let mut production = false;
    for name in names {
        let lower = name.to_lowercase();
        let pre_production = lower.contains("pre-prod") || lower.contains("pre_prod") || lower.contains("non-prod");
        let words: Vec<&str> = lower.split(|character: char| !character.is_ascii_alphanumeric()).collect();
        staging |= pre_production || words.iter().any(|word| STAGING.contains(word));
        production |= !pre_production && words.iter().any(|word| PRODUCTION.contains(word));
    }
    (staging, production || !staging)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_stage() {
        let stages = |name: &str| stages_of(&[name.to_owned()]);
        assert_eq!(stages("staging-eu"), (true, false));
        assert_eq!(stages("deploy_prod"), (false, true));
        assert_eq!(stages("pre-production"), (true, false));
        assert_eq!(stages("github-pages"), (false, true));
        assert_eq!(stages("product"), (false, true));
    }

    #[test]
    fn databases_are_told_from_other_servers() {
        assert!(is_store("docker.io/library/postgres:16") && is_store("mcr.microsoft.com/mssql/server:2022"));
        assert!(!is_store("ghcr.io/me/server:1"));
    }
}
