//! Gathers what proves the boxes of the checklist.

use crate::deploy::{Evidence, Item, JobSeen};
use crate::error::Failure;
use crate::model::deployment::Deployment;
use crate::model::history::{Row, TableId};
use crate::sources::{remote_deployments as remote, repository};
use crate::world::World;

use super::begin::tables;
use super::site::Site;
use super::webhooks::{self, News};

/// Folders that frameworks keep migrations in, as the last parts of their paths.
const MIGRATIONS: [&str; 6] = ["migrations", "db/migrate", "alembic/versions", "flyway", "liquibase", "db/changelog"];

/// Gathers what is asked for, and no more.
pub(super) fn gather(
    site: &Site,
    items: &[Item],
    deployment: &Deployment,
    world: &mut World,
) -> Result<Evidence, Failure> {
    let wants = |item: Item| items.contains(&item);
    let commit = deployment.commit.as_str();
    let short = commit.get(..12).unwrap_or(commit);
    let tests = site.config.deploy.settings.test.clone();
    let runs_tests = !deployment.command.is_empty() && !deployment.omitted.iter().any(|omitted| omitted == "tests");
    let mut evidence = Evidence {
        commit: if short.is_empty() { "an unknown commit".to_owned() } else { short.to_owned() },
        test_command: tests.filter(|_| runs_tests),
        migrations: wants(Item::Migrations).then(|| migrations(site)),
        ..Evidence::default()
    };
    let by_jobs = [Item::Tests, Item::Scan, Item::Benchmarks, Item::Migrations];
    if !commit.is_empty() && by_jobs.into_iter().any(wants) {
        evidence.jobs = jobs(site, commit)?;
        if let Some(desk) = &site.desk {
            let checks = remote::checks(&desk.client, &desk.repository, commit);
            let checks = checks.map_err(|error| desk.unread(error, world))?;
            let seen = checks.into_iter().map(|check| JobSeen {
                name: check.name,
                stage: String::new(),
                conclusion: check.conclusion,
                source: "check run",
            });
            evidence.jobs.extend(seen);
        }
    }
    if let Some(desk) = site.desk.as_ref().filter(|_| wants(Item::Review) && !commit.is_empty()) {
        let approvals = remote::approvals(&desk.client, &desk.repository, commit);
        evidence.approvals = Some(approvals.map_err(|error| desk.unread(error, world))?);
    }
    if wants(Item::Announced) && !site.webhooks.is_empty() {
        evidence.told = Some(webhooks::tell(site, deployment, News::Begins, world)?);
    }
    Ok(evidence)
}

/// Reads the stages of the commit's jobs from the tables: the newest attempt of each counts.
fn jobs(site: &Site, commit: &str) -> Result<Vec<JobSeen>, Failure> {
    let tables = tables(site)?;
    let rows = tables.rows(TableId::StageMetrics).iter().filter(|row| row.text("commit") == commit);
    let newest = |row: &&Row| {
        let same = |other: &Row| {
            ["workflow", "job", "stage", "variant"].into_iter().all(|column| other.text(column) == row.text(column))
        };
        let later =
            tables.rows(TableId::StageMetrics).iter().filter(|other| other.text("commit") == commit && same(other));
        later.map(Row::at).max() == Some(row.at())
    };
    let seen = rows.filter(newest).map(|row| JobSeen {
        name: format!("{} / {}", row.text("workflow"), row.text("job")),
        stage: row.text("stage").to_owned(),
        conclusion: row.text("conclusion").to_owned(),
        source: "stage_metrics.csv",
    });
    Ok(seen.collect())
}

/// Finds a folder of migrations.
fn migrations(site: &Site) -> Option<String> {
    let files = repository::files(&site.root);
    let folder = |path: &std::path::PathBuf| {
        let path = repository::relative(&site.root, path);
        let (folder, _) = path.rsplit_once('/')?;
        let folder_lower = folder.to_lowercase();
        let is = MIGRATIONS.iter().any(|name| folder_lower == *name || folder_lower.ends_with(&format!("/{name}")));
        is.then(|| folder.to_owned())
    };
    files.iter().find_map(folder)
}
