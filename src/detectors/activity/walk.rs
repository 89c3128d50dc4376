//! The way from the jobs to what runs in them, step by step and name by name.

use std::collections::BTreeSet;

use super::super::container_action;
use super::super::inside::{Place, Prepared, inside};
use super::super::program::{plain, unwrapped};
use super::super::runs::JobRun;
use super::super::silence::{Silence, Strictness, judged};
use super::super::targets::{Target, TargetShell, follow};
use super::super::values::Values;
use super::super::when::{When, restrict};
use super::Activity;
use super::checkouts::Checkouts;
use super::fed::{fed, unescaped};
use super::folders::{Folders, OUTSIDE};
use super::idle::is_idle;
use super::written::{by_inputs, image_of, one_line, own_script, started_by, unfolded};
use crate::knowledge::tools::{Kind, Tool, tools};
use crate::model::place::Position;
use crate::model::repository::{Repository, folder_of, has_ending, join};
use crate::model::workflow::{ActionReference, Runs, Script, Step};
use crate::model::yaml::Text;
use crate::shell::Command;

/// How far names are followed to other names, scripts to scripts and actions to actions.
const DEEPEST: usize = 8;

/// The commands that a repository may unfold to.
const MOST_COMMANDS: usize = 50_000;

/// Returns what runs in the jobs, in order.
pub(super) fn all<'model>(repository: &'model Repository, runs: &[JobRun<'model>]) -> Vec<Activity<'model>> {
    let mut walk = Walk {
        repository,
        all: Vec::new(),
        commands: 0,
        prepared: Prepared::default(),
        checkouts: Checkouts::default(),
    };
    for (index, run) in runs.iter().enumerate() {
        let silence = run.may_fail().then_some(Silence::JobContinues);
        let default_shell = run.job.default_shell.as_ref().or(run.file.workflow.default_shell.as_ref());
        let scope = Scope {
            run: index,
            path: &run.file.path,
            folder: String::new(),
            when: run.when.clone(),
            silence,
            shell: default_shell.map_or("", Text::as_str),
            strictness: Strictness { pipefail: false, stops: true },
            in_image_build: false,
            foreign: false,
            on_failure: run.job.condition.as_ref().is_some_and(is_for_failures),
            depth: 0,
            values: Values::of_run(run),
        };
        walk.prepared.next_job();
        walk.checkouts = Checkouts::default();
        walk.steps(&run.job.steps, &scope);
        walk.called_workflow(run, &scope);
    }
    walk.all
}

fn is_for_failures(condition: &Text) -> bool {
    condition.value.contains("failure()")
}

/// What holds for all steps of a job or an action.
#[derive(Clone)]
pub(super) struct Scope<'model> {
    run: usize,
    pub(super) path: &'model str,
    /// The folder that scripts run in.
    pub(super) folder: String,
    when: BTreeSet<When>,
    silence: Option<Silence>,
    /// The shell that a job or a workflow names for all scripts.
    shell: &'model str,
    strictness: Strictness,
    in_image_build: bool,
    foreign: bool,
    on_failure: bool,
    depth: usize,
    pub(super) values: Values,
}

pub(super) struct Walk<'model> {
    pub(super) repository: &'model Repository,
    all: Vec<Activity<'model>>,
    commands: usize,
    pub(super) prepared: Prepared,
    pub(super) checkouts: Checkouts,
}

/// The place and the words of what is looked at, for evidence.
#[derive(Clone)]
struct Origin<'model> {
    step: Option<&'model Step>,
    order: usize,
    path: &'model str,
    position: Position,
    seen: String,
}

/// What is done, without where.
#[derive(Default)]
struct Work {
    tools: Vec<&'static Tool>,
    words: Vec<String>,
    assignments: Vec<String>,
    tested: bool,
}

impl Work {
    fn of(tools: Vec<&'static Tool>) -> Self {
        Self { tools, ..Self::default() }
    }
}

