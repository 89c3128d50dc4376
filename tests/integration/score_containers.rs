//! `plimsoll score`: what builds of images and containers run.

use serde_json::Value;

use crate::score::{json, status};
use crate::support::program::Program;

/// Scores a workflow of one job with these steps beside these files.
fn scored(steps: &str, files: &[(&str, &str)]) -> Value {
    let matrix = "strategy: {matrix: {image: [{file: a/Dockerfile, context: ./}, {file: b/Dockerfile, context: b}]}}";
    let workflow =
        format!("on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    {matrix}\n    steps:\n{steps}");
    let program = Program::new().file(".github/workflows/ci.yml", workflow);
    let program = files.iter().fold(program, |program, (path, text)| program.file(path, *text));
    json(&program.run(&["score", "--format=json", "--profile=service"]))
}

/// Returns a criterion's first evidence, as `path:line`.
fn place(card: &Value, id: &str) -> String {
    let categories = card["categories"].as_array().unwrap();
    let mut criteria = categories.iter().flat_map(|category| category["criteria"].as_array().unwrap());
    let evidence = &criteria.find(|criterion| criterion["id"] == id).unwrap()["evidence"][0];
    format!("{}:{}", evidence["path"].as_str().unwrap(), evidence["line"])
}

/// Tests run in a stage of their own.
const TESTED: &str = "FROM elixir AS base\nFROM base AS test\nCOPY . .\nRUN mix deps.get\nRUN mix test \\\n  && touch /ok\nFROM base AS release\nCOPY --from=test /ok /ok\nFROM scratch AS unused\nRUN mix format --check-formatted\nFROM release\n";

#[test]
fn every_dockerfile_of_a_matrix_is_built() {
    let step = |file: &str| {
        format!(
            "      - uses: docker/build-push-action@v6\n        with: {{context: '${{{{ matrix.image.context }}}}', file: '{file}'}}\n"
        )
    };
    let files = [("a/Dockerfile", "FROM a\n"), ("b/Dockerfile", TESTED), ("c/Dockerfile", TESTED)];
    let card = scored(&step("${{ matrix.image.file }}"), &files);
    assert_eq!(
        (status(&card, "unit-tests").0.as_str(), place(&card, "unit-tests").as_str()),
        ("present", "b/Dockerfile:5")
    );
    // Of what runs side by side, a line of a Dockerfile tells nothing.
    assert_eq!(place(&card, "parallel-jobs"), ".github/workflows/ci.yml:3");
    // The stage that nothing is made from is not built.
    assert_eq!(status(&card, "format-check").0, "missing");
    let other = scored(&step("a/Dockerfile"), &files);
    assert_eq!(status(&other, "unit-tests").0, "missing", "no step builds the other Dockerfile");
    let unused = [("b/Dockerfile", "FROM a AS test\nRUN mix test\nFROM scratch\n")];
    assert_eq!(status(&scored(&step("${{ matrix.image.file }}"), &unused), "unit-tests").0, "missing");
}

#[test]
fn what_fails_in_silence_in_an_image_proves_half() {
    let of = |run: &str| {
        let file = format!("FROM a\nRUN {run}\n");
        status(&scored("      - run: docker build .\n", &[("Dockerfile", &file)]), "unit-tests").0
    };
    for (run, expected) in [
        ("pytest", "present"),
        ("pytest && touch /ok", "present"),
        ("[\"pytest\", \"-q\"]", "present"),
        ("--mount=type=cache,target=/x pytest", "present"),
        ("<<EOF\nset -e\npytest\ntouch /ok\nEOF", "present"),
        ("<<EOF\npytest\ntouch /ok\nEOF", "partial"),
        ("pytest; touch /ok", "partial"),
        ("pytest || true", "partial"),
        ("pytest | tee log", "partial"),
        ("echo pytest", "missing"),
        ("true\n# RUN pytest", "missing"),
        ("apt-get install pytest", "missing"),
    ] {
        assert_eq!(of(run), expected, "{run}");
    }
    let shell = "FROM a\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN pytest | tee log\n";
    assert_eq!(status(&scored("      - run: docker build .\n", &[("Dockerfile", shell)]), "unit-tests").0, "present");
}

