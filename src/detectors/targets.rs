//! Where a command leads that only names something else to run: a script of `package.json`, a
//! target of a Makefile or a justfile, a script file.

use super::javascript;
use super::recipes::recipes;
use super::silence::Silence;
use crate::model::repository::{Repository, TextFile, folder_of, join, name_of};
use crate::model::yaml::Node;

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The folder it runs in.
    pub(super) folder: String,
    /// The script; for a recipe the lines of it.
    pub(super) script: String,
    /// Where the script is written, when that is a file.
    pub(super) source: Option<Source>,
    /// What runs it.
    pub(super) shell: TargetShell,
    /// Why its failure would not be noticed, whatever the script says.
    pub(super) silence: Option<Silence>,
}

/// The lines of a file that a script's lines are written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// The file.
    pub(super) path: String,
    /// The number of the line, from 1, for each line of the script.
    pub(super) lines: Vec<usize>,
}

/// What runs a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetShell {
    /// What runs the command that leads to it.
    Same,
    /// The build of an image, whose shell goes on after a failure; with `pipefail` or not.
    Build {
        /// Whether a pipe fails as soon as one of its commands does.
        pipefail: bool,
    },
    /// Make, which gives each line a shell of its own.
    EachLine,
}

impl Target {
    /// Makes one that stands in no file, or nobody knows where.
    pub(super) fn new(folder: impl Into<String>, script: impl Into<String>) -> Self {
        let (folder, script) = (folder.into(), script.into());
        Self { folder, script, source: None, shell: TargetShell::Same, silence: None }
    }

    /// Says in which lines of a file the script is written, from which line on.
    #[must_use]
    pub(super) fn from(self, path: &str, first: usize) -> Self {
        let lines = (first..first + self.script.lines().count()).collect();
        self.at(path, lines)
    }

    /// Says in which lines of a file the script is written, line by line.
    #[must_use]
    pub(super) fn at(self, path: &str, lines: Vec<usize>) -> Self {
        Self { source: Some(Source { path: path.to_owned(), lines }), ..self }
    }
}

/// Returns the number of the first line, from 1, that is accepted.
fn line_of(text: &str, accept: impl Fn(&str) -> bool) -> usize {
    text.lines().position(accept).map_or(1, |at| at + 1)
}

/// Verbs of npm, yarn, pnpm and bun that are no scripts.
const PACKAGE_VERBS: &[&str] = &[
    "install",
    "ci",
    "add",
    "audit",
    "publish",
    "exec",
    "dlx",
    "config",
    "set",
    "version",
    "pack",
    "cache",
    "init",
    "create",
    "link",
    "update",
    "outdated",
    "why",
    "workspaces",
    "plugin",
    "dedupe",
    "i",
    "npm",
    "remove",
    "login",
];

/// Follows a command, program first, that runs in `folder`; nothing for one that does its work
/// itself, and for a name that cannot be found.
pub(super) fn follow(repository: &Repository, folder: &str, command: &[&str]) -> Vec<Target> {
    let Some((program, rest)) = command.split_first() else { return Vec::new() };
    // Nobody knows what stands in a folder that a job makes.
    if !is_folder(repository, folder) {
        return Vec::new();
    }
    match *program {
        "bun" => {
            let scripts = package_script(repository, folder, rest);
            if scripts.is_empty() { javascript::program(repository, folder, program, rest) } else { scripts }
        }
        "npm" | "yarn" | "pnpm" => package_script(repository, folder, rest),
        "make" | "gmake" => recipes(repository, folder, rest, &["Makefile", "makefile", "GNUmakefile"]),
        "node" if rest.first() == Some(&"--run") => {
            package_script(repository, folder, &[&["run"], rest.get(1..).unwrap_or_default()].concat())
        }
        "node" | "nodejs" | "tsx" | "ts-node" | "ts-node-esm" | "zx" | "vite-node" | "jiti" | "esno" => {
            javascript::program(repository, folder, program, rest)
        }
        "deno" if rest.first() == Some(&"run") => javascript::program(repository, folder, program, rest),
        "turbo" | "nx" | "lerna" | "wsrun" => workspace_tasks(repository, folder, rest),
        "npm-run-all" | "run-s" | "run-p" | "concurrently" => several_scripts(repository, folder, program, rest),
        "composer" => composer_script(repository, folder, rest),
        "task" | "go-task" => task(repository, folder, rest),
        "deno" if rest.first() == Some(&"task") => deno_task(repository, folder, rest),
        "just" => recipes(repository, folder, rest, &["justfile", "Justfile", ".justfile"]),
        "bash" | "sh" | "zsh" | "dash" | "source" | "." => shell_script(repository, folder, rest),
        _ if javascript::is_program(program) => {
            let is_program = program.contains('/') && starts_itself(repository, folder, program);
            if is_program { javascript::started(repository, folder, "node", program) } else { Vec::new() }
        }
        _ => script_file(repository, folder, program),
    }
}

