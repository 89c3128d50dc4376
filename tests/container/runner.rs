//! GitHub's runner, as far as a container action can tell: folders, mounts, variables, arguments.
//!
//! Follows `ContainerActionHandler` and `DockerCommandManager` of actions/runner 2.336. The one
//! difference is the image, which is built once around the program instead of once an action.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt as _, lchown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::commands::{self, Annotation};
use crate::engine;
use crate::fake_github;
use crate::manifest::{self, Manifest};

/// The account of GitHub's runners.
const RUNNER: u32 = 1001;

/// The token that `github.token` stands for.
pub(crate) const TOKEN: &str = fake_github::TOKEN;

/// The environment files, by variable and by the beginning of the file's name.
const FILE_COMMANDS: &[(&str, &str)] = &[
    ("GITHUB_OUTPUT", "set_output"),
    ("GITHUB_ENV", "set_env"),
    ("GITHUB_PATH", "add_path"),
    ("GITHUB_STEP_SUMMARY", "step_summary"),
    ("GITHUB_STATE", "save_state"),
];

/// What makes one step's files differ from another's.
const STEP: &str = "5d8a7a1e-3b0c-4d0e-9b1f-6c2d4e8f0a12";

/// A job on a machine of its own, after `actions/checkout`.
pub(crate) struct Job {
    folder: TempDir,
    environment: BTreeMap<String, String>,
    context: BTreeMap<String, String>,
    /// Whether the folder for temporary files is mounted, as runners do since 2.329.
    mounts_temp: bool,
}

/// What the runner knows after a step.
#[derive(Debug)]
pub(crate) struct Step {
    /// The container's exit code: 0 or a failed step.
    pub(crate) code: i32,
    /// Standard output, then standard error: the runner reads both.
    pub(crate) log: String,
    /// What was written to `GITHUB_OUTPUT`.
    pub(crate) outputs: BTreeMap<String, String>,
    /// What was written to `GITHUB_STEP_SUMMARY`.
    pub(crate) summary: String,
    /// The annotations in the log.
    pub(crate) annotations: Vec<Annotation>,
}

