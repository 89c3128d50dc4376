//! What a repository's automation does, where, on which occasions, and whether a failure of it
//! would be noticed.
//!
//! A tool is recognised by a command, an action or an image, never by a word in a comment or an
//! `echo`; steps and jobs that can never run are left out; local workflows, local actions and
//! scripts are followed.

use std::collections::BTreeSet;

use super::container_action;
use super::inside::{bake, hooks, image_build, inside};
use super::program::plain;
use super::runs::{JobRun, job_runs};
pub use super::silence::Silence;
use super::silence::judged;
use super::targets::{Target, follow};
use super::values::Values;
use super::when::{When, restrict};
use crate::knowledge::tools::{Kind, Tool, tools};
use crate::model::place::Position;
use crate::model::repository::{Repository, join};
use crate::model::workflow::{ActionReference, Runs, Script, Step};
use crate::model::yaml::Text;
use crate::shell::Command;

/// How far names are followed to other names, scripts to scripts and actions to actions.
const DEEPEST: usize = 6;

/// The commands that a repository may unfold to.
const MOST_COMMANDS: usize = 50_000;

/// One thing that runs.
#[derive(Clone, Debug)]
pub struct Activity<'model> {
    /// The tools it is recognised as; none for a command that is not known.
    pub tools: Vec<&'static Tool>,
    /// The command, program first; empty for an action.
    pub words: Vec<String>,
    /// The variables set in front of the command, as `NAME=value`.
    pub assignments: Vec<String>,
    /// The step it belongs to; `None` for a call of a reusable workflow.
    pub step: Option<&'model Step>,
    /// The file that it is written in.
    pub path: &'model str,
    /// Where in the file.
    pub position: Position,
    /// What stands there, and what it leads to.
    pub seen: String,
    /// Why a failure of it would not be noticed.
    pub silence: Option<Silence>,
    /// The occasions it runs on.
    pub when: BTreeSet<When>,
    /// The run of a job that it belongs to, as an index.
    pub run: usize,
    /// Where the step stands in its job.
    pub order: usize,
    /// Whether it only runs when a step before it failed.
    pub on_failure: bool,
    /// Whether it is the condition of `if` or the like.
    pub tested: bool,
}

impl Activity<'_> {
    /// Tells whether it does a kind of work.
    pub fn is(&self, kind: Kind) -> bool {
        self.tools.iter().any(|tool| tool.kinds.contains(&kind))
    }

    /// Returns an input of the action.
    pub fn input(&self, name: &str) -> Option<&Text> {
        self.step.and_then(|step| step.input(name))
    }

    /// Tells whether the command holds a word.
    pub fn has_word(&self, accept: impl Fn(&str) -> bool) -> bool {
        self.words.iter().any(|word| accept(word))
    }
}

/// What a repository's automation does.
#[derive(Clone, Debug)]
pub struct Activities<'model> {
    /// The jobs that run.
    pub runs: Vec<JobRun<'model>>,
    /// What runs in them, job by job, in order.
    pub all: Vec<Activity<'model>>,
}

/// Finds out what a repository's automation does.
pub fn activities(repository: &Repository) -> Activities<'_> {
    let runs = job_runs(repository);
    let mut walk = Walk { repository, all: Vec::new(), commands: 0 };
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
            pipefail: false,
            on_failure: run.job.condition.as_ref().is_some_and(is_for_failures),
            depth: 0,
            values: Values::of_run(run),
        };
        walk.steps(&run.job.steps, &scope);
        walk.called_workflow(run, &scope);
    }
    Activities { runs, all: walk.all }
}

fn is_for_failures(condition: &Text) -> bool {
    condition.value.contains("failure()")
}

/// What holds for all steps of a job or an action.
#[derive(Clone)]
struct Scope<'model> {
    run: usize,
    path: &'model str,
    /// The folder that scripts run in.
    folder: String,
    when: BTreeSet<When>,
    silence: Option<Silence>,
    /// The shell that a job or a workflow names for all scripts.
    shell: &'model str,
    pipefail: bool,
    on_failure: bool,
    depth: usize,
    values: Values,
}

struct Walk<'model> {
    repository: &'model Repository,
    all: Vec<Activity<'model>>,
    commands: usize,
}

