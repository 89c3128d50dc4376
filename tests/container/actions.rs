//! Every action, as a step of a job.

use std::collections::BTreeSet;

use crate::manifest::{self, Manifest};
use crate::runner::{Job, Step, TOKEN};

/// The most annotations of a kind that the runner keeps from a step; the rest is lost.
const ANNOTATIONS: usize = 10;

/// The most bytes of a summary; the runner drops a longer one whole.
const SUMMARY: usize = 1024 * 1024;

/// A repository with something to say about, whose texts try to speak to the runner themselves.
const REPOSITORY: &[(&str, &str)] = &[
    (".github/workflows/ci.yml", include_str!("fixtures/repository/ci.yml")),
    (".github/workflows/broken.yml", include_str!("fixtures/repository/broken.yml")),
    ("README.md", "# Ferry\n"),
    ("plimsoll.yml", include_str!("fixtures/repository/plimsoll.yml")),
    ("metrics/run_metrics.csv", include_str!("fixtures/repository/metrics/run_metrics.csv")),
    ("metrics/stage_metrics.csv", include_str!("fixtures/repository/metrics/stage_metrics.csv")),
    ("metrics/measurements.csv", include_str!("fixtures/repository/metrics/measurements.csv")),
    ("reports/junit.xml", include_str!("fixtures/repository/junit.xml")),
    ("answers/runs.json", include_str!("fixtures/repository/answers.json")),
    ("dist/app", "0123456789"),
];

/// Inputs, as they stand below `with:`.
type With<'inputs> = &'inputs [(&'inputs str, &'inputs str)];

/// What an action needs to have something to do without a network.
fn work(folder: &str) -> With<'static> {
    match folder {
        "actions/collect" => &[("from", "answers"), ("junit", "reports/*.xml"), ("size", "app=dist/app")],
        // A gate of the repository fails.
        "actions/deploy" => &[("part", "start"), ("env", "staging"), ("version", "1"), ("force", "a drill")],
        "actions/monitor" => &[("url", "http://127.0.0.1:9/")],
        "actions/resources" => &[("for", "1s"), ("interval", "250ms")],
        _ => &[],
    }
}

/// Actions whose figures come from a clock.
const MEASURING: &[&str] = &["actions/deploy", "actions/monitor", "actions/resources"];

const FIXTURES: &str = "tests/container/fixtures";

/// Runs one of the actions that only the tests have.
fn fixture(job: &Job, name: &str, with: With<'_>) -> Step {
    job.uses(&format!("{FIXTURES}/{name}"), with)
}

#[test]
fn arguments_reach_the_program() {
    let step = fixture(&Job::new(&[]), "version", &[]);
    assert_eq!((step.code, step.log.as_str()), (0, concat!("plimsoll ", env!("CARGO_PKG_VERSION"), "\n")));
    assert_eq!(step.outputs["outcome"], "pass");
}

#[test]
fn an_input_has_its_default_until_it_is_given() {
    let job = Job::new(&[]);
    let bash = fixture(&job, "completions", &[]);
    assert_eq!(bash.code, 0, "{}", bash.log);
    assert!(bash.log.contains("complete -F _plimsoll"), "{}", bash.log);
    let fish = fixture(&job, "completions", &[("shell", "fish")]);
    assert!(fish.log.contains("complete -c plimsoll"), "{}", fish.log);
}

#[test]
fn wrong_input_fails_the_step_with_an_annotation() {
    let job = Job::new(&[]);
    let step = fixture(&job, "completions", &[("shell", "::error::smuggled\n::set-output name=a::b")]);
    assert_eq!(step.code, 2, "{}", step.log);
    assert_eq!(step.annotations.len(), 1, "{}", step.log);
    assert!(step.annotations.iter().all(|annotation| annotation.kind == "error"), "{}", step.log);
    assert_eq!(step.outputs["outcome"], "unknown");
}

#[test]
fn files_belong_to_the_owner_of_the_workspace() {
    let job = Job::new(&[]);
    // A path of the host, as an expression in a workflow gives it, works inside, too.
    let output = job.workspace().join("manual/pages");
    let step = fixture(&job, "man", &[("output", output.to_str().unwrap())]);
    assert_eq!(step.code, 0, "{}", step.log);
    let page = std::fs::read_to_string(output.join("plimsoll.1")).unwrap();
    assert!(page.contains("plimsoll"), "{page}");
    assert_eq!(job.left_by_root(), Vec::<String>::new());
}

