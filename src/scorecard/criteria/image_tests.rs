//! Whether images are tested.

use std::collections::BTreeSet;

use crate::detectors::activity::Activity;
use crate::detectors::matrix;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::workflow::Step;
use crate::scorecard::evidence::{all, at, looked_for, missing, of, partial, present};
use crate::scorecard::facts::Facts;
use crate::scorecard::own_images::without_tag;
use crate::scorecard::publishing::sends_file;

pub(super) fn image_tested(facts: &Facts<'_>) -> Verdict {
    if !facts.builds_images() {
        return facts.without_images();
    }
    let tests = facts.of(&[Kind::ImageTest]);
    if !tests.is_empty() {
        return present("images are tested", all(&tests));
    }
    let builds = facts.of(&[Kind::ImageBuild, Kind::ImagePush]);
    let mut started = facts.of(&[Kind::ImageRun]);
    started.retain(|run| builds.iter().any(|build| facts.is_after(run, build)));
    // Of what is asked of a container, tests say more than a request.
    let mut asked = facts.in_jobs(&[Kind::Health, Kind::ApiTest, Kind::IntegrationTest, Kind::Test]);
    // What sends a file asks nothing.
    asked.retain(|test| !sends_file(test));
    asked.sort_by_key(|test| test.is(Kind::Health));
    let tested = asked.iter().find_map(|test| {
        let before = started.iter().rev().find(|run| run.run == test.run && facts.is_after(test, run));
        Some((before.or_else(|| started.iter().find(|run| facts.is_after(test, run)))?, test))
    });
    if let (None, Some((deploy, test))) = (&tested, tested_in_cluster(facts, &builds)) {
        return present("images are started in a cluster of the job's own and tested", vec![of(deploy), of(test)]);
    }
    if let (None, Some((service, test))) = (&tested, tested_as_service(facts)) {
        return present("images that were pushed are started beside tests", vec![service, of(test)]);
    }
    if let (None, Some((run, test))) = (&tested, compared(facts, &started)) {
        return present("images are started and asked, and another answer fails the job", vec![of(run), of(test)]);
    }
    if let (None, Some((deploy, test))) = (&tested, tested_where_deployed(facts, &builds)) {
        return present("images are pushed, deployed and tested in the same job", vec![of(deploy), of(test)]);
    }
    match (tested, started.is_empty()) {
        (Some((run, test)), _) => present("images are started and tested", vec![of(run), of(test)]),
        (None, false) => partial("images are started, but not tested", all(&started)),
        (None, true) => Verdict {
            looked_for: looked_for(&[Kind::ImageTest, Kind::ImageRun]),
            ..missing("images are not tested", &[])
        },
    }
}

/// Finds tests of what a job with images of the repository starts in a cluster of its own.
fn tested_in_cluster<'facts, 'model>(
    facts: &'facts Facts<'model>,
    builds: &[&Activity<'_>],
) -> Option<(&'facts Activity<'model>, &'facts Activity<'model>)> {
    let tests = facts.in_jobs(&[Kind::IntegrationTest, Kind::Test, Kind::ApiTest]);
    let mut deploys = facts.of(&[Kind::KubernetesDeploy]);
    deploys.retain(|deploy| facts.is_in_throwaway_cluster(deploy));
    deploys.retain(|deploy| {
        let loads = |activity: &&Activity<'_>| {
            let words: Vec<&str> = activity.words.iter().map(String::as_str).collect();
            let loaded = matches!(words.as_slice(), ["docker", "load", ..] | ["kind" | "minikube" | "k3d", ..]);
            activity.run == deploy.run
                && loaded
                && activity.has_word(|word| matches!(word, "load" | "import" | "image"))
        };
        builds.iter().any(|build| facts.is_after(deploy, build)) || facts.activities.all.iter().any(|it| loads(&it))
    });
    deploys.into_iter().find_map(|deploy| {
        let test = tests.iter().find(|test| test.run == deploy.run && facts.is_after(test, deploy))?;
        Some((deploy, *test))
    })
}