impl<'model> Walk<'model> {
    fn steps(&mut self, steps: &'model [Step], scope: &Scope<'model>) {
        let mut scope = scope.clone();
        for (order, step) in steps.iter().flat_map(Step::flatten).enumerate() {
            let when = restrict(&scope.when, step.condition.as_ref());
            if step.never_runs() || when.is_empty() {
                continue;
            }
            let continues = step.continue_on_error.as_ref().is_some_and(|value| value.value == "true");
            let mut inner = scope.clone();
            inner.when = when;
            inner.silence = scope.silence.or(continues.then_some(Silence::StepContinues));
            inner.on_failure |= step.condition.as_ref().is_some_and(is_for_failures);
            inner.values = scope.values.within(step);
            if let Some(script) = step.script() {
                self.run_step(step, script, order, &inner);
                scope.values = scope.values.left_by(&script.text.value, step.condition.as_ref().map(Text::as_str));
            } else if let Some(uses) = step.uses() {
                self.uses_step(step, uses, order, &inner);
            }
        }
    }

    fn run_step(&mut self, step: &'model Step, script: &'model Script, order: usize, scope: &Scope<'model>) {
        let shell = script.shell.as_ref().map_or(scope.shell, Text::as_str);
        if shell.starts_with("python") || shell.starts_with("perl") || shell.starts_with("node") {
            return;
        }
        let mut inner = scope.clone();
        if let Some(folder) = &script.working_directory {
            inner.folder = join(&scope.folder, &folder.value).unwrap_or_default();
        }
        inner.strictness.pipefail = shell == "bash" || shell.contains("pipefail");
        let mut folders = Folders::new(&inner.folder);
        let source = self.repository.text(scope.path).map_or("", |file| file.text.as_str());
        let commands = judged(&script.text.value, inner.strictness);
        inner.values = inner.values.set_by(commands.iter().map(|(command, _)| command));
        let fed = fed(&script.text.value, commands.iter().map(|(command, _)| command));
        for (at, (command, silence)) in commands.into_iter().enumerate() {
            let span = script.text.locate(source, command.range.clone());
            let position = self.repository.position(scope.path, span.start);
            let seen = script.text.value.get(command.range.clone()).unwrap_or_default();
            let origin = Origin { step: Some(step), order, path: scope.path, position, seen: one_line(seen) };
            let mut own = inner.clone();
            own.silence = inner.silence.or(silence);
            let folder = folders.at(&script.text.value, &command);
            self.checkouts.cloned(self.repository, folder, &command);
            let (foreign, folder) = self.checkouts.at(folder);
            own.foreign |= foreign || folder == OUTSIDE;
            own.folder = folder.to_owned();
            self.command(&command, &origin, &own);
            for (_, body) in fed.iter().filter(|(reader, _)| *reader == at) {
                let text = script.text.value.get(body.clone()).unwrap_or_default();
                let first = self.repository.position(scope.path, script.text.locate(source, body.clone()).start).line;
                let target = Target::new(own.folder.as_str(), unescaped(text)).from(scope.path, first);
                self.target(&target, &origin, &own);
            }
        }
    }

