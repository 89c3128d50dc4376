//! What a command does inside something that a file describes: commands of a Dockerfile's build,
//! a command that a container runs, hooks of pre-commit, plugins of a Maven or Gradle build.

use std::collections::BTreeSet;

use super::targets::Target;
use crate::model::repository::{Repository, folder_of, has_ending, join, name_of};

/// Returns what a command, program first, that runs in `folder` does beside its own work.
pub(super) fn inside(repository: &Repository, folder: &str, command: &[&str]) -> Vec<Target> {
    let Some((program, rest)) = command.split_first() else { return Vec::new() };
    match *program {
        "docker" | "podman" | "nerdctl" => container(repository, folder, rest),
        "docker-compose" => service_command(folder, rest),
        "pre-commit" | "prek" if rest.first() == Some(&"run") => hooks(repository),
        "mvn" | "mvnw" if lifecycle(rest, MAVEN_PHASES) => plugins(repository, folder, "pom.xml", maven_plugins),
        "gradle" | "gradlew" if lifecycle(rest, GRADLE_TASKS) => {
            plugins(repository, folder, "build.gradle", gradle_plugins)
        }
        _ => Vec::new(),
    }
}

/// Returns the hooks of `.pre-commit-config.yaml`, as commands of the tool table.
pub(super) fn hooks(repository: &Repository) -> Vec<Target> {
    let file = [".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml"]
        .into_iter()
        .find_map(|path| repository.text(path));
    let Some(file) = file else { return Vec::new() };
    let mut ids = BTreeSet::new();
    for root in file.roots() {
        root.walk(&mut |node| {
            let manual = node.get("stages").is_some_and(|stages| {
                let stages = stages.texts();
                !stages.is_empty() && stages.iter().all(|stage| matches!(stage.as_str(), "manual" | "commit-msg"))
            });
            let id = node.get("id").and_then(crate::model::yaml::Node::text).filter(|_| !manual);
            ids.extend(id.map(|id| format!("pre-commit-hook {}", id.value)));
        });
    }
    targets("", ids)
}

/// Phases of Maven's lifecycle that run the plugins bound to a build.
const MAVEN_PHASES: &[&str] = &["validate", "compile", "test", "package", "verify", "install", "deploy", "site"];

/// Tasks of Gradle that run what plugins hook in.
const GRADLE_TASKS: &[&str] = &["build", "check", "test"];

fn lifecycle(rest: &[&str], names: &[&str]) -> bool {
    rest.iter().any(|word| names.contains(&word.rsplit(':').next().unwrap_or_default()))
}

fn plugins(repository: &Repository, folder: &str, name: &str, read: fn(&str, &mut BTreeSet<String>)) -> Vec<Target> {
    let mut found = BTreeSet::new();
    let files = repository.texts.iter().filter(|(path, _)| {
        let below = folder.is_empty() || path.starts_with(folder);
        below && name_of(path).starts_with(name)
    });
    files.for_each(|(_, file)| read(&file.text, &mut found));
    targets("", found)
}

fn targets(folder: &str, commands: BTreeSet<String>) -> Vec<Target> {
    commands.into_iter().map(|script| Target { folder: folder.to_owned(), script }).collect()
}

fn maven_plugins(text: &str, found: &mut BTreeSet<String>) {
    // A plugin that only has its version managed, or that a profile switches on, does not run.
    let managed = cut(text, "<pluginManagement>", "</pluginManagement>");
    let built = cut(&managed, "<profiles>", "</profiles>");
    let plugins = built.split("<plugin>").skip(1).filter_map(|plugin| {
        let (_, after) = plugin.split_once("<artifactId>")?;
        let name = after.split('<').next()?.trim();
        let word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        word.then(|| format!("maven-plugin {name}"))
    });
    found.extend(plugins);
}

fn cut(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        kept.push_str(before);
        rest = after.split_once(close).map_or("", |(_, after)| after);
    }
    kept + rest
}

