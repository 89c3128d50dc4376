//! What a command really runs, once what stands in front of it is taken away.

use std::ops::Range;

use crate::knowledge::text_programs::{self, Code};
use crate::shell::Command;

/// Programs that run the rest of the line, with the words they may be followed by.
const RUNNERS: &[(&str, &[&str])] = &[
    ("sudo", &[]),
    ("command", &[]),
    ("exec", &[]),
    ("nice", &[]),
    ("nohup", &[]),
    ("xvfb-run", &[]),
    ("env", &[]),
    ("cross-env", &[]),
    ("cross-env-shell", &[]),
    ("npx", &[]),
    ("bunx", &[]),
    ("pnpx", &[]),
    ("uvx", &[]),
    ("npm", &["exec"]),
    ("pnpm", &["exec", "dlx"]),
    ("yarn", &["exec", "dlx"]),
    ("bun", &["x"]),
    ("poetry", &["run"]),
    ("pipenv", &["run"]),
    ("uv", &["run"]),
    ("pdm", &["run"]),
    ("rye", &["run"]),
    ("hatch", &["run"]),
    ("pipx", &["run"]),
    ("bundle", &["exec"]),
    ("dotnet", &["tool run"]),
    ("go", &["tool"]),
    ("mise", &["exec", "x"]),
    ("devbox", &["run"]),
    ("rtx", &["exec"]),
    ("direnv", &["exec"]),
    ("nix", &["develop", "shell"]),
];

/// Takes away what only runs another program: `sudo`, `npx`, `poetry run`, `python -m`, a path,
/// and the like. The result starts with the program's own name.
pub fn plain<'word>(words: &[&'word str]) -> Vec<&'word str> {
    let mut words = unwrapped(words);
    if let Some(program) = words.first_mut() {
        *program = without_version(base_name(program));
        if *program == "cross" {
            *program = "cargo";
        }
    }
    words
}

/// Takes away what only runs another program. The result starts with the program as it is called,
/// its path included.
pub fn unwrapped<'word>(words: &[&'word str]) -> Vec<&'word str> {
    let mut words = words.to_vec();
    // Each round takes at least one word away.
    while let Some(rest) = without_runner(&words) {
        words = rest;
    }
    words
}

/// Returns a program's name without its path and the endings of Windows.
pub fn base_name(program: &str) -> &str {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    ["exe", "cmd", "bat"].iter().find_map(|end| name.strip_suffix(end)?.strip_suffix('.')).unwrap_or(name)
}

/// Programs that several versions of stand beside each other, by names with the version behind.
const VERSIONED: &[&str] = &[
    "php",
    "ruby",
    "perl",
    "lua",
    "gcc",
    "g++",
    "gcov",
    "clang",
    "clang++",
    "clang-format",
    "clang-tidy",
    "git-clang-format",
    "run-clang-tidy",
    "llvm-cov",
    "scan-build",
];

/// Takes the version from a program's name: `php8.3`, `clang-format-19`, `python3.13`.
fn without_version(name: &str) -> &str {
    if name.starts_with("python3.") || name.starts_with("pip3.") {
        return name.split('.').next().unwrap_or(name);
    }
    let plain = name.trim_end_matches(|last: char| last.is_ascii_digit() || last == '.').trim_end_matches('-');
    if VERSIONED.contains(&plain) { plain } else { name }
}

/// Returns what a program runs that gets its arguments from elsewhere: `xargs`, `find -exec`.
fn fed<'word>(program: &str, rest: &[&'word str]) -> Option<Vec<&'word str>> {
    if program == "find" {
        let at = rest.iter().position(|word| matches!(*word, "-exec" | "-execdir"))?;
        let own = rest.get(at + 1..)?.iter().copied().take_while(|word| !matches!(*word, ";" | "\\;" | "+"));
        let own: Vec<&str> = own.collect();
        return (!own.is_empty()).then_some(own);
    }
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        if matches!(*word, "-n" | "-I" | "-P" | "-L" | "-d" | "-s" | "-a" | "-E") {
            words.next();
        } else if !word.starts_with('-') {
            return Some(std::iter::once(word).chain(words).copied().collect());
        }
    }
    None
}