    /// Records a command, and what it leads to.
    fn command(&mut self, command: &Command, origin: &Origin<'model>, scope: &Scope<'model>) {
        self.commands += 1;
        if self.commands > MOST_COMMANDS {
            return;
        }
        let texts = command.texts();
        let words = plain(&texts);
        // What a function of the script does stands where it is defined.
        let mut found = if command.calls_function { Vec::new() } else { tools().of_command(&words) };
        if let Some(path) = own_script(self.repository, &texts, &scope.folder) {
            found = started_by(self.repository, &path, words.get(1..).unwrap_or_default());
        }
        let image = image_of(&words);
        found.extend(image.into_iter().flat_map(|image| tools().of_image(image)));
        let before = self.all.len();
        if scope.depth < DEEPEST && !scope.foreign {
            for target in self.leads_to(&texts, &words, !found.is_empty(), scope) {
                self.target(&target, origin, scope);
            }
        }
        // What a script really does counts, not its name; where that tells nothing, its name does.
        // That it asks whether something is up says little beside a name.
        let says = |activity: &Activity<'_>| {
            activity.tools.iter().any(|tool| found.is_empty() || tool.kinds.iter().any(|kind| *kind != Kind::Health))
        };
        let told = self.all.get(before..).is_some_and(|inner| inner.iter().any(says));
        if told {
            return;
        }
        // A recipe that only says something, or gets what others need, proves nothing by its name.
        let idles = |activity: &Activity<'_>| is_idle(&activity.words);
        if self.all.len() > before && self.all.get(before..).is_some_and(|inner| inner.iter().all(idles)) {
            found.clear();
        }
        let follows = scope.depth < DEEPEST && !scope.foreign;
        let values = scope.values.before(command);
        let beside = if follows { self.beside_command(&words, &values, origin, scope) } else { Vec::new() };
        let assignments = command.assignments.iter().map(|word| word.text.clone()).collect();
        let words = words.into_iter().map(str::to_owned).collect();
        let work = Work { tools: found, words, assignments, tested: command.tested };
        self.record(work, origin.clone(), scope);
        for target in beside {
            self.target(&target, origin, scope);
        }
    }

    /// Returns what a command does inside something that a file describes. What it leaves for
    /// later ones is remembered.
    fn beside_command(
        &mut self,
        words: &[&str],
        values: &Values,
        origin: &Origin<'model>,
        scope: &Scope<'model>,
    ) -> Vec<Target> {
        let caller = origin.seen.split(" → ").next().unwrap_or_default();
        self.prepared.take(&scope.folder, words, caller);
        let (repository, prepared) = (self.repository, &self.prepared);
        inside(&Place { repository, folder: &scope.folder, prepared, values }, words)
    }

    /// Returns what a command only names: what stands behind its variables, a script, a recipe.
    fn leads_to(&self, texts: &[&str], words: &[&str], known: bool, scope: &Scope<'model>) -> Vec<Target> {
        let targets = if known { Vec::new() } else { unfolded(texts, &scope.folder, &scope.values) };
        if !targets.is_empty() {
            return targets;
        }
        let targets = follow(self.repository, &scope.folder, words);
        // A script file is followed by the path it is called by.
        if targets.is_empty() { follow(self.repository, &scope.folder, &unwrapped(texts)) } else { targets }
    }

    fn target(&mut self, target: &Target, origin: &Origin<'model>, scope: &Scope<'model>) {
        let mut inner = scope.clone();
        inner.folder.clone_from(&target.folder);
        inner.silence = scope.silence.or(target.silence);
        inner.depth += 1;
        if let TargetShell::Build { pipefail } = target.shell {
            inner.in_image_build = true;
            inner.strictness = Strictness { pipefail, stops: false };
        } else {
            inner.strictness.stops = true;
        }
        let commands = judged(&target.script, inner.strictness);
        inner.values = inner.values.set_by(commands.iter().map(|(command, _)| command));
        let silence_of_all = inner.silence;
        let mut folders = Folders::new(&target.folder);
        folders.each_line = target.shell == TargetShell::EachLine;
        let stands = target.source.as_ref().filter(|source| has_ending(&source.path, &["sh", "bash"]));
        folders.own = stands.map(|source| folder_of(&source.path).to_owned());
        let mut clones = Checkouts::default();
        let first = origin.seen.split(" → ").next().unwrap_or_default();
        for (command, silence) in commands {
            let text = target.script.get(command.range.clone()).unwrap_or_default();
            inner.silence = silence_of_all.or(silence);
            let folder = folders.at(&target.script, &command);
            clones.cloned(self.repository, folder, &command);
            let (foreign, folder) = clones.at(folder);
            inner.foreign = scope.foreign || foreign || folder == OUTSIDE;
            folder.clone_into(&mut inner.folder);
            let seen = format!("{first} → {}", one_line(text));
            let (path, position) = self.place(target, &command).unwrap_or((origin.path, origin.position));
            self.command(&command, &Origin { path, position, seen, ..origin.clone() }, &inner);
        }
    }

    /// Returns where a command of a script is written, when that is in a file.
    fn place(&self, target: &Target, command: &Command) -> Option<(&'model str, Position)> {
        let source = target.source.as_ref()?;
        let (path, file) = self.repository.texts.get_key_value(&source.path)?;
        let before = target.script.get(..command.range.start)?;
        let line = *source.lines.get(before.matches('\n').count()).or(source.lines.last())?;
        let text = file.text.lines().nth(line.checked_sub(1)?)?;
        let word = command.words.first().map_or("", |word| word.text.as_str());
        let at = text.find(word).unwrap_or(text.len() - text.trim_start().len());
        let column = 1 + text.get(..at)?.chars().count();
        Some((path, Position { line, column }))
    }

    fn uses_step(&mut self, step: &'model Step, uses: &'model Text, order: usize, scope: &Scope<'model>) {
        let position = self.repository.position(scope.path, uses.span.start);
        let seen = format!("uses: {}", uses.value);
        let origin = Origin { step: Some(step), order, path: scope.path, position, seen };
        match ActionReference::parse(&uses.value) {
            ActionReference::Repository(reference) => {
                let found = by_inputs(self.repository, step, tools().of_action(&reference.name()));
                if step.is_action("actions/checkout") {
                    self.checkouts.take(self.repository, step, &scope.values);
                }
                let beside = self.beside_action(step, &found, scope);
                let root = Scope { foreign: self.checkouts.at("").0, ..scope.clone() };
                self.record(Work::of(found), origin.clone(), &root);
                for target in beside {
                    self.target(&target, &origin, scope);
                }
            }
            ActionReference::Docker(image) => {
                self.record(Work::of(tools().of_image(image)), origin, scope);
            }
            ActionReference::Local(path) | ActionReference::SelfRepository(path) => {
                self.local_action(path, origin, scope);
            }
            ActionReference::Unknown => {}
        }
    }

    fn local_action(&mut self, path: &str, origin: Origin<'model>, scope: &Scope<'model>) {
        let repository = self.repository;
        let file = join("", path).and_then(|folder| repository.actions.get(&folder));
        let origin_step = origin.step;
        let place = origin.clone();
        self.record(Work::default(), origin, scope);
        let Some(file) = file.filter(|_| scope.depth < DEEPEST) else { return };
        match &file.action.runs {
            Runs::Composite(steps) => {
                let mut inner = scope.clone();
                inner.path = &file.path;
                inner.depth += 1;
                inner.shell = "";
                inner.values = origin_step.map_or_else(Values::default, |step| scope.values.inside(step));
                self.steps(steps, &inner);
            }
            Runs::Docker { .. } => {
                for target in container_action::commands(repository, file) {
                    self.target(&target, &place, scope);
                }
            }
            Runs::Other => {}
        }
    }

    /// A reusable workflow of another repository can be a known tool.
    fn called_workflow(&mut self, run: &JobRun<'model>, scope: &Scope<'model>) {
        let Some(uses) = &run.job.uses else { return };
        if let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) {
            let position = self.repository.position(scope.path, uses.span.start);
            let found = tools().of_action(&reference.name());
            let seen = format!("uses: {}", uses.value);
            let origin = Origin { step: None, order: 0, path: scope.path, position, seen };
            self.record(Work::of(found), origin, scope);
        }
    }

    fn record(&mut self, work: Work, origin: Origin<'model>, scope: &Scope<'model>) {
        let Work { tools, words, assignments, tested } = work;
        let number = self.all.len();
        self.all.push(Activity {
            tools,
            words,
            assignments,
            step: origin.step,
            path: origin.path,
            position: origin.position,
            seen: origin.seen,
            silence: scope.silence,
            when: scope.when.clone(),
            run: scope.run,
            order: origin.order,
            number,
            in_image_build: scope.in_image_build,
            foreign: scope.foreign,
            on_failure: scope.on_failure,
            tested,
        });
    }
}
