//! Holds the actions' files to the command line they stand for.
//!
//! An action's inputs are the long options of its verb, so the files are generated from the
//! command line and the table below, and never edited. `UPDATE=1 cargo test action_files` writes
//! them anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, Command};

/// What an action is, beside what its verb's command line says.
struct Action {
    /// The words of the command line.
    verb: &'static str,
    /// The words that may follow, one of which the input `part` names; none where the verb is whole.
    parts: &'static [&'static str],
    /// The folder below `actions`; none for the action at the repository's root.
    folder: &'static str,
    name: &'static str,
    description: &'static str,
    icon: &'static str,
    color: &'static str,
    /// What the step sets beside `outcome`.
    outputs: &'static [(&'static str, &'static str)],
    /// The permissions of the job, each with what it is for.
    permissions: &'static [(&'static str, &'static str)],
    /// What must have happened before, or what is left to do, in a sentence.
    needs: &'static str,
    /// The inputs of the example, as lines below `with:`.
    example: &'static [&'static str],
}

/// The actions. One whose verb the program does not have yet is left out.
const ACTIONS: &[Action] = &[
    Action {
        verb: "run",
        parts: &[],
        folder: "",
        name: "Plimsoll",
        description: "Lint, score, measure and gate GitHub Actions, with one verdict and one summary",
        icon: "anchor",
        color: "blue",
        outputs: &[
            ("verdict", "The worst verdict of all parts, in a word"),
            ("score", "The score from 0 to 10, with one decimal, if the repository was scored"),
        ],
        permissions: &[CHECK_OUT, HISTORY],
        needs: TELLS,
        example: &[],
    },
    Action {
        verb: "lint",
        parts: &[],
        folder: "lint",
        name: "Plimsoll lint",
        description: "Find what GitHub would refuse, what would go wrong at run time, and what is insecure",
        icon: "search",
        color: "blue",
        outputs: &[
            ("errors", "How many errors were found"),
            ("warnings", "How many warnings were found"),
            ("infos", "How many findings are only worth knowing"),
        ],
        permissions: &[CHECK_OUT],
        needs: TELLS,
        example: &["fail-on: warning"],
    },
    Action {
        verb: "score",
        parts: &[],
        folder: "score",
        name: "Plimsoll score",
        description: "Score how ready a repository is for production, with the place that proves each verdict",
        icon: "award",
        color: "blue",
        outputs: &[
            ("score", "The score from 0 to 10, with one decimal"),
            ("grade", "The score as a letter"),
            ("verdict", "Whether the repository is ready, in a word"),
        ],
        permissions: &[CHECK_OUT],
        needs: TELLS,
        example: &["fail-below: 7.5"],
    },
    Action {
        verb: "collect",
        parts: &[],
        folder: "collect",
        name: "Plimsoll collect",
        description: "Collect runs, test reports and sizes into the tables",
        icon: "download",
        color: "blue",
        outputs: &[("added", "How many rows are new"), ("updated", "How many rows say something else than before")],
        permissions: &[CHECK_OUT, HISTORY],
        needs: "It writes the tables into the workspace; the action `commit` brings them to a branch.",
        example: &["junit: reports/**/*.xml", "size: app=dist", "job-id: ${{ job.check_run_id }}"],
    },
    Action {
        verb: "gate",
        parts: &[],
        folder: "gate",
        name: "Plimsoll gate",
        description: "Judge the collected metrics by the gates of plimsoll.yml and its preset",
        icon: "shield",
        color: "blue",
        outputs: &[
            ("verdict", "The worst verdict of all gates, in a word"),
            ("failed", "How many gates failed"),
            ("warned", "How many gates warned"),
        ],
        permissions: &[CHECK_OUT],
        needs: "It reads the tables that the action `collect` wrote, from the branch that is checked out. Where it tells people of the\n\
                result, the job's token needs more: `pull-requests: write` for `comment`, `checks: write` for `check-run`,\n\
                `statuses: write` for `status`, `issues: write` for `issue`; [docs/notify.md](../../docs/notify.md) shows whole\n\
                workflows.",
        example: &["preset: standard"],
    },
    Action {
        verb: "monitor health",
        parts: &[],
        folder: "monitor",
        name: "Plimsoll monitor",
        description: "Probe what was deployed, once or for a time, and raise alerts",
        icon: "heart",
        color: "blue",
        outputs: &[
            ("down", "How many endpoints are unhealthy"),
            ("degraded", "How many endpoints are degraded"),
            ("alerts", "How many alerts were raised"),
            ("issues", "The addresses of the issues of incidents that were opened, changed or closed, one a line"),
        ],
        permissions: &[CHECK_OUT],
        needs: "It probes the endpoints of plimsoll.yml; [docs/health.md](../../docs/health.md) says what can be expected of them.\n\
                With `issues` each incident has an issue, which needs `issues: write`.",
        example: &["environment: production", "for: 5m"],
    },
    Action {
        verb: "monitor resources",
        parts: &[],
        folder: "resources",
        name: "Plimsoll resources",
        description: "Sum up what a sampler beside the job has seen: CPU, memory, disk, network and pressure",
        icon: "activity",
        color: "blue",
        outputs: &[],
        permissions: &[CHECK_OUT, HISTORY],
        needs: "It reads the log of a sampler that runs as a service of the job; [docs/resources.md](../../docs/resources.md) \
                shows the whole job.",
        example: &["from: ${{ runner.temp }}/resources.jsonl", "job-id: ${{ job.check_run_id }}"],
    },
    Action {
        verb: "deploy",
        parts: &["start", "verify", "finish", "rollback"],
        folder: "deploy",
        name: "Plimsoll deploy",
        description: "Begin a deployment that gates and a checklist allow, verify it, record it, and roll back by a workflow",
        icon: "upload-cloud",
        color: "blue",
        outputs: &[
            ("deployment-id", "The deployment's number at GitHub"),
            ("state", "in_progress, success, failure, error, or refused"),
            ("version", "What is deployed"),
            ("previous-version", "What was there before"),
            ("rolled-back", "Whether the version before was brought back: true or false"),
        ],
        permissions: &[
            CHECK_OUT,
            ("deployments: write", "to make the deployment and tell its states"),
            ("actions: write", "to roll back by a workflow"),
            ("checks: read", "for the boxes of the checklist that checks prove"),
            ("pull-requests: read", "for the box `review`"),
        ],
        needs: "Its image holds no shell, so it runs no commands: steps of the job deploy between `start` and `verify`, and \
                a workflow rolls back. `plimsoll deploy run` on the runner itself goes the whole way; \
                [docs/deploy.md](../../docs/deploy.md) shows both.",
        example: &["part: start", "env: production"],
    },
    Action {
        verb: "report",
        parts: &[],
        folder: "report",
        name: "Plimsoll report",
        description: "Report on the collected tables as Markdown and as a page with charts",
        icon: "bar-chart-2",
        color: "blue",
        outputs: &[],
        permissions: &[CHECK_OUT],
        needs: READS_TABLES,
        example: &["html: report.html"],
    },
    Action {
        verb: "commit",
        parts: &[],
        folder: "commit",
        name: "Plimsoll commit",
        description: "Put the rows of the work tree's tables on a branch, whoever else is pushing",
        icon: "git-commit",
        color: "blue",
        outputs: &[
            ("committed", "Whether anything was committed: true or false"),
            ("sha", "The commit, empty if there is none"),
            ("branch", "The branch that holds the tables"),
            ("rows-added", "How many rows the branch did not have"),
            ("conflicts", "How often somebody else was faster"),
            ("tries", "How often it was tried"),
            ("pull-request", "The number of the pull request that carries the rows, empty if there is none"),
            ("kept", "The folder that keeps the rows where they could not be committed, else empty"),
        ],
        permissions: &[("contents: write", "to commit the tables")],
        needs: "It commits the tables that the action `collect` wrote earlier in the job.",
        example: &[],
    },
    Action {
        verb: "init",
        parts: &[],
        folder: "init",
        name: "Plimsoll init",
        description: "Write a commented plimsoll.yml and workflows, or the files that close gaps of the score",
        icon: "file-plus",
        color: "blue",
        outputs: &[],
        permissions: &[CHECK_OUT],
        needs: "It writes into the workspace; a step behind it makes a pull request of that.",
        example: &["plan: true"],
    },
];