fn without_runner<'word>(words: &[&'word str]) -> Option<Vec<&'word str>> {
    let (program, rest) = words.split_first()?;
    let program = without_version(base_name(program));
    match program {
        "xargs" | "find" => return fed(program, rest),
        "timeout" => return Some(rest.iter().skip_while(|word| word.starts_with('-')).skip(1).copied().collect()),
        // What waits for a server, or takes care of processes, in front of a container's program.
        "wait-for-it.sh" | "wait-for-it" | "wait-for.sh" | "wait-for" | "dockerize" | "tini" | "dumb-init"
        | "catchsegv" | "docker-init" => {
            let own = rest.iter().position(|word| *word == "--").map(|at| at + 1);
            let own = own.or_else(|| (program == "tini" || program == "dumb-init").then_some(0))?;
            return rest.get(own..).filter(|rest| !rest.is_empty()).map(<[&str]>::to_vec);
        }
        "gosu" | "su-exec" | "setpriv" => return rest.get(1..).filter(|rest| !rest.is_empty()).map(<[&str]>::to_vec),
        "python" | "python3" | "py" | "php" | "ruby" | "perl" => return interpreted(rest),
        "go" if rest.first() == Some(&"run") => {
            let package = rest.iter().skip(1).position(|word| word.contains('@'))? + 1;
            let name = rest.get(package)?.split('@').next()?;
            let name = if is_major_version(base_name(name)) { name.rsplit_once('/')?.0 } else { name };
            let arguments = rest.iter().skip(package + 1);
            return Some(std::iter::once(&base_name(name)).chain(arguments).copied().collect());
        }
        _ => {}
    }
    let (_, verbs) = RUNNERS.iter().find(|(name, _)| *name == program)?;
    if verbs.is_empty() {
        return Some(without_options(rest));
    }
    let joined = rest.iter().take(2).copied().collect::<Vec<_>>().join(" ");
    let verb = verbs.iter().find(|verb| joined == **verb || rest.first() == Some(verb))?;
    Some(without_options(rest.get(verb.split(' ').count()..)?))
}

fn is_major_version(name: &str) -> bool {
    name.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `python -m pytest` and `python manage.py test` are what they run.
fn interpreted<'word>(rest: &[&'word str]) -> Option<Vec<&'word str>> {
    let is_setting = |at: usize| at.checked_sub(1).is_some_and(|before| rest.get(before) == Some(&"-d"));
    let mut places = rest.iter().enumerate();
    let at = places.find(|(at, word)| **word == "-m" || !word.starts_with('-') && !is_setting(*at))?.0;
    let skip = usize::from(rest.get(at) == Some(&"-m"));
    let program: Vec<&str> = rest.get(at + skip..)?.to_vec();
    (!program.is_empty()).then_some(program)
}

/// Returns where scripts are downloaded and run at once, without a look at them: `curl … | sh`,
/// `sh -c "$(curl …)"`.
pub fn unseen_scripts(commands: &[Command]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // Few scripts download anything, and to look at who runs what takes a while.
    let downloads =
        |command: &Command| command.words.iter().any(|word| word.text.contains("curl") || word.text.contains("wget"));
    if !commands.iter().any(downloads) {
        return found;
    }
    for (at, command) in commands.iter().enumerate() {
        let texts = command.texts();
        let Some((_, code)) = text_programs::code_of(&texts) else { continue };
        let fetches = |words: &[&str]| {
            let starts = ["$(curl ", "$(wget ", "`curl ", "`wget ", "<(curl ", "<(wget "];
            words.iter().any(|word| starts.iter().any(|start| word.contains(start)))
        };
        let before = at.checked_sub(1).and_then(|before| commands.get(before));
        let piped = before.filter(|before| before.piped && matches!(before.program(), Some("curl" | "wget")));
        match (code, piped) {
            (Code::Input, Some(fetch)) => found.push(fetch.range.start..command.range.end),
            (Code::At(at), _) if fetches(texts.get(at..=at).unwrap_or_default()) => found.push(command.range.clone()),
            (Code::From(at), _) if fetches(texts.get(at..).unwrap_or_default()) => found.push(command.range.clone()),
            (Code::Input | Code::At(_) | Code::From(_), _) => {}
        }
    }
    found
}