/// Tells whether the first line of a program says what runs it.
fn starts_itself(repository: &Repository, folder: &str, path: &str) -> bool {
    let file = join(folder, path).and_then(|path| repository.text(&path));
    file.is_some_and(|file| file.text.starts_with("#!"))
}

fn is_folder(repository: &Repository, folder: &str) -> bool {
    let within = format!("{folder}/");
    let mut below = repository.texts.range(within.clone()..);
    folder.is_empty() || below.next().is_some_and(|(path, _)| path.starts_with(&within))
}

pub(super) fn words<'word>(rest: &[&'word str]) -> impl Iterator<Item = &'word str> {
    let takes_value = |word: &str| {
        matches!(word, "-C" | "--prefix" | "--cwd" | "--dir" | "--filter" | "-F" | "-w" | "--workspace" | "-f" | "-j")
    };
    let mut skip = false;
    rest.iter().copied().filter(move |word| {
        let skipped = std::mem::replace(&mut skip, takes_value(word));
        !skipped && !word.starts_with('-')
    })
}

fn package_script(repository: &Repository, folder: &str, rest: &[&str]) -> Vec<Target> {
    let mut words = words(rest);
    let name = match words.next() {
        Some("run" | "run-script") => words.next(),
        Some("t" | "tst") => Some("test"),
        Some("workspace") => words.nth(1),
        Some("recursive") => words.find(|word| *word != "run"),
        Some(verb) if !PACKAGE_VERBS.contains(&verb) => Some(verb),
        Some(_) | None => None,
    };
    let Some(name) = name else { return Vec::new() };
    let within = option(rest, &["-C", "--prefix", "--cwd", "--dir"]).and_then(|path| join(folder, path));
    let folder = within.as_deref().unwrap_or(folder);
    let wanted = option(rest, &["--filter", "-F", "-w", "--workspace"])
        .or_else(|| rest.iter().position(|word| *word == "workspace").and_then(|at| rest.get(at + 1).copied()));
    let manifests = repository.texts.iter().filter(|(path, _)| name_of(path) == "package.json");
    let mut found: Vec<Target> = manifests
        .filter_map(|(path, file)| {
            let manifest: serde_json::Value = serde_json::from_str(&file.text).ok()?;
            let script = manifest.get("scripts")?.get(name)?.as_str()?;
            let named = || manifest.get("name").and_then(serde_json::Value::as_str);
            let is_wanted =
                |wanted: &str| named() == Some(wanted) || join(folder, wanted).as_deref() == Some(folder_of(path));
            if !wanted.is_none_or(is_wanted) {
                return None;
            }
            let key = format!("\"{name}\"");
            let line = line_of(&file.text, |line| line.contains(&key) && line.contains(first_of(script)));
            Some(Target::new(folder_of(path), script).from(path, line))
        })
        .collect();
    // The script of the folder at hand wins; without one a workspace's packages are meant.
    if let Some(at) = found.iter().position(|target| target.folder == folder) {
        return vec![found.swap_remove(at)];
    }
    found
}

/// Returns the path of a file that a script names: from the folder it runs in, or from the workspace.
pub(super) fn path_from(folder: &str, written: &str) -> Option<String> {
    let roots = ["$GITHUB_WORKSPACE/", "${GITHUB_WORKSPACE}/", "${{ github.workspace }}/", "${{github.workspace}}/"];
    let of_root = roots.iter().find_map(|root| written.strip_prefix(root));
    of_root.map_or_else(|| join(folder, written), |path| join("", path))
}

/// Returns the value of one of the options, behind it or behind `=`.
pub(super) fn option<'word>(rest: &[&'word str], names: &[&str]) -> Option<&'word str> {
    rest.iter().enumerate().find_map(|(at, word)| match word.split_once('=') {
        Some((name, value)) if names.contains(&name) => Some(value.trim_matches(['"', '\'', '{', '}'])),
        Some(_) => None,
        None => names.contains(word).then(|| rest.get(at + 1).copied()).flatten(),
    })
}

