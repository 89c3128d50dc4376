//! What a command does inside something that a file describes: commands of a Dockerfile's build,
//! what a container runs, services of Compose, hooks of pre-commit, plugins of a Maven or Gradle
//! build.

mod bake;
mod compose;
mod containers;
mod hooks;
mod image;
mod line;
mod plugins;
mod prepared;

use super::targets::Target;
use super::values::Values;
use crate::model::repository::Repository;

pub(super) use bake::bake;
pub(super) use hooks::{Chosen, hooks};
pub(super) use image::Image;
pub(super) use prepared::Prepared;

/// Where a command runs, and what is known there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'place> {
    pub(super) repository: &'place Repository,
    pub(super) folder: &'place str,
    pub(super) prepared: &'place Prepared,
    pub(super) values: &'place Values,
}

/// Returns what a command, program first, does beside its own work.
pub(super) fn inside(place: &Place<'_>, command: &[&str]) -> Vec<Target> {
    let Some((program, rest)) = command.split_first() else { return Vec::new() };
    let Place { repository, folder, .. } = *place;
    match *program {
        "docker" | "podman" | "nerdctl" => containers::commands(place, rest),
        "docker-compose" | "podman-compose" => compose::commands(place, rest),
        "pre-commit" | "prek" => match rest {
            ["run", rest @ ..] => {
                hooks(repository, &Chosen::new(rest, place.values.variable("SKIP").unwrap_or_default()))
            }
            _ => Vec::new(),
        },
        "mvn" | "mvnw" => plugins::of_maven(repository, folder, rest),
        "gradle" | "gradlew" => plugins::of_gradle(repository, folder, rest),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing::repository;

    fn check(files: &[(&str, &str)], command: &str, expected: &[&str]) {
        let repository = repository(files);
        let words: Vec<&str> = command.split(' ').collect();
        let (prepared, values) = (Prepared::default(), Values::default());
        let place = Place { repository: &repository, folder: "", prepared: &prepared, values: &values };
        let found: Vec<String> =
            inside(&place, &words).into_iter().map(|target| target.script.trim().to_owned()).collect();
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
        check(&[], "docker run -it -p80:80 -e A=B app pytest", &["pytest"]);
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
        let list = "FROM a\nRUN [\"make\", \"a b\"]\nRUN <<EOF\nmake x\nmake y\nEOF\n";
        check(&[("Dockerfile", list)], "docker build .", &["make 'a b'", "make x\nmake y\nEOF"]);
    }

    #[test]
    fn hooks_run_that_are_asked_for() {
        let hooks = "repos:\n- repo: https://x\n  hooks:\n  - id: a\n  - {id: b, alias: c}\n  - {id: d, stages: [manual]}\n  - {id: e, stages: [pre-push, manual]}\n";
        let files = [(".pre-commit-config.yaml", hooks)];
        let all = ["pre-commit-hook a", "pre-commit-hook b", "pre-commit-hook e"];
        check(&files, "pre-commit run --all-files", &all);
        check(&files, "pre-commit run -c x --from-ref a --to-ref b --color=always", &all);
        check(&files, "pre-commit run --files a b", &all);
        check(&files, "pre-commit run a --all-files", &["pre-commit-hook a"]);
        check(&files, "pre-commit run --all-files c", &["pre-commit-hook b"]);
        check(
            &files,
            "pre-commit run --hook-stage manual",
            &["pre-commit-hook a", "pre-commit-hook b", "pre-commit-hook d", "pre-commit-hook e"],
        );
        check(&files, "pre-commit run nope", &[]);
        check(&files, "pre-commit install", &[]);
        let commands = crate::shell::commands("SKIP=a,e");
        let (repository, values) = (repository(&files), Values::default().set_by(commands.iter()));
        let place = Place { repository: &repository, folder: "", prepared: &Prepared::default(), values: &values };
        let found: Vec<String> = inside(&place, &["pre-commit", "run"]).into_iter().map(|hook| hook.script).collect();
        assert_eq!(found, ["pre-commit-hook b"]);
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
}
