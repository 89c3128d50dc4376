//! What the server knows, and who answers which path.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::conversation::Conversation;
use super::deployments::Shipping;
use super::objects::{Commit, Files, Objects, file};
use super::pulls::Pull;
use super::reply::{Asked, Reply, hexadecimal};
use super::{
    actions, checks, commits, contents, conversation, deployments, git_data, graphql, listing, logs, pulls, refs,
};

/// Everything.
pub(super) struct State {
    repositories: BTreeMap<String, Repository>,
    pub(super) limit: Limit,
    /// How many runs are shown of a search.
    pub(super) shown: usize,
    pub(super) public_address: Option<String>,
    /// What the token may do; everything, unless it is stated.
    pub(super) granted: Option<super::permissions::Granted>,
    /// Headers of every answer.
    pub(super) headers: Vec<(&'static str, String)>,
}

/// How many requests are granted, are left, and until when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// Granted an hour.
    pub(crate) granted: u64,
    /// Left of them.
    pub(crate) remaining: u64,
    /// The second at which the count starts anew.
    pub(crate) reset: i64,
}

/// Who may read a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// Everyone.
    Public,
    /// Who has the token.
    Private,
}

/// One repository.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    /// `OWNER/NAME`.
    pub(crate) name: String,
    /// Who may read it.
    pub(crate) visibility: Visibility,
    /// The runs, newest first.
    pub(crate) runs: Vec<Run>,
    /// The branches by name.
    pub(crate) branches: BTreeMap<String, Branch>,
    /// Every commit that was ever a branch's head, or that a tag is at.
    pub(crate) commits: Vec<String>,
    /// The commits of the tags by name.
    pub(crate) tags: BTreeMap<String, String>,
    /// Git's objects.
    pub(crate) objects: Objects,
    /// The pull requests.
    pub(crate) pulls: Vec<Pull>,
    /// The commits that `main` does not hold, by the branch that does; those of forks stand below no name.
    pub(crate) aside: BTreeMap<String, Vec<String>>,
    /// The check runs.
    pub(crate) checks: Vec<Check>,
    /// The rules that apply to `main`, as the API shows them.
    pub(crate) rules: Vec<Value>,
    /// How archives of logs are.
    pub(crate) archive: Archive,
    /// What jobs uploaded.
    pub(crate) artifacts: Vec<Artifact>,
    /// The caches: key and size.
    pub(crate) caches: Vec<(String, u64)>,
    /// Answers to what is asked below the repository, by path, as the API shows them.
    pub(crate) answers: BTreeMap<String, Value>,
    /// What was deployed, reviewed and started.
    pub(crate) shipping: Shipping,
    /// What was said, and of commits.
    pub(crate) conversation: Conversation,
}

/// A branch: its head and the files there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Branch {
    /// The commit.
    pub(crate) head: String,
    /// The files by path.
    pub(crate) files: Files,
}

/// A run with all its attempts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// The id.
    pub(crate) id: u64,
    /// The number within the workflow.
    pub(crate) number: u64,
    /// The workflow's name, null for some.
    pub(crate) workflow: Option<String>,
    /// The workflow's file name.
    pub(crate) file: String,
    /// The workflow's id.
    pub(crate) workflow_id: u64,
    /// What started it.
    pub(crate) event: String,
    /// The branch; null after it was deleted.
    pub(crate) branch: Option<String>,
    /// The commit.
    pub(crate) commit: String,
    /// The pull request's number.
    pub(crate) pull_request: Option<u64>,
    /// Who started it.
    pub(crate) actor: String,
    /// Called workflows' files.
    pub(crate) called: Vec<String>,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// The attempts, oldest first; there is always one.
    pub(crate) attempts: Vec<Attempt>,
}

/// One attempt of a run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Attempt {
    /// When it started.
    pub(crate) started_at: Timestamp,
    /// When anything about it changed.
    pub(crate) updated_at: Timestamp,
    /// How far it is.
    pub(crate) status: String,
    /// How it ended.
    pub(crate) conclusion: Option<String>,
    /// Its jobs.
    pub(crate) jobs: Vec<Job>,
}

/// One job of an attempt.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Job {
    /// The id.
    pub(crate) id: u64,
    /// The name with its matrix values.
    pub(crate) name: String,
    /// How far it is.
    pub(crate) status: String,
    /// How it ended.
    pub(crate) conclusion: Option<String>,
    /// When it was queued.
    pub(crate) created_at: Timestamp,
    /// When it started.
    pub(crate) started_at: Timestamp,
    /// When it ended.
    pub(crate) completed_at: Option<Timestamp>,
    /// The labels it asked for.
    pub(crate) labels: Vec<String>,
    /// The runner it got.
    pub(crate) runner: Option<String>,
    /// The steps.
    pub(crate) steps: Vec<Step>,
    /// What really happened.
    pub(crate) truth: Truth,
}