/// The one action that runs on every system, and so in no container: its manifest is written by
/// hand, and its README comes from that.
const SETUP: &str = "actions/setup";

/// Files beside a manifest and a README.
const BESIDE: &[&str] = &["actions/setup/setup.sh"];

fn setup() -> serde_json::Value {
    let text = std::fs::read_to_string(root().join(SETUP).join("action.yml")).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

fn setup_readme() -> String {
    let manifest = setup();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let table = |part: &str| -> String {
        let entries = manifest[part].as_object().unwrap().iter();
        let rows: Vec<String> =
            entries.map(|(name, entry)| format!("| `{name}` | {} |\n", text(&entry["description"]))).collect();
        rows.concat()
    };
    format!(
        "# {}\n\n{}.\nThe archive is checked against the SHA-256 sums of its release before it is unpacked. Releases hold the \
         sums beside\nthis action, so that who pins it by its commit pins the program with it.\n\n## Use\n\n```yaml\n\
         jobs:\n  setup:\n    runs-on: macos-15\n    timeout-minutes: 10\n    permissions:\n      contents: read # to check \
         out\n    steps:\n      - uses: {CHECKOUT}\n        with:\n          persist-credentials: false\n      - uses: \
         plimsoll-ci/plimsoll/{SETUP}@v1\n      - run: plimsoll lint\n```\n\nIt runs on Linux, macOS and Windows runners, \
         and needs no Docker.\n\n## Inputs\n\nAll are optional, and an empty one counts as not given.\n\n| input | \
         meaning |\n| --- | --- |\n{}\n## Outputs\n\n| output | meaning |\n| --- | --- |\n{}\nOn your own machine \
         [install.sh](../../install.sh) does the same.\n",
        text(&manifest["name"]),
        text(&manifest["description"]),
        table("inputs"),
        table("outputs"),
    )
}

/// Without it `actions/checkout` reads public repositories only.
const CHECK_OUT: (&str, &str) = ("contents: read", "to check out");

/// Asked for by the verbs alone that take a token.
const HISTORY: (&str, &str) = ("actions: read", "to read the history of runs");

const TELLS: &str = "Where it tells people of the result, the job's token needs more: `pull-requests: write` for `comment`, `checks: write` for\n\
                     `check-run`, `statuses: write` for `status`, `issues: write` for `issue`; [docs/notify.md](../../docs/notify.md)\n\
                     shows whole workflows.";

const READS_TABLES: &str = "It reads the tables that the action `collect` wrote, from the branch that is checked out.";

/// What every action sets.
const OUTCOME: (&str, &str) =
    ("outcome", "What it came to: pass, fail, or unknown where it could not be told; fail and unknown fail the step");

/// What is set beside where people are told of the result.
const TOLD: &[(&str, &str)] = &[
    ("pull-request", "The number of the pull request, where a comment was asked for"),
    ("comment-url", "The address of the comment on the pull request"),
    ("check-run-url", "The address of the check run"),
    ("issue-number", "The number of the issue"),
    ("issue-url", "The address of the issue"),
    ("issue-state", "open, closed by this run, or none"),
];

/// The pinned action that the examples check out with.
const CHECKOUT: &str = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";

/// Options that make no sense as inputs.
const NO_INPUTS: &[&str] = &["help", "version"];

/// A verb's input.
struct Input {
    name: String,
    description: String,
    default: Option<&'static str>,
}

impl Action {
    fn is_root(&self) -> bool {
        self.folder.is_empty()
    }

    /// Returns the folder below the repository's root; the one that does everything is the root's.
    fn folder(&self) -> PathBuf {
        if self.is_root() { PathBuf::new() } else { Path::new("actions").join(self.folder) }
    }

    fn outputs(&self, inputs: &[Input]) -> impl Iterator<Item = (&str, &str)> {
        std::iter::once(OUTCOME).chain(self.own_outputs(inputs))
    }

    /// Returns what the step sets beside `outcome`.
    fn own_outputs(&self, inputs: &[Input]) -> impl Iterator<Item = (&str, &str)> {
        let tells = inputs.iter().any(|input| input.name == "comment");
        self.outputs.iter().chain(TOLD.iter().filter(move |_| tells)).copied()
    }

    /// Returns what `uses:` says.
    fn reference(&self) -> String {
        let folder = self.folder();
        let folder = if self.is_root() { String::new() } else { format!("/{}", folder.display()) };
        format!("plimsoll-ci/plimsoll{folder}@v1")
    }

    /// Writes `action.yml`.
    fn metadata(&self, inputs: &[Input]) -> String {
        let image = if self.is_root() { "Dockerfile" } else { "../../Dockerfile" };
        let mut text = format!(
            "# Generated from the command line; see CONTRIBUTING.md.\n\
             name: {}\ndescription: {}\nauthor: The Plimsoll authors\nbranding:\n  icon: {}\n  color: {}\n",
            scalar(self.name),
            scalar(self.description),
            self.icon,
            self.color
        );
        if !inputs.is_empty() {
            text.push_str("inputs:\n");
        }
        for input in inputs {
            writeln!(text, "  {}:\n    description: {}", input.name, prose(&input.description)).unwrap();
            if let Some(default) = input.default {
                writeln!(text, "    default: {default}").unwrap();
            }
        }
        text.push_str("outputs:\n");
        for (name, description) in self.outputs(inputs) {
            writeln!(text, "  {name}:\n    description: {}", scalar(description)).unwrap();
        }
        let part = if self.parts.is_empty() { "" } else { ", \"${{ inputs.part }}\"" };
        let words = self.verb.replace(' ', ", ");
        write!(text, "runs:\n  using: docker\n  image: {image}\n  args: [{words}{part}]\n").unwrap();
        text
    }

    /// Writes the README beside it.
    fn readme(&self, inputs: &[Input]) -> String {
        let mut text = format!("# {}\n\n{}.\n", self.name, self.description);
        if !self.needs.is_empty() {
            writeln!(text, "{}", self.needs).unwrap();
        }
        write!(text, "\n## Use\n\n```yaml\n{}```\n", self.job(inputs)).unwrap();
        text.push_str(
            "\nIt runs on Linux runners with Docker. [How the actions work](../../docs/actions.md) says more.\n",
        );
        text.push_str("\n## Inputs\n\nAll are optional, and an empty one counts as not given.\n\n");
        text.push_str("| input | meaning |\n| --- | --- |\n");
        for input in inputs {
            writeln!(text, "| `{}` | {} |", input.name, input.description.replace('|', "\\|")).unwrap();
        }
        text.push_str("\n## Outputs\n\n| output | meaning |\n| --- | --- |\n");
        for (name, description) in self.outputs(inputs) {
            writeln!(text, "| `{name}` | {description} |").unwrap();
        }
        writeln!(text, "\nThe same on a command line: `plimsoll {0}`; `plimsoll {0} --help` says more.", self.verb)
            .unwrap();
        text
    }

    /// Returns the permissions that the verb, as it is, has a use for.
    fn permissions(&self, inputs: &[Input]) -> impl Iterator<Item = (&str, &str)> {
        let asks = inputs.iter().any(|input| input.name == "token");
        self.permissions.iter().copied().filter(move |permission| asks || *permission != HISTORY)
    }

    fn job(&self, inputs: &[Input]) -> String {
        let mut text = format!(
            "jobs:\n  {}:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 10\n",
            if self.is_root() { self.verb } else { self.folder }
        );
        text.push_str("    permissions:\n");
        for (permission, reason) in self.permissions(inputs) {
            writeln!(text, "      {permission} # {reason}").unwrap();
        }
        write!(text, "    steps:\n      - uses: {CHECKOUT}\n        with:\n          persist-credentials: false\n")
            .unwrap();
        writeln!(text, "      - uses: {}", self.reference()).unwrap();
        if !self.example.is_empty() {
            text.push_str("        with:\n");
        }
        for line in self.example {
            writeln!(text, "          {line}").unwrap();
        }
        text
    }

    /// Writes the action's line in the table of all of them.
    fn overview(&self, inputs: &[Input]) -> String {
        let words = |words: Vec<String>| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
        let outputs = self.own_outputs(inputs).map(|(name, _)| format!("`{name}`")).collect();
        let permissions = self.permissions(inputs).map(|(permission, _)| format!("`{permission}`")).collect();
        let page =
            if self.is_root() { "../action.yml".to_owned() } else { format!("../actions/{}/README.md", self.folder) };
        format!(
            "| [`{}`]({page}) | {} | {} | {} |\n",
            self.reference(),
            self.description,
            words(outputs),
            words(permissions)
        )
    }
}

/// Writes a text that nobody evaluates without the marks of an expression: the runner refuses a
/// whole action for an expression where it allows none.
fn prose(text: &str) -> String {
    scalar(&text.replace("${{ ", "").replace(" }}", ""))
}

/// Writes a YAML scalar: plain where that reads as the same text, quoted elsewhere.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':');
    if plain { text.to_owned() } else { serde_json::to_string(text).unwrap() }
}

