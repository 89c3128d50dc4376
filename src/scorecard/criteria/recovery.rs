//! Disaster recovery.

use super::deployment::rollbacks;
use super::objectives::{numbered_line, numbered_line_about};
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::repository::{has_ending, name_of};
use crate::model::scorecard::{Evidence, Verdict};
use crate::scorecard::evidence::{all, at, file, looked_for, missing, of, partial, present, ran};
use crate::scorecard::facts::Facts;

declare_criteria! {
    Recovery;
    /// Each data store is backed up on a schedule
    (3, Critical, Medium, Running) "backups-scheduled" => backups_scheduled,
    "A lost disk is the end.",
    "a scheduled workflow or CronJob that backs up";
    /// A restore is tested
    (2, High, Medium, Running) "backups-verified" => backups_verified,
    "The backup turns out to be empty on the day it is needed.",
    "a scheduled workflow that restores a backup and looks into it";
    /// The rollback is tried out
    (2, High, Medium, Running) "rollback-tested" => rollback_tested,
    "The way back fails during the outage.",
    "the rollback in a scheduled drill";
    /// A runbook tells what to do
    (2, High, Medium, Running) "runbook" => runbook,
    "Who is on call looks for commands in old messages.",
    "docs/runbook.md: deploy, rollback, restore, troubleshooting, contacts";
    /// Recovery objectives are stated with numbers
    (1, Medium, Small, Running) "rto-rpo" => objectives,
    "Nobody knows how much may be lost, and for how long.",
    "RTO and RPO with numbers in the runbook";
    /// Retention of logs, artifacts and backups is stated
    (1, Low, Small, Any) "retention" => retention,
    "Data is gone too early, or kept too long.",
    "`retention-days` at uploads, and a document for logs and backups";
    /// Outages are written up
    (1, Low, Small, Running) "postmortem" => postmortem,
    "The same outage comes again.",
    "docs/postmortems with a template";
    /// Outages are practiced
    (1, Low, Large, Running) "chaos-or-drill" => chaos_or_drill,
    "The first drill is the real thing.",
    "a scheduled drill or chaos workflow";
}

fn backups_scheduled(facts: &Facts<'_>) -> Verdict {
    let mut backups = facts.of(&[Kind::Backup]);
    backups.retain(|backup| backup.when.contains(&When::Schedule));
    let commands = ["pg_dump", "mysqldump", "mongodump", "restic", "velero", "wal-g"];
    let jobs = facts.files.of_kind(&["CronJob"]).into_iter().find(|job| {
        let own = job.file.text.get(job.node.span.start..job.node.span.end).unwrap_or_default();
        commands.iter().any(|command| own.contains(command))
    });
    let schedules = facts.files.of_kind(&["Schedule", "ScheduledBackup"]);
    let object = jobs
        .or(schedules.first().copied())
        .map(|object| at(object.path, object.position(), format!("kind: {}", object.kind)));
    let managed = facts.line_in(
        |path| has_ending(path, &["tf"]),
        &["backup_retention_period", "backup_configuration", "point_in_time_recovery", "\"aws_backup_plan\""],
    );
    let stores = facts.data_stores();
    if let Some(evidence) = object.or(managed) {
        return present("data stores are backed up on a schedule", vec![evidence]);
    }
    if !backups.is_empty() {
        return ran(&backups, "data stores are backed up on a schedule", &[Kind::Backup]);
    }
    if stores.is_empty() {
        return facts.without_store("no data store was found");
    }
    let verdict = Verdict {
        evidence: stores.into_iter().take(6).collect(),
        looked_for: looked_for(&[Kind::Backup]),
        ..missing("data stores are used, and nothing backs them up", &[])
    };
    facts.or_documented(verdict, &["backup", "back up"])
}

fn backups_verified(facts: &Facts<'_>) -> Verdict {
    let restores = facts.of(&[Kind::Restore]);
    if !restores.is_empty() {
        return ran(&restores, "a restore is tested", &[Kind::Restore]);
    }
    let checks = facts.of(&[Kind::BackupCheck]);
    if !checks.is_empty() {
        return partial("backups are checked, but not restored", all(&checks));
    }
    if facts.data_stores().is_empty() && facts.of(&[Kind::Backup]).is_empty() {
        return facts.without_store("no data store was found");
    }
    Verdict { looked_for: looked_for(&[Kind::Restore, Kind::BackupCheck]), ..missing("no restore is tested", &[]) }
}

fn rollback_tested(facts: &Facts<'_>) -> Verdict {
    let mut drills = rollbacks(facts);
    drills.retain(|rollback| {
        let named = facts.run(rollback).is_some_and(|run| {
            let name = name_of(&run.root.path).to_lowercase();
            name.contains("drill") || name.contains("test")
        });
        named || rollback.when.contains(&When::Schedule) || rollback.when.contains(&When::PullRequest)
    });
    ran(&drills, "the rollback is tried out", &[Kind::Rollback])
}

/// Units of time.
const TIMES: &[&str] = &["second", "minute", "min", "hour", "day", "week", "month", "year"];

/// What a runbook covers, each with the words that tell it.
const TOPICS: &[(&str, &[&str])] = &[
    ("deploy", &["deploy"]),
    ("rollback", &["rollback", "roll back", "rolling back"]),
    ("restore", &["restore", "recover"]),
    ("troubleshooting", &["troubleshoot", "symptom", "diagnos"]),
    ("contacts", &["contact", "on-call", "oncall", "escalat"]),
];

