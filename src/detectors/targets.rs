//! Where a command leads that only names something else to run: a script of `package.json`, a
//! target of a Makefile or a justfile, a script file.

use crate::model::repository::{Repository, TextFile, folder_of, join, name_of};
use crate::model::yaml::Node;

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The folder it runs in.
    pub folder: String,
    /// The script; for a recipe the lines of it.
    pub script: String,
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
pub fn follow(repository: &Repository, folder: &str, command: &[&str]) -> Vec<Target> {
    let Some((program, rest)) = command.split_first() else { return Vec::new() };
    match *program {
        "npm" | "yarn" | "pnpm" | "bun" => package_script(repository, folder, rest),
        "make" | "gmake" => recipes(repository, folder, rest, &["Makefile", "makefile", "GNUmakefile"]),
        "turbo" | "nx" | "lerna" | "wsrun" => workspace_tasks(repository, folder, rest),
        "composer" => composer_script(repository, folder, rest),
        "task" | "go-task" => task(repository, folder, rest),
        "deno" if rest.first() == Some(&"task") => deno_task(repository, folder, rest),
        "just" => recipes(repository, folder, rest, &["justfile", "Justfile", ".justfile"]),
        "bash" | "sh" | "zsh" | "dash" | "source" | "." => shell_script(repository, folder, rest),
        _ => script_file(repository, folder, program),
    }
}

fn words<'word>(rest: &[&'word str]) -> impl Iterator<Item = &'word str> {
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
    let manifests = repository.texts.iter().filter(|(path, _)| name_of(path) == "package.json");
    let mut found: Vec<Target> = manifests
        .filter_map(|(path, file)| {
            let manifest: serde_json::Value = serde_json::from_str(&file.text).ok()?;
            let script = manifest.get("scripts")?.get(name)?.as_str()?.to_owned();
            Some(Target { folder: folder_of(path).to_owned(), script })
        })
        .collect();
    // The script of the folder at hand wins; without one a workspace's packages are meant.
    if let Some(at) = found.iter().position(|target| target.folder == folder) {
        return vec![found.swap_remove(at)];
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
    if script.is_empty() { Vec::new() } else { vec![Target { folder: folder.to_owned(), script: script.join("\n") }] }
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
        found.push(Target { folder: folder.to_owned(), script: lines.join("\n") });
    }
    found
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
    script.map(|script| Target { folder: folder.to_owned(), script: script.to_owned() }).into_iter().collect()
}

fn recipes(repository: &Repository, folder: &str, rest: &[&str], names: &[&str]) -> Vec<Target> {
    let folder = match rest.iter().position(|word| *word == "-C") {
        Some(at) => rest.get(at + 1).and_then(|inner| join(folder, inner)).unwrap_or_default(),
        None => folder.to_owned(),
    };
    let file = names.iter().filter_map(|name| join(&folder, name)).find_map(|path| repository.text(&path));
    let Some(file) = file else { return Vec::new() };
    let goals: Vec<&str> = words(rest).filter(|word| !word.contains('=')).collect();
    let mut open: Vec<String> = goals.into_iter().map(str::to_owned).collect();
    open.reverse();
    let mut seen = Vec::new();
    let mut found = Vec::new();
    while let Some(goal) = open.pop() {
        if seen.contains(&goal) {
            continue;
        }
        if let Some((needs, script)) = recipe(&file.text, &goal) {
            open.extend(needs.into_iter().rev());
            found.push(Target { folder: folder.clone(), script });
        }
        seen.push(goal);
    }
    found
}

/// Finds a goal's prerequisites and recipe. `@` in front of a line is dropped, and `-`, which
/// lets a line fail, becomes `|| true`.
fn recipe(text: &str, goal: &str) -> Option<(Vec<String>, String)> {
    let heads = |line: &str| {
        let (names, rest) = line.split_once(':')?;
        let assigns = rest.starts_with('=') || names.split_whitespace().next().is_some_and(|first| first.contains('='));
        let is_rule = !line.starts_with(['\t', ' ', '#', '.']) && !assigns;
        let is_goal = names.split_whitespace().any(|name| name == goal);
        (is_rule && is_goal).then(|| rest.trim_start_matches(':').to_owned())
    };
    let mut needs = Vec::new();
    let mut script = String::new();
    let mut inside = false;
    let mut found = false;
    let (mut continues, mut may_fail) = (false, false);
    for line in text.lines() {
        if let Some(rest) = heads(line) {
            (inside, found, continues) = (true, true, false);
            let list = rest.split(['#', ';', '|']).next().unwrap_or_default().to_owned();
            needs.extend(list.split_whitespace().map(|word| word.trim_matches(['(', ')']).to_owned()));
        } else if line.starts_with(['\t', ' ']) && inside {
            let line = line.trim_start();
            // What continues a command has no prefix of its own: `-ignore` there is an option.
            let bare = if continues { line } else { line.trim_start_matches(['@', '-', '+']) };
            let prefix = line.get(..line.len() - bare.len()).unwrap_or_default();
            may_fail = prefix.contains('-') || may_fail && continues;
            continues = bare.ends_with('\\');
            script.push_str(&substitute(text, bare));
            script.push_str(if may_fail && !continues { " || true\n" } else { "\n" });
        } else if !line.trim().is_empty() && !is_directive(line) {
            inside = false;
        }
    }
    found.then_some((needs, script))
}