fn gradle_plugins(text: &str, found: &mut BTreeSet<String>) {
    let mut inside = false;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
        inside |= line.starts_with("plugins {") || line == "plugins{";
        if inside && !line.contains("apply false") {
            let quoted = line.split(['\'', '"']).nth(1).filter(|_| line.contains("id"));
            let bare = line.trim_end_matches(['}', ' ']).trim_start_matches("plugins {").trim().trim_matches('`');
            let word = |name: &&str| {
                !name.is_empty()
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            };
            let name = quoted.filter(word).or_else(|| Some(bare).filter(word));
            found.extend(name.map(|name| format!("gradle-plugin {name}")));
        }
        if line.ends_with('}') {
            inside = false;
        }
        let applied = line.strip_prefix("apply plugin:").map(|name| name.trim().trim_matches(['\'', '"']));
        found.extend(applied.map(|name| format!("gradle-plugin {name}")));
    }
}

/// Options of `docker run`, `exec` and `build` that take no value.
const FLAGS: &[&str] = &[
    "--rm",
    "-i",
    "-t",
    "-it",
    "-ti",
    "-d",
    "--detach",
    "--init",
    "--privileged",
    "--tty",
    "--interactive",
    "-T",
    "--no-deps",
    "--build",
    "--quiet",
    "-q",
    "--pull",
    "--push",
    "--load",
    "--no-cache",
    "--quiet-pull",
    "-P",
    "--service-ports",
    "--use-aliases",
    "--read-only",
    "--no-TTY",
    "--ansi",
];

/// Returns the words behind options and their values.
fn behind_options<'word, 'list>(words: &'list [&'word str]) -> &'list [&'word str] {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if !word.starts_with('-') {
            break;
        }
        at += if word.contains('=') || FLAGS.contains(word) { 1 } else { 2 };
    }
    words.get(at..).unwrap_or_default()
}

fn container(repository: &Repository, folder: &str, rest: &[&str]) -> Vec<Target> {
    match rest {
        ["compose", rest @ ..] => service_command(folder, rest),
        ["run" | "exec", rest @ ..] | ["container", "run" | "exec", rest @ ..] => {
            let entry = entry_point(rest);
            behind_options(rest).split_first().map_or_else(Vec::new, |(_, words)| in_container(folder, entry, words))
        }
        ["build", rest @ ..] | ["buildx" | "image", "build", rest @ ..] => {
            let value = |names: &[&str]| option(rest, names);
            let context = rest.iter().rev().find(|word| !word.starts_with('-')).copied().unwrap_or(".");
            let context = join(folder, context).unwrap_or_default();
            let file = value(&["-f", "--file"]).and_then(|path| join(folder, path));
            image_build(repository, &context, file, value(&["--target"]))
        }
        _ => Vec::new(),
    }
}

fn option<'word>(words: &[&'word str], names: &[&str]) -> Option<&'word str> {
    words.iter().enumerate().find_map(|(at, word)| match word.split_once('=') {
        Some((name, value)) => names.contains(&name).then_some(value),
        None => names.contains(word).then(|| words.get(at + 1).copied()).flatten(),
    })
}

fn entry_point<'word>(rest: &[&'word str]) -> Option<&'word str> {
    option(rest, &["--entrypoint"])
}

fn in_container(folder: &str, entry: Option<&str>, words: &[&str]) -> Vec<Target> {
    // `sh -c 'a && b'` came in as one word, and needs its quotes again.
    let quote = |word: &str| {
        if word.contains(char::is_whitespace) { format!("'{}'", word.replace('\'', "'\\''")) } else { word.to_owned() }
    };
    let script: Vec<String> = entry.into_iter().chain(words.iter().copied()).map(quote).collect();
    if script.is_empty() {
        return Vec::new();
    }
    vec![Target { folder: folder.to_owned(), script: script.join(" ") }]
}

/// `compose run SERVICE command` and `compose exec SERVICE command`.
fn service_command(folder: &str, rest: &[&str]) -> Vec<Target> {
    let at = rest.iter().position(|word| matches!(*word, "run" | "exec"));
    let Some(rest) = at.and_then(|at| rest.get(at + 1..)) else { return Vec::new() };
    let entry = entry_point(rest);
    behind_options(rest).split_first().map_or_else(Vec::new, |(_, words)| in_container(folder, entry, words))
}

