//! What pushes in a job, and which checkout left the credentials that it pushes with.

use std::collections::BTreeMap;

use super::StepPlace;
use super::git_commands::{Destination, GitCall, git_call, mentioned_push};
use super::reporter::Reporter;
use super::work_folders::{WorkFolder, entered};
use crate::detectors::program::plain;
use crate::detectors::shells;
use crate::knowledge::pushing_actions;
use crate::model::place::Span;
use crate::model::workflow::{Script, Step};
use crate::model::yaml::{Node, Text};
use crate::shell::{Command, Interpreter};

/// A push that uses, or may use, what a checkout left behind.
#[derive(Clone, Debug)]
pub(super) struct Push<'file> {
    /// The action or the command that pushes.
    pub(super) name: &'static str,
    /// Where it stands.
    pub(super) span: Span,
    /// The step that pushes.
    pub(super) step: &'file Step,
    /// The checkouts whose credentials it may use.
    pub(super) checkouts: Vec<&'file Step>,
    /// Whether it is known to use those of the one checkout.
    pub(super) is_certain: bool,
}

/// Lists what pushes beside a step, in order. A push to a URL with a login of its own, and one from a
/// repository that a script has cloned, is none of them: it needs nothing of a checkout.
pub(super) fn beside<'file>(place: &StepPlace<'file>, reporter: &Reporter<'_>) -> Vec<Push<'file>> {
    let mut walk = Walk {
        place,
        reporter,
        folder: default_folder(place),
        trees: Vec::new(),
        remotes: BTreeMap::new(),
        has_other_login: false,
        pushes: Vec::new(),
    };
    for step in place.siblings().iter().flat_map(Step::flatten).filter(|step| !step.never_runs()) {
        walk.step(step);
    }
    walk.pushes
}

/// Returns the folder that the job or the workflow names for all scripts.
fn default_folder(place: &StepPlace<'_>) -> String {
    let default = |node: &Node| node.get("defaults")?.get("run")?.get("working-directory")?.text().cloned();
    let given = place.job().and_then(|(workflow, job)| default(&job.node).or_else(|| default(&workflow.node)));
    given.map_or_else(String::new, |folder| folder.value)
}

/// A folder with a repository in it.
struct Tree<'file> {
    folder: String,
    /// What brought it; nothing where a script cloned it or made it.
    checkout: Option<&'file Step>,
}

/// Whose repository a folder lies in.
#[derive(Clone, Copy)]
enum Owner<'file> {
    Checkout(&'file Step),
    Script,
    Unknown,
}

struct Walk<'file, 'rule, 'read> {
    place: &'rule StepPlace<'file>,
    reporter: &'rule Reporter<'read>,
    folder: String,
    trees: Vec<Tree<'file>>,
    /// The remotes that scripts have named, with where they lead.
    remotes: BTreeMap<String, Destination>,
    /// Whether a script has told git of other credentials.
    has_other_login: bool,
    pushes: Vec<Push<'file>>,
}

impl<'file> Walk<'file, '_, '_> {
    fn step(&mut self, step: &'file Step) {
        let input = |name: &str| step.input(name).map(Text::as_str);
        if step.is_action("actions/checkout") {
            let folder = entered("", input("path").unwrap_or_default()).unwrap_or_else(|| "$unknown".to_owned());
            self.trees.push(Tree { folder, checkout: Some(step) });
        } else if let Some((name, uses)) = pushing_actions::pushes(step).zip(step.uses()) {
            let folder = entered("", input("repository").or(input("cwd")).unwrap_or_default());
            let owner = self.owner(folder.as_deref());
            self.push((name, uses.span), step, owner, true);
        } else if step.is_action("actions/github-script") {
            if let Some(script) = step.input("script") {
                self.mention(script, step);
            }
        } else if let Some(script) = step.script() {
            self.script(script, step);
        }
    }

    fn script(&mut self, script: &'file Script, step: &'file Step) {
        let shell = shells::of_step(step, self.place.job());
        if shell.is_some_and(|shell| shell.interpreter == Interpreter::Python) {
            self.mention(&script.text, step);
            return;
        }
        let folder = script.working_directory.as_ref().map_or(self.folder.as_str(), Text::as_str);
        let mut here = WorkFolder::new(entered("", folder));
        for command in self.reporter.commands(&script.text).iter() {
            here.pass(&script.text.value, command);
            self.command(&plain(&command.texts()), &here, (&script.text, command), step);
        }
    }