impl Job {
    /// Checks out a repository with these files in one commit.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let job = Self {
            folder: TempDir::new().unwrap(),
            environment: BTreeMap::new(),
            context: BTreeMap::new(),
            mounts_temp: true,
        };
        for folder in ["_github_home", "_github_workflow", "_runner_file_commands"] {
            std::fs::create_dir_all(job.temp().join(folder)).unwrap();
        }
        let event = r#"{"ref":"refs/heads/main","repository":{"full_name":"harbour/ferry"}}"#;
        std::fs::write(job.temp().join("_github_workflow/event.json"), event).unwrap();
        std::fs::create_dir_all(job.workspace()).unwrap();
        for (path, content) in files {
            let path = job.workspace().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        job.git(&["init", "--quiet", "--initial-branch=main"]);
        job.git(&["remote", "add", "origin", "https://github.com/harbour/ferry"]);
        job.git(&["add", "--all"]);
        job.git(&["commit", "--quiet", "--allow-empty", "--message=first"]);
        // Fails where a runner's own account runs this, which owns everything already.
        walk(job.folder.path(), &mut |path| drop(lchown(path, Some(RUNNER), Some(RUNNER))));
        job
    }

    fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"];
        let mut git = Command::new("git");
        let status = git.current_dir(self.workspace()).args(identity).args(arguments).status().unwrap();
        assert!(status.success(), "git {arguments:?}");
    }

    /// Sets a variable of the job.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// States something of the server or the event in a variable that no job can set.
    pub(crate) fn context(mut self, name: &str, value: &str) -> Self {
        self.context.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Is what an event started, with its payload.
    pub(crate) fn event(self, name: &str, payload: &str) -> Self {
        std::fs::write(self.temp().join("_github_workflow/event.json"), payload).unwrap();
        self.context("GITHUB_EVENT_NAME", name)
    }

    /// Runs on a runner before 2.329.
    pub(crate) fn without_runner_temp(mut self) -> Self {
        self.mounts_temp = false;
        self
    }

    /// Returns the folder on the host that becomes `/github/workspace`.
    pub(crate) fn workspace(&self) -> PathBuf {
        self.folder.path().join("_work/ferry/ferry")
    }

    /// Returns the folder on the host that becomes `/github/runner_temp`.
    pub(crate) fn temp(&self) -> PathBuf {
        self.folder.path().join("_work/_temp")
    }

    /// Returns what is mounted where; a later folder lies inside an earlier one or beside it.
    fn mounts(&self) -> Vec<(PathBuf, &'static str)> {
        let temp = self.mounts_temp.then(|| (self.temp(), "/github/runner_temp"));
        let always = [
            (self.temp().join("_github_home"), "/github/home"),
            (self.temp().join("_github_workflow"), "/github/workflow"),
            (self.temp().join("_runner_file_commands"), "/github/file_commands"),
            (self.workspace(), "/github/workspace"),
        ];
        temp.into_iter().chain(always).collect()
    }

    /// Runs the action of a folder below the repository's root, as a step with these inputs.
    pub(crate) fn uses(&self, folder: &str, with: &[(&str, &str)]) -> Step {
        let output = self.start(folder, with).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
        let log = [output.stdout, output.stderr].map(|stream| String::from_utf8(stream).unwrap()).concat();
        Step {
            code: output.status.code().unwrap_or(-1),
            outputs: commands::environment_file(&self.file_command("set_output")),
            summary: self.file_command("step_summary"),
            annotations: commands::annotations(&log),
            log,
        }
    }

    /// Prepares the client's command that runs the action.
    pub(crate) fn start(&self, folder: &str, with: &[(&str, &str)]) -> Command {
        let manifest = manifest::read(folder);
        let (dockerfile, context) = manifest.dockerfile(folder);
        assert_eq!((dockerfile, context.as_path()), (manifest::root().join("Dockerfile"), manifest::root()));
        for (_, name) in FILE_COMMANDS {
            self.make_file_command(name);
        }
        let variables = self.variables(&manifest, with);
        let name = format!("plimsolltest_{:06x}", std::process::id());
        let mut command = engine::docker(&["run", "--name", &name, "--label", "5d8a7a"]);
        command.args(["--workdir", "/github/workspace", "--rm"]);
        for name in variables.keys() {
            command.args(["-e", name]);
        }
        command.args(["-e", "GITHUB_ACTIONS=true"]);
        if !variables.contains_key("CI") {
            command.args(["-e", "CI=true"]);
        }
        command.arg("-v").arg(format!("{}:/var/run/docker.sock", engine::socket()));
        for (host, container) in self.mounts() {
            command.arg("-v").arg(format!("{}:{container}", host.display()));
        }
        // An argument may be the value of an input.
        let argument = |argument: &String| {
            let name = argument.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}"));
            let Some(name) = name else { return argument.clone() };
            with.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned()).unwrap_or_default()
        };
        command.arg(engine::image()).args(manifest.runs.args.iter().map(argument));
        command.env_clear().envs(variables).stdin(Stdio::null());
        for name in ["PATH", "DOCKER_HOST"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
    }

    /// The variables of the step, later ones over earlier ones, with the host's paths translated.
    fn variables(&self, manifest: &Manifest, with: &[(&str, &str)]) -> BTreeMap<String, String> {
        let mut variables = self.environment.clone();
        let mut set = |name: &str, value: &str| drop(variables.insert(name.to_owned(), self.translated(value)));
        for (name, input) in &manifest.inputs {
            let given = with.iter().find(|(given, _)| given == name).map(|(_, value)| *value);
            let default = if input.default == "${{ github.token }}" { TOKEN } else { &input.default };
            assert!(!default.contains("${{"), "the default of {name} is an expression: {default}");
            set(&input_variable(name), given.unwrap_or(default));
        }
        // The runner warns about an input that is not declared, and passes it on all the same.
        for (name, value) in with.iter().filter(|(name, _)| !manifest.inputs.contains_key(*name)) {
            set(&input_variable(name), value);
        }
        set("HOME", "/github/home");
        for (name, value) in CONTEXT {
            set(name, value);
        }
        for (name, value) in &self.context {
            set(name, value);
        }
        set("GITHUB_WORKSPACE", &self.workspace().to_string_lossy());
        set("GITHUB_EVENT_PATH", &self.temp().join("_github_workflow/event.json").to_string_lossy());
        set("RUNNER_TEMP", &self.temp().to_string_lossy());
        set("RUNNER_WORKSPACE", &self.workspace().parent().unwrap().to_string_lossy());
        for (name, file) in FILE_COMMANDS {
            set(name, &self.file_command_path(file).to_string_lossy());
        }
        variables
    }

    /// Turns a value that is a path on the host into the path in the container.
    fn translated(&self, value: &str) -> String {
        let mounts = self.mounts();
        // Of two mounts that both hold the path, the one that was added later wins.
        let inside = mounts.iter().rev().find_map(|(host, container)| {
            let rest = value.strip_prefix(&*host.to_string_lossy())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{container}{rest}"))
        });
        inside.unwrap_or_else(|| value.to_owned())
    }

    fn file_command_path(&self, name: &str) -> PathBuf {
        self.temp().join("_runner_file_commands").join(format!("{name}_{STEP}"))
    }

    fn make_file_command(&self, name: &str) {
        let path = self.file_command_path(name);
        std::fs::write(&path, "").unwrap();
        drop(lchown(&path, Some(RUNNER), Some(RUNNER)));
    }

    fn file_command(&self, name: &str) -> String {
        std::fs::read_to_string(self.file_command_path(name)).unwrap()
    }

    /// Returns what the runner's account could not remove before the next job.
    pub(crate) fn left_by_root(&self) -> Vec<String> {
        let owner = std::fs::metadata(self.workspace()).unwrap().uid();
        let mut left = Vec::new();
        walk(self.folder.path(), &mut |path| {
            if std::fs::symlink_metadata(path).unwrap().uid() != owner {
                left.push(path.strip_prefix(self.folder.path()).unwrap().display().to_string());
            }
        });
        left
    }
}