/// Finds what is deployed from images that were pushed before, and what tests it in the same job.
pub(super) fn tested_where_deployed<'facts, 'model>(
    facts: &'facts Facts<'model>,
    builds: &[&Activity<'_>],
) -> Option<(&'facts Activity<'model>, &'facts Activity<'model>)> {
    let mut deploys = facts.deploys();
    deploys.retain(|deploy| {
        deploy.is(Kind::ImagePush)
            || builds.iter().any(|build| build.is(Kind::ImagePush) && facts.is_after(deploy, build))
    });
    let tests = facts.in_jobs(&[Kind::Test, Kind::IntegrationTest, Kind::ApiTest, Kind::Load]);
    let tested = deploys.iter().find_map(|deploy| {
        let test = tests.iter().find(|test| {
            test.run == deploy.run && facts.is_after(test, deploy) && test.silence.is_none() && !test.is(Kind::Build)
        })?;
        Some((*deploy, *test))
    });
    tested.or_else(|| compared(facts, &deploys))
}

/// Finds what starts something, and a later comparison in its job of what that answers, which ends with a failure:
/// `answer=$(curl …)`, `if [ "$answer" != "…" ]; then exit 1; fi`.
fn compared<'facts, 'model>(
    facts: &'facts Facts<'model>,
    started: &[&'facts Activity<'model>],
) -> Option<(&'facts Activity<'model>, &'facts Activity<'model>)> {
    let asks = |value: &str| {
        let programs = ["curl", "wget", "grpcurl", "kubectl logs", "kubectl exec", "docker exec", "docker run"];
        programs.iter().any(|program| value.starts_with(&format!("$({program} ")))
    };
    let all = &facts.activities.all;
    let answers = all.iter().flat_map(|activity| activity.assignments.iter().map(move |set| (activity, set)));
    let answers = answers.filter_map(|(activity, set)| {
        let (name, value) = set.split_once('=')?;
        (activity.words.is_empty() && asks(value.trim_start_matches('"'))).then_some((activity, name))
    });
    answers.into_iter().find_map(|(answer, name)| {
        let start = started.iter().rev().find(|start| start.run == answer.run && facts.is_after(answer, start))?;
        let names_it = |word: &str| word.contains(&format!("${name}")) || word.contains(&format!("${{{name}}}"));
        let mut tests = all.iter().filter(|test| test.run == answer.run && test.number > answer.number);
        tests.find(|test| {
            let compares = matches!(test.words.first().map(String::as_str), Some("[" | "[[" | "test"));
            test.order == answer.order && compares && test.tested && test.has_word(names_it) && facts.ends_behind(test)
        })?;
        Some((*start, answer))
    })
}

/// Finds a job with a service whose image the repository pushes, and a test that runs beside it, be
/// it another repository's.
fn tested_as_service<'facts, 'model>(facts: &'facts Facts<'model>) -> Option<(Evidence, &'facts Activity<'model>)> {
    let pushed = pushed_names(facts);
    facts.activities.runs.iter().enumerate().find_map(|(index, run)| {
        let images = run.job.services.iter().filter_map(|(_, container)| container.image.as_ref());
        let image = images.into_iter().find(|image| pushed.contains(without_tag(&image.value)))?;
        let test = facts.activities.all.iter().find(|test| test.run == index && test.is(Kind::Test))?;
        let position = facts.repository.position(&run.file.path, image.span.start);
        Some((at(&run.file.path, position, format!("image: {}", image.value)), test))
    })
}

/// Returns the names, without tags, that jobs give to images which they push.
fn pushed_names(facts: &Facts<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let pushing: BTreeSet<usize> = facts.image_pushes().iter().map(|push| push.run).collect();
    for job in pushing.iter().filter_map(|index| facts.activities.runs.get(*index)).map(|run| run.job) {
        let inputs = job
            .steps
            .iter()
            .flat_map(Step::flatten)
            .flat_map(|step| ["images", "tags"].into_iter().filter_map(|name| step.input(name)));
        for text in inputs {
            let computed = matrix::values(job, &text.value).into_iter().filter_map(|node| node.text());
            let written = text.value.split([',', '\n']).map(str::trim);
            let all = written.chain(computed.map(|text| text.value.as_str()));
            names.extend(
                all.map(without_tag).filter(|name| name.contains('/') && !name.contains(' ')).map(str::to_owned),
            );
        }
    }
    names
}
