//! The way to the branch, and why this one.

use super::{Options, Task, Via, policy};
use crate::commands::online;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::collected::Writing;
use crate::model::committed::{Way, WayKind};
use crate::outputs::sinks::branch::{Branch, Contents, Git, GitError, Identity, Program};
use crate::world::World;

/// The way that was chosen.
pub(super) struct Chosen {
    /// The branch.
    pub(super) branch: Box<dyn Branch>,
    /// The way there.
    pub(super) way: Way,
    /// What a person should know.
    pub(super) notes: Vec<String>,
}

/// Chooses the way that was asked for, or the best there is.
pub(super) fn choose(options: &Options, task: &Task, world: &World) -> Result<Chosen, Failure> {
    match options.via {
        Via::Git => {
            if options.repository.is_some() {
                let message = "--repository names a repository for the API, but git pushes to its remote `origin`";
                return Err(Failure::message(FailureKind::Usage, message).hint("leave one of them away"));
            }
            let program = program(task, world);
            match remote(&program)? {
                Remote::There => git(program, options, task, world, "--via git asks for it"),
                Remote::Missing(reason) => {
                    Err(Failure::message(FailureKind::Usage, format!("no way by git: {reason}"))
                        .hint("work in a clone with a remote `origin`, or use `--via contents` with a token"))
                }
            }
        }
        Via::Contents => contents(options, task, world, "--via contents asks for it"),
        Via::Auto => {
            if options.repository.is_some() {
                return contents(options, task, world, "--repository names a repository for the API");
            }
            // The image holds no git, and if it did, the checkout's credentials would be out of its reach.
            if world.environment.in_container_action() {
                return contents(options, task, world, "a container action cannot use the checkout's git");
            }
            let program = program(task, world);
            match remote(&program)? {
                Remote::There => {
                    git(program, options, task, world, "git is installed, and the clone has a remote `origin`")
                }
                Remote::Missing(reason) => contents(options, task, world, reason),
            }
        }
    }
}

/// Whether git can be used here.
enum Remote {
    There,
    Missing(&'static str),
}

fn program(task: &Task, world: &World) -> Program {
    let root = task.work_tree.root.canonicalize().unwrap_or_else(|_| task.work_tree.root.clone());
    Program::new(&root, world.environment.iter())
}

fn remote(program: &Program) -> Result<Remote, Failure> {
    match program.remote("origin") {
        Ok(Some(_)) => Ok(Remote::There),
        Ok(None) => Ok(Remote::Missing("this is no clone with a remote `origin`")),
        Err(GitError::Start(_)) => Ok(Remote::Missing("git is not installed")),
        Err(error) => Err(error).kind(FailureKind::Output),
    }
}

fn git(program: Program, options: &Options, task: &Task, world: &World, reason: &str) -> Result<Chosen, Failure> {
    let mut branch = Git::new(program, task.branch.clone(), &task.work_tree.below);
    let mut notes = Vec::new();
    if options.writing == Writing::Real && !branch.knows_identity().kind(FailureKind::Output)? {
        if !world.environment.in_actions() {
            return Err(Failure::message(FailureKind::Usage, "git does not know who commits")
                .hint("git config --global user.name \"Your Name\"")
                .hint("git config --global user.email you@example.com"));
        }
        let bot = bot();
        branch = branch.committing_as(&bot);
        notes.push(format!("committed as {}, since git's configuration names nobody", bot.name));
    }
    let way = Way { kind: WayKind::Git, reason: reason.to_owned() };
    Ok(Chosen { branch: Box::new(branch), way, notes })
}

/// The account that GitHub itself commits as in jobs, with the address that leads to it.
fn bot() -> Identity {
    Identity {
        name: "github-actions[bot]".to_owned(),
        email: "41898282+github-actions[bot]@users.noreply.github.com".to_owned(),
    }
}

fn contents(options: &Options, task: &Task, world: &World, reason: &str) -> Result<Chosen, Failure> {
    if online::token_of(options.token.as_ref(), world).is_none() {
        let message = format!("there is no token for the contents API ({reason})");
        return Err(Failure::message(FailureKind::Usage, message)
            .hint("give one with --token or in GITHUB_TOKEN; in a job it needs `permissions: contents: write`"));
    }
    let repository = match (&options.repository, world.environment.get("GITHUB_REPOSITORY")) {
        (Some(repository), _) => repository.clone(),
        (None, Some(name)) => name.parse().kind(FailureKind::Usage)?,
        (None, None) => {
            let message = format!("it is not known which repository the branch is in ({reason})");
            return Err(Failure::message(FailureKind::Usage, message)
                .hint("name it with --repository OWNER/NAME or in GITHUB_REPOSITORY"));
        }
    };
    let client = online::connect(options.token.as_ref(), world)?;
    // The event tells of the job's own repository, not of another one that was named.
    let default_branch = policy::default_branch(&world.environment).filter(|_| options.repository.is_none());
    let branch = Contents::new(client, repository, task.branch.clone(), &task.work_tree.below);
    let way = Way { kind: WayKind::Contents, reason: reason.to_owned() };
    Ok(Chosen { branch: Box::new(branch.knowing_default_branch(default_branch)), way, notes: Vec::new() })
}
