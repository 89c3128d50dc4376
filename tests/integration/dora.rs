//! The metrics of delivery: a peer's test tables reproduced, and the real program over a repository.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use plimsoll::dora::{Settings, Way, ways};
use plimsoll::model::delivery::Commit;
use plimsoll::model::history::{Cell, History, Row, TableId};

use crate::support::git::git;
use crate::support::program::Program;

type Fields = BTreeMap<String, String>;

/// Reads one of the peer's tables; `None` where they are not beside the repository.
fn table(name: &str) -> Option<Vec<Fields>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/dora").join(name);
    let mut reader = csv::Reader::from_path(path).ok()?;
    Some(reader.deserialize().map(|row| row.unwrap()).collect())
}

/// Reads `2023-4-11 4:53:47` and `2023-04-11T04:53:47.000+00:00`.
fn time(text: &str) -> Cell {
    if text.is_empty() {
        return Cell::Empty;
    }
    if text.contains('T') {
        return Cell::time(text.parse().unwrap());
    }
    let parts: Vec<u32> = text.split(['-', ' ', ':']).map(|part| part.parse().unwrap()).collect();
    let [year, month, day, hour, minute, second] = parts.try_into().unwrap();
    let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    Cell::time(text.parse().unwrap())
}

fn text(text: impl Into<String>) -> Cell {
    Cell::text(text)
}

fn deployment(fields: &Fields) -> Row {
    let state = if fields["result"] == "SUCCESS" { "success" } else { "failure" };
    Row::new(TableId::Deployments)
        .with("repository", text(format!("{}/{}", fields["cicd_scope_id"], fields["repo_url"])))
        .with("deployment_id", Cell::integer(fields["id"].parse::<i64>().unwrap()))
        .with("environment", text(fields["environment"].as_str()))
        .with("commit", text(fields["commit_sha"].as_str()))
        .with("created_at", time(&fields["created_date"]))
        .with("finished_at", time(&fields["finished_date"]))
        .with("state", text(state))
}

/// Makes a merged pull request of its row, its commits and its comments.
fn pull_request(fields: &Fields, commits: &[Fields], comments: &[Fields]) -> Row {
    let id = &fields["id"];
    let authored = commits.iter().filter(|commit| commit["pull_request_id"] == *id);
    let first_commit = authored.map(|commit| time(&commit["commit_authored_date"])).min().unwrap_or_default();
    let of_others = comments
        .iter()
        .filter(|comment| comment["pull_request_id"] == *id && comment["account_id"] != fields["author_id"]);
    let first_review = of_others.map(|comment| time(&comment["created_date"])).min().unwrap_or_default();
    Row::new(TableId::PullRequests)
        .with("repository", text("o/r"))
        .with("pull_request", Cell::integer(id.trim_start_matches("pr").parse::<i64>().unwrap()))
        .with("commit", text(fields["merge_commit_sha"].as_str()))
        .with("created_at", time(&fields["created_date"]))
        .with("first_commit_at", first_commit)
        .with("first_review_at", first_review)
        .with("merged_at", time(&fields["merged_date"]))
}

/// Makes a chain of commits of every difference: from the older deployed commit over the merges to
/// the newer one, and from each deployed commit to the next one of its repository.
fn commits(differences: &[Fields], deployments: &[Fields]) -> Vec<Commit> {
    let mut parents: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut tips: BTreeMap<(String, String), String> = BTreeMap::new();
    for difference in differences {
        let (old, new, merge) =
            (&difference["old_commit_sha"], &difference["new_commit_sha"], &difference["commit_sha"]);
        let tip = tips.entry((old.clone(), new.clone())).or_insert_with(|| old.clone());
        parents.entry(merge.clone()).or_default().extend(Some(tip.clone()).filter(|tip| !tip.is_empty()));
        tip.clone_from(merge);
    }
    for ((_, new), tip) in tips {
        parents.entry(new).or_default().insert(tip);
    }
    let by_id: BTreeMap<&str, &str> =
        deployments.iter().map(|fields| (fields["id"].as_str(), fields["commit_sha"].as_str())).collect();
    for fields in deployments {
        let before = by_id.get(fields["prev_success_deployment_commit_id"].as_str());
        parents.entry(fields["commit_sha"].clone()).or_default().extend(before.map(|before| (*before).to_owned()));
    }
    let commit = |(hash, parents): (String, BTreeSet<String>)| Commit {
        hash,
        parents: parents.into_iter().collect(),
        authored_at: Timestamp::UNIX_EPOCH,
        subject: String::new(),
    };
    parents.into_iter().map(commit).collect()
}

