//! The workflows of `docs/workflows.md` work with the permissions that they state, and with no
//! fewer: their steps run against a GitHub that refuses everything else.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::fake_github::{FakeGitHub, Pull, TOKEN, commit_id, seed};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::{Program, Ran};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The run of the fake GitHub that the steps belong to.
const RUN: &str = "20000000100";

/// A job of a workflow that uses our actions.
struct Job {
    workflow: Value,
    content: Value,
    name: String,
}

/// Reads the jobs of the page's workflows that use our actions.
fn jobs() -> Vec<Job> {
    let read = |page: &str| std::fs::read_to_string(Path::new(ROOT).join("docs").join(page)).unwrap();
    let pages = read("workflows.md") + &read("notify.md");
    let blocks = pages.split("```yaml workflow\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut found = Vec::new();
    for block in blocks {
        let workflow: Value = serde_yaml::from_str(block).unwrap();
        for (name, job) in workflow["jobs"].as_object().unwrap() {
            let job = Job { workflow: workflow.clone(), content: job.clone(), name: name.clone() };
            if job.steps().next().is_some() {
                found.push(job);
            }
        }
    }
    found
}

impl Job {
    /// Returns the folder of each of our actions, and what stands below its `with:`.
    fn steps(&self) -> impl Iterator<Item = (String, BTreeMap<String, String>)> {
        let steps = self.content["steps"].as_array().unwrap().iter();
        steps.filter_map(|step| {
            let folder = step["uses"].as_str()?.strip_prefix("plimsoll-ci/plimsoll")?.split('@').next()?;
            let with = step["with"].as_object().into_iter().flatten();
            let with = with.map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                (name.clone(), self.evaluated(&text))
            });
            Some((folder.trim_start_matches('/').to_owned(), with.collect()))
        })
    }

    /// Evaluates the expressions that the page has.
    fn evaluated(&self, text: &str) -> String {
        let mut text = text.replace("${{ github.run_id }}", RUN);
        text = text.replace("${{ github.event.workflow_run.id }}", RUN);
        let matrix = self.content["strategy"]["matrix"].as_object();
        for (name, values) in matrix.into_iter().flatten() {
            let first = values[0].as_str().unwrap_or_default();
            text = text.replace(&format!("${{{{ matrix.{name} }}}}"), first);
        }
        assert!(!text.contains("${{"), "{}: {text}", self.name);
        text
    }

    /// Returns the permissions that the job states, by scope.
    fn permissions(&self) -> BTreeMap<String, String> {
        let stated = self.content["permissions"].as_object().unwrap();
        stated.iter().map(|(scope, level)| (scope.clone(), level.as_str().unwrap().to_owned())).collect()
    }

    /// Runs our actions of the job one after the other.
    fn run(&self, permissions: &BTreeMap<String, String>) -> (Vec<Ran>, FakeGitHub) {
        let server = FakeGitHub::start(vec![seed::history("octo/app", 60, 7)]);
        let granted: Vec<(&str, &str)> =
            permissions.iter().map(|(scope, level)| (scope.as_str(), level.as_str())).collect();
        server.grant(&granted);
        let commit = commit_id("feature");
        server.change("octo/app", |repository| {
            let (title, body) = (String::new(), String::new());
            let (head, base) = ("feature".to_owned(), "main".to_owned());
            repository.pulls.push(Pull {
                number: 3,
                title,
                body,
                head,
                base,
                open: true,
                auto_merge: None,
                merge: None,
            });
            repository.conversation.forks.push((3, "octo".to_owned(), commit));
        });
        let events = ["schedule", "workflow_run"];
        let event = events.into_iter().find(|event| self.workflow["on"].get(event).is_some());
        let event = event.unwrap_or("pull_request");
        let ran = self.steps().scan(workspace(), |program, (folder, with)| {
            let ran = step(std::mem::replace(program, workspace()), &folder, &with, event, &server);
            *program = ran.0;
            Some(ran.1)
        });
        (ran.collect(), server)
    }
}

/// What GitHub tells of the events that start the workflows.
fn payload() -> Value {
    let commit = commit_id("feature");
    json!({
        "repository": {"full_name": "octo/app", "default_branch": "main"},
        "pull_request": {"number": 3, "head": {"sha": commit, "repo": {"full_name": "octo/app"}}},
        "workflow_run": {
            "id": RUN.parse::<u64>().unwrap(), "run_attempt": 1, "event": "pull_request", "head_sha": commit,
            "head_branch": "feature", "head_repository": {"full_name": "octo/app"},
        },
    })
}