/// Options of runners that take a value.
const WITH_VALUE: &[&str] = &[
    "-p",
    "--package",
    "--with",
    "-u",
    "-c",
    "--from",
    "--group",
    "--only-group",
    "--extra",
    "--python",
    "--project",
    "--directory",
    "--env-file",
    "-n",
];

/// Options of a runner, variables for `env` and `--` stand before the program.
fn without_options<'word>(rest: &[&'word str]) -> Vec<&'word str> {
    let takes_value = |word: &str| WITH_VALUE.contains(&word);
    let mut words = rest.iter().copied();
    let mut left = Vec::new();
    while let Some(word) = words.next() {
        if word == "-c" || word == "--command" {
            continue;
        }
        if takes_value(word) {
            words.next();
        } else if !word.starts_with('-') && (word.starts_with(['.', '/']) || !word.contains('=')) {
            left.push(word);
            break;
        }
    }
    left.extend(words);
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_nobody_has_seen_are_told_from_data() {
        for (script, expected) in [
            ("curl -sSf https://x.example | sh", 1),
            ("wget -qO- https://x.example | sudo bash -s -- -y", 1),
            ("curl https://x.example | python3 - --yes", 1),
            ("curl https://x.example | node", 1),
            ("/bin/bash -c \"$(curl -fsSL https://x.example)\"", 1),
            ("eval \"$(curl https://x.example)\"", 1),
            ("curl https://x.example | jq .", 0),
            ("curl https://x.example | python3 -c 'import json'", 0),
            ("curl https://x.example | python3 -m json.tool", 0),
            ("curl https://x.example | perl -ne print", 0),
            ("curl https://x.example | bash ./own.sh", 0),
            ("curl https://x.example && bash", 0),
            ("VERSION=$(curl https://x.example) sh -c 'echo $VERSION'", 0),
        ] {
            assert_eq!(unseen_scripts(&crate::shell::commands(script)).len(), expected, "{script}");
        }
    }

    #[test]
    fn what_stands_in_front_is_taken_away() {
        for (written, expected) in [
            ("cargo test", "cargo test"),
            ("sudo -E /usr/bin/docker build .", "docker build ."),
            ("npx --yes prettier --check .", "prettier --check ."),
            ("poetry run python -m pytest -q", "pytest -q"),
            ("python3 manage.py test", "manage.py test"),
            ("env A=1 timeout 60 ./gradlew check", "gradlew check"),
            ("go run golang.org/x/vuln/cmd/govulncheck@latest ./...", "govulncheck ./..."),
            ("go run github.com/x/tool/v2@v2.1.0 run", "tool run"),
            ("pnpm exec eslint .", "eslint ."),
            ("pnpm test", "pnpm test"),
            ("cross build --release", "cargo build --release"),
            ("uv run --group dev mypy src", "mypy src"),
            ("uv run --python 3.13 --extra x pytest -q", "pytest -q"),
            ("nix develop -c cargo test", "cargo test"),
            ("php8.3 artisan migrate", "artisan migrate"),
            ("php -d memory_limit=1G vendor/bin/phpunit", "phpunit"),
            ("python3.13 -m pytest", "pytest"),
            ("clang-format-19 -i a.c", "clang-format -i a.c"),
            ("k6 run x.js", "k6 run x.js"),
            ("base64 -d", "base64 -d"),
            ("xargs -0 -n 1 clang-tidy-18 -p build", "clang-tidy -p build"),
            ("xargs", "xargs"),
            ("find . -name x -exec gofmt -l {} +", "gofmt -l {}"),
            ("find . -name x", "find . -name x"),
            ("sudo", ""),
            ("npm run x", "npm run x"),
        ] {
            let words: Vec<&str> = written.split(' ').collect();
            assert_eq!(plain(&words).join(" "), expected, "{written}");
        }
    }
}