/// `npm-run-all a b:*`, `run-p a b` and `concurrently "npm:a" "command"` run scripts of one package.
fn several_scripts(repository: &Repository, folder: &str, program: &str, rest: &[&str]) -> Vec<Target> {
    let path = join(folder, "package.json").unwrap_or_default();
    let manifest = repository.text(&path).and_then(|file| serde_json::from_str::<serde_json::Value>(&file.text).ok());
    let scripts = manifest.as_ref().and_then(|manifest| manifest.get("scripts")?.as_object());
    let names: Vec<&str> = scripts.into_iter().flat_map(|scripts| scripts.keys()).map(String::as_str).collect();
    let mut found = Vec::new();
    for word in words(rest).take_while(|word| *word != "--") {
        let script = if program == "concurrently" { word.strip_prefix("npm:") } else { Some(word) };
        let Some(script) = script else {
            found.push(Target::new(folder, word));
            continue;
        };
        // A script with arguments of its own stands in quotes.
        let script = script.split_whitespace().next().unwrap_or_default();
        let of_pattern =
            |name: &&&str| script.split_once('*').map_or(**name == script, |(start, _)| name.starts_with(start));
        let meant = names.iter().filter(of_pattern);
        found.extend(meant.flat_map(|name| package_script(repository, folder, &["run", name])));
    }
    found
}

/// `turbo run test` and the like run the script of that name in each package.
fn workspace_tasks(repository: &Repository, folder: &str, rest: &[&str]) -> Vec<Target> {
    let listed = rest.iter().enumerate().filter_map(|(at, word)| match word.split_once('=') {
        Some(("-t" | "--target" | "--targets", names)) => Some(names),
        Some(_) => None,
        None => matches!(*word, "-t" | "--target" | "--targets").then(|| rest.get(at + 1).copied()).flatten(),
    });
    let named = listed.flat_map(|names| names.split(','));
    let verbs = ["run", "run-many", "affected", "exec"];
    let words = words(rest).filter(|word| !verbs.contains(word));
    let tasks: Vec<&str> = named.chain(words).collect();
    tasks.into_iter().flat_map(|task| package_script(repository, folder, &["run", task])).collect()
}

fn composer_script(repository: &Repository, folder: &str, rest: &[&str]) -> Vec<Target> {
    let mut words = words(rest);
    let name = match words.next() {
        Some("run" | "run-script") => words.next(),
        name => name,
    };
    let file = join(folder, "composer.json").and_then(|path| repository.text(&path));
    let scripts = file.and_then(|file| serde_json::from_str::<serde_json::Value>(&file.text).ok());
    let script = scripts.as_ref().and_then(|manifest| manifest.get("scripts")?.get(name?));
    let lines: Vec<&str> = match script {
        Some(serde_json::Value::String(line)) => vec![line],
        Some(serde_json::Value::Array(lines)) => lines.iter().filter_map(serde_json::Value::as_str).collect(),
        _ => Vec::new(),
    };
    // `@other` runs another script, `@php x` runs PHP.
    let line = |line: &&str| {
        line.strip_prefix("@php ").map_or_else(
            || line.replacen('@', "composer ", usize::from(line.starts_with('@'))),
            |rest| format!("php {rest}"),
        )
    };
    let script: Vec<String> = lines.iter().map(line).collect();
    if script.is_empty() { Vec::new() } else { vec![Target::new(folder, script.join("\n"))] }
}

/// A task of a Taskfile, with those it depends on.
fn task(repository: &Repository, folder: &str, rest: &[&str]) -> Vec<Target> {
    let names = ["Taskfile.yml", "Taskfile.yaml", "taskfile.yml", "taskfile.yaml"];
    let file = names.iter().filter_map(|name| join(folder, name)).find_map(|path| repository.text(&path));
    let Some(tasks) = file.and_then(|file| file.roots().next()?.get("tasks")) else { return Vec::new() };
    let mut open: Vec<String> = words(rest).filter(|word| !word.contains('=')).map(str::to_owned).collect();
    let (mut seen, mut found) = (Vec::new(), Vec::new());
    while let Some(name) = open.pop() {
        let Some(node) = tasks.get(&name).filter(|_| !seen.contains(&name)) else { continue };
        seen.push(name);
        open.extend(node.get("deps").into_iter().flat_map(Node::texts).map(|text| text.value));
        let mut lines: Vec<String> = Vec::new();
        for command in node.get("cmds").or(node.get("cmd")).map(listed).unwrap_or_default() {
            let run = command.text().or_else(|| command.get("cmd").and_then(Node::text));
            lines.extend(run.map(|text| text.value.clone()));
            open.extend(command.get("task").and_then(Node::text).map(|text| text.value.clone()));
        }
        found.push(Target::new(folder, lines.join("\n")));
    }
    found
}

