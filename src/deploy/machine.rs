//! Which step comes next. Every state has an answer, whatever was cut off.

use super::plan::Plan;
use crate::model::deployment::{Deployment, Ending, Kind, Step, StepResult};

/// What becomes of a deployment that was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumed {
    /// It goes on with this step.
    At(Step),
    /// It is given up: nothing was changed.
    GivenUp,
}

/// Returns the step after one, and how the deployment ends where that is known by then.
pub fn after(plan: &Plan, step: Step, result: StepResult) -> (Step, Option<Ending>) {
    match (step, result) {
        (Step::Record | Step::Ended, _) => (Step::Ended, None),
        (Step::RollBack | Step::Recover, StepResult::Passed) => (next(plan, step), None),
        (Step::RollBack | Step::Recover | Step::Watch, StepResult::Failed | StepResult::Interrupted) => {
            (Step::Record, Some(Ending::Broken))
        }
        (Step::Watch, StepResult::Passed) => (Step::Record, None),
        // What was before is worth knowing, but no reason to deploy nothing.
        (Step::Measure, _) | (Step::Build | Step::Test | Step::Package | Step::BackUp, StepResult::Passed) => {
            (next(plan, step), None)
        }
        (Step::Deploy, StepResult::Passed) if plan.has(Step::Verify) => (Step::Verify, None),
        (Step::Deploy | Step::Verify, StepResult::Passed) => (Step::Record, Some(Ending::Succeeded)),
        (Step::Build | Step::Test | Step::Package | Step::BackUp, StepResult::Failed | StepResult::Interrupted) => {
            (Step::Record, Some(Ending::Unchanged))
        }
        (Step::Deploy | Step::Verify, StepResult::Failed | StepResult::Interrupted) => {
            if plan.has(Step::RollBack) {
                (Step::RollBack, None)
            } else {
                (Step::Record, Some(Ending::Broken))
            }
        }
    }
}

/// Returns how a deployment ends whose last step before it was recorded passed: a rollback that
/// worked is a success where it was asked for.
pub fn ending(kind: Kind, known: Option<Ending>) -> Ending {
    known.unwrap_or(match kind {
        Kind::Deployment => Ending::RolledBack,
        Kind::Rollback => Ending::Succeeded,
    })
}

/// Tells what becomes of a deployment that was cut off in its step. `asked_again` says whether the
/// same is asked for now.
pub fn interrupted(plan: &Plan, deployment: &Deployment, asked_again: bool) -> Resumed {
    match deployment.step {
        Step::Build | Step::Test | Step::Package | Step::Measure | Step::BackUp => {
            if asked_again {
                Resumed::At(deployment.step)
            } else {
                Resumed::GivenUp
            }
        }
        // Nobody knows how far the command came.
        Step::Deploy if plan.has(Step::RollBack) => Resumed::At(Step::RollBack),
        Step::Deploy | Step::Verify | Step::RollBack | Step::Recover | Step::Watch | Step::Record | Step::Ended => {
            Resumed::At(deployment.step)
        }
    }
}

fn next(plan: &Plan, step: Step) -> Step {
    let later = plan.steps.iter().map(|planned| planned.step).find(|planned| *planned > step);
    later.unwrap_or(Step::Record)
}

#[cfg(test)]
mod tests {
    use super::super::plan::Wishes;
    use super::super::settings::{Environment, Rollback, Settings};
    use super::*;
    use crate::model::deployment::Planned;

    fn plan(steps: &[Step]) -> Plan {
        let planned = |step: &Step| Planned { step: *step, what: String::new() };
        Plan { steps: steps.iter().map(planned).collect(), ..Plan::default() }
    }

    fn whole() -> Plan {
        plan(&Step::ALL[..11])
    }

    #[test]
    fn all_goes_well() {
        let mut step = whole().first();
        let mut gone = Vec::new();
        let mut ending = None;
        while step != Step::Ended {
            gone.push(step.word());
            let (next, known) = after(&whole(), step, StepResult::Passed);
            ending = ending.or(known);
            step = next;
        }
        assert_eq!(gone.join(" "), "build test package measure back up deploy verify record");
        assert_eq!(ending, Some(Ending::Succeeded));
    }