#[test]
fn a_container_runs_what_its_image_says() {
    let image = "FROM python\nCOPY . /tests\nENTRYPOINT [\"pytest\"]\nCMD [\"-v\"]\n";
    let of = |steps: &str, image: &str| {
        let files = [
            ("test/Dockerfile", image),
            ("test/run.sh", "#!/bin/sh\npytest -q\n"),
            ("test/entry.sh", "#!/bin/sh\nset -e\nexec \"$@\"\n"),
        ];
        status(&scored(steps, &files), "unit-tests").0
    };
    let build = "      - run: docker build -t tests ./test\n";
    for (run, image, expected) in [
        ("docker run --rm --network x -e A=B tests", image, "present"),
        ("docker run tests:latest -q", image, "present"),
        ("docker run other", image, "missing"),
        ("docker run --entrypoint sh tests", image, "missing"),
        ("docker run tests || true", image, "partial"),
        ("docker run -d tests", image, "partial"),
        ("docker run tests echo pytest", "FROM a\nCMD pytest\n", "missing"),
        ("docker run tests", "FROM a\nCMD pytest -v\n", "present"),
        ("docker run tests", "FROM a\nENTRYPOINT [\"/app/run.sh\"]\n", "present"),
        ("docker run tests pytest", "FROM a\nENTRYPOINT [\"/entry.sh\"]\n", "present"),
        ("docker run tests pytest", "FROM a\nENTRYPOINT [\"echo\"]\n", "missing"),
        ("docker run tests", "FROM a AS b\nENTRYPOINT [\"pytest\"]\nFROM b\n", "present"),
        ("docker run tests", "FROM a AS b\nENTRYPOINT [\"pytest\"]\nFROM a\n", "missing"),
    ] {
        assert_eq!(of(&format!("{build}      - run: {run}\n"), image), expected, "{run} {image}");
    }
    let made = "      - run: make check\n";
    let recipe = "I = tests\ncheck: build\n\t@set +e; \\\n\tdocker run $(I); \\\n\tcode=$$?; \\\n\tdocker ps; \\\n\texit $$code\nbuild:\n\tdocker build -t $(I) test\n";
    let card = scored(made, &[("Makefile", &recipe.replace("check: build", "check:")), ("test/Dockerfile", image)]);
    assert_eq!(status(&card, "unit-tests").0, "missing", "nothing builds the image");
    let first = recipe.replace("check: build", "all: build check\ncheck:").replace("make check", "make all");
    let card = scored(
        "      - run: make build\n      - run: make check\n",
        &[("Makefile", &first), ("test/Dockerfile", image)],
    );
    assert_eq!(
        (status(&card, "unit-tests").0.as_str(), place(&card, "unit-tests").as_str()),
        ("present", "test/Dockerfile:3")
    );
}

#[test]
fn services_of_compose_run_what_their_files_say() {
    let base =
        "services:\n  app:\n    build: .\n    command: serve\n    depends_on: [db]\n  db:\n    image: postgres\n";
    let tests = "services:\n  app:\n    entrypoint: ['/wait-for-it.sh', 'db:5432', '--', '/app/ci/tests.sh']\n";
    let linking = "#!/bin/bash\nlink='compose.override.yaml'\nunit='compose.override.unit.yaml'\nfunction set_unit {\n  ln -s ${unit} ${link}\n}\nfunction set_dev {\n  ln -s compose.override.dev.yaml ${link}\n}\nset_\"$1\"\n";
    let of = |run: &str| {
        let files = [
            ("compose.yaml", base),
            ("compose.override.unit.yaml", tests),
            ("compose.override.dev.yaml", "services:\n  app:\n    command: watch\n"),
            ("ci/tests.sh", "#!/bin/sh\npytest\n"),
            ("ci/mode.sh", linking),
            ("Dockerfile", "FROM a\nCMD pytest\n"),
        ];
        status(&scored(&format!("      - run: |\n          {run}\n"), &files), "unit-tests").0
    };
    let up = "docker compose up --exit-code-from app app";
    for (run, expected) in [
        (up.to_owned(), "missing"),
        (format!("ci/mode.sh unit; {up}"), "present"),
        (format!("ci/mode.sh dev; {up}"), "missing"),
        (format!("cp compose.override.unit.yaml compose.override.yaml; {up}"), "present"),
        (
            "docker compose -f compose.yaml -f compose.override.unit.yaml up --abort-on-container-exit".to_owned(),
            "present",
        ),
        ("docker compose -f compose.yaml -f compose.override.unit.yaml up -d".to_owned(), "partial"),
        ("docker compose -f compose.yaml -f compose.override.unit.yaml up db".to_owned(), "missing"),
        ("docker compose -f compose.yaml -f compose.override.unit.yaml run --rm app".to_owned(), "present"),
        ("docker compose -f compose.yaml -f compose.override.unit.yaml build".to_owned(), "missing"),
        ("docker compose run --rm app pytest -q".to_owned(), "present"),
        ("docker compose down".to_owned(), "missing"),
    ] {
        assert_eq!(of(&run), expected, "{run}");
    }
}