fn first_of(script: &str) -> &str {
    script.split([' ', '"', '\\']).next().unwrap_or_default()
}

fn listed(node: &Node) -> Vec<&Node> {
    if node.text().is_some() { vec![node] } else { node.items().iter().collect() }
}

fn deno_task(repository: &Repository, folder: &str, rest: &[&str]) -> Vec<Target> {
    let name = words(rest).nth(1);
    let file = ["deno.json", "deno.jsonc"]
        .iter()
        .filter_map(|name| join(folder, name))
        .find_map(|path| repository.text(&path));
    let manifest = file.and_then(|file| serde_json::from_str::<serde_json::Value>(&file.text).ok());
    let script = manifest.as_ref().and_then(|manifest| manifest.get("tasks")?.get(name?)?.as_str());
    script.map(|script| Target::new(folder, script)).into_iter().collect()
}

fn shell_script(repository: &Repository, folder: &str, rest: &[&str]) -> Vec<Target> {
    if let Some(at) = rest.iter().position(|word| word.starts_with('-') && word.ends_with('c') && word.len() < 6) {
        return rest.get(at + 1).map(|script| Target::new(folder, *script)).into_iter().collect();
    }
    rest.iter().find(|word| !word.starts_with('-')).map_or_else(Vec::new, |path| script_file(repository, folder, path))
}

fn script_file(repository: &Repository, folder: &str, path: &str) -> Vec<Target> {
    let path = path.trim_start_matches("${{ github.workspace }}/").trim_start_matches("$GITHUB_WORKSPACE/");
    let named = |path: &str| repository.texts.get_key_value(path);
    let found = join(folder, path).and_then(|path| named(&path)).or_else(|| named(path));
    let found = found.or_else(|| behind_variable(repository, path));
    let is_shell = |text: &str| {
        name_of(path).rsplit_once('.').is_some_and(|(_, end)| end == "sh")
            || text.lines().next().is_some_and(|first| first.starts_with("#!") && first.contains("sh"))
    };
    let script = found.filter(|(_, file)| is_shell(&file.text));
    script.map(|(path, file)| Target::new(folder, file.text.clone()).from(path, 1)).into_iter().collect()
}