/// Returns a verb's inputs: what follows it, its long options, and those that every verb has.
fn inputs(verb: &Command, command: &Command) -> Vec<Input> {
    // What follows `--` is a command, which an action's image does not hold.
    let positional = verb.get_positionals().filter(|argument| !argument.is_last_set());
    let positional = positional.map(|argument| (argument.get_id().to_string(), argument));
    let everywhere = command.get_opts().filter(|argument| argument.is_global_set());
    let options =
        verb.get_opts().chain(everywhere).filter_map(|argument| Some((argument.get_long()?.to_owned(), argument)));
    let all =
        positional.chain(options).filter(|(name, argument)| !NO_INPUTS.contains(&&**name) && !argument.is_hide_set());
    all.map(|(name, argument)| Input { default: default(&name), description: description(argument), name }).collect()
}

fn is_flag(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::SetTrue | ArgAction::SetFalse | ArgAction::Count)
}

fn default(name: &str) -> Option<&'static str> {
    (name == "token").then_some("${{ github.token }}")
}

/// Says what the help says, and what a reader of YAML does not see from a command line.
fn description(argument: &Arg) -> String {
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let mut sentences = vec![help];
    if is_flag(argument) {
        sentences.push("True or false".to_owned());
    } else {
        let values: Vec<String> =
            argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        if !values.is_empty() {
            sentences.push(format!("One of {}", values.join(", ")));
        }
        let defaults: Vec<String> =
            argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        if !defaults.is_empty() {
            sentences.push(format!("Default {}", defaults.join(", ")));
        }
        if matches!(argument.get_action(), ArgAction::Append) {
            sentences.push("One item a line".to_owned());
        }
    }
    sentences.join(". ")
}