fn runbook(facts: &Facts<'_>) -> Verdict {
    let is_runbook = |path: &str| {
        let lower = path.to_lowercase();
        let is_document = has_ending(&lower, &["md", "rst", "adoc", "txt"]);
        let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
        let stem = name.split('.').next().unwrap_or_default();
        let plain = ["operations", "ops", "operating", "on-call", "oncall"];
        let by_folder = folder.split('/').any(|folder| matches!(folder, "runbook" | "runbooks" | "playbooks"));
        let named =
            ["runbook", "playbook", "disaster-recovery", "disaster_recovery"].iter().any(|word| stem.contains(word));
        is_document && (named || by_folder || plain.contains(&stem))
    };
    let documents: Vec<_> = facts.repository.texts.iter().filter(|(path, _)| is_runbook(path)).collect();
    if documents.is_empty() {
        return missing(
            "no runbook was found",
            &["documents named runbook, playbook, operations or disaster-recovery"],
        );
    }
    let all_text = documents.iter().map(|(_, text)| text.text.to_lowercase()).collect::<Vec<_>>().join("\n");
    let lacking: Vec<&str> = TOPICS
        .iter()
        .filter(|(_, words)| !words.iter().any(|word| all_text.contains(word)))
        .map(|(name, _)| *name)
        .collect();
    let evidence: Vec<Evidence> = documents.iter().map(|(path, _)| file(path, "runbook")).collect();
    if lacking.is_empty() {
        return present("the runbook covers what it has to", evidence);
    }
    partial(format!("the runbook says nothing about {}", lacking.join(", ")), evidence)
}

fn objectives(facts: &Facts<'_>) -> Verdict {
    let time = numbered_line(facts, &["rto", "recovery time objective"], TIMES);
    let point = numbered_line(facts, &["rpo", "recovery point objective"], TIMES);
    match (time, point) {
        (Some(time), Some(point)) => present("recovery objectives are stated", vec![time, point]),
        (Some(one), None) | (None, Some(one)) => partial("one of the two recovery objectives is stated", vec![one]),
        (None, None) => {
            missing("no recovery objective was found", &["lines of documents with RTO or RPO and a number"])
        }
    }
}

/// What a retention is asked for.
const KEPT: &[&str] = &["log", "logs", "logging", "backup", "backups", "snapshots", "artifact", "artifacts"];

fn retention(facts: &Facts<'_>) -> Verdict {
    let uploads = facts.of(&[Kind::ArtifactUpload]);
    let stated: Vec<Evidence> =
        uploads.iter().filter(|upload| upload.input("retention-days").is_some()).map(|upload| of(upload)).collect();
    let document = numbered_line_about(facts, &["retention", "retained", "kept for"], TIMES, KEPT);
    let artifacts = !stated.is_empty() && stated.len() == uploads.len();
    let stores = facts.line_in(
        |path| has_ending(path, &["yml", "yaml", "tf", "conf", "toml", "ini", "sh"]) && !path.starts_with(".github/"),
        &[
            "storage.tsdb.retention.",
            "retentionperiod=",
            "retention_period:",
            "retention_in_days",
            "log.retention.",
            "log_retention_",
            "retention: ",
            "retention.ms",
        ],
    );
    match (artifacts || uploads.is_empty(), document) {
        (true, Some(document)) => {
            present("retention is stated", stated.into_iter().take(1).chain([document]).collect())
        }
        (_, Some(document)) => partial("retention is documented, but not for every upload", vec![document]),
        (_, None) if stores.is_some() && !stated.is_empty() => {
            let evidence = stores.into_iter().chain(stated.into_iter().take(2)).collect();
            partial("retention is stated for artifacts and for what a data store keeps, but not for backups", evidence)
        }
        (_, None) if stores.is_some() => {
            partial("retention is stated for what a data store keeps only", stores.into_iter().collect())
        }
        (_, None) if !stated.is_empty() => partial("retention is stated for artifacts only", stated),
        (_, None) => missing(
            "retention is stated nowhere",
            &[
                "`retention-days` at uploads",
                "lines of documents that name the retention of logs, backups or artifacts with a number",
            ],
        ),
    }
}

fn postmortem(facts: &Facts<'_>) -> Verdict {
    let found = facts.repository.paths.iter().find(|path| {
        let lower = path.to_lowercase();
        ["postmortem", "post-mortem", "post_mortem", "incident-report", "incident_report"]
            .iter()
            .any(|word| lower.contains(word))
    });
    match found {
        Some(path) => present("outages are written up", vec![file(path, name_of(path))]),
        None => missing("no post-mortem was found", &["paths with postmortem, post-mortem or incident-report"]),
    }
}

fn chaos_or_drill(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::Chaos]);
    found.retain(|chaos| chaos.when.contains(&When::Schedule));
    let drill = facts.activities.runs.iter().find(|run| {
        let name = name_of(&run.root.path).to_lowercase();
        run.is_on(When::Schedule) && ["drill", "chaos", "gameday", "game-day"].iter().any(|word| name.contains(word))
    });
    match drill {
        Some(run) => {
            let position = facts.repository.position(&run.file.path, run.job.id.span.start);
            present(
                "a drill runs on a schedule",
                vec![at(&run.file.path, position, format!("job `{}`", run.job.id.value))],
            )
        }
        None => ran(&found, "outages are practiced on a schedule", &[Kind::Chaos]),
    }
}
