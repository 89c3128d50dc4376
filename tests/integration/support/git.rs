//! A bare repository, and clones of it in programs' folders.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::program::Program;

/// A remote whose branch `main` holds a README.
pub(crate) struct Remote {
    folder: TempDir,
}

impl Remote {
    /// Makes it.
    pub(crate) fn new() -> Self {
        let remote = Self { folder: TempDir::new().unwrap() };
        git(remote.folder.path(), &["init", "--quiet", "--bare", "--initial-branch=main", "."]);
        let first = Program::new().file("README.md", "# hello\n");
        git(first.folder(), &["init", "--quiet", "--initial-branch=main"]);
        remote.save(&first, "main");
        remote
    }

    /// Returns the address; that of a path alone would be cloned whole, however shallow.
    pub(crate) fn url(&self) -> String {
        format!("file://{}", self.folder.path().display())
    }

    /// Returns the folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs git in the bare repository.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(self.folder.path(), arguments)
    }

    /// Clones `main` with an identity.
    pub(crate) fn clone(&self) -> Program {
        let program = self.clone_of_nobody();
        git(program.folder(), &["config", "user.name", "Ann"]);
        git(program.folder(), &["config", "user.email", "ann@example.com"]);
        program
    }

    /// Clones `main` where git does not know who commits.
    pub(crate) fn clone_of_nobody(&self) -> Program {
        let program = self.connected();
        git(program.folder(), &["fetch", "--quiet", "origin"]);
        git(program.folder(), &["checkout", "--quiet", "main"]);
        program
    }

    /// Checks a commit of `main` out by itself, without any history, as actions/checkout does.
    pub(crate) fn shallow_clone(&self) -> Program {
        let program = self.connected();
        git(program.folder(), &["fetch", "--quiet", "--no-tags", "--depth=1", "origin", "main"]);
        git(program.folder(), &["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
        git(program.folder(), &["config", "user.name", "Ann"]);
        git(program.folder(), &["config", "user.email", "ann@example.com"]);
        program
    }

    fn connected(&self) -> Program {
        let program = Program::new().env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        git(program.folder(), &["init", "--quiet", "--initial-branch=none"]);
        git(program.folder(), &["remote", "add", "origin", &self.url()]);
        program
    }

    /// Commits all files of a work tree and pushes them, as a person would.
    pub(crate) fn save(&self, program: &Program, branch: &str) {
        git(program.folder(), &["add", "--all"]);
        let identity = ["-c", "user.name=Bob", "-c", "user.email=bob@example.com"];
        git(program.folder(), &[&identity[..], &["commit", "--quiet", "-m", "by hand"]].concat());
        git(program.folder(), &["push", "--quiet", &self.url(), &format!("HEAD:refs/heads/{branch}")]);
    }

    /// Returns a branch's head, or nothing.
    pub(crate) fn head(&self, branch: &str) -> String {
        self.git(&["for-each-ref", "--format=%(objectname)", &format!("refs/heads/{branch}")]).trim().to_owned()
    }

    /// Reads a file of a branch.
    pub(crate) fn read(&self, branch: &str, path: &str) -> String {
        self.git(&["show", &format!("{branch}:{path}")])
    }

    /// Lists a branch's files.
    pub(crate) fn files(&self, branch: &str) -> Vec<String> {
        self.git(&["ls-tree", "-r", "--name-only", branch]).lines().map(str::to_owned).collect()
    }

    /// Lists a branch's commits, newest first: authors and messages.
    pub(crate) fn log(&self, branch: &str) -> Vec<String> {
        self.git(&["log", "--format=%an <%ae>: %s", branch]).lines().map(str::to_owned).collect()
    }
}

/// Runs git with nothing of the outer environment.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder).env_clear();
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C");
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Puts a shell script in place and makes it executable.
pub(crate) fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}