/// What happened to a job, whatever the API says of it: seconds, where there were any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Truth {
    /// How long it waited for its runner, where the API tells enough to know.
    pub(crate) waited: Option<i64>,
    /// How long it ran.
    pub(crate) ran: Option<i64>,
    /// Minutes GitHub bills for it.
    pub(crate) minutes: Option<i64>,
}

/// One step of a job.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// The name.
    pub(crate) name: String,
    /// How it ended.
    pub(crate) conclusion: Option<String>,
    /// When it started.
    pub(crate) started_at: Option<Timestamp>,
    /// When it ended.
    pub(crate) completed_at: Option<Timestamp>,
    /// Its log's lines, without times.
    pub(crate) log: Vec<String>,
}

/// How the archive of a run's logs is.
#[derive(Clone, Debug, Default)]
pub(crate) enum Archive {
    /// With a file for each step.
    #[default]
    Steps,
    /// With a file for each job.
    Jobs,
    /// Without any log: each job's own is to be read.
    Empty,
    /// Deleted, with the logs of the jobs.
    Gone,
    /// These bytes.
    Odd(Vec<u8>),
}

/// What a job uploaded.
#[derive(Clone, Debug)]
pub(crate) struct Artifact {
    /// The id.
    pub(crate) id: u64,
    /// The run.
    pub(crate) run: u64,
    /// The name.
    pub(crate) name: String,
    /// When it was uploaded.
    pub(crate) created_at: Timestamp,
    /// Whether it was deleted since.
    pub(crate) expired: bool,
    /// What is downloaded.
    pub(crate) content: Vec<u8>,
}

/// A check run.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    /// The id.
    pub(crate) id: u64,
    /// What was sent last, field by field.
    pub(crate) fields: BTreeMap<String, Value>,
    /// All annotations so far.
    pub(crate) annotations: Vec<Value>,
}

impl Default for State {
    fn default() -> Self {
        let limit = Limit { granted: 5000, remaining: 5000, reset: 1_767_225_600 };
        Self {
            repositories: BTreeMap::new(),
            limit,
            shown: 1000,
            public_address: None,
            granted: None,
            headers: Vec::new(),
        }
    }
}

impl Repository {
    /// Makes a public repository with the branch `main` and no run.
    pub(crate) fn new(name: &str) -> Self {
        let files = Files::from([("README.md".to_owned(), file(b"# hello\n"))]);
        let mut objects = Objects::default();
        let first = Commit { files: files.clone(), parents: Vec::new(), message: name.to_owned(), author: None };
        let head = objects.add(commit_id(name), first);
        Self {
            name: name.to_owned(),
            visibility: Visibility::Public,
            runs: Vec::new(),
            branches: BTreeMap::from([("main".to_owned(), Branch { head: head.clone(), files })]),
            commits: vec![head],
            tags: BTreeMap::new(),
            objects,
            pulls: Vec::new(),
            aside: BTreeMap::new(),
            checks: Vec::new(),
            rules: Vec::new(),
            archive: Archive::default(),
            artifacts: Vec::new(),
            caches: Vec::new(),
            answers: BTreeMap::new(),
            shipping: Shipping::default(),
            conversation: Conversation::default(),
        }
    }

    /// Answers what is asked at a path below the repository.
    pub(crate) fn answering(mut self, path: &str, answer: Value) -> Self {
        self.answers.insert(path.to_owned(), answer);
        self
    }

    /// Adds a check run.
    pub(crate) fn check(&mut self, fields: &Value) {
        let fields = fields.as_object().unwrap().clone().into_iter().collect();
        let id = 9000 + self.checks.len() as u64;
        self.checks.push(Check { id, fields, annotations: Vec::new() });
    }

    /// Lets rulesets apply to `main`: each an object with `type` and `parameters`.
    pub(crate) fn ruled(mut self, rules: Vec<Value>) -> Self {
        self.rules = rules;
        self
    }

    /// Adds runs, and sorts all newest first.
    pub(crate) fn with_runs(mut self, runs: Vec<Run>) -> Self {
        self.runs.extend(runs);
        self.runs.sort_by_key(|run| std::cmp::Reverse((run.created_at, run.id)));
        self
    }