/// Tells whether a line of a Makefile chooses between lines of a recipe.
fn is_directive(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    matches!(first, "ifeq" | "ifneq" | "ifdef" | "ifndef" | "else" | "endif") || first.starts_with("ifeq(")
}

/// Puts in the values of simple variables: `$(GO) test` with `GO ?= go`.
fn substitute(text: &str, line: &str) -> String {
    let mut line = line.to_owned();
    for _ in 0..8 {
        let Some((from, open, close)) = [("$(", ')'), ("${", '}')]
            .into_iter()
            .find_map(|(open, close)| line.find(open).map(|from| (from, open, close)))
        else {
            break;
        };
        let inner = line.get(from + open.len()..).unwrap_or_default();
        let Some(name) = inner.split(close).next().filter(|name| name.len() < inner.len()) else { break };
        let value = text.lines().find_map(|other| {
            let (left, right) = other.split_once('=')?;
            (left.trim_end_matches(['?', ':', '+', ' ', '\t']) == name).then(|| right.trim().to_owned())
        });
        let end = from + open.len() + name.len() + 1;
        line.replace_range(from..end, &value.unwrap_or_default());
    }
    line
}

fn shell_script(repository: &Repository, folder: &str, rest: &[&str]) -> Vec<Target> {
    if let Some(at) = rest.iter().position(|word| word.starts_with('-') && word.ends_with('c') && word.len() < 6) {
        let script = rest.get(at + 1).map(|script| Target { folder: folder.to_owned(), script: (*script).to_owned() });
        return script.into_iter().collect();
    }
    rest.iter().find(|word| !word.starts_with('-')).map_or_else(Vec::new, |path| script_file(repository, folder, path))
}

fn script_file(repository: &Repository, folder: &str, path: &str) -> Vec<Target> {
    let path = path.trim_start_matches("${{ github.workspace }}/").trim_start_matches("$GITHUB_WORKSPACE/");
    let found = join(folder, path).and_then(|path| repository.text(&path)).or_else(|| repository.text(path));
    let found = found.or_else(|| behind_variable(repository, path));
    let is_shell = |text: &str| {
        name_of(path).rsplit_once('.').is_some_and(|(_, end)| end == "sh")
            || text.lines().next().is_some_and(|first| first.starts_with("#!") && first.contains("sh"))
    };
    let script = found.filter(|file| is_shell(&file.text)).map(|file| file.text.clone());
    script.map(|script| Target { folder: folder.to_owned(), script }).into_iter().collect()
}

/// Finds `"${DIR}"/name.sh`, where only one file of that name is there.
fn behind_variable<'model>(repository: &'model Repository, path: &str) -> Option<&'model TextFile> {
    let name = path.strip_prefix('$').map(name_of).filter(|name| name.contains('.'))?;
    let mut named = repository.texts.iter().filter(|(other, _)| name_of(other) == name);
    let (_, file) = named.next()?;
    named.next().is_none().then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], command: &str, expected: &[&str]) {
        let mut repository = Repository::default();
        for (path, text) in files {
            repository.texts.insert((*path).to_owned(), TextFile::new((*text).to_owned()));
        }
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
        check(&package, "npm run nope", &[]);
        let make =
            [("Makefile", "GO ?= go\n.PHONY: test\ntest: vet ## Tests\n\t@$(GO) test ./...\nvet:\n\t-$(GO) vet\n")];
        check(&make, "make test", &["go test ./...", "go vet || true"]);
        let long = [("Makefile", "a:\n\tcheck -q \\\n\t\t-ignore b \\\n\t\t.\n\t-tidy \\\n\t\t-x\n\tlast\n")];
        check(&long, "make a", &["check -q \\\n-ignore b \\\n.\ntidy \\\n-x || true\nlast"]);
        check(&make, "make nope", &[]);
        let chosen = [("Makefile", "test:\nifeq ($(CI),true)\n\tgo test -v\nelse\n\tgo test\nendif\n")];
        check(&chosen, "make test", &["go test -v\ngo test"]);
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