/// Returns what building targets of `docker-bake.hcl` runs.
pub(super) fn bake(repository: &Repository, targets: &str) -> Vec<Target> {
    let Some(file) = repository.text("docker-bake.hcl") else { return Vec::new() };
    let block = |kind: &str, name: &str| {
        let head = format!("{kind} \"{name}\"");
        let (_, rest) = file.text.split_once(head.as_str())?;
        rest.split_once('{').map(|(_, rest)| rest.split("\n}").next().unwrap_or_default())
    };
    let value = |body: &str, key: &str| {
        let line =
            body.lines().map(str::trim).find(|line| line.split('=').next().is_some_and(|left| left.trim() == key))?;
        line.split('"').nth(1).map(str::to_owned)
    };
    let mut open: Vec<String> =
        targets.split([',', '\n', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        if let Some(body) = block("group", &name) {
            open.extend(body.split('"').skip(1).step_by(2).map(str::to_owned));
        } else if let Some(body) = block("target", &name) {
            let context = value(body, "context").and_then(|path| join("", &path)).unwrap_or_default();
            let dockerfile = value(body, "dockerfile").and_then(|path| join(&context, &path));
            found.extend(image_build(repository, &context, dockerfile, value(body, "target").as_deref()));
        }
    }
    found
}

/// Returns the commands that building an image runs: those of the stage that is asked for, and of
/// the stages that it is made from.
pub(super) fn image_build(
    repository: &Repository,
    context: &str,
    file: Option<String>,
    target: Option<&str>,
) -> Vec<Target> {
    let path = file.or_else(|| join(context, "Dockerfile"));
    let Some(text) = path.and_then(|path| repository.text(&path)) else { return Vec::new() };
    let stages = stages(&text.text);
    let wanted = match target {
        Some(name) => stages.iter().rposition(|stage| stage.name.eq_ignore_ascii_case(name)),
        None => stages.len().checked_sub(1),
    };
    let mut open: Vec<usize> = wanted.into_iter().collect();
    let mut needed = BTreeSet::new();
    while let Some(index) = open.pop() {
        if needed.insert(index) {
            let needs = stages.get(index).map(|stage| &stage.needs);
            open.extend(
                needs.into_iter().flatten().filter_map(|name| {
                    stages.iter().take(index).rposition(|stage| stage.name.eq_ignore_ascii_case(name))
                }),
            );
        }
    }
    let stages = stages.into_iter().enumerate().filter(|(index, _)| needed.contains(index));
    let scripts = stages.map(|(_, stage)| stage.script).filter(|script| !script.is_empty());
    scripts.map(|script| Target { folder: context.to_owned(), script }).collect()
}

#[derive(Default)]
struct Stage {
    name: String,
    needs: Vec<String>,
    script: String,
}

fn stages(text: &str) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in joined.lines().map(str::trim) {
        let Some((instruction, rest)) = line.split_once(char::is_whitespace) else { continue };
        let words: Vec<&str> = rest.split_whitespace().collect();
        match instruction.to_ascii_uppercase().as_str() {
            "FROM" => {
                let base = words.iter().find(|word| !word.starts_with("--")).copied().unwrap_or_default();
                let name = words.iter().skip_while(|word| !word.eq_ignore_ascii_case("as")).nth(1);
                stages.push(Stage {
                    name: name.copied().unwrap_or_default().to_owned(),
                    needs: vec![base.to_owned()],
                    script: String::new(),
                });
            }
            "RUN" => {
                let command =
                    words.iter().skip_while(|word| word.starts_with("--")).copied().collect::<Vec<_>>().join(" ");
                if let Some(stage) = stages.last_mut() {
                    let mounted = words.iter().filter_map(|word| word.split("from=").nth(1)?.split(',').next());
                    stage.needs.extend(mounted.map(str::to_owned));
                    stage.script.push_str(&command);
                    stage.script.push('\n');
                }
            }
            "COPY" | "ADD" => {
                let from = words.iter().find_map(|word| word.strip_prefix("--from="));
                if let (Some(stage), Some(from)) = (stages.last_mut(), from) {
                    stage.needs.push(from.to_owned());
                }
            }
            _ => {}
        }
    }
    stages
}