    fn command(&mut self, words: &[&str], here: &WorkFolder, written: (&Text, &Command), step: &'file Step) {
        match words {
            ["gh", "auth", "setup-git", ..] => self.has_other_login = true,
            ["gh", "repo", "clone", name, rest @ ..] => {
                let folder = rest.first().filter(|folder| !folder.starts_with('-'));
                self.made(here.enter(folder.copied().unwrap_or_else(|| base(name))), None);
            }
            words => {
                if let Some(call) = git_call(words) {
                    self.git(&call, here, written, step);
                }
            }
        }
    }

    fn git(&mut self, call: &GitCall<'_>, here: &WorkFolder, written: (&Text, &Command), step: &'file Step) {
        let at = call.folder.map_or_else(|| here.now(), |folder| here.enter(folder)).filter(|_| !call.names_git_dir);
        let inside = |path: &str| entered(at.as_deref()?, path);
        match (call.verb, call.operands().as_slice()) {
            ("clone", [url, rest @ ..]) => self.made(inside(rest.first().copied().unwrap_or_else(|| base(url))), None),
            ("init", rest) => {
                let folder = inside(rest.first().copied().unwrap_or("."));
                if !self.trees.iter().any(|tree| Some(&tree.folder) == folder.as_ref()) {
                    self.made(folder, None);
                }
            }
            ("worktree", ["add", path, ..]) => {
                if let Owner::Checkout(checkout) = self.owner(at.as_deref()) {
                    self.made(inside(path), Some(checkout));
                }
            }
            ("remote", ["add" | "set-url", name, url, ..]) => {
                self.remotes.insert((*name).to_owned(), Destination::of(url));
            }
            ("config", _) if call.names_login() => self.has_other_login = true,
            ("push", operands) => {
                let name = call.remote().or(operands.first().copied()).unwrap_or("origin");
                let destination = self.remotes.get(name).copied().unwrap_or_else(|| Destination::of(name));
                if destination == Destination::Elsewhere {
                    return;
                }
                let is_certain = destination == Destination::Origin && !self.has_other_login && !call.names_login();
                let (text, command) = written;
                let span = self.reporter.inside(text, command.range.clone());
                let owner = self.owner(at.as_deref());
                self.push(("git push", span), step, owner, is_certain);
            }
            _ => {}
        }
    }

    /// Notes a repository that a script brings or makes.
    fn made(&mut self, folder: Option<String>, checkout: Option<&'file Step>) {
        self.trees.extend(folder.map(|folder| Tree { folder, checkout }));
    }

    /// Notes a push that other languages than those of shells seem to do.
    fn mention(&mut self, text: &'file Text, step: &'file Step) {
        if let Some(range) = mentioned_push(&text.value) {
            let span = self.reporter.inside(text, range);
            self.push(("git push", span), step, Owner::Unknown, false);
        }
    }

    fn push(&mut self, (name, span): (&'static str, Span), step: &'file Step, owner: Owner<'file>, is_certain: bool) {
        let (checkouts, is_known) = match owner {
            Owner::Checkout(checkout) => (vec![checkout], true),
            Owner::Unknown => (self.trees.iter().filter_map(|tree| tree.checkout).collect(), false),
            Owner::Script => return,
        };
        if !checkouts.is_empty() {
            self.pushes.push(Push { name, span, step, checkouts, is_certain: is_certain && is_known });
        }
    }

    /// Tells whose repository a folder lies in: the innermost, and of several in one folder the last.
    fn owner(&self, folder: Option<&str>) -> Owner<'file> {
        let Some(folder) = folder else { return Owner::Unknown };
        let is_variable = |path: &str| path.starts_with(['$', '~', '/']);
        let holds = |tree: &&Tree<'_>| match tree.folder.as_str() {
            "" => !is_variable(folder),
            outer => folder.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        };
        let Some(tree) = self.trees.iter().filter(holds).max_by_key(|tree| tree.folder.len()) else {
            return Owner::Unknown;
        };
        // What a variable stands for may be this very folder.
        let may_be_another = tree.folder.is_empty() && !folder.is_empty();
        if may_be_another && self.trees.iter().any(|tree| tree.folder.starts_with('$')) {
            return Owner::Unknown;
        }
        let in_same_folder = self.trees.iter().filter(|other| other.folder == tree.folder).count();
        match tree.checkout {
            // Which of several checkouts was made depends on their conditions.
            Some(checkout) if in_same_folder > 1 && checkout.condition.is_some() => Owner::Unknown,
            Some(checkout) => Owner::Checkout(checkout),
            None => Owner::Script,
        }
    }
}

/// Returns the folder that a repository is cloned to where none is named.
fn base(url: &str) -> &str {
    let last = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or(url);
    last.strip_suffix(".git").unwrap_or(last)
}