#[test]
fn the_peers_test_tables_give_the_peers_results() {
    let Some(expected) = table("project_pr_metrics.csv") else {
        // They are not part of the repository; what they hold is in unit tests, case by case.
        return;
    };
    let read = |name: &str| table(name).unwrap();
    let scopes: BTreeSet<String> = read("project_mapping.csv")
        .into_iter()
        .filter(|fields| fields["project_name"] == "project1" && fields["table"] == "cicd_scopes")
        .map(|fields| fields["row_id"].clone())
        .collect();
    let mut deployments = read("cicd_deployment_commits.csv");
    deployments.retain(|fields| scopes.contains(&fields["cicd_scope_id"]));
    let (of_requests, comments) = (read("pull_request_commits.csv"), read("pull_request_comments.csv"));
    let requests = read("pull_requests.csv");
    let requests = requests.iter().map(|fields| pull_request(fields, &of_requests, &comments));
    let history = History::from_rows(deployments.iter().map(deployment).chain(requests));
    let commits = commits(&read("commits_diffs.csv"), &deployments);
    let found = ways(&history, &Settings::default(), "main", &commits);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for fields in expected {
        let number: i64 = fields["id"].trim_start_matches("pr").parse().unwrap();
        let way = found.iter().find(|way| way.pull_request == number).unwrap();
        assert_eq!(minutes(way), in_table(&fields), "{}", fields["id"]);
    }
}

/// The peer counts begun minutes.
fn minutes(way: &Way) -> [Option<f64>; 5] {
    [way.coding, way.pickup, way.review, way.deploy, Some(way.cycle)].map(|seconds| Some((seconds? / 60.0).ceil()))
}

fn in_table(fields: &Fields) -> [Option<f64>; 5] {
    let columns = ["pr_coding_time", "pr_pickup_time", "pr_review_time", "pr_deploy_time", "pr_cycle_time"];
    columns.map(|column| fields[column].parse().ok())
}

const DEPLOYMENTS: &str = "repository,deployment_id,environment,ref,commit,created_at,finished_at,state,duration_s,rollback_of,incident,source\n";

/// A repository with a commit at ten and one at eleven, and a deployment of each at noon and at one.
fn deployed() -> Program {
    let program = Program::new();
    let folder = program.folder().to_owned();
    git(&folder, &["init", "--quiet", "--initial-branch=main"]);
    let deployment = |(id, hour): (u32, u32)| {
        let date = format!("2026-03-02T{hour}:00:00Z");
        let identity = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"];
        git(
            &folder,
            &[&identity[..], &["commit", "--quiet", "--allow-empty", "--message=change", &format!("--date={date}")]]
                .concat(),
        );
        let commit = git(&folder, &["rev-parse", "HEAD"]);
        let at = format!("2026-03-02T{}:00:00Z", hour + 2);
        format!("o/r,{id},production,main,{},{at},{at},success,60,,,api\n", commit.trim())
    };
    let rows: String = [(1, 10), (2, 11)].into_iter().map(deployment).collect();
    program
        .file("metrics/deployments.csv", DEPLOYMENTS.to_owned() + &rows)
        .file("plimsoll.yml", "preset: none\ngates:\n  - {metric: dora.lead_time_s, fail: \"> 1h\"}\n  - {metric: dora.change_fail_rate, fail: \"> 5%\"}\n")
}

#[test]
fn a_report_tells_what_the_clone_and_the_tables_know() {
    let ran = deployed().run(&["report"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for line in [
        "| Change lead time | 2h | 2h | 1 | elite |",
        "| Deployment frequency | 0.067/day |  | 2 | medium |",
        "| Change fail rate | not measurable: nothing marks failures",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n{}", ran.stdout);
    }
}

#[test]
fn gates_judge_what_is_measurable_and_say_what_is_not() {
    let ran = deployed().run(&["gate"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("2h is above 1h"), "{}", ran.stdout);
    assert!(ran.stdout.contains("no-data  dora.change_fail_rate"), "{}", ran.stdout);
}