    /// Makes a repository in which nothing was ever committed.
    pub(crate) fn empty(name: &str) -> Self {
        Self { branches: BTreeMap::new(), commits: Vec::new(), objects: Objects::default(), ..Self::new(name) }
    }

    /// Puts a file on a branch as a commit of its own.
    pub(super) fn put(&mut self, branch: &str, path: &str, content: &[u8]) {
        let mut files = self.branches[branch].files.clone();
        files.insert(path.to_owned(), file(content));
        self.advance(branch, files, "by hand");
    }

    /// Adds a commit to a branch.
    pub(super) fn advance(&mut self, branch: &str, files: Files, message: &str) -> String {
        let parents = vec![self.branches[branch].head.clone()];
        let commit = self.commit(Commit { files, parents, message: message.to_owned(), author: None });
        self.point(branch, &commit);
        commit
    }

    /// Makes a commit that nothing leads to.
    pub(super) fn commit(&mut self, commit: Commit) -> String {
        let id = self.objects.add(commit.id(self.commits.len()), commit);
        self.commits.push(id.clone());
        id
    }

    /// Has a branch be at a commit that is known.
    pub(super) fn point(&mut self, branch: &str, commit: &str) {
        let files = self.objects.commits[commit].files.clone();
        self.branches.insert(branch.to_owned(), Branch { head: commit.to_owned(), files });
    }

    /// Adds a tag at a commit.
    pub(crate) fn tagged(mut self, name: &str, commit: &str) -> Self {
        self.tag(name, commit);
        self
    }

    /// Puts a tag at a commit; one that is there moves.
    pub(super) fn tag(&mut self, name: &str, commit: &str) {
        self.tags.insert(name.to_owned(), commit.to_owned());
        self.commits.push(commit.to_owned());
    }

    /// Adds a branch whose commits `main` does not hold, the newest last.
    pub(crate) fn branched(mut self, name: &str, commits: &[String]) -> Self {
        let head = commits.last().unwrap().clone();
        self.branches.insert(name.to_owned(), Branch { head, files: Files::default() });
        self.aside.insert(name.to_owned(), commits.to_vec());
        self.commits.extend_from_slice(commits);
        self
    }

    /// Adds a commit of a fork.
    pub(crate) fn forked(mut self, commit: &str) -> Self {
        self.aside.entry(String::new()).or_default().push(commit.to_owned());
        self.commits.push(commit.to_owned());
        self
    }

    /// Makes it visible only with the token.
    pub(crate) fn private(mut self) -> Self {
        self.visibility = Visibility::Private;
        self
    }
}

impl State {
    pub(super) fn add(&mut self, repository: Repository) {
        self.repositories.insert(repository.name.clone(), repository);
    }

    pub(super) fn repository(&self, name: &str) -> Option<&Repository> {
        self.repositories.get(name)
    }

    pub(super) fn repository_mut(&mut self, name: &str) -> Option<&mut Repository> {
        self.repositories.get_mut(name)
    }

    pub(super) fn pull_mut(&mut self, node: &str) -> Option<&mut Pull> {
        let number: u64 = node.strip_prefix("PR_")?.parse().ok()?;
        self.repositories.values_mut().flat_map(|repository| &mut repository.pulls).find(|pull| pull.number == number)
    }

    pub(super) fn comment_mut(&mut self, node: &str) -> Option<&mut conversation::Comment> {
        let id: u64 = node.strip_prefix("IC_")?.parse().ok()?;
        let comments = self.repositories.values_mut().flat_map(|repository| &mut repository.conversation.comments);
        comments.into_iter().find(|comment| comment.id == id)
    }

    /// Answers for the storage that logs are in: another host, which must not see the token.
    pub(super) fn storage(&self, asked: &Asked<'_>) -> Reply {
        if !asked.seen.header("authorization").is_empty() {
            return Reply::error(400, "the storage takes no token");
        }
        let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
        let [_, owner, name, rest @ ..] = parts.as_slice() else { return Reply::not_found() };
        self.repository(&format!("{owner}/{name}")).map_or_else(Reply::not_found, |known| logs::stored(known, rest))
    }

    /// Takes one request off the limit; asking again for what has not changed costs nothing.
    pub(super) fn count(&mut self, reply: &Reply) {
        if reply.status != 304 {
            self.limit.remaining = self.limit.remaining.saturating_sub(1);
        }
    }

