//! What a script does with code of strangers: it brings it by `git` or `gh`, or runs it.

use super::events::Events;
use super::intake::{Found, IntakeKind, foreign_context, is_ref_of_pull_request, risky};
use super::job::JobState;
use super::walk::Walker;
use super::workspace::join;
use crate::detectors::program::plain;
use crate::knowledge::project_code::{self, ProjectCode};
use crate::model::workflow::{Pair, Step};
use crate::model::yaml::{Node, Text};
use crate::shell::{self, Command, Expanded, Word};

/// What `git` does with commits to the files of the workspace.
const TAKING: &[&str] = &["checkout", "cherry-pick", "merge", "pull", "rebase", "reset", "restore", "switch"];

/// A script, and the folder in which its next command runs.
#[derive(Clone)]
struct Scene<'file> {
    step: &'file Step,
    text: &'file Text,
    folder: String,
}

impl Scene<'_> {
    /// Returns the same in another folder; nothing where it cannot be told which that is.
    fn within(&self, path: &str) -> Option<Self> {
        Some(Self { folder: join(&self.folder, path)?, ..self.clone() })
    }
}

impl<'file> Walker<'_, 'file> {
    /// Follows the code that a script brings or runs.
    pub(super) fn code_of_script(&mut self, step: &'file Step, text: &'file Text, state: &mut JobState<'file>) {
        let value = text.value.as_str();
        let never_comes = self.events.and(risky()).is_empty();
        if never_comes || (state.workspace.is_trusted() && !value.contains("git") && !value.contains("gh ")) {
            return;
        }
        let Some(folder) = self.folder(step, state) else { return };
        let mut scene = Scene { step, text, folder };
        for command in shell::commands(value) {
            let texts = command.texts();
            let folder = if let ["cd" | "pushd" | "Set-Location", path] = texts.as_slice() { *path } else { "." };
            // Beyond a folder that cannot be told, nothing can.
            let Some(next) = scene.within(folder) else { return };
            scene = next;
            self.command(&command, &scene, state);
        }
    }

    fn command(&mut self, command: &Command, scene: &Scene<'file>, state: &mut JobState<'file>) {
        let texts = command.texts();
        match texts.as_slice() {
            ["gh", "pr", "checkout", ..] => {
                self.check_out(command, ("the pull request".to_owned(), risky()), scene, state);
            }
            ["gh", "run", "download", rest @ ..] => {
                let at = rest.iter().position(|word| matches!(*word, "-D" | "--dir"));
                let path = at.and_then(|at| rest.get(at + 1)).copied().unwrap_or(".");
                let path = join(&scene.folder, path).unwrap_or_default();
                self.bring_artifact((scene.text, command.range.clone()), &path, scene.step, state);
            }
            ["git", ..] => self.git(command, scene, state),
            _ => self.run_intake(runs(&texts, &scene.folder, state), scene.text, command.range.clone()),
        }
    }

    fn git(&mut self, command: &Command, scene: &Scene<'file>, state: &mut JobState<'file>) {
        let Some((folder, verb, arguments)) = verb(command) else { return };
        let Some(scene) = &scene.within(folder) else { return };
        let makes_branch = arguments.iter().any(|word| matches!(word.text.as_str(), "-b" | "-B" | "-c" | "-C"));
        let words = arguments.iter().filter(|word| !word.text.starts_with('-'));
        // The name of a new branch says nothing of what it holds.
        let words: Vec<&Word> = words.skip(usize::from(makes_branch)).collect();
        let foreign = words.iter().find_map(|word| self.foreign_word(word, scene, state));
        let plain: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        match verb {
            "fetch" if foreign.is_some() => {
                let refspec = plain.last().copied().unwrap_or_default();
                let branch = refspec.rsplit_once(':').map(|(_, branch)| branch);
                state.workspace.fetch(branch.filter(|branch| !branch.is_empty() && !branch.contains('$')));
            }
            "clone" => {
                let target = plain.get(1).and_then(|path| scene.within(path));
                if let (Some(foreign), Some(target)) = (foreign, target) {
                    self.check_out(command, foreign, &target, state);
                }
            }
            verb if TAKING.contains(&verb) => {
                let is_fetched = plain.iter().any(|word| state.workspace.is_fetched(word));
                let fetched = is_fetched.then(|| ("the pull request".to_owned(), risky()));
                if let Some(foreign) = foreign.or(fetched) {
                    self.check_out(command, foreign, scene, state);
                }
            }
            _ => {}
        }
    }

    fn check_out(
        &mut self,
        command: &Command,
        (name, events): (String, Events),
        scene: &Scene<'file>,
        state: &mut JobState<'file>,
    ) {
        let range = command.range.clone();
        let found = Found { kind: IntakeKind::Checkout, text: scene.text, range, name, events };
        self.bring(found, scene.folder.clone(), scene.step, state);
    }

    /// Returns the commits of a stranger that a word names.
    fn foreign_word(&self, word: &Word, scene: &Scene<'file>, state: &JobState<'file>) -> Option<(String, Events)> {
        let Scene { step, text, .. } = *scene;
        let sites = self.sites(text, state, Some(step)).into_iter();
        let inside = sites.filter(|site| word.range.start <= site.outer.start && site.outer.end <= word.range.end);
        let used = inside.flat_map(|site| &site.contexts).find_map(|used| {
            let events = foreign_context(&used.lower())?;
            Some((format!("`{}`", used.dotted()), events))
        });
        let expansions = || shell::expansions(&text.value, word.range.clone()).into_iter();
        let of_variable = || expansions().find_map(|expansion| self.foreign_variable(&expansion.what, step, state));
        let of_ref = || is_ref_of_pull_request(&word.text).then(|| ("the pull request".to_owned(), risky()));
        used.or_else(of_variable).or_else(of_ref)
    }

    fn foreign_variable(
        &self,
        expanded: &Expanded,
        step: &'file Step,
        state: &JobState<'file>,
    ) -> Option<(String, Events)> {
        let Expanded::Variable(name) = expanded else { return None };
        let value = |env: &'file [Pair]| env.iter().find(|(key, _)| key.value == *name).map(|(_, value)| value);
        let of_job = || value(&state.job?.env).map(|value| (value, None));
        let of_workflow = || value(&self.workflow_of()?.env).map(|value| (value, None));
        let own = value(&step.env).map(|value| (value, Some(step)));
        let (value, step) = own.or_else(of_job).or_else(of_workflow)?;
        self.foreign_code(value, state, step).map(|code| (code.name, code.events))
    }

    /// Returns the folder in which a script runs, as seen from the workspace.
    fn folder(&self, step: &Step, state: &JobState<'_>) -> Option<String> {
        let default = |node: &Node| {
            let value = node.get("defaults")?.get("run")?.get("working-directory")?;
            Some(value.text()?.value.clone())
        };
        let own = step.script().and_then(|script| script.working_directory.as_ref()).map(|text| text.value.clone());
        let of_job = || state.job.and_then(|job| default(&job.node));
        let of_workflow = || self.workflow_of().and_then(|workflow| default(&workflow.node));
        join("", &own.or_else(of_job).or_else(of_workflow).unwrap_or_default())
    }
}