/// A repository with what the page's workflows find in theirs.
fn workspace() -> Program {
    let junit = include_str!("../fixtures/collect/junit/TEST-single.xml");
    Program::new()
        .file(
            ".github/workflows/ci.yml",
            "name: ci\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n",
        )
        .file("reports/unit.xml", junit)
        .file("packages/api/plimsoll.yml", "preset: none\n")
        .file("packages/api/reports/unit.xml", junit)
        .file("packages/api/dist/app", "0123456789")
}

/// Runs one of our actions as the runner does, as far as variables go.
fn step(
    program: Program,
    folder: &str,
    with: &BTreeMap<String, String>,
    event: &str,
    server: &FakeGitHub,
) -> (Program, Ran) {
    let manifest = std::fs::read_to_string(Path::new(ROOT).join(folder).join("action.yml")).unwrap();
    let manifest: Value = serde_yaml::from_str(&manifest).unwrap();
    let verb: Vec<&str> =
        manifest["runs"]["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let mut variables = vec![
        ("GITHUB_ACTIONS".to_owned(), "true".to_owned()),
        ("GITHUB_API_URL".to_owned(), server.url()),
        ("GITHUB_GRAPHQL_URL".to_owned(), format!("{}/graphql", server.url())),
        ("GITHUB_REPOSITORY".to_owned(), "octo/app".to_owned()),
        ("GITHUB_EVENT_NAME".to_owned(), event.to_owned()),
        ("GITHUB_EVENT_PATH".to_owned(), program.path("event.json").to_string_lossy().into_owned()),
        ("GITHUB_RUN_ID".to_owned(), RUN.to_owned()),
        ("GITHUB_RUN_ATTEMPT".to_owned(), "1".to_owned()),
        ("GITHUB_JOB".to_owned(), "job".to_owned()),
        ("GITHUB_WORKFLOW".to_owned(), "Metrics".to_owned()),
    ];
    for (name, input) in manifest["inputs"].as_object().unwrap() {
        let default = if input["default"].is_string() { TOKEN } else { "" };
        let value = with.get(name).map_or(default, String::as_str);
        variables.push((format!("INPUT_{}", name.to_uppercase()), value.to_owned()));
    }
    for name in with.keys() {
        assert!(manifest["inputs"].get(name).is_some(), "{folder} has no input {name}");
    }
    let program = program.file("event.json", payload().to_string());
    let program = variables.iter().fold(program, |program, (name, value)| program.env(name, value));
    // The runs are of January.
    let time = FakeTime::default();
    time.pass(60 * 24 * 3600);
    let ran = in_process::run(&program, &time, &verb);
    (program, ran)
}

#[test]
fn each_works_with_the_permissions_that_it_states() {
    let jobs = jobs();
    for job in &jobs {
        let (steps, server) = job.run(&job.permissions());
        for ran in steps {
            assert!(ran.code < 2 && !is_warned(&ran), "{}: {}{}", job.name, ran.stdout, ran.stderr);
        }
        for request in server.seen() {
            assert_eq!(request.header("authorization"), format!("Bearer {TOKEN}"), "{}: {}", job.name, request.path);
        }
    }
    assert!(jobs.len() > 5, "only {} jobs were found", jobs.len());
}

/// Tells whether something could not be told, which is no reason to fail.
fn is_warned(ran: &Ran) -> bool {
    ran.stderr.contains("::warning title=plimsoll::")
}

/// What is for more than checking out is needed: without it a step can no longer do its work.
#[test]
fn none_states_a_permission_that_it_does_not_need() {
    let mut tried = 0;
    for job in jobs() {
        let permissions = job.permissions();
        for scope in permissions.keys().filter(|scope| permissions[*scope] != "read" || *scope != "contents") {
            let mut fewer = permissions.clone();
            fewer.remove(scope);
            let (steps, server) = job.run(&fewer);
            let asked: Vec<String> = server.seen().iter().map(|seen| format!("{}?{}", seen.path, seen.query)).collect();
            assert!(
                steps.iter().any(|ran| ran.code == 2 || is_warned(ran)),
                "{}: {scope} is not needed: {steps:#?} {asked:#?}",
                job.name
            );
            tried += 1;
        }
    }
    assert!(tried > 4, "only {tried} were tried");
}

/// The table at the page's top says what the workflows below it say.
#[test]
fn the_table_states_the_permissions() {
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/workflows.md")).unwrap();
    for section in page.split("\n## ").skip(1) {
        let title = section.lines().next().unwrap();
        let anchor = title.to_lowercase().replace(' ', "-");
        let row = page.lines().find(|line| line.contains(&format!("](#{anchor}) |")));
        let row = row.unwrap_or_else(|| panic!("the table has no row for {title}"));
        for line in section.lines().filter(|line| line.starts_with("      ") && line.contains(" # to ")) {
            let permission = line.trim().split(" # ").next().unwrap();
            assert!(row.contains(&format!("`{permission}`")), "{title}: {permission} is not in {row}");
        }
    }
}