    /// Answers a request that was let in.
    pub(super) fn answer(&mut self, asked: &Asked<'_>) -> Reply {
        let shown = self.shown;
        let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
        match (asked.seen.method.as_str(), parts.as_slice()) {
            ("GET", ["rate_limit"]) => self.rate_limit(),
            ("POST", ["graphql"]) => graphql::answer(self, asked),
            // What begins with `person` is nobody's organization.
            ("GET", ["orgs", owner, "repos"]) if owner.starts_with("person") => Reply::not_found(),
            ("GET", ["orgs" | "users", owner, "repos"]) => self.owned(owner, asked),
            (method, ["repos", owner, name, rest @ ..]) => {
                let name = format!("{owner}/{name}");
                let known = !asked.seen.header("authorization").is_empty();
                let seen = |repository: &&mut Repository| known || repository.visibility == Visibility::Public;
                match self.repositories.get_mut(&name).filter(seen) {
                    Some(_) if method != "GET" && !known => Reply::error(401, "Requires authentication"),
                    Some(repository) => match rest {
                        ["actions", rest @ ..] if method == "GET" => actions::answer(repository, asked, rest, shown),
                        _ => below_repository(repository, asked, method, rest),
                    },
                    None => Reply::not_found(),
                }
            }
            _ => Reply::not_found(),
        }
    }

    /// Lists what an organization has; names that end in `old` are archived.
    fn owned(&self, owner: &str, asked: &Asked<'_>) -> Reply {
        let names = self.repositories.keys().filter(|name| name.starts_with(&format!("{owner}/")));
        let entry = |name: &String| json!({"full_name": name, "archived": name.ends_with("old"), "disabled": false});
        let list: Vec<Value> = names.map(entry).collect();
        if list.is_empty() { Reply::not_found() } else { listing::plain(asked, &list) }
    }

    fn rate_limit(&self) -> Reply {
        let Limit { granted, remaining, reset } = self.limit;
        let rate = json!({"limit": granted, "remaining": remaining, "reset": reset, "used": granted - remaining});
        Reply::json(200, &json!({"resources": {"core": rate, "search": rate}, "rate": rate}))
    }
}

fn below_repository(repository: &mut Repository, asked: &Asked<'_>, method: &str, rest: &[&str]) -> Reply {
    match (method, rest) {
        ("GET", path) if repository.answers.contains_key(&path.join("/")) => {
            Reply::json(200, &repository.answers[&path.join("/")])
        }
        ("GET", ["tarball", "HEAD"]) if repository.commits.is_empty() => Reply::not_found(),
        ("GET", ["tarball", "HEAD"]) => logs::redirect(asked, &repository.name, "tarball"),
        (_, ["deployments", rest @ ..]) => deployments::answer(repository, asked, rest),
        ("POST", ["actions", "workflows", file, "dispatches"]) => deployments::dispatch(repository, asked, file),
        ("GET", ["commits", commit, "check-runs"]) => deployments::checks(repository, asked, commit),
        ("GET", ["commits", commit, "pulls"]) => pulls::with_commit(repository, asked, commit),
        ("GET", ["pulls", number, "reviews"]) => deployments::reviews(repository, asked, number),
        (_, ["issues", rest @ ..]) => conversation::answer(repository, asked, rest),
        ("POST", ["statuses", commit]) => conversation::status(repository, asked, commit),
        (_, ["check-runs", ..]) => checks::answer(repository, asked, rest),
        ("GET", []) => contents::about(repository, asked),
        ("GET", ["commits", name @ ..]) => commits::answer(repository, asked, &name.join("/")),
        ("GET", ["rules", "branches", "main"]) => Reply::json(200, &Value::from(repository.rules.clone())),
        ("GET", ["rules", "branches", _]) => Reply::json(200, &json!([])),
        ("GET", [kind @ ("branches" | "tags")]) => refs::list(repository, asked, kind),
        ("GET", ["git", "matching-refs", name @ ..]) => refs::matching(repository, asked, &name.join("/")),
        ("GET", ["compare", range @ ..]) => refs::compare(repository, asked, &range.join("/")),
        (_, ["pulls", rest @ ..]) => pulls::answer(repository, asked, rest),
        (_, ["git", "trees" | "blobs" | "commits", ..]) | ("PATCH", ["git", "refs", ..]) => {
            git_data::answer(repository, asked, rest)
        }
        (_, ["contents" | "git" | "branches", ..]) => contents::answer(repository, asked, rest),
        _ => Reply::not_found(),
    }
}

/// Makes 40 hexadecimal digits from a text.
pub(crate) fn commit_id(text: &str) -> String {
    hexadecimal(text.as_bytes()).chars().take(40).collect()
}