/// Returns the actions whose verb the program has, with their inputs.
fn actions() -> Vec<(&'static Action, Vec<Input>)> {
    let command = plimsoll::cli::command();
    let verb = |words: &str| words.split(' ').try_fold(&command, |verb, word| verb.find_subcommand(word));
    let with_inputs = |action: &'static Action| {
        let Some((first, others)) = action.parts.split_first() else {
            return Some((action, inputs(verb(action.verb)?, &command)));
        };
        let of_part = |part: &str| Some(inputs(verb(&format!("{} {part}", action.verb))?, &command));
        let description = format!("What to do: {}", action.parts.join(", "));
        let mut all = vec![Input { name: "part".to_owned(), description, default: None }];
        all.extend(of_part(first)?);
        for part in others {
            let known: BTreeSet<String> = all.iter().map(|input| input.name.clone()).collect();
            all.extend(of_part(part)?.into_iter().filter(|input| !known.contains(&input.name)));
        }
        Some((action, all))
    };
    ACTIONS.iter().filter_map(with_inputs).collect()
}

/// Returns every file that the actions should have, with its content.
fn expected() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for (action, inputs) in actions() {
        files.push((action.folder().join("action.yml"), action.metadata(&inputs)));
        if !action.is_root() {
            files.push((action.folder().join("README.md"), action.readme(&inputs)));
        }
    }
    files.push((Path::new(SETUP).join("README.md"), setup_readme()));
    files.push((PathBuf::from(OVERVIEW), overview()));
    files
}

