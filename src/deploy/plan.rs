//! What a deployment will go through, said before anything is done.

use super::settings::{Environment, Rollback, Settings};
use crate::model::deployment::{Kind, Planned, Step};

/// What is asked for beside the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Build and tests are left out.
    pub skip_tests: bool,
    /// No back-up is made.
    pub no_backup: bool,
    /// Whether there are endpoints to probe.
    pub has_endpoints: bool,
}

/// The steps of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps where all goes well, and those of a rollback; in the order of time.
    pub steps: Vec<Planned>,
    /// What is left out on purpose.
    pub omitted: Vec<&'static str>,
    /// What people should know before.
    pub notes: Vec<String>,
}

impl Plan {
    /// Plans. `command` is what deploys, as it is shown.
    pub fn new(
        kind: Kind,
        settings: &Settings,
        environment: &Environment,
        command: Option<&str>,
        wishes: Wishes,
    ) -> Self {
        let mut plan = Self::default();
        if kind == Kind::Deployment {
            plan.forward(settings, environment, command, wishes);
        }
        plan.back(kind, environment, wishes);
        plan.add(Step::Record, Some("write deployments.csv, tell GitHub and webhooks".to_owned()));
        plan
    }

    /// Tells whether a step is part of it.
    pub fn has(&self, step: Step) -> bool {
        self.steps.iter().any(|planned| planned.step == step)
    }

    /// Returns the first step.
    pub fn first(&self) -> Step {
        self.steps.first().map_or(Step::Record, |planned| planned.step)
    }

    fn forward(&mut self, settings: &Settings, environment: &Environment, command: Option<&str>, wishes: Wishes) {
        self.add(Step::Build, settings.build.clone());
        if wishes.skip_tests {
            self.omitted.push("tests");
        } else {
            self.add(Step::Test, settings.test.clone());
        }
        let package = settings.package.as_ref();
        self.add(
            Step::Package,
            package.map(|package| format!("pack {} as {}-VERSION.tar.gz", package.files.join(", "), package.name)),
        );
        self.add(
            Step::Measure,
            wishes.has_endpoints.then(|| "probe the endpoints five times, to compare with later".to_owned()),
        );
        if wishes.no_backup {
            self.omitted.push("backup");
        } else {
            self.add(Step::BackUp, environment.backup.clone());
        }
        self.add(Step::Deploy, command.map(str::to_owned));
        let verify = verification(environment, wishes);
        if verify.is_none() {
            self.notes.push(
                "nothing verifies the deployment: give the environment endpoints below `health.environments`, or a \
                 `smoke` command"
                    .to_owned(),
            );
        }
        self.add(Step::Verify, verify);
    }

    fn back(&mut self, kind: Kind, environment: &Environment, wishes: Wishes) {
        let rollback = environment.rollback.as_ref().map(|rollback| match rollback {
            Rollback::Command(command) => command.clone(),
            Rollback::Workflow { file, .. } => format!("start the workflow {file} and wait for it"),
        });
        let Some(what) = rollback else {
            self.notes.push(format!("nothing rolls back: `rollback` is not set for the {}", kind.word()));
            return;
        };
        self.add(Step::RollBack, Some(what));
        let verify = verification(environment, wishes);
        let watch = verify.is_some() && wishes.has_endpoints && !environment.watch.is_zero();
        self.add(Step::Recover, verify);
        self.add(Step::Watch, watch.then(|| format!("probe the endpoints for {:?} more", environment.watch)));
    }

    fn add(&mut self, step: Step, what: Option<String>) {
        self.steps.extend(what.map(|what| Planned { step, what }));
    }
}

fn verification(environment: &Environment, wishes: Wishes) -> Option<String> {
    let verify = &environment.verify;
    let probes = (wishes.has_endpoints || !verify.metrics.is_empty())
        .then(|| format!("probe the endpoints every {:?} for {:?}", verify.every, verify.length));
    let parts: Vec<String> = environment.smoke.clone().into_iter().chain(probes).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}