/// Scores a workflow that pushes, beside these files.
fn pushed(command: &str, files: &[(&str, &str)]) -> Value {
    let workflow = format!(
        "on: {{push: {{tags: ['v*']}}}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {command}\n"
    );
    let program = Program::new().file(".github/workflows/release.yml", workflow);
    let program = files.iter().fold(program, |program, (path, text)| program.file(path, *text));
    json(&program.run(&["score", "--format=json", "--profile=service"]))
}

/// Two stages that are pushed, and one that nobody builds.
const STAGES: &str =
    "FROM a AS safe\nUSER 1000\nFROM a AS open\nHEALTHCHECK CMD x\nFROM safe AS derived\nFROM b AS unused\n";

#[test]
fn the_stage_that_is_pushed_says_who_runs() {
    for (command, expected, line) in [
        ("docker buildx build -f Dockerfile --target safe --push -t x/y .", "present", "Dockerfile:2"),
        ("docker buildx build -f Dockerfile --target derived --push -t x/y .", "present", "Dockerfile:2"),
        ("docker buildx build --target=open --push -t x/y .", "missing", "Dockerfile:3"),
        ("docker buildx build --push -t x/y .", "missing", "Dockerfile:6"),
        ("docker buildx build --target safe -t x/y .", "missing", "Dockerfile:6"),
        ("docker buildx build -f other/Dockerfile --target safe --push -t x/y .", "missing", "Dockerfile:6"),
    ] {
        let card = pushed(command, &[("Dockerfile", STAGES)]);
        let found = (status(&card, "non-root-images").0, place(&card, "non-root-images"));
        assert_eq!((found.0.as_str(), found.1.as_str()), (expected, line), "{command}");
    }
}

#[test]
fn an_image_that_is_only_copied_from_is_not_shipped() {
    let builder = ("builder.dockerfile", "FROM golang\nRUN apt-get install -y git\n");
    let build = "docker buildx build -f builder.dockerfile --push -t x/builder .";
    for (user, expected) in [
        ("FROM x/builder AS build\nFROM scratch\nCOPY --from=build /a /a\nUSER 1\n", "present"),
        ("FROM scratch\nCOPY --from=x/builder /a /a\nUSER 1\n", "present"),
        ("FROM x/builder AS build\nFROM build\nCOPY --from=build /a /a\nUSER 1\n", "partial"),
        ("FROM scratch\nUSER 1\n", "partial"),
    ] {
        let card = pushed(build, &[builder, ("Dockerfile", user)]);
        assert_eq!(status(&card, "image-hardening").0, expected, "{user}");
    }
}

#[test]
fn a_service_of_an_image_that_is_pushed_has_its_health_check() {
    let image = ("Dockerfile", "FROM a\nHEALTHCHECK CMD x\n");
    for (service, expected) in
        [("x/y:2", "present"), ("x/y", "present"), ("postgres:17", "missing"), ("other/y:2", "missing")]
    {
        let compose = format!("services:\n  a: {{image: '{service}'}}\n");
        let card = pushed("docker buildx build --push -t x/y:$TAG .", &[image, ("compose.yaml", &compose)]);
        assert_eq!(status(&card, "health-probes").0, expected, "{service}");
    }
}

#[test]
fn programs_migrate_their_databases_themselves() {
    let package =
        ("package.json", r#"{"dependencies": {"knex": "1", "pg": "1"}, "scripts": {"start": "node server/main.js"}}"#);
    for (path, text, expected) in [
        ("server/main.js", "import './database.js'\nawait knex.migrate.latest()\n", "partial"),
        ("server/main.js", "// await knex.migrate.latest()\n", "missing"),
        ("scripts/main.js", "await knex.migrate.latest()\n", "missing"),
        ("db/knex_migrations/1.js", "x\n", "partial"),
        ("db/knex_migrations.js", "x\n", "missing"),
        ("src/MigrateExtensions.cs", "await context.Database.MigrateAsync();\n", "partial"),
        ("tests/MigrateExtensions.cs", "await context.Database.MigrateAsync();\n", "missing"),
    ] {
        let card = pushed("echo", &[package, (path, text)]);
        assert_eq!(status(&card, "db-migrations").0, expected, "{path} {text}");
    }
}