/// Returns the folders below the repository's root that hold a container action.
fn folders() -> BTreeSet<String> {
    let mut folders = BTreeSet::new();
    let entries = std::fs::read_dir(manifest::root().join("actions"));
    for entry in entries.into_iter().flatten() {
        let folder = format!("actions/{}", entry.unwrap().file_name().to_str().unwrap());
        // That one runs on every system, and so in no container.
        if folder != "actions/setup" {
            folders.insert(folder);
        }
    }
    if manifest::root().join("action.yml").exists() {
        folders.insert(".".to_owned());
    }
    folders
}

#[test]
fn every_action_is_well_formed() {
    for folder in folders() {
        let manifest = manifest::read(&folder);
        assert!(!manifest.name.is_empty() && !manifest.description.is_empty(), "{folder}");
        // The runner refuses an expression where it allows none.
        let prose = |text: &str| !text.is_empty() && !text.contains("${{");
        assert!(manifest.inputs.values().all(|input| prose(&input.description)), "{folder}");
        assert!(manifest.outputs.values().all(|output| !output.description.is_empty()), "{folder}");
        let (dockerfile, _) = manifest.dockerfile(&folder);
        assert_eq!(dockerfile, manifest::root().join("Dockerfile"), "{folder}");
    }
}

/// Outputs of what was told elsewhere, which are there only where it was.
const TOLD: &[&str] =
    &["pull-request", "comment-url", "check-run-url", "issue-number", "issue-url", "issue-state", "issues"];

/// What holds for every action, whatever it does.
#[test]
fn every_action_keeps_the_runners_rules() {
    for folder in folders() {
        let manifest = manifest::read(&folder);
        let (job, step) = at_work(&folder, &manifest, &[]);
        println!(
            "{folder}: exit {}, {} annotations, {} bytes of summary",
            step.code,
            step.annotations.len(),
            step.summary.len()
        );
        let declared: BTreeSet<&str> = manifest.outputs.keys().map(String::as_str).collect();
        let written: BTreeSet<&str> = step.outputs.keys().map(String::as_str).collect();
        assert!(written.is_subset(&declared), "{folder}: {written:?} of {declared:?}");
        let missing: Vec<&str> = declared.difference(&written).copied().filter(|name| !TOLD.contains(name)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "{folder}: {}", step.log);
        let summarized = !step.summary.is_empty() || ["actions/commit", "actions/init"].contains(&&*folder);
        assert!(summarized && step.summary.len() <= SUMMARY, "{folder}: {} bytes", step.summary.len());
        annotations_show(&step, &job, &folder);
    }
}

/// Runs an action on the repository, and checks what holds whatever its inputs say: reading the
/// log makes sure that nothing in the repository spoke to the runner.
fn at_work(folder: &str, manifest: &Manifest, with: With<'_>) -> (Job, Step) {
    let mut job = Job::new(REPOSITORY).env("GITHUB_STEP_DEBUG", "true");
    if folder == "actions/commit" {
        // What it commits is seen where it has a server to commit to; for a fork it only says no.
        job = job.context("GITHUB_EVENT_NAME", "pull_request");
    }
    let offline = manifest.inputs.contains_key("offline").then_some(("offline", "true"));
    let step = job.uses(folder, &[work(folder), offline.as_slice(), with].concat());
    let outcome = ["pass", "fail", "unknown"].iter().position(|word| *word == step.outputs["outcome"]);
    assert_eq!(outcome, usize::try_from(step.code).ok(), "{folder}: {}", step.log);
    let told = [step.log.as_str(), &step.summary, &format!("{:?}", step.outputs)].concat();
    assert!(!told.contains(TOKEN), "{folder} shows the token");
    assert_eq!(job.left_by_root(), Vec::<String>::new(), "{folder}");
    (job, step)
}

