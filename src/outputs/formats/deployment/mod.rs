//! Deployments in every format.

mod github;
mod human;
mod json;
mod markdown;

pub use github::github;
pub use human::human;
pub use json::json;
pub use markdown::markdown;

use crate::model::deployment::{Deployment, DeploymentReport, Done};

/// Says in a sentence what it came to.
fn sentence(report: &DeploymentReport) -> String {
    if !report.refusals.is_empty() {
        return format!("{}: refused", report.title);
    }
    let Some(deployment) = &report.deployment else {
        let nothing = if report.plan.is_empty() { "nothing to do" } else { "nothing was done" };
        return format!("{}: {nothing}", report.title);
    };
    let Some(ending) = deployment.ending else { return format!("{}: under way", report.title) };
    format!("{}: {}{}", report.title, ending.word(), trouble(deployment))
}

fn trouble(deployment: &Deployment) -> String {
    let trouble = deployment.trouble.as_ref();
    trouble.map(|trouble| format!(" ({}: {})", trouble.step.word(), trouble.reason)).unwrap_or_default()
}

/// Returns how long a step took, in seconds.
fn seconds(done: &Done) -> f64 {
    done.ended_at.duration_since(done.began_at).as_secs_f64().max(0.0)
}

/// Returns what else is to be said.
fn notes(report: &DeploymentReport) -> Vec<String> {
    let mut notes = report.notes.clone();
    if let Some(deployment) = &report.deployment {
        notes.extend(deployment.omitted.iter().map(|what| format!("left out on purpose: {what}")));
        notes.extend(deployment.previous.as_ref().map(|previous| format!("before: {}", previous.version)));
    }
    notes.dedup();
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::color::Color;
    use crate::model::deployment::{CheckedBox, Ending, Kind, Standing, Step, StepResult, Trouble};

    fn deployment() -> Deployment {
        let at = |second: i64| jiff::Timestamp::from_second(1_767_225_600 + second).unwrap();
        let done = |step, from, to, result, note: &str| Done {
            step,
            began_at: at(from),
            ended_at: at(to),
            result,
            note: note.to_owned(),
        };
        Deployment {
            id: 7,
            at_github: false,
            kind: Kind::Deployment,
            environment: "staging".to_owned(),
            version: "2.0".to_owned(),
            reference: "main".to_owned(),
            commit: String::new(),
            command: vec!["./deploy.sh".to_owned()],
            created_at: at(0),
            step: Step::Ended,
            began_at: at(9),
            process: None,
            done: vec![
                done(Step::Deploy, 0, 3, StepResult::Passed, ""),
                done(Step::Verify, 3, 8, StepResult::Failed, "web: 500 <b>|"),
                done(Step::RollBack, 8, 9, StepResult::Passed, ""),
            ],
            previous: None,
            before: Vec::new(),
            archive: None,
            trouble: Some(Trouble { step: Step::Verify, at: at(8), reason: "web: 500 <b>|".to_owned() }),
            ending: Some(Ending::RolledBack),
            omitted: vec!["backup".to_owned()],
            rollback_id: None,
            rollback_run: None,
            notes: Vec::new(),
        }
    }

    fn report() -> DeploymentReport {
        let deployment = deployment();
        let open = CheckedBox { name: "review", standing: Standing::Open("nobody approved".to_owned()) };
        DeploymentReport {
            title: deployment.title(),
            checklist: vec![open],
            deployment: Some(deployment),
            ..DeploymentReport::default()
        }
    }

    #[test]
    fn people_read_steps_and_what_they_came_to() {
        insta::assert_snapshot!(human(&report(), 100, Color::Never), @r"
        Step       Result  Time  Note
        deploy     passed    3s
        verify     failed    5s  web: 500 <b>|
        roll back  passed    1s

        Box     Standing  Evidence
        review  open      nobody approved

        note: left out on purpose: backup
        deployment of 2.0 to staging: failed and was rolled back (verify: web: 500 <b>|)
        ");
    }

    #[test]
    fn every_format_is_escaped_for_its_place() {
        let mut hostile = report();
        for done in hostile.deployment.iter_mut().flat_map(|deployment| &mut deployment.done) {
            done.note = "\n::error::no".to_owned();
        }
        let told = github(&hostile);
        assert!(told.starts_with("::error title=deployment of 2.0 to staging::"), "{told}");
        assert!(told.lines().skip(1).all(|line| !line.starts_with("::")), "{told}");
        let markdown = markdown(&report());
        assert!(markdown.contains("&lt;b") || markdown.contains("\\<b"), "{markdown}");
        let value: serde_json::Value = serde_json::from_str(&json(&report())).unwrap();
        assert_eq!((value["state"].as_str(), value["steps"][1]["seconds"].as_f64()), (Some("failure"), Some(5.0)));
    }

    #[test]
    fn a_refusal_says_why() {
        let report = DeploymentReport {
            title: "deployment of 2.0 to staging".to_owned(),
            refusals: vec!["the gate x fails".to_owned()],
            ..DeploymentReport::default()
        };
        let told = human(&report, 100, Color::Never);
        assert_eq!(told, "refused: the gate x fails\ndeployment of 2.0 to staging: refused\n");
        assert!(github(&report).contains("::error title=deployment of 2.0 to staging::the gate x fails"));
    }
}
