//! The way to the branch, and why this one.

use super::task::Task;
use super::{Options, Rewriting, SignOff, Via, message, policy};
use crate::commands::online;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::Client;
use crate::model::branch_name::BranchName;
use crate::model::collected::Writing;
use crate::model::committed::{Way, WayKind};
use crate::model::identity::Identity;
use crate::model::repository_name::RepositoryName;
use crate::outputs::sinks::branch::{Api, Branch, BranchError, Depth, Git, GitError, How, Program};
use crate::system;
use crate::world::World;

/// The way that was chosen.
pub(super) struct Chosen {
    /// The branch.
    pub(super) branch: Box<dyn Branch>,
    /// The branch that a pull request is to be merged into.
    pub(super) base: Option<Base>,
    /// The way there.
    pub(super) way: Way,
    /// Who signs commits off.
    pub(super) signer: Option<Identity>,
    /// Whether what is checked out is a commit of the branch, or of the one that a pull request is for.
    pub(super) is_checked_out: bool,
    /// What a person should know.
    pub(super) notes: Vec<String>,
}

/// The branch that a pull request is to be merged into.
pub(super) struct Base {
    pub(super) name: BranchName,
    pub(super) branch: Box<dyn Branch>,
    /// The branch of the pull request, on GitHub.
    pub(super) head: Api,
}

/// Chooses the way that was asked for, or the best there is.
pub(super) fn choose(options: &Options, task: &Task, world: &World) -> Result<Chosen, Failure> {
    message::check(task.saying.message.as_deref().unwrap_or_default())?;
    let mut chosen = match options.via {
        Via::Git => by_git(options, task, world)?,
        Via::Graphql => api(options, task, world, How::GraphQl, "--via graphql asks for it")?,
        Via::GitData => api(options, task, world, How::GitData, "--via git-data asks for it")?,
        Via::Auto => best(options, task, world)?,
    };
    if task.request.is_some() {
        chosen.base = Some(base(&chosen, options, task, world)?);
    }
    let continued = chosen.base.as_ref().map_or(&task.branch, |base| &base.name);
    chosen.is_checked_out = options.repository.is_none() && is_checked_out(continued, task, world);
    refuse_rewriting(&chosen, task, world)?;
    Ok(chosen)
}

fn by_git(options: &Options, task: &Task, world: &World) -> Result<Chosen, Failure> {
    if options.repository.is_some() {
        let message = "--repository names a repository for the API, but git pushes to its remote `origin`";
        return Err(Failure::message(FailureKind::Usage, message).hint("leave one of them away"));
    }
    let program = program(task, world);
    match remote(&program)? {
        Remote::There => git(program, options, task, world, "--via git asks for it"),
        Remote::Missing(reason) => Err(Failure::message(FailureKind::Usage, format!("no way by git: {reason}"))
            .hint("work in a clone with a remote `origin`, or use `--via graphql` with a token")),
    }
}

/// The API makes verified commits and needs no credentials in the clone, so it goes first.
fn best(options: &Options, task: &Task, world: &World) -> Result<Chosen, Failure> {
    if options.repository.is_some() {
        return api(options, task, world, How::Best, "--repository names a repository for the API");
    }
    // The image holds no git, and if it did, the checkout's credentials would be out of its reach.
    if world.environment.in_container_action() {
        return api(options, task, world, How::Best, "a container action cannot use the checkout's git");
    }
    let has_token = online::token_of(options.token.as_ref(), world).is_some();
    if has_token && world.environment.get("GITHUB_REPOSITORY").is_some() {
        return api(options, task, world, How::Best, "there is a token, and GITHUB_REPOSITORY names the repository");
    }
    let program = program(task, world);
    match remote(&program)? {
        Remote::There => git(
            program,
            options,
            task,
            world,
            if has_token { "no GITHUB_REPOSITORY names one for the API" } else { "there is no token for the API" },
        ),
        Remote::Missing(reason) => api(options, task, world, How::Best, reason),
    }
}