/// The log, a file and an exit code of every form that an action's result can take.
#[test]
fn no_form_of_output_speaks_to_the_runner() {
    for folder in folders() {
        let manifest = manifest::read(&folder);
        let Some(format) = manifest.inputs.get("format") else { continue };
        let words = format.description.split("One of ").nth(1).and_then(|words| words.split('.').next()).unwrap();
        let mut codes = BTreeSet::new();
        for word in words.split(", ") {
            let (_, shown) = at_work(&folder, &manifest, &[("format", word)]);
            let (job, written) = at_work(&folder, &manifest, &[("format", word), ("output", "out/of/sight.txt")]);
            codes.extend([shown.code, written.code]);
            let file = std::fs::read_to_string(job.workspace().join("out/of/sight.txt")).unwrap();
            assert!(!file.is_empty(), "{folder} {word}");
        }
        assert_eq!(codes.len(), 1, "{folder}: {codes:?} for {words}");
    }
}

/// An action whose inputs are all empty does what one without inputs does.
#[test]
fn an_empty_input_counts_as_not_given() {
    for folder in folders() {
        let manifest = manifest::read(&folder);
        let given: BTreeSet<&str> = work(&folder).iter().map(|(name, _)| *name).chain(["offline"]).collect();
        let names = manifest.inputs.keys().map(String::as_str).filter(|name| !given.contains(name));
        let empty: Vec<(&str, &str)> = names.map(|name| (name, "")).collect();
        let (_, without) = at_work(&folder, &manifest, &[]);
        let (_, with) = at_work(&folder, &manifest, &empty);
        assert_eq!(with.code, without.code, "{folder}");
        // What is measured anew is another figure each time.
        if !MEASURING.contains(&folder.as_str()) {
            assert_eq!(
                (with.log, with.outputs, with.summary),
                (without.log, without.outputs, without.summary),
                "{folder}"
            );
        }
    }
}