/// Returns the folder in which `git` works, what it is asked to do, and with what.
fn verb(command: &Command) -> Option<(&str, &str, &[Word])> {
    let mut folder = ".";
    let mut at = 1;
    while let Some(option) = command.words.get(at).filter(|word| word.text.starts_with('-')) {
        let takes_value = matches!(option.text.as_str(), "-C" | "-c");
        if option.text == "-C" {
            folder = command.words.get(at + 1)?.text.as_str();
        }
        at += if takes_value { 2 } else { 1 };
    }
    Some((folder, command.words.get(at)?.text.as_str(), command.words.get(at + 1..)?))
}

/// Returns whose code a command runs: the position of a stranger's intake.
fn runs(words: &[&str], folder: &str, state: &JobState<'_>) -> Option<usize> {
    let workspace = &state.workspace;
    let of_argument = || {
        let paths = words.iter().skip(1).filter_map(|word| join(folder, word.rsplit('=').next().unwrap_or_default()));
        paths.filter(|path| !path.is_empty()).find_map(|path| workspace.owner(&path))
    };
    match project_code::of_command(words, &plain(words))? {
        ProjectCode::At(path) => workspace.owner(&join(folder, path)?),
        ProjectCode::Folder => workspace.owner(folder).or_else(of_argument),
    }
}
