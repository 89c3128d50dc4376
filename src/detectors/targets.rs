//! Where a command leads that only names something else to run: a script of `package.json`, a
//! target of a Makefile or a justfile, a script file.

use crate::model::repository::{Repository, folder_of, join, name_of};

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
    for line in text.lines() {
        if let Some(rest) = heads(line) {
            (inside, found) = (true, true);
            let list = rest.split(['#', ';', '|']).next().unwrap_or_default().to_owned();
            needs.extend(list.split_whitespace().map(|word| word.trim_matches(['(', ')']).to_owned()));
        } else if line.starts_with(['\t', ' ']) && inside {
            let line = line.trim_start();
            let bare = line.trim_start_matches(['@', '-', '+']);
            let prefix = line.get(..line.len() - bare.len()).unwrap_or_default();
            script.push_str(&substitute(text, bare));
            script.push_str(if prefix.contains('-') { " || true\n" } else { "\n" });
        } else if !line.trim().is_empty() {
            inside = false;
        }
    }
    found.then_some((needs, script))
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
    let is_shell = |text: &str| {
        name_of(path).rsplit_once('.').is_some_and(|(_, end)| end == "sh")
            || text.lines().next().is_some_and(|first| first.starts_with("#!") && first.contains("sh"))
    };
    let script = found.filter(|file| is_shell(&file.text)).map(|file| file.text.clone());
    script.map(|script| Target { folder: folder.to_owned(), script }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::repository::TextFile;

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
        check(&make, "make nope", &[]);
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
