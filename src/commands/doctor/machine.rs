//! The machine, the folder and the job.

use std::path::Path;

use crate::commands::configuration::Configuration;
use crate::model::diagnosis::Check;
use crate::sources::programs::{self, Program, first_line};
use crate::sources::{git_head, job_files, repository};
use crate::world::World;

/// A program of others, and what does without it.
struct Companion {
    id: &'static str,
    /// What it is called on the path, and what it is asked.
    command: &'static [&'static str],
    /// What works without it, and how.
    without: &'static str,
}

/// What is of use where it is installed.
const COMPANIONS: &[Companion] = &[
    Companion {
        id: "git",
        command: &["git", "--version"],
        without: "needed by nothing but `commit --via git`; the API serves as well",
    },
    Companion {
        id: "docker",
        command: &["docker", "version", "--format", "Docker {{.Server.Version}}"],
        without: "needed on runners of your own that are to run the actions",
    },
    Companion {
        id: "shellcheck",
        command: &["shellcheck", "--version"],
        without: "`lint` checks scripts less deeply without it",
    },
];

/// Looks at all of it.
pub(super) fn checks(configuration: &Configuration, world: &World) -> Vec<Check> {
    let mut checks = vec![place(world), folder(world), settings(configuration, world)];
    if world.environment.in_actions() {
        checks.push(files_of_the_job(world));
    }
    // There is nothing else in an action's container, and nothing is missing there.
    if !world.environment.in_container_action() {
        checks.extend(COMPANIONS.iter().map(|companion| program(companion, world)));
    }
    checks
}

fn place(world: &World) -> Check {
    let said = |name: &str| world.environment.get(name).unwrap_or("unknown");
    let version = env!("CARGO_PKG_VERSION");
    let place = match (world.environment.in_container_action(), world.environment.in_actions()) {
        (true, _) => {
            format!("in an action's container, on a {} runner ({})", said("RUNNER_ENVIRONMENT"), said("RUNNER_ARCH"))
        }
        (false, true) => {
            format!(
                "in a job's step, on a {} runner ({} {})",
                said("RUNNER_ENVIRONMENT"),
                said("RUNNER_OS"),
                said("RUNNER_ARCH")
            )
        }
        (false, false) => format!("outside of GitHub Actions ({} {})", std::env::consts::OS, std::env::consts::ARCH),
    };
    Check::good("plimsoll", format!("version {version}, {place}"))
}

fn folder(world: &World) -> Check {
    let root = repository::root(&world.folder);
    if !root.join(".git").exists() {
        let found = format!("{} is in no repository", world.folder.display());
        return if world.environment.in_actions() {
            Check::wrong("workspace", found, "let `actions/checkout` run before it")
        } else {
            Check::warning("workspace", found, "start it in a clone")
        };
    }
    let head = git_head::read(&root);
    let at = head.branch.or_else(|| head.commit.map(|commit| commit.chars().take(12).collect()));
    let found = format!("{} at {}", root.display(), at.unwrap_or_else(|| "no commit".to_owned()));
    if git_head::is_shallow(&root) {
        let advice = "verbs that look at the past (DORA, baselines by commit) need `fetch-depth: 0`";
        return Check::warning("workspace", format!("{found}, without its history"), advice);
    }
    Check::good("workspace", found)
}

fn settings(configuration: &Configuration, world: &World) -> Check {
    match configuration.load(&world.folder) {
        Ok(_) => Check::good("configuration", "can be read"),
        Err(failure) => Check::wrong("configuration", failure.to_string(), failure.hints().join("; ")),
    }
}

/// The files that the runner names for outputs and the like.
const WRITTEN: &[&str] = &["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV"];

fn files_of_the_job(world: &World) -> Check {
    let mut troubles = Vec::new();
    for name in WRITTEN {
        match world.environment.get(name).map(|path| job_files::appendable(Path::new(path))) {
            None => troubles.push(format!("{name} is not set")),
            Some(Err(error)) => troubles.push(format!("{name} cannot be written ({error})")),
            Some(Ok(())) => {}
        }
    }
    match world.environment.get("GITHUB_EVENT_PATH").map(Path::new) {
        Some(path) if path.is_file() => {}
        _ => troubles.push("GITHUB_EVENT_PATH names no file".to_owned()),
    }
    if troubles.is_empty() {
        return Check::good("job", "outputs and the summary can be written, and the event is there");
    }
    let advice = "in a container of your own, mount what the variables name, or leave GITHUB_ACTIONS unset";
    Check::wrong("job", troubles.join("; "), advice)
}

fn program(companion: &Companion, world: &World) -> Check {
    let [name, arguments @ ..] = companion.command else { return Check::unknown(companion.id, "not looked for") };
    let path = world.environment.get("PATH").unwrap_or_default();
    let Some(found) = programs::find(name, path) else {
        return Check::unknown(companion.id, format!("not installed; {}", companion.without));
    };
    let program = Program::new(found, world.environment.iter());
    match first_line(&program, arguments, &world.folder) {
        Ok(line) => Check::good(companion.id, line),
        Err(error) => Check::warning(companion.id, format!("installed, but: {error}"), companion.without),
    }
}