    #[test]
    fn a_failure_rolls_back_only_what_was_changed() {
        let failed = |plan: &Plan, step| after(plan, step, StepResult::Failed);
        for step in [Step::Build, Step::Test, Step::Package, Step::BackUp] {
            assert_eq!(failed(&whole(), step), (Step::Record, Some(Ending::Unchanged)), "{step:?}");
        }
        for step in [Step::Deploy, Step::Verify] {
            assert_eq!(failed(&whole(), step), (Step::RollBack, None), "{step:?}");
            let no_way_back = plan(&[Step::Deploy, Step::Verify, Step::Record]);
            assert_eq!(failed(&no_way_back, step), (Step::Record, Some(Ending::Broken)), "{step:?}");
        }
        for step in [Step::RollBack, Step::Recover, Step::Watch] {
            assert_eq!(failed(&whole(), step), (Step::Record, Some(Ending::Broken)), "{step:?}");
        }
        assert_eq!(failed(&whole(), Step::Measure), (Step::BackUp, None));
    }

    fn goes_to_the_end(plan: &Plan, start: Step, result: StepResult) {
        let mut step = start;
        for _ in Step::ALL {
            let (next, _) = after(plan, step, result);
            assert!(next > step || step == Step::Ended, "{step:?} {next:?}");
            step = next;
        }
        assert_eq!(step, Step::Ended);
    }

    #[test]
    fn every_step_leads_to_the_end_whatever_happens() {
        for plan in [whole(), plan(&[Step::Deploy, Step::Record]), plan(&[Step::RollBack, Step::Record])] {
            for start in Step::ALL {
                goes_to_the_end(&plan, start, StepResult::Passed);
                goes_to_the_end(&plan, start, StepResult::Failed);
                goes_to_the_end(&plan, start, StepResult::Interrupted);
            }
        }
    }

    #[test]
    fn what_was_cut_off_goes_on_or_back() {
        let deployment = |step| Deployment { step, ..super::super::testing::deployment() };
        for (step, again, other) in [
            (Step::Build, Resumed::At(Step::Build), Resumed::GivenUp),
            (Step::BackUp, Resumed::At(Step::BackUp), Resumed::GivenUp),
            (Step::Deploy, Resumed::At(Step::RollBack), Resumed::At(Step::RollBack)),
            (Step::Verify, Resumed::At(Step::Verify), Resumed::At(Step::Verify)),
            (Step::RollBack, Resumed::At(Step::RollBack), Resumed::At(Step::RollBack)),
            (Step::Record, Resumed::At(Step::Record), Resumed::At(Step::Record)),
        ] {
            assert_eq!(interrupted(&whole(), &deployment(step), true), again);
            assert_eq!(interrupted(&whole(), &deployment(step), false), other);
        }
        let no_way_back = plan(&[Step::Deploy, Step::Record]);
        assert_eq!(interrupted(&no_way_back, &deployment(Step::Deploy), true), Resumed::At(Step::Deploy));
    }

    #[test]
    fn a_plan_has_the_steps_that_are_set() {
        let steps = |environment: &Environment, kind, has_endpoints| {
            let wishes = Wishes { has_endpoints, ..Wishes::default() };
            let settings = Settings { test: Some("make test".to_owned()), ..Settings::default() };
            let plan = Plan::new(kind, &settings, environment, Some("make deploy"), wishes);
            let steps = plan.steps.iter().map(|planned| planned.step.word()).collect::<Vec<_>>().join(" ");
            (steps, plan.notes.len())
        };
        let bare = Environment::default();
        assert_eq!(steps(&bare, Kind::Deployment, false), ("test deploy record".to_owned(), 2));
        let whole = Environment {
            backup: Some("make backup".to_owned()),
            rollback: Some(Rollback::Command("make back".to_owned())),
            ..bare
        };
        let forward = "test measure back up deploy verify roll back recover watch record";
        assert_eq!(steps(&whole, Kind::Deployment, true), (forward.to_owned(), 0));
        assert_eq!(steps(&whole, Kind::Rollback, true), ("roll back recover watch record".to_owned(), 0));
    }
}