/// Wrong input is one error on the step, with what was meant.
#[test]
fn wrong_input_is_told_with_a_suggestion() {
    let sarif = "tip: a similar value exists: 'sarif'";
    let smuggled = [("format", "github\n::set-output name=outcome::smuggled"), ("output", "##[error]smuggled")];
    let cases: [(&str, With<'_>, &str); 9] = [
        ("actions/lint", &[("fail_on", "warning")], "did you mean `fail-on`?"),
        ("actions/gate", &[("prest", "strict")], "did you mean `preset`?"),
        ("actions/lint", &[("format", "sarff")], sarif),
        ("actions/lint", &[("exit-zero", "yes")], "must be true or false"),
        ("actions/lint", &[("select", "unpined-action")], "did you mean `unpinned-action`?"),
        ("actions/score", &[("fail-below", "11")], "a number from 0 to 10"),
        ("actions/gate", &[("config", "nosuch.yml")], "nosuch.yml"),
        ("actions/report", &[("weeks", "0")], "--weeks"),
        ("actions/gate", &smuggled, "possible values"),
    ];
    for (folder, with, told) in cases {
        let job = Job::new(REPOSITORY);
        let step = job.uses(folder, with);
        assert_eq!((step.code, step.outputs["outcome"].as_str()), (2, "unknown"), "{folder} {with:?}: {}", step.log);
        let [annotation] = step.annotations.as_slice() else { panic!("{folder} {with:?}: {}", step.log) };
        assert_eq!(annotation.kind, "error", "{}", step.log);
        assert!(annotation.message.contains(told), "{folder} {with:?}: {annotation:?}");
        assert_eq!(step.outputs.len(), 1, "{:?}", step.outputs);
    }
}

/// The runner has warned already, and a variable of the job may only look like an input.
#[test]
fn an_input_that_is_like_no_other_is_left_to_the_runner() {
    let job = Job::new(REPOSITORY).env("INPUT_RELEASE", "1.2");
    let step = job.uses("actions/report", &[("nosuchthing", "x"), ("args", "x"), ("entrypoint", "x")]);
    assert_eq!(step.code, 0, "{}", step.log);
}

/// Checks that the runner would show every annotation, and at a file of the repository.
fn annotations_show(step: &Step, job: &Job, folder: &str) {
    for kind in ["error", "warning", "notice"] {
        let shown = step.annotations.iter().filter(|annotation| annotation.kind == kind).count();
        assert!(shown <= ANNOTATIONS, "{folder}: {shown} of {kind}");
    }
    for annotation in &step.annotations {
        assert!(!annotation.message.trim().is_empty() && annotation.message != "smuggled", "{folder}: {annotation:?}");
        if let Some(file) = annotation.properties.get("file") {
            assert!(!file.starts_with('/') && job.workspace().join(file).is_file(), "{folder}: {annotation:?}");
        }
    }
}

#[test]
fn lint_annotates_and_summarizes() {
    let job = Job::new(REPOSITORY);
    let step = job.uses("actions/lint", &[]);
    assert_eq!((step.code, step.outputs["outcome"].as_str()), (1, "fail"), "{}", step.log);
    assert!(step.outputs["errors"].parse::<usize>().unwrap() > 0, "{:?}", step.outputs);
    assert!(step.summary.starts_with("### Lint: "), "{}", step.summary);
    let at = |title: &str| {
        let mut found = step.annotations.iter().filter(|annotation| annotation.properties["title"] == title);
        let found = found.next().unwrap_or_else(|| panic!("no {title} in: {}", step.log));
        (found.kind.as_str(), found.properties["file"].as_str(), found.properties["line"].as_str())
    };
    assert_eq!(at("yaml-syntax"), ("error", ".github/workflows/broken.yml", "5"));
    assert_eq!(at("template-injection"), ("error", ".github/workflows/ci.yml", "13"));
    let warnings = step.annotations.iter().filter(|annotation| annotation.kind == "warning").count();
    assert_eq!(warnings, ANNOTATIONS, "the runner would drop some: {}", step.log);
    assert!(step.outputs["warnings"].parse::<usize>().unwrap() > ANNOTATIONS, "{:?}", step.outputs);
}

#[test]
fn lint_writes_a_file_for_code_scanning() {
    let job = Job::new(REPOSITORY);
    let inputs = [("format", "sarif"), ("output", "scan/plimsoll.sarif"), ("fail-on", "never")];
    let step = job.uses("actions/lint", &inputs);
    assert_eq!(step.code, 0, "{}", step.log);
    let sarif = std::fs::read_to_string(job.workspace().join("scan/plimsoll.sarif")).unwrap();
    assert!(sarif.contains("\"2.1.0\"") && sarif.contains(".github/workflows/broken.yml"), "{sarif}");
    assert_eq!(job.left_by_root(), Vec::<String>::new());
}

#[test]
fn lint_takes_a_list_of_paths_one_a_line() {
    let job = Job::new(REPOSITORY);
    let step = job.uses("actions/lint", &[("paths", "README.md\nnosuch.yml\n")]);
    assert_eq!((step.code, step.outputs["outcome"].as_str()), (2, "unknown"), "{}", step.log);
    assert!(step.log.contains("nosuch.yml"), "{}", step.log);
}

#[test]
fn score_says_how_ready_the_repository_is() {
    let job = Job::new(REPOSITORY);
    let inputs = [("fail-below", "9.5"), ("format", "json"), ("output", "score.json"), ("offline", "true")];
    let step = job.uses("actions/score", &inputs);
    assert_eq!((step.code, step.outputs["outcome"].as_str()), (1, "fail"), "{}", step.log);
    let score: f64 = step.outputs["score"].parse().unwrap();
    assert!((0.0..9.5).contains(&score), "{score}");
    assert_eq!((&*step.outputs["grade"], &*step.outputs["verdict"]), ("F", "not-ready"));
    assert!(step.summary.contains(&format!("{} / 10", step.outputs["score"])), "{}", step.summary);
    let written = std::fs::read_to_string(job.workspace().join("score.json")).unwrap();
    assert!(written.contains("not-ready"), "{written}");
    let forgiven = job.uses("actions/score", &[("fail-below", "9.5"), ("exit-zero", "TRUE"), ("offline", "true")]);
    // The step passes; what it came to is there for later ones.
    assert_eq!((forgiven.code, forgiven.outputs["outcome"].as_str()), (0, "fail"), "{}", forgiven.log);
}

#[test]
fn collect_adds_rows_once() {
    let job = Job::new(REPOSITORY);
    let inputs = [work("actions/collect"), &[("job-id", "40")]].concat();
    let first = job.uses("actions/collect", &inputs);
    // One run, one suite, a failed and a slow case, and a size.
    assert_eq!((first.code, &*first.outputs["added"], &*first.outputs["updated"]), (0, "5", "0"), "{}", first.log);
    assert!(first.summary.starts_with("### Collected: 5 new rows\n"), "{}", first.summary);
    let table = |name: &str| std::fs::read_to_string(job.workspace().join(format!("metrics/{name}.csv"))).unwrap();
    let (runs, cases) = (table("run_metrics"), table("test_cases"));
    assert!(runs.contains("harbour/ferry,::error::smuggled,9,1,"), "{runs}");
    assert!(cases.contains("harbour/ferry,Metrics,4,1,40,measure,"), "{cases}");
    let again = job.uses("actions/collect", &inputs);
    assert_eq!((again.code, &*again.outputs["added"]), (0, "0"), "{}", again.log);
    assert_eq!((table("run_metrics"), table("test_cases")), (runs, cases));
    assert_eq!(job.left_by_root(), Vec::<String>::new());
}

#[test]
fn gate_judges_the_run_at_hand() {
    let job = Job::new(REPOSITORY);
    let step = job.uses("actions/gate", &[]);
    assert_eq!((step.code, step.outputs["outcome"].as_str()), (1, "fail"), "{}", step.log);
    let [verdict, failed, warned] = ["verdict", "failed", "warned"].map(|name| step.outputs[name].as_str());
    assert_eq!((verdict, failed, warned), ("fail", "12", "2"));
    let slow = &step.annotations[0];
    assert_eq!((slow.properties["file"].as_str(), slow.properties["line"].as_str()), ("plimsoll.yml", "6"));
    assert!(slow.message.contains("4min is above 2min"), "{slow:?}");
    let errors = step.annotations.iter().filter(|annotation| annotation.kind == "error").count();
    assert_eq!(errors, ANNOTATIONS, "the runner would drop some: {}", step.log);
    assert!(step.summary.contains("**12 failed, 2 warned**"), "{}", step.summary);
}

#[test]
fn report_writes_a_page_beside_its_summary() {
    let job = Job::new(REPOSITORY);
    let step = job.uses("actions/report", &[("html", "site/report.html"), ("output", "report.md"), ("weeks", "4")]);
    assert_eq!(step.code, 0, "{}", step.log);
    let read = |path: &str| std::fs::read_to_string(job.workspace().join(path)).unwrap();
    assert_eq!(step.summary, read("report.md"));
    assert!(step.summary.contains("**4** runs"), "{}", step.summary);
    let page = read("site/report.html");
    assert!(page.contains("<svg") && !page.contains("##["), "{page}");
    assert_eq!(job.left_by_root(), Vec::<String>::new());
}

#[test]
fn the_root_action_does_everything_with_one_verdict() {
    let job = Job::new(REPOSITORY);
    let step = job.uses(".", &[("offline", "true"), ("html", "report.html")]);
    assert_eq!((step.code, step.outputs["outcome"].as_str()), (1, "fail"), "{}", step.log);
    assert_eq!(step.outputs["verdict"], "fail");
    assert!(step.outputs["score"].parse::<f64>().unwrap() < 5.0, "{:?}", step.outputs);
    for part in ["Findings", "Readiness", "Gates", "Timings"] {
        assert!(step.summary.contains(part), "{part}: {}", step.summary);
    }
    // Gates come first, and leave no room for other errors.
    let errors = step.annotations.iter().filter(|annotation| annotation.kind == "error");
    assert!(errors.clone().all(|error| error.properties["title"].starts_with("gate ")), "{}", step.log);
    assert_eq!(errors.count(), ANNOTATIONS, "{}", step.log);
    assert!(std::fs::read_to_string(job.workspace().join("report.html")).unwrap().contains("<svg"));
    // Without permission the tables are judged and left as they are.
    let runs = std::fs::read_to_string(job.workspace().join("metrics/run_metrics.csv")).unwrap();
    assert_eq!(runs, include_str!("fixtures/repository/metrics/run_metrics.csv"));
}