/// The place and the words of what is looked at, for evidence.
#[derive(Clone)]
struct Origin<'model> {
    step: Option<&'model Step>,
    order: usize,
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
        inner.pipefail = shell == "bash" || shell.contains("pipefail");
        let source = self.repository.text(scope.path).map_or("", |file| file.text.as_str());
        for (command, silence) in judged(&script.text.value, inner.pipefail) {
            let span = script.text.locate(source, command.range.clone());
            let position = self.repository.position(scope.path, span.start);
            let seen = script.text.value.get(command.range.clone()).unwrap_or_default();
            let origin = Origin { step: Some(step), order, position, seen: one_line(seen) };
            let mut own = inner.clone();
            own.silence = inner.silence.or(silence);
            self.command(&command, &origin, &own);
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
        let mut found = tools().of_command(&words);
        let image = image_of(&words);
        found.extend(image.into_iter().flat_map(|image| tools().of_image(image)));
        let before = self.all.len();
        if scope.depth < DEEPEST {
            for target in self.leads_to(&texts, &words, !found.is_empty(), scope) {
                self.target(&target, origin, scope);
            }
        }
        // What a script really does counts, not its name; where that tells nothing, its name does.
        let told = self.all.get(before..).is_some_and(|inner| inner.iter().any(|activity| !activity.tools.is_empty()));
        if told {
            return;
        }
        let beside = if scope.depth < DEEPEST { inside(self.repository, &scope.folder, &words) } else { Vec::new() };
        let assignments = command.assignments.iter().map(|word| word.text.clone()).collect();
        let words = words.into_iter().map(str::to_owned).collect();
        let work = Work { tools: found, words, assignments, tested: command.tested };
        self.record(work, origin.clone(), scope);
        for target in beside {
            self.target(&target, origin, scope);
        }
    }

    /// Returns what a command only names: what stands behind its variables, a script, a recipe.
    fn leads_to(&self, texts: &[&str], words: &[&str], known: bool, scope: &Scope<'model>) -> Vec<Target> {
        let targets = if known { Vec::new() } else { unfolded(texts, scope) };
        if !targets.is_empty() {
            return targets;
        }
        let targets = follow(self.repository, &scope.folder, words);
        // A script file is followed by the path it is called by.
        let by_path = targets.is_empty() && texts.len() == words.len();
        if by_path { follow(self.repository, &scope.folder, texts) } else { targets }
    }

    fn target(&mut self, target: &Target, origin: &Origin<'model>, scope: &Scope<'model>) {
        for (command, silence) in judged(&target.script, scope.pipefail) {
            let text = target.script.get(command.range.clone()).unwrap_or_default();
            let mut inner = scope.clone();
            inner.folder.clone_from(&target.folder);
            inner.silence = scope.silence.or(silence);
            inner.depth += 1;
            let first = origin.seen.split(" → ").next().unwrap_or_default();
            let origin = Origin { seen: format!("{first} → {}", one_line(text)), ..origin.clone() };
            self.command(&command, &origin, &inner);
        }
    }

    fn uses_step(&mut self, step: &'model Step, uses: &'model Text, order: usize, scope: &Scope<'model>) {
        let position = self.repository.position(scope.path, uses.span.start);
        let origin = Origin { step: Some(step), order, position, seen: format!("uses: {}", uses.value) };
        match ActionReference::parse(&uses.value) {
            ActionReference::Repository(reference) => {
                let found = tools().of_action(&reference.name());
                let beside = self.beside_action(step, &found);
                self.record(Work::of(found), origin.clone(), scope);
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

    /// What an action runs that a file describes: an image's build, hooks of pre-commit.
    fn beside_action(&self, step: &Step, found: &[&Tool]) -> Vec<Target> {
        if found.iter().any(|tool| tool.name == "pre-commit") {
            return hooks(self.repository);
        }
        let input = |name: &str| step.input(name).map(Text::as_str);
        if step.is_action("docker/bake-action") {
            return bake(self.repository, input("targets").unwrap_or("default"));
        }
        if !found.iter().any(|tool| tool.kinds.contains(&Kind::ImageBuild)) {
            return Vec::new();
        }
        // Without a context the repository itself is built.
        let context = input("context").filter(|context| !context.contains("${{")).unwrap_or(".");
        let Some(context) = join("", context) else { return Vec::new() };
        image_build(self.repository, &context, input("file").and_then(|file| join("", file)), input("target"))
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
            let origin = Origin { step: None, order: 0, position, seen: format!("uses: {}", uses.value) };
            self.record(Work::of(found), origin, scope);
        }
    }

    fn record(&mut self, work: Work, origin: Origin<'model>, scope: &Scope<'model>) {
        let Work { tools, words, assignments, tested } = work;
        self.all.push(Activity {
            tools,
            words,
            assignments,
            step: origin.step,
            path: scope.path,
            position: origin.position,
            seen: origin.seen,
            silence: scope.silence,
            when: scope.when.clone(),
            run: scope.run,
            order: origin.order,
            on_failure: scope.on_failure,
            tested,
        });
    }
}

/// Returns the commands that a command stands for whose words name a matrix's row, a variable or
/// an input.
fn unfolded(texts: &[&str], scope: &Scope<'_>) -> Vec<Target> {
    if !texts.iter().any(|word| word.contains('$')) {
        return Vec::new();
    }
    let scripts = scope.values.unfold(&texts.join(" "));
    scripts.into_iter().map(|script| Target { folder: scope.folder.clone(), script }).collect()
}

/// Returns the image of a `docker run`.
fn image_of<'word>(words: &[&'word str]) -> Option<&'word str> {
    let (program, rest) = words.split_first()?;
    let is_run = matches!(*program, "docker" | "podman" | "nerdctl") && rest.first() == Some(&"run");
    let looks_like_image =
        |word: &&&str| word.contains('/') && !word.starts_with(['-', '/', '.', '$', '"']) && !word.contains('=');
    rest.iter().skip(1).filter(|_| is_run).find(looks_like_image).copied()
}

fn one_line(text: &str) -> String {
    let mut line = text.replace("\\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = line.char_indices().nth(100) {
        line.truncate(at);
        line.push('…');
    }
    line
}
