//! State as GitHub writes it: every field its API description requires.

use serde_json::{Map, Value, json};

use super::pulls::Pull;
use super::state::{Artifact, Check, Job, Run, commit_id};

/// The addresses below the repository that a short repository object lists.
const BELOW: &[(&str, &str)] = &[
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

/// Writes the objects of one repository.
pub(super) struct Shapes<'server> {
    /// Where the API stands.
    pub(super) base: &'server str,
    /// `OWNER/NAME`.
    pub(super) repository: &'server str,
}

impl Shapes<'_> {
    /// Returns the repository's address in the API.
    pub(super) fn url(&self) -> String {
        format!("{}/repos/{}", self.base, self.repository)
    }

    /// Returns an address for people.
    pub(super) fn html(&self, below: &str) -> String {
        format!("https://github.com/{}{below}", self.repository)
    }

    /// Writes an attempt of a run, counted from 1.
    pub(super) fn run(&self, run: &Run, number: usize) -> Value {
        let attempt = &run.attempts[number - 1];
        let url = format!("{}/actions/runs/{}", self.url(), run.id);
        let previous = (number > 1).then(|| format!("{url}/attempts/{}", number - 1));
        let called = run.called.iter().map(|path| json!({"path": path, "sha": run.commit, "ref": "refs/heads/main"}));
        let requests = run.pull_request.map(|number| self.pull_request(run, number));
        let mut object = json!({
            "id": run.id,
            "name": run.workflow,
            "node_id": format!("WFR_{}", run.id),
            "head_branch": run.branch,
            "head_sha": run.commit,
            "path": format!(".github/workflows/{}", run.file),
            "display_title": format!("Change number {}", run.number),
            "run_number": run.number,
            "event": run.event,
            "status": attempt.status,
            "conclusion": attempt.conclusion,
            "workflow_id": run.workflow_id,
            "check_suite_id": run.id + 1,
            "check_suite_node_id": format!("CS_{}", run.id + 1),
            "pull_requests": requests.into_iter().collect::<Vec<Value>>(),
            "created_at": run.created_at.to_string(),
            "updated_at": attempt.updated_at.to_string(),
            "actor": self.user(&run.actor),
            "run_attempt": number,
            "referenced_workflows": called.collect::<Vec<Value>>(),
            "run_started_at": attempt.started_at.to_string(),
            "triggering_actor": self.user(&run.actor),
            "previous_attempt_url": previous,
        });
        let fields = object.as_object_mut().unwrap();
        fields.insert("url".to_owned(), json!(url));
        fields.insert("html_url".to_owned(), json!(self.html(&format!("/actions/runs/{}", run.id))));
        for (name, below) in [
            ("jobs_url", "/jobs"),
            ("logs_url", "/logs"),
            ("artifacts_url", "/artifacts"),
            ("cancel_url", "/cancel"),
            ("rerun_url", "/rerun"),
        ] {
            fields.insert(name.to_owned(), json!(format!("{url}{below}")));
        }
        let suite = format!("{}/check-suites/{}", self.url(), run.id + 1);
        let workflow = format!("{}/actions/workflows/{}", self.url(), run.workflow_id);
        fields.insert("check_suite_url".to_owned(), json!(suite));
        fields.insert("workflow_url".to_owned(), json!(workflow));
        fields.insert("head_commit".to_owned(), self.head_commit(run));
        fields.insert("repository".to_owned(), self.short_repository());
        fields.insert("head_repository".to_owned(), self.short_repository());
        object
    }

    /// Writes a job of an attempt, counted from 1.
    pub(super) fn job(&self, run: &Run, attempt: usize, job: &Job) -> Value {
        let steps = job.steps.iter().zip(1..).map(|(step, number)| {
            json!({
                "name": step.name,
                "status": if step.conclusion.is_some() { "completed" } else { "queued" },
                "conclusion": step.conclusion,
                "number": number,
                "started_at": step.started_at.map(|time| time.to_string()),
                "completed_at": step.completed_at.map(|time| time.to_string()),
            })
        });
        let got = job.runner.is_some();
        json!({
            "id": job.id,
            "run_id": run.id,
            "workflow_name": run.workflow,
            "head_branch": run.branch,
            "run_url": format!("{}/actions/runs/{}", self.url(), run.id),
            "run_attempt": attempt,
            "node_id": format!("CR_{}", job.id),
            "head_sha": run.commit,
            "url": format!("{}/actions/jobs/{}", self.url(), job.id),
            "html_url": self.html(&format!("/actions/runs/{}/job/{}", run.id, job.id)),
            "status": job.status,
            "conclusion": job.conclusion,
            "created_at": job.created_at.to_string(),
            "started_at": job.started_at.to_string(),
            "completed_at": job.completed_at.map(|time| time.to_string()),
            "name": job.name,
            "steps": steps.collect::<Vec<Value>>(),
            "check_run_url": format!("{}/check-runs/{}", self.url(), job.id),
            "labels": job.labels,
            "runner_id": got.then_some(7),
            "runner_name": job.runner,
            "runner_group_id": got.then_some(1),
            "runner_group_name": got.then_some("GitHub Actions"),
        })
    }

    /// Writes what a job uploaded.
    pub(super) fn artifact(&self, artifact: &Artifact) -> Value {
        let url = format!("{}/actions/artifacts/{}", self.url(), artifact.id);
        json!({
            "id": artifact.id,
            "node_id": format!("A_{}", artifact.id),
            "name": artifact.name,
            "size_in_bytes": artifact.content.len(),
            "url": url,
            "archive_download_url": format!("{url}/zip"),
            "expired": artifact.expired,
            "created_at": artifact.created_at.to_string(),
            "expires_at": artifact.created_at.to_string(),
            "updated_at": artifact.created_at.to_string(),
            "digest": null,
            "workflow_run": {"id": artifact.run},
        })
    }

    /// Writes a cache.
    pub(super) fn cache(id: u64, key: &str, bytes: u64) -> Value {
        json!({
            "id": id,
            "ref": "refs/heads/main",
            "key": key,
            "version": "1",
            "last_accessed_at": "2026-01-01T00:00:00.0000000Z",
            "created_at": "2026-01-01T00:00:00.0000000Z",
            "size_in_bytes": bytes,
        })
    }

    /// Writes a check run.
    pub(super) fn check(&self, check: &Check) -> Value {
        let url = format!("{}/check-runs/{}", self.url(), check.id);
        let field = |name: &str| check.fields.get(name).cloned().unwrap_or_default();
        let output = field("output");
        let part = |name: &str| output.get(name).cloned().unwrap_or_default();
        let status = if check.fields.contains_key("conclusion") { json!("completed") } else { field("status") };
        json!({
            "id": check.id,
            "name": field("name"),
            "node_id": format!("CR_{}", check.id),
            "head_sha": field("head_sha"),
            "external_id": field("external_id"),
            "url": url,
            "html_url": self.html(&format!("/runs/{}", check.id)),
            "details_url": field("details_url"),
            "status": if status.is_null() { json!("queued") } else { status },
            "conclusion": field("conclusion"),
            "started_at": field("started_at"),
            "completed_at": field("completed_at"),
            "output": {
                "title": part("title"),
                "summary": part("summary"),
                "text": part("text"),
                "annotations_count": check.annotations.len(),
                "annotations_url": format!("{url}/annotations"),
            },
            "check_suite": {"id": 5},
            "app": null,
            "pull_requests": [],
        })
    }

    /// Writes a file that is at a path.
    pub(super) fn file(&self, path: &str, content: &[u8]) -> Map<String, Value> {
        let name = path.rsplit('/').next().unwrap();
        let sha = blob_id(content);
        let url = format!("{}/contents/{path}?ref=main", self.url());
        let git = format!("{}/git/blobs/{sha}", self.url());
        let html = self.html(&format!("/blob/main/{path}"));
        let object = json!({
            "name": name,
            "path": path,
            "sha": sha,
            "size": content.len(),
            "url": url,
            "html_url": html,
            "git_url": git,
            "download_url": format!("https://raw.githubusercontent.com/{}/main/{path}", self.repository),
            "type": "file",
            "_links": {"self": url, "git": git, "html": html},
        });
        object.as_object().unwrap().clone()
    }

    /// Writes a folder as it stands in a list.
    pub(super) fn folder(&self, path: &str) -> Map<String, Value> {
        let mut folder = self.file(path, path.as_bytes());
        folder.insert("type".to_owned(), json!("dir"));
        folder.insert("size".to_owned(), json!(0));
        folder.insert("download_url".to_owned(), Value::Null);
        folder
    }

    /// Writes a reference to a commit.
    pub(super) fn reference(&self, name: &str, commit: &str) -> Value {
        let url = format!("{}/git/commits/{commit}", self.url());
        json!({
            "ref": name,
            "node_id": format!("REF_{commit}"),
            "url": format!("{}/git/{name}", self.url()),
            "object": {"sha": commit, "type": "commit", "url": url},
        })
    }

    /// Writes a branch.
    pub(super) fn branch(&self, name: &str, commit: &str) -> Value {
        let itself = format!("{}/branches/{name}", self.url());
        json!({
            "name": name,
            "commit": self.commit(commit),
            "_links": {"self": itself, "html": self.html(&format!("/tree/{name}"))},
            "protected": false,
            "protection": {"enabled": false},
            "protection_url": format!("{itself}/protection"),
        })
    }

    /// Writes a commit.
    pub(super) fn commit(&self, commit: &str) -> Value {
        let url = format!("{}/commits/{commit}", self.url());
        let person = json!({"name": "Octo Cat", "email": "octocat@github.com", "date": "2026-01-01T00:00:00Z"});
        json!({
            "sha": commit,
            "node_id": format!("C_{commit}"),
            "url": url,
            "html_url": self.html(&format!("/commit/{commit}")),
            "comments_url": format!("{url}/comments"),
            "commit": {
                "author": person,
                "committer": person,
                "message": "Change",
                "comment_count": 0,
                "tree": {"sha": commit, "url": format!("{}/git/trees/{commit}", self.url())},
                "url": format!("{}/git/commits/{commit}", self.url()),
            },
            "author": self.user("octocat"),
            "committer": self.user("octocat"),
            "parents": [],
        })
    }

    /// Writes a pull request between two branches, each with its commit.
    pub(super) fn pull(&self, pull: &Pull, head: &(String, String), base: &(String, String)) -> Value {
        let (url, html) = (format!("{}/pulls/{}", self.url(), pull.number), format!("/pull/{}", pull.number));
        let owner = self.repository.split('/').next().unwrap();
        let end = |(name, sha): &(String, String)| json!({"label": format!("{owner}:{name}"), "ref": name, "sha": sha, "user": self.user(owner), "repo": null});
        let merge = pull.auto_merge.as_ref().map(|method| {
            json!({"enabled_by": self.user("octocat"), "merge_method": method, "commit_title": "", "commit_message": ""})
        });
        let link = |to: &str| json!({"href": to});
        let counts = ["comments", "review_comments", "commits", "additions", "deletions", "changed_files"];
        let mut object = json!({
            "id": pull.number,
            "node_id": format!("PR_{}", pull.number),
            "number": pull.number,
            "state": if pull.open { "open" } else { "closed" },
            "title": pull.title,
            "body": pull.body,
            "url": url,
            "html_url": self.html(&html),
            "diff_url": self.html(&format!("{html}.diff")),
            "patch_url": self.html(&format!("{html}.patch")),
            "issue_url": format!("{}/issues/{}", self.url(), pull.number),
            "commits_url": format!("{url}/commits"),
            "review_comments_url": format!("{url}/comments"),
            "review_comment_url": format!("{url}/comments{{/number}}"),
            "comments_url": format!("{}/issues/{}/comments", self.url(), pull.number),
            "statuses_url": format!("{}/statuses/{}", self.url(), head.1),
            "locked": false,
            "user": self.user("octocat"),
            "labels": [],
            "milestone": null,
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "closed_at": null,
            "merged_at": null,
            "merge_commit_sha": null,
            "assignee": null,
            "head": end(head),
            "base": end(base),
            "_links": {
                "self": link(&url), "html": link(&self.html(&html)), "issue": link(&url), "comments": link(&url),
                "review_comments": link(&url), "review_comment": link(&url), "commits": link(&url), "statuses": link(&url),
            },
            "author_association": "OWNER",
            "auto_merge": merge,
            "draft": false,
            "merged": false,
            "mergeable": true,
            "mergeable_state": "clean",
            "merged_by": null,
            "maintainer_can_modify": false,
        });
        for name in counts {
            object[name] = json!(1);
        }
        object
    }

    fn head_commit(&self, run: &Run) -> Value {
        let person = json!({"name": run.actor, "email": format!("{}@users.noreply.github.com", run.actor.trim_end_matches("[bot]"))});
        json!({
            "id": run.commit,
            "tree_id": commit_id(&run.commit),
            "message": format!("Change number {} of {}", run.number, self.repository),
            "timestamp": run.created_at.to_string(),
            "author": person,
            "committer": person,
        })
    }

    fn pull_request(&self, run: &Run, number: u64) -> Value {
        let name = self.repository.rsplit('/').next().unwrap();
        let repository = json!({"id": 1, "url": self.url(), "name": name});
        json!({
            "url": format!("{}/pulls/{number}", self.url()),
            "id": number + 1000,
            "number": number,
            "head": {"ref": run.branch.as_deref().unwrap_or("gone"), "sha": run.commit, "repo": repository},
            "base": {"ref": "main", "sha": commit_id("base"), "repo": repository},
        })
    }

    pub(super) fn user(&self, login: &str) -> Value {
        let encoded = login.replace('[', "%5B").replace(']', "%5D");
        let url = format!("{}/users/{encoded}", self.base);
        let mut object = json!({
            "login": login,
            "id": login.len(),
            "node_id": format!("U_{login}"),
            "avatar_url": format!("https://avatars.githubusercontent.com/in/{encoded}"),
            "gravatar_id": "",
            "url": url,
            "html_url": format!("https://github.com/{encoded}"),
            "type": if login.ends_with("[bot]") { "Bot" } else { "User" },
            "site_admin": false,
            "following_url": format!("{url}/following{{/other_user}}"),
            "gists_url": format!("{url}/gists{{/gist_id}}"),
            "starred_url": format!("{url}/starred{{/owner}}{{/repo}}"),
            "events_url": format!("{url}/events{{/privacy}}"),
        });
        for name in ["followers", "subscriptions", "organizations", "repos", "received_events"] {
            object.as_object_mut().unwrap().insert(format!("{name}_url"), json!(format!("{url}/{name}")));
        }
        object
    }

    fn short_repository(&self) -> Value {
        let (owner, name) = self.repository.split_once('/').unwrap();
        let mut object = json!({
            "id": 1,
            "node_id": "R_1",
            "name": name,
            "full_name": self.repository,
            "private": false,
            "owner": self.user(owner),
            "html_url": self.html(""),
            "description": null,
            "fork": false,
            "url": self.url(),
        });
        for (name, below) in BELOW {
            object.as_object_mut().unwrap().insert((*name).to_owned(), json!(format!("{}{below}", self.url())));
        }
        object
    }
}

/// Names content as git does.
pub(super) fn blob_id(content: &[u8]) -> String {
    use sha1::{Digest as _, Sha1};

    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", content.len()));
    hash.update(content);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
