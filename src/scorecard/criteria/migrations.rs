//! Migrations of databases: in CI, in what is deployed, or nowhere.

use crate::detectors::purpose::is_for_tests;
use crate::detectors::started::{Started, by_image, by_words};
use crate::knowledge::tools::{Kind, tools};
use crate::model::place::Position;
use crate::model::repository::has_ending;
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::{Node, Text};
use crate::scorecard::evidence::{all, at, file, looked_for, missing, of, partial, present};
use crate::scorecard::facts::Facts;

pub(super) fn db_migrations(facts: &Facts<'_>) -> Verdict {
    let migration = facts.repository.paths.iter().find(|path| {
        let lower = path.to_lowercase();
        let is_named = |part: &str| part.ends_with("_migrations") || part.ends_with("-migrations");
        let folders = || lower.split('/').rev().skip(1);
        let within = |names: &[&str]| folders().any(|part| names.contains(&part) || is_named(part));
        let is_sql = has_ending(&lower, &["sql", "py", "rb", "ts", "js"]);
        let is_code = has_ending(&lower, &["cs", "php", "java", "kt", "exs", "go"]);
        let is_migration =
            is_sql && within(&["migrations", "migration", "migrate", "alembic"]) || is_code && within(&["migrations"]);
        // What a generator writes beside a migration is none.
        let is_beside = lower.ends_with(".designer.cs") || lower.ends_with("modelsnapshot.cs");
        is_migration && !is_beside && !is_for_tests(path)
    });
    let mut stores = facts.data_stores();
    // A search index or an object store has no schema that is migrated.
    stores.retain(|store| {
        !["elasticsearch", "opensearch", "minio", "mongo", "influx"].iter().any(|name| store.seen.contains(name))
    });
    let applied = facts.of(&[Kind::Migrate]);
    let started = started(facts).or_else(|| by_itself(facts).map(|seen| (Where::Program, seen)));
    if migration.is_none() && stores.is_empty() && applied.is_empty() && started.is_none() {
        return facts.without_store("no database was found");
    }
    let deploys = facts.deploys();
    let with_deploy = applied.iter().find(|step| {
        deploys.iter().any(|deploy| {
            facts.run(step).zip(facts.run(deploy)).is_some_and(|(own, other)| own.root.path == other.root.path)
        })
    });
    if let Some(step) = with_deploy {
        return present("migrations are part of the deploy", vec![of(step)]);
    }
    match (&started, applied.first(), migration) {
        (Some((Where::Workload, seen)), ..) => {
            present("migrations are part of what is deployed: a container runs them", vec![seen.clone()])
        }
        (Some((Where::Start, seen)), ..) if !deploys.is_empty() => {
            present("what is deployed runs migrations at its start", vec![seen.clone()])
        }
        (Some((Where::Start, seen)), ..) => {
            partial("migrations run when the service starts, but no workflow deploys it", vec![seen.clone()])
        }
        (Some((Where::Program, seen)), ..) if !deploys.is_empty() => {
            present("what is deployed migrates its database by itself", vec![seen.clone()])
        }
        (Some((Where::Program, seen)), ..) if applied.is_empty() => {
            partial("the program migrates its database by itself, but no workflow deploys it", vec![seen.clone()])
        }
        (Some((Where::Program, _)) | None, Some(_), _) => {
            partial("migrations run in CI, but no workflow runs them in a deploy", all(&applied))
        }
        (_, None, Some(path)) => partial(
            "migrations exist, but no command in CI, and none that an image or a manifest starts, runs them",
            vec![file(path, "a migration")],
        ),
        (_, None, None) => Verdict {
            evidence: stores,
            looked_for: looked_for(&[Kind::Migrate]),
            ..missing("a database is used, and nothing migrates it", &[])
        },
    }
}

/// Where migrations run beside the jobs of CI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// In a container of a Kubernetes object.
    Workload,
    /// When an image or a service of Compose starts.
    Start,
    /// In the code of the program itself.
    Program,
}