/// Whether git can be used here.
enum Remote {
    There,
    Missing(&'static str),
}

fn program(task: &Task, world: &World) -> Program {
    let root = system::resolved(&task.work_tree.root).unwrap_or_else(|_| task.work_tree.root.clone());
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
    let depth = if task.history.is_some() { Depth::Parent } else { Depth::Head };
    let mut branch = Git::new(program, task.branch.clone()).reaching(depth);
    let mut notes = Vec::new();
    let mut signer = branch.identity().kind(FailureKind::Output)?;
    if signer.is_none() && options.writing == Writing::Real {
        if !world.environment.in_actions() {
            return Err(Failure::message(FailureKind::Usage, "git does not know who commits")
                .hint("git config --global user.name \"Your Name\"")
                .hint("git config --global user.email you@example.com"));
        }
        let bot = Identity::of_jobs();
        branch = branch.committing_as(&bot);
        notes.push(format!("committed as {}, since git's configuration names nobody", bot.name()));
        signer = Some(bot);
    }
    let way = Way { kind: WayKind::Git, reason: reason.to_owned() };
    Ok(Chosen { branch: Box::new(branch), base: None, way, signer, is_checked_out: false, notes })
}

fn api(options: &Options, task: &Task, world: &World, how: How, reason: &str) -> Result<Chosen, Failure> {
    let (client, repository) = connect(options, world, reason)?;
    let (how, kind, reason) = match how {
        How::Best if client.is_of_own_server() => {
            let reason = format!("{reason}, of a server of somebody's own");
            (How::GitData, WayKind::GitData, reason)
        }
        How::GitData => (how, WayKind::GitData, reason.to_owned()),
        How::Best | How::GraphQl => (how, WayKind::GraphQl, reason.to_owned()),
    };
    let branch = Api::new(client, repository, task.branch.clone(), how);
    let mut signer = task.saying.author.clone();
    if signer.is_none() && task.saying.sign_off == SignOff::Yes {
        signer = Some(branch.viewer().map_err(|error| failed(error, options, world))?);
    }
    let way = Way { kind, reason };
    Ok(Chosen { branch: Box::new(branch), base: None, way, signer, is_checked_out: false, notes: Vec::new() })
}

/// Connects to the API, and says which repository the branch is in.
fn connect(options: &Options, world: &World, reason: &str) -> Result<(Client, RepositoryName), Failure> {
    if online::token_of(options.token.as_ref(), world).is_none() {
        let message = format!("there is no token for the API ({reason})");
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
    Ok((online::connect(options.token.as_ref(), world)?, repository))
}

/// Prepares a pull request, which can be opened by the API alone, whatever way its commits take.
fn base(chosen: &Chosen, options: &Options, task: &Task, world: &World) -> Result<Base, Failure> {
    let reason = "a pull request is opened by the API";
    let (client, repository) = connect(options, world, reason)?;
    let head = Api::new(client, repository, task.branch.clone(), How::Best);
    let asked = task.request.as_ref().and_then(|request| request.base.clone());
    let name = if let Some(name) = asked {
        name
    } else {
        let name = head.default_branch().map_err(|error| failed(error, options, world))?;
        super::named(&name.unwrap_or_default())?
    };
    if name == task.branch {
        let message = format!("a pull request from {name} into itself cannot be opened");
        return Err(Failure::message(FailureKind::Usage, message).hint("name another --branch, or another --base"));
    }
    let branch: Box<dyn Branch> = match chosen.way.kind {
        WayKind::Git => Box::new(Git::new(program(task, world), name.clone())),
        WayKind::GraphQl | WayKind::GitData => {
            let (client, repository) = connect(options, world, reason)?;
            Box::new(Api::new(client, repository, name.clone(), How::Best))
        }
    };
    Ok(Base { name, branch, head })
}

/// Tells whether what is checked out is a commit of a branch.
fn is_checked_out(branch: &BranchName, task: &Task, world: &World) -> bool {
    let of_job = world.environment.get("GITHUB_REF").filter(|_| world.environment.in_actions());
    task.work_tree.branch.as_deref() == Some(branch.as_str()) || of_job == Some(branch.reference().as_str())
}

/// Refuses to replace the history of a branch that people work on.
fn refuse_rewriting(chosen: &Chosen, task: &Task, world: &World) -> Result<(), Failure> {
    let Some(rewriting) = task.history else { return Ok(()) };
    let asked = match rewriting {
        Rewriting::Daily => "squashing",
        Rewriting::Compact => "--compact",
    };
    let refused = |why: &str| {
        let message = format!("{asked} replaces history, and {} {why}", task.branch);
        Err(Failure::message(FailureKind::Usage, message).hint("keep the tables on a branch of their own"))
    };
    if chosen.is_checked_out {
        return refused("is what is checked out");
    }
    let default = match policy::default_branch(&world.environment) {
        Some(default) => Some(default),
        None => chosen.branch.default_branch().kind(FailureKind::Network)?,
    };
    if default.as_deref() == Some(task.branch.as_str()) {
        return refused("is the default branch");
    }
    Ok(())
}

fn failed(error: BranchError, options: &Options, world: &World) -> Failure {
    match error {
        BranchError::Request(error) => online::failure(error, options.token.as_ref(), world),
        error @ (BranchError::Overtaken(_)
        | BranchError::Declined(_)
        | BranchError::Protected(_)
        | BranchError::Forbidden(_)
        | BranchError::Shape(_)
        | BranchError::Git(_)
        | BranchError::Route(_)) => Failure::new(FailureKind::Network, error),
    }
}