/// The page with the table of all actions; the rest of it is written by hand.
const OVERVIEW: &str = "docs/actions.md";

fn overview() -> String {
    let (begin, end) = ("<!-- actions -->\n", "<!-- end -->\n");
    let page = std::fs::read_to_string(root().join(OVERVIEW)).unwrap();
    let (before, rest) = page.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let mut table = "| action | what it does | outputs beside `outcome` | permissions |\n".to_owned();
    table.push_str("| --- | --- | --- | --- |\n");
    for (action, inputs) in actions() {
        table.push_str(&action.overview(&inputs));
    }
    let description = setup()["description"].as_str().unwrap().to_owned();
    writeln!(
        table,
        "| [`plimsoll-ci/plimsoll/{SETUP}@v1`](../{SETUP}/README.md) | {description} | `version`, `path` instead of `outcome` \
         | none |"
    )
    .unwrap();
    format!("{before}{begin}{table}{end}{after}")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_files_are_what_the_command_line_says() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut stale = Vec::new();
    for (path, content) in expected() {
        let full = root().join(&path);
        if std::fs::read_to_string(&full).is_ok_and(|present| present == content) {
            continue;
        }
        if update {
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(&full, content).unwrap();
        } else {
            stale.push(path);
        }
    }
    assert_eq!(stale, Vec::<PathBuf>::new(), "`UPDATE=1 cargo test action_files` writes them");
}

