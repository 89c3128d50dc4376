//! Practices of deployment: images, previews, migrations, order.

use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::workflow::Concurrency;
use crate::scorecard::evidence::{all, at, looked_for, missing, of, partial, present, share};
use crate::scorecard::facts::Facts;

pub(super) fn progressive(facts: &Facts<'_>) -> Verdict {
    let objects = facts.files.of_kind(&["Rollout", "Canary"]);
    if let Some(object) = objects.first() {
        return present(
            "a progressive strategy is described",
            vec![at(object.path, object.position(), format!("kind: {}", object.kind))],
        );
    }
    facts.tool(&[Kind::Progressive], "traffic moves step by step")
}

pub(super) fn preview_environments(facts: &Facts<'_>) -> Verdict {
    let mut previews = facts.deploys();
    previews.retain(|deploy| deploy.when.contains(&When::PullRequest) || deploy.when.contains(&When::AfterPullRequest));
    if previews.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::Deploy]),
            ..missing("nothing is deployed for pull requests", &[])
        };
    }
    let cleaned = facts.activities.runs.iter().find(|run| run.is_on(When::PullRequestClosed) && run.job.uses.is_none());
    match cleaned {
        Some(run) => {
            let position = facts.repository.position(&run.file.path, run.job.id.span.start);
            let removal =
                at(&run.file.path, position, format!("job `{}` runs when a pull request is closed", run.job.id.value));
            present(
                "pull requests are deployed and cleaned up",
                all(&previews).into_iter().take(2).chain([removal]).collect(),
            )
        }
        None => partial("pull requests are deployed, but nothing is cleaned up when they are closed", all(&previews)),
    }
}

pub(super) fn container_publish(facts: &Facts<'_>) -> Verdict {
    if !facts.builds_images() {
        return facts.without_images();
    }
    let pushes = facts.image_pushes();
    if pushes.is_empty() {
        return facts.or_unknown_publisher(Verdict {
            looked_for: looked_for(&[Kind::ImagePush, Kind::ImageBuild]),
            ..missing("CI pushes no image", &[])
        });
    }
    let tags = facts.of(&[Kind::ImageTags]);
    let versioned = |push: &&&Activity<'_>| {
        let said = push.input("tags").map(|text| text.value.clone()).unwrap_or_default() + &push.words.join(" ");
        let by_action = tags.iter().any(|tags| tags.run == push.run);
        // A variable or an expression in the tag, and not `latest` alone.
        let computed =
            said.split_whitespace().filter_map(|word| word.rsplit_once(':')).any(|(_, tag)| tag.contains('$'));
        let bare = said.split_whitespace().any(|word| word.starts_with('$') || word.starts_with("${{"));
        let named = [
            "github.ref_name",
            "github.sha",
            "GITHUB_SHA",
            "GITHUB_REF_NAME",
            "version",
            "VERSION",
            "--tag=",
            "{{ .Version",
            "{{ .Tag",
            "{{.Version",
            "{{.Tag",
        ];
        by_action || computed || bare || named.iter().any(|word| said.contains(word))
    };
    match pushes.iter().find(versioned) {
        Some(push) => present("images are pushed with version tags", vec![of(push)]),
        None => partial("images are pushed, but not with version tags", all(&pushes)),
    }
}

pub(super) fn multi_arch(facts: &Facts<'_>) -> Verdict {
    if !facts.builds_images() {
        return facts.without_images();
    }
    let builds = facts.of(&[Kind::ImageBuild, Kind::ImagePush]);
    let several = |build: &&&Activity<'_>| {
        let input =
            build.input("platforms").is_some_and(|value| value.value.contains(',') || value.value.contains('\n'));
        input || build.has_word(|word| word.contains("linux/amd64,") || word.contains("linux/arm64,"))
    };
    let skaffold = |build: &&&Activity<'_>| build.is(Kind::MultiArch) && build.has_word(|word| word.contains(','));
    match builds.iter().find(several).or_else(|| builds.iter().find(skaffold)) {
        Some(build) => present("images are built for several platforms", vec![of(build)]),
        None if joined(facts).is_some() => {
            present("images are built for each platform, and joined", joined(facts).into_iter().collect())
        }
        None => missing(
            "images are built for one platform",
            &["`platforms` of the build action, `--platform` of `docker buildx build`, with more than one value"],
        ),
    }
}

/// Finds where images of several jobs or runs of a matrix, one for each platform, are joined.
fn joined(facts: &Facts<'_>) -> Option<Evidence> {
    let joins = |activity: &&Activity<'_>| {
        let words: Vec<&str> = activity.words.iter().map(String::as_str).collect();
        matches!(
            words.as_slice(),
            ["docker", "buildx", "imagetools", "create", ..] | ["docker", "manifest", "create", ..]
        )
    };
    let join = facts.activities.all.iter().find(joins)?;
    // Joining one image with itself only gives it another tag.
    let other = facts.repository.workflows.iter().any(|file| {
        let text = facts.repository.text(&file.path).map_or("", |file| file.text.as_str());
        text.lines().any(|line| !line.trim_start().starts_with('#') && line.contains("arm64"))
    });
    other.then(|| of(join))
}

/// Tells whether a newer run can cancel a deploy: not where only runs for pull requests are
/// cancelled, and the deploy is not one of them.
fn cancels(concurrency: &Concurrency, deploy: &Activity<'_>) -> bool {
    let condition = concurrency.cancel_in_progress.as_ref().map_or("", |text| text.value.as_str());
    let condition: String = condition.chars().filter(|character| !character.is_whitespace()).collect();
    let for_pull_requests = condition == "${{github.event_name=='pull_request'}}";
    concurrency.cancels() && (!for_pull_requests || deploy.when.contains(&When::PullRequest))
}

pub(super) fn deploy_concurrency(facts: &Facts<'_>) -> Verdict {
    let deploys = facts.deploys();
    if deploys.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::Deploy]),
            ..missing("no workflow deploys to an environment", &[])
        };
    }
    let in_order = |deploy: &&Activity<'_>| {
        facts.run(deploy).is_some_and(|run| {
            let callers = run.callers.iter().filter_map(|caller| caller.concurrency.as_ref());
            let own =
                run.job.concurrency.iter().chain(&run.file.workflow.concurrency).chain(&run.root.workflow.concurrency);
            let mut all = own.chain(callers).peekable();
            // The newer commit of a pull request takes the place of a preview that was cut off.
            let is_preview = deploy.when.iter().all(|when| matches!(when, When::PullRequest | When::PullRequestClosed));
            all.peek().is_some() && all.all(|concurrency| is_preview || !cancels(concurrency, deploy))
        })
    };
    let (good, bad): (Vec<&Activity<'_>>, Vec<&Activity<'_>>) = deploys.into_iter().partition(in_order);
    share(&all(&good), &all(&bad), "deploys wait for each other and are not cut off")
}