/// Tells whether a path stands in a folder of tests, of a development container, or is a Dockerfile
/// for developers: what is described there is not what is run for users.
pub fn is_for_tests(path: &str) -> bool {
    let lower = path.to_lowercase();
    let mut before = "";
    for folder in folder_of(&lower).split('/') {
        let is_stage = matches!(
            before,
            "overlays" | "environments" | "environment" | "envs" | "env" | "stages" | "clusters" | "live" | "values"
        );
        let is_test = matches!(
            folder,
            "test"
                | "tests"
                | "unittests"
                | "unit-tests"
                | "unit_tests"
                | "spec"
                | "specs"
                | "e2e"
                | "cypress"
                | "__tests__"
                | "integration-tests"
                | "integration_tests"
                | "testing"
                | "test-fixtures"
                | "mocks"
                | ".devcontainer"
                | "devcontainer"
                | "dev-env"
                | "devenv"
        );
        if is_test && !is_stage {
            return true;
        }
        before = folder;
    }
    let name = name_of(&lower);
    let purposes = ["dev", "develop", "development", "test", "tests", "testing", "debug", "ci", "local", "bench"];
    let is_dockerfile = name.contains("dockerfile") || name.contains("containerfile");
    let is_compose =
        has_ending(name, &["yml", "yaml"]) && (name.starts_with("docker-compose") || name.starts_with("compose"));
    if is_compose {
        return name
            .split(['.', '-', '_'])
            .any(|part| matches!(part, "test" | "tests" | "testing" | "ci" | "integration" | "e2e"));
    }
    is_dockerfile && !has_ending(name, &["md"]) && name.split(['.', '-', '_']).any(|part| purposes.contains(&part))
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
            inside(&repository, "", &words).into_iter().map(|target| target.script.trim().to_owned()).collect();
        assert_eq!(found, expected, "{command}");
    }

    #[test]
    fn containers_run_what_stands_behind_the_image() {
        check(&[], "docker run --rm -v .:/src -w /src rust:1 cargo test", &["cargo test"]);
        check(&[], "docker compose -f a.yml run --rm app pytest -q", &["pytest -q"]);
        check(&[], "docker compose exec -T app bin/rails test", &["bin/rails test"]);
        check(&[], "docker run --entrypoint pytest app -q", &["pytest -q"]);
        check(&[], "docker compose up -d", &[]);
        check(&[], "docker run app", &[]);
    }

    #[test]
    fn building_an_image_runs_the_stages_it_needs() {
        let file = "FROM a AS base\nRUN make base\nFROM base AS tests\nRUN --mount=type=cache,target=/x \\\n  cargo test\nFROM a AS other\nRUN nope\nFROM scratch\nCOPY --from=base /x /x\n";
        check(&[("Dockerfile", file)], "docker build .", &["make base"]);
        check(&[("Dockerfile", file)], "docker build --target tests .", &["make base", "cargo test"]);
        check(
            &[("ci/Dockerfile", file)],
            "docker buildx build -f ci/Dockerfile --target=tests .",
            &["make base", "cargo test"],
        );
        check(&[], "docker build .", &[]);
    }

    #[test]
    fn plugins_of_a_build_run_with_it() {
        let pom = "<build><pluginManagement><plugin><artifactId>a</artifactId></plugin></pluginManagement><plugins><plugin><groupId>g</groupId><artifactId>jacoco-maven-plugin</artifactId></plugin></plugins></build>";
        check(&[("pom.xml", pom)], "mvn -B verify", &["maven-plugin jacoco-maven-plugin"]);
        check(&[("pom.xml", pom)], "mvn clean", &[]);
        let gradle =
            "plugins {\n  id 'jacoco'\n  id(\"com.diffplug.spotless\") version \"6\"\n  id 'x' apply false\n}\n";
        check(
            &[("build.gradle", gradle)],
            "gradlew check",
            &["gradle-plugin com.diffplug.spotless", "gradle-plugin jacoco"],
        );
    }

    #[test]
    fn tests_are_told_from_stages() {
        assert!(
            is_for_tests("tests/Dockerfile") && is_for_tests("a/e2e/compose.yml") && is_for_tests("dev.Dockerfile")
        );
        assert!(is_for_tests(".devcontainer/Dockerfile") && is_for_tests("src/Dockerfile.debug"));
        assert!(!is_for_tests("deploy/overlays/test/kustomization.yaml") && !is_for_tests("Dockerfile"));
        assert!(!is_for_tests("Dockerfile.alpine") && !is_for_tests("latest/Dockerfile"));
    }
}