#[test]
fn no_other_action_stands_there() {
    let expected: BTreeSet<PathBuf> = expected().into_iter().map(|(path, _)| path).collect();
    let mut present = BTreeSet::new();
    for folder in std::fs::read_dir(root().join("actions")).into_iter().flatten() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            present.insert(file.unwrap().path().strip_prefix(root()).unwrap().to_owned());
        }
    }
    let by_hand = |path: &&PathBuf| {
        path.starts_with(SETUP) && path.ends_with("action.yml") || BESIDE.iter().any(|beside| path.ends_with(beside))
    };
    let unexpected: Vec<&PathBuf> = present.difference(&expected).filter(|path| !by_hand(path)).collect();
    assert_eq!(unexpected, Vec::<&PathBuf>::new());
}

/// A verb that judges or measures is an action, or stands here.
#[test]
fn every_verb_is_an_action_or_only_a_command() {
    const ONLY_COMMANDS: &[&str] = &[
        "baseline",
        "completions",
        "doctor",
        "explain",
        "export",
        "help",
        "man",
        "rules",
        "schema",
        "simulate",
        "time",
    ];
    let command = plimsoll::cli::command();
    let verbs = command.get_subcommands().map(Command::get_name);
    let forgotten: Vec<&str> = verbs
        .filter(|verb| {
            !ONLY_COMMANDS.contains(verb) && !ACTIONS.iter().any(|action| action.verb.split(' ').next() == Some(*verb))
        })
        .collect();
    assert_eq!(forgotten, Vec::<&str>::new());
}

/// The runner knows these colours only, and ids of letters, digits, `-` and `_`.
#[test]
fn the_metadata_follows_the_schema() {
    const COLORS: &[&str] = &["white", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"];
    let word = |name: &str| name.chars().all(|character| character.is_ascii_alphanumeric() || "-_".contains(character));
    for action in ACTIONS {
        assert!(COLORS.contains(&action.color), "{}", action.color);
        assert!(!action.description.ends_with('.'), "{}", action.description);
    }
    for (action, inputs) in actions() {
        assert!(action.outputs(&inputs).all(|(name, _)| word(name)), "{}", action.verb);
        for input in &inputs {
            assert!(word(&input.name) && !input.description.is_empty(), "{}: {}", action.verb, input.name);
        }
        for line in action.example {
            let name = line.split(':').next();
            assert!(inputs.iter().any(|input| Some(&*input.name) == name), "{}: {line}", action.verb);
        }
    }
}

#[test]
fn scalars_are_quoted_where_they_must_be() {
    assert_eq!(scalar("Plain, with `ticks` and [brackets]"), "Plain, with `ticks` and [brackets]");
    assert_eq!(scalar("A list: two"), "\"A list: two\"");
    assert_eq!(scalar("`-` first"), "\"`-` first\"");
    assert_eq!(prose("The id: `${{ job.id }}`"), "\"The id: `job.id`\"");
}

#[test]
fn descriptions_say_what_yaml_does_not_show() {
    let list = Arg::new("a").long("select").help("Use these").action(ArgAction::Append);
    let flag = Arg::new("b").long("offline").help("Ask nobody").action(ArgAction::SetTrue);
    let value =
        Arg::new("c").long("fail-on").help("Fail from here").value_parser(["error", "never"]).default_value("error");
    let token = Arg::new("d").long("token").help("The token");
    let paths = Arg::new("paths").help("What to lint").action(ArgAction::Append);
    let verb = Command::new("verb").args([list, flag, value, token, paths]);
    let everywhere = Arg::new("e").long("exit-zero").help("End with 0").action(ArgAction::SetTrue).global(true);
    let command = Command::new("plimsoll").arg(everywhere).arg(Arg::new("f").long("config-less"));
    let inputs = inputs(&verb, &command);
    let seen: Vec<(&str, &str)> = inputs.iter().map(|input| (&*input.name, &*input.description)).collect();
    assert_eq!(
        seen,
        [
            ("paths", "What to lint. One item a line"),
            ("select", "Use these. One item a line"),
            ("offline", "Ask nobody. True or false"),
            ("fail-on", "Fail from here. One of error, never. Default error"),
            ("token", "The token"),
            ("exit-zero", "End with 0. True or false"),
        ]
    );
    let token = inputs.iter().find(|input| input.name == "token");
    assert_eq!(token.and_then(|token| token.default), Some("${{ github.token }}"));
}