/// Calls by which programs migrate their databases, in lower case, by the endings of their files.
const CALLS: &[(&[&str], &[&str])] = &[
    (&["js", "ts", "mjs", "cjs", "mts"], &[".migrate.latest(", ".runmigrations("]),
    (&["cs"], &[".database.migrate()", ".database.migrateasync("]),
    (&["go"], &[".automigrate(", "goose.up(", "migrate.up("]),
    (&["rs"], &["sqlx::migrate!(", ".run_pending_migrations("]),
];

/// Finds where the program's own code migrates its database; scripts beside it and tests are none.
fn by_itself(facts: &Facts<'_>) -> Option<Evidence> {
    let beside = ["script", "scripts", "tools", "extra", "bin", "cli", "cmd", "test", "tests", "benchmarks", "e2e"];
    let is_beside = |path: &str| {
        let lower = path.to_lowercase();
        let mut folders = lower.split('/').rev().skip(1);
        is_for_tests(path) || folders.any(|folder| beside.contains(&folder) || folder.ends_with("tests"))
    };
    let in_code = || {
        facts.repository.texts.iter().filter(|(path, _)| !is_beside(path)).find_map(|(path, text)| {
            let (_, calls) = CALLS.iter().find(|(endings, _)| has_ending(path, endings))?;
            let (position, line) = text.line_with(calls)?;
            Some(at(path, position, line.chars().take(120).collect::<String>()))
        })
    };
    // Spring Boot runs these when it starts, unasked (docs.spring.io, "Database Initialization").
    in_code().or_else(|| {
        facts.dependency(&["spring-boot"])?;
        facts.dependency(&["flyway-core", "liquibase-core"])
    })
}

/// Finds migrations that run in what is deployed: in containers of Kubernetes objects, or else when an image or a service
/// of Compose starts.
fn started(facts: &Facts<'_>) -> Option<(Where, Evidence)> {
    let repository = facts.repository;
    let migrates = |started: Started| {
        let words: Vec<&str> = started.words.iter().map(String::as_str).collect();
        tools().of_command(&words).iter().any(|tool| tool.kinds.contains(&Kind::Migrate)).then_some(started)
    };
    let told = |path: &str, words: &[Text]| {
        let given: Vec<&str> = words.iter().map(|text| text.value.as_str()).collect();
        let found = by_words(repository, &given).into_iter().find_map(migrates)?;
        let here = repository.position(path, words.first()?.span.start);
        Some(place(path, here, &found))
    };
    let in_containers = || {
        facts.files.manifests.iter().find_map(|manifest| {
            let containers = containers(manifest.node);
            containers.into_iter().find_map(|words| told(manifest.path, &words))
        })
    };
    let by_start = || {
        facts.files.dockerfiles.iter().find_map(|image| {
            let found = by_image(repository, image.path).into_iter().find_map(migrates)?;
            Some(place(image.path, Position { line: 1, column: 1 }, &found))
        })
    };
    let in_services = || {
        facts.files.services().into_iter().find_map(|service| {
            let (path, command) = service.get("command")?;
            match command.text() {
                Some(line) => {
                    let shell = Text { value: line.value.clone(), ..line.clone() };
                    let words = ["sh", "-c"].map(|word| Text { value: word.to_owned(), ..line.clone() });
                    told(path, &words.into_iter().chain([shell]).collect::<Vec<_>>())
                }
                None => told(path, &command.texts()),
            }
        })
    };
    let workload = in_containers().map(|seen| (Where::Workload, seen));
    workload.or_else(|| by_start().or_else(in_services).map(|seen| (Where::Start, seen)))
}

fn place(path: &str, position: Position, found: &Started) -> Evidence {
    let seen: String = found.words.join(" ").chars().take(120).collect();
    match &found.place {
        Some((path, line)) => at(path, Position { line: *line, column: 1 }, seen),
        None => at(path, position, seen),
    }
}

/// Returns what the containers of an object are told to run, each as the words of `command` and `args`.
fn containers(object: &Node) -> Vec<Vec<Text>> {
    let mut found = Vec::new();
    object.walk(&mut |node: &Node| {
        let lists = ["containers", "initContainers"].into_iter().filter_map(|key| node.get(key));
        for container in lists.flat_map(Node::items) {
            let words = ["command", "args"].into_iter().filter_map(|key| container.get(key)).flat_map(Node::texts);
            found.push(words.collect());
        }
    });
    found
}