/// Returns the variable that an input arrives in.
fn input_variable(name: &str) -> String {
    format!("INPUT_{}", name.replace(' ', "_").to_uppercase())
}

/// Visits a folder and all that is in it.
fn walk(path: &Path, visit: &mut impl FnMut(&Path)) {
    visit(path);
    if path.is_dir() && !path.is_symlink() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for entry in &entries {
            walk(entry, visit);
        }
    }
}

/// The contexts of a push to the default branch.
const CONTEXT: &[(&str, &str)] = &[
    ("GITHUB_ACTION", "__harbour_ferry"),
    ("GITHUB_ACTION_REF", "v1"),
    ("GITHUB_ACTION_REPOSITORY", "plimsoll-ci/plimsoll"),
    ("GITHUB_ACTOR", "ann"),
    ("GITHUB_ACTOR_ID", "1"),
    // Nothing listens there: an action that asks for nothing online must not care.
    ("GITHUB_API_URL", "http://127.0.0.1:9/api/v3"),
    ("GITHUB_BASE_REF", ""),
    ("GITHUB_EVENT_NAME", "push"),
    ("GITHUB_GRAPHQL_URL", "http://127.0.0.1:9/api/graphql"),
    ("GITHUB_HEAD_REF", ""),
    ("GITHUB_JOB", "measure"),
    ("GITHUB_REF", "refs/heads/main"),
    ("GITHUB_REF_NAME", "main"),
    ("GITHUB_REF_PROTECTED", "false"),
    ("GITHUB_REF_TYPE", "branch"),
    ("GITHUB_REPOSITORY", "harbour/ferry"),
    ("GITHUB_REPOSITORY_ID", "2"),
    ("GITHUB_REPOSITORY_OWNER", "harbour"),
    ("GITHUB_REPOSITORY_OWNER_ID", "3"),
    ("GITHUB_RETENTION_DAYS", "90"),
    ("GITHUB_RUN_ATTEMPT", "1"),
    ("GITHUB_RUN_ID", "4"),
    ("GITHUB_RUN_NUMBER", "5"),
    ("GITHUB_SERVER_URL", "https://github.com"),
    ("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567"),
    ("GITHUB_TRIGGERING_ACTOR", "ann"),
    ("GITHUB_WORKFLOW", "Metrics"),
    ("GITHUB_WORKFLOW_REF", "harbour/ferry/.github/workflows/metrics.yml@refs/heads/main"),
    ("GITHUB_WORKFLOW_SHA", "0123456789abcdef0123456789abcdef01234567"),
    ("RUNNER_ARCH", "X64"),
    ("RUNNER_ENVIRONMENT", "self-hosted"),
    ("RUNNER_NAME", "quay"),
    ("RUNNER_OS", "Linux"),
    ("RUNNER_TOOL_CACHE", "/opt/hostedtoolcache"),
    ("ACTIONS_CACHE_URL", "http://127.0.0.1:9/cache/"),
    ("ACTIONS_RESULTS_URL", "http://127.0.0.1:9/results/"),
    ("ACTIONS_RUNTIME_TOKEN", TOKEN),
    ("ACTIONS_RUNTIME_URL", "http://127.0.0.1:9/runtime/"),
];
