//! What actions run that a file describes, beside their own work.

use super::super::inside::{Chosen, bake, hooks};
use super::super::targets::Target;
use super::walk::{Scope, Walk};
use super::written::{SEPARATOR, image};
use crate::knowledge::tools::{Kind, Tool};
use crate::model::repository::join;
use crate::model::workflow::Step;
use crate::model::yaml::Text;

/// Actions that run a script which they are given, with the input that holds it.
const RUNNING: &[(&str, &str)] = &[
    ("addnab/docker-run-action", "run"),
    ("coactions/setup-xvfb", "run"),
    ("cross-platform-actions/action", "run"),
    ("gabrielbb/xvfb-action", "run"),
    ("nick-fields/retry", "command"),
    ("nick-invision/retry", "command"),
    ("reactivecircus/android-emulator-runner", "script"),
    ("uraimo/run-on-arch-action", "run"),
    ("vmactions/dragonflybsd-vm", "run"),
    ("vmactions/freebsd-vm", "run"),
    ("vmactions/netbsd-vm", "run"),
    ("vmactions/omnios-vm", "run"),
    ("vmactions/openbsd-vm", "run"),
    ("vmactions/solaris-vm", "run"),
];

impl<'model> Walk<'model> {
    /// Returns the group of targets that a job of the workflow makes a matrix of.
    fn group_of_matrix(&self, scope: &Scope<'model>) -> Option<&'model str> {
        let file = self.repository.workflows.iter().find(|file| file.path == scope.path)?;
        let steps = file.workflow.jobs.iter().flat_map(|job| &job.steps).flat_map(Step::flatten);
        let mut makers = steps.filter(|step| {
            step.is_action("docker/bake-action/subaction/matrix")
                || step.is_action("docker/bake-action/subaction/list-targets")
        });
        makers.find_map(|step| step.input("target")).map(Text::as_str)
    }

    /// What an action runs that a file describes: an image's build, hooks of pre-commit.
    pub(super) fn beside_action(&mut self, step: &Step, found: &[&Tool], scope: &Scope<'model>) -> Vec<Target> {
        let input = |name: &str| step.input(name).map(Text::as_str);
        // What another repository describes is not here.
        if self.checkouts.at(&join("", input("context").unwrap_or_default()).unwrap_or_default()).0 {
            return Vec::new();
        }
        if let Some((_, name)) = RUNNING.iter().find(|(action, _)| step.is_action(action)) {
            let script = input(name).unwrap_or_default();
            return vec![Target::new(&scope.folder, script.to_owned())];
        }
        if found.iter().any(|tool| tool.name == "pre-commit") {
            let arguments: Vec<&str> = input("extra_args").unwrap_or_default().split_whitespace().collect();
            let skipped = scope.values.variable("SKIP").unwrap_or_default();
            return hooks(self.repository, &Chosen::new(&arguments, skipped));
        }
        if step.is_action("docker/bake-action") {
            let targets = input("targets").unwrap_or("default");
            // The rows of a matrix that a job before made of a group are the group's targets.
            let group = targets.contains("matrix.").then(|| self.group_of_matrix(scope)).flatten();
            return bake(self.repository, group.unwrap_or(targets));
        }
        if !found.iter().any(|tool| tool.kinds.contains(&Kind::ImageBuild)) {
            return Vec::new();
        }
        let names = ["context", "file", "target", "tags"];
        let written = names.map(|name| input(name).unwrap_or_default()).join(&SEPARATOR.to_string());
        let mut known = scope.values.unfold(&written);
        if known.is_empty() {
            known.push(written);
        }
        let mut found = Vec::new();
        for inputs in &known {
            let Some((image, tags)) = image(inputs) else { continue };
            let commands = image.build(self.repository).into_iter().filter(|target| !found.contains(target));
            found.extend(commands.collect::<Vec<_>>());
            for tag in tags.split([',', '\n']).map(str::trim).filter(|tag| !tag.is_empty()) {
                self.prepared.built(tag, image.clone());
            }
        }
        found
    }
}