/// Finds `"${DIR}"/name.sh`, where only one file of that name is there.
fn behind_variable<'model>(repository: &'model Repository, path: &str) -> Option<(&'model String, &'model TextFile)> {
    let name = path.strip_prefix('$').map(name_of).filter(|name| name.contains('.'))?;
    let mut named = repository.texts.iter().filter(|(other, _)| name_of(other) == name);
    let found = named.next()?;
    named.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing::repository;

    fn check(files: &[(&str, &str)], command: &str, expected: &[&str]) {
        let repository = repository(files);
        let words: Vec<&str> = command.split(' ').collect();
        let found: Vec<String> =
            follow(&repository, "", &words).into_iter().map(|target| target.script.trim().to_owned()).collect();
        assert_eq!(found, expected, "{command}");
    }

    #[test]
    fn names_lead_to_what_they_run() {
        let package = [("package.json", r#"{"scripts": {"test": "jest --ci", "lint": "eslint ."}}"#)];
        check(&package, "npm test", &["jest --ci"]);
        check(&package, "npm run lint", &["eslint ."]);
        check(&package, "yarn lint --fix", &["eslint ."]);
        check(&package, "npm ci", &[]);
        check(&package, "node --run lint", &["eslint ."]);
        check(&package, "node server.js", &[]);
        let several = [("package.json", r#"{"scripts": {"a": "tsc", "test:x": "jest x", "test:y": "jest y"}}"#)];
        check(&several, "npm-run-all a test:*", &["tsc", "jest x", "jest y"]);
        check(&several, "run-p --continue-on-error test:y nope", &["jest y"]);
        check(&several, "concurrently npm:a", &["tsc"]);
        let parts = [
            ("package.json", r#"{"scripts": {"build": "vite build"}}"#),
            ("docs/package.json", r#"{"name": "@x/docs", "scripts": {"build": "vitepress build"}}"#),
        ];
        check(&parts, "pnpm --filter=./docs run build", &["vitepress build"]);
        check(&parts, "pnpm -F @x/docs build", &["vitepress build"]);
        check(&parts, "npm --prefix docs run build", &["vitepress build"]);
        check(&parts, "yarn workspace @x/docs build", &["vitepress build"]);
        check(&parts, "npm run build -w nope", &[]);
        check(&parts, "npm run build", &["vite build"]);
        check(&package, "npm run nope", &[]);
        let make =
            [("Makefile", "GO ?= go\n.PHONY: test\ntest: vet ## Tests\n\t@$(GO) test ./...\nvet:\n\t-$(GO) vet\n")];
        check(&make, "make test", &["go test ./...", "go vet || true"]);
        let long = [("Makefile", "a:\n\tcheck -q \\\n\t\t-ignore b \\\n\t\t.\n\t-tidy \\\n\t\t-x\n\tlast\n")];
        check(&long, "make a", &["check -q \\\n-ignore b \\\n.\ntidy \\\n-x || true\nlast"]);
        check(&make, "make nope", &[]);
        let nested = [(
            "Makefile",
            "ASSETS ?= \"$(shell $(ENVTEST) use -p path)\"\ntest:\n\tASSETS=\"$(ASSETS)\" go test $$(go list ./...) ${FLAGS}\n",
        )];
        check(&nested, "make test", &["ASSETS=\"\"\"\" go test $(go list ./...)"]);
        check(&make, "make vet GO=true", &["true vet || true"]);
        let pattern = [("Makefile", "%.yaml: %.jsonnet\n\tkubecfg show $<\nx.yaml:\n\tnope\n")];
        check(&pattern, "make a.yaml", &["kubecfg show a.jsonnet"]);
        check(&pattern, "make x.yaml", &["nope"]);
        let chosen = [("Makefile", "test:\nifeq ($(CI),true)\n\tgo test -v\nelse\n\tgo test\nendif\n")];
        check(&chosen, "make test", &["go test -v\ngo test"]);
        check(&chosen, "make", &["go test -v\ngo test"]);
        check(&chosen, "make -n test", &[]);
        let common = "GO ?= go\n%: common-% ;\ncommon-all: build test\ncommon-build:\n\t$(GO) build\ncommon-test:\n\t@CGO=1 $(GO) test $(flags)\n";
        let parts = [
            (
                "Makefile",
                "all::\nARCHS ?= a b\ninclude Makefile.common\nflags :=\nifeq ($(X),1)\n\tflags := -race\nendif\nall:: vet common-all\nvet:\n\t$(VET) run\n\t$(Q) x $(Y)\n",
            ),
            ("Makefile.common", common),
            (
                "sub/Makefile",
                "each: $(addprefix image-,$(ARCHS))\nARCHS = x y\n$(addprefix image-,$(ARCHS)): image-%:\n\t$(MAKE) -C .. $@ ARCH=$*\n",
            ),
        ];
        check(&parts, "make", &["$VET run\n x", "go build", "CGO=1 go test -race"]);
        check(&parts, "make build", &["go build"]);
        check(&parts, "make -C sub", &["make -C .. image-x ARCH=x", "make -C .. image-y ARCH=y"]);
        check(&parts, "make -f Makefile.common common-build GO=go1.26", &["go1.26 build"]);
        check(&[("justfile", "default:\n    @just --list\n")], "just", &["just --list"]);
        check(&[("justfile", "default:\n    @just --list\n")], "just --list", &[]);
        let composer = [("composer.json", r#"{"scripts": {"test": ["@lint", "phpunit"], "lint": "phpstan"}}"#)];
        check(&composer, "composer test", &["composer lint\nphpunit"]);
        check(&composer, "composer install", &[]);
        check(&package, "turbo run test lint", &["jest --ci", "eslint ."]);
        check(&[("deno.json", r#"{"tasks": {"t": "deno test"}}"#)], "deno task t", &["deno test"]);
        check(
            &[("justfile", "test filter='': build\n    cargo test\nbuild:\n    cargo build\n")],
            "just test",
            &["cargo test", "cargo build"],
        );
        check(&[("ci/test.sh", "cargo test")], "./ci/test.sh", &["cargo test"]);
        check(&[("ci/test.sh", "cargo test")], "bash -e ci/test.sh", &["cargo test"]);
        check(&[("ci/test.py", "import x")], "./ci/test.py", &[]);
    }
}
