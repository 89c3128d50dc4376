//! A branch of the remote `origin`, by the git program.
//!
//! Commits are put together from git's own parts (blobs, trees, a commit) in the clone's object
//! store and pushed from there. The work tree, the index, the stash and what is checked out are
//! not touched, so it makes no difference whether a branch is checked out at all.

use std::collections::BTreeMap;

use super::program::{GitError, Program};
use super::{Blob, Branch, BranchError, Draft, Head, Presence, words};
use crate::model::branch_name::BranchName;
use crate::model::history::TableFile;

/// The remote that is fetched from and pushed to.
const REMOTE: &str = "origin";

/// A branch of the remote.
#[derive(Debug)]
pub struct Git {
    program: Program,
    branch: BranchName,
    /// The folder of the tables below the root, part by part.
    folder: Vec<String>,
}

/// Who commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
}

/// An entry of a tree.
struct Entry {
    mode: String,
    kind: String,
    id: String,
}

/// Files by their path below a folder, part by part.
type Files = BTreeMap<Vec<String>, String>;

impl Git {
    /// Takes a repository's git program, the branch, and the folder of the tables below the
    /// repository's root, with slashes.
    pub fn new(program: Program, branch: BranchName, folder: &str) -> Self {
        let folder = folder.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Self { program, branch, folder }
    }

    /// Tells whether git knows who commits.
    ///
    /// # Errors
    /// Git cannot be started.
    pub fn knows_identity(&self) -> Result<bool, GitError> {
        let known = |name| self.program.run(&["var", name], &[]).map(|ran| ran.is_success);
        Ok(known("GIT_AUTHOR_IDENT")? && known("GIT_COMMITTER_IDENT")?)
    }

    /// Commits as somebody else than git's configuration says.
    #[must_use]
    pub fn committing_as(mut self, identity: &Identity) -> Self {
        let Identity { name, email } = identity;
        self.program = self.program.with([
            ("GIT_AUTHOR_NAME", name.as_str()),
            ("GIT_AUTHOR_EMAIL", email),
            ("GIT_COMMITTER_NAME", name),
            ("GIT_COMMITTER_EMAIL", email),
        ]);
        self
    }

    /// Asks the remote where the branch is.
    fn advertised(&self) -> Result<Option<String>, BranchError> {
        let reference = self.branch.reference();
        let answer = self.asking(&["ls-remote", REMOTE, &reference])?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let mut lines = answer.lines().filter_map(|line| line.split_once('\t'));
        Ok(lines.find(|(_, name)| *name == reference).map(|(id, _)| id.to_owned()))
    }

    /// Fetches the branch unless its head is here. A shallow clone gets the head alone: the
    /// history below it would be many times the clone.
    fn fetch(&self, commit: &str) -> Result<(), BranchError> {
        if self.has(commit)? {
            return Ok(());
        }
        let shallow = self.program.line(&["rev-parse", "--is-shallow-repository"], &[])? == "true";
        let mut arguments = vec!["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"];
        if shallow {
            arguments.push("--depth=1");
        }
        let reference = self.branch.reference();
        arguments.extend([REMOTE, &reference]);
        self.asking(&arguments)?;
        if self.has(commit)? {
            return Ok(());
        }
        Err(BranchError::Overtaken("it moved on while it was fetched".to_owned()))
    }

    fn has(&self, commit: &str) -> Result<bool, GitError> {
        let tree = format!("{commit}^{{tree}}");
        Ok(self.program.run(&["cat-file", "-e", &tree], &[])?.is_success)
    }

    /// Runs what goes to the remote.
    fn asking(&self, arguments: &[&str]) -> Result<Vec<u8>, BranchError> {
        self.program.bytes(arguments, &[]).map_err(|error| match error {
            GitError::Failed { words, .. } if words::is_permission(&words) => BranchError::Forbidden(words),
            GitError::Failed { .. } | GitError::Start(_) | GitError::TooLong { .. } | GitError::Answer { .. } => {
                BranchError::Git(error)
            }
        })
    }

    /// Lists a tree's own entries.
    fn entries(&self, tree: &str) -> Result<BTreeMap<String, Entry>, GitError> {
        let answer = self.program.bytes(&["ls-tree", "-z", "--full-tree", tree], &[])?;
        entries(&answer)
    }

    /// Makes a tree: the entries of another one, with some files put in.
    fn tree(&self, base: Option<&str>, files: &Files) -> Result<String, BranchError> {
        let mut entries = base.map(|base| self.entries(base)).transpose()?.unwrap_or_default();
        let mut below: BTreeMap<&str, Files> = BTreeMap::new();
        for (path, blob) in files {
            match path.as_slice() {
                [] => {}
                [name] => {
                    let mode = entries.get(name).map_or(Ok("100644"), |present| present.file(name))?.to_owned();
                    entries.insert(name.clone(), Entry { mode, kind: "blob".to_owned(), id: blob.clone() });
                }
                [folder, rest @ ..] => {
                    below.entry(folder).or_default().insert(rest.to_vec(), blob.clone());
                }
            }
        }
        for (folder, files) in below {
            let present = entries.get(folder).map(|entry| entry.folder(folder)).transpose()?.map(str::to_owned);
            let id = self.tree(present.as_deref(), &files)?;
            let entry = Entry { mode: "040000".to_owned(), kind: "tree".to_owned(), id };
            entries.insert(folder.to_owned(), entry);
        }
        let mut lines = Vec::new();
        for (name, entry) in &entries {
            lines.extend_from_slice(format!("{} {} {}\t{name}\0", entry.mode, entry.kind, entry.id).as_bytes());
        }
        // What a partial clone does not have need not be fetched to be named.
        Ok(self.program.line(&["mktree", "-z", "--missing"], &lines)?)
    }

    /// Makes a commit of the draft, which nothing refers to yet.
    fn commit(&self, draft: &Draft<'_>) -> Result<String, BranchError> {
        let mut files = Files::new();
        for (file, bytes) in draft.files {
            let path = file.to_string();
            let path = self.folder.iter().map(String::as_str).chain(path.split('/')).map(str::to_owned).collect();
            files.insert(path, self.program.line(&["hash-object", "-w", "--stdin"], bytes)?);
        }
        let parent = draft.head.commit.as_deref();
        let tree = self.tree(parent, &files)?;
        let mut arguments = vec!["commit-tree", &tree, "-F", "-"];
        arguments.extend(parent.into_iter().flat_map(|parent| ["-p", parent]));
        Ok(self.program.line(&arguments, draft.message.as_bytes())?)
    }

    /// Pushes a commit if the branch is still where it was read. The commit's parent is what was
    /// read, so this adds to the branch and never takes anything away.
    fn push(&self, commit: &str, parent: Option<&str>) -> Result<(), BranchError> {
        let reference = self.branch.reference();
        let lease = format!("--force-with-lease={reference}:{}", parent.unwrap_or_default());
        let refspec = format!("{commit}:{reference}");
        let plain = ["push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"];
        let arguments = [&plain[..], &[&lease, REMOTE, &refspec]].concat();
        let ran = self.program.run(&arguments, &[])?;
        if ran.is_success {
            return Ok(());
        }
        let answer = String::from_utf8_lossy(&ran.stdout).into_owned();
        let verdict = answer.lines().find_map(|line| line.strip_prefix("!\t")?.split('\t').nth(1));
        Err(refusal(verdict, ran.words()))
    }
}

impl Branch for Git {
    fn head(&self) -> Result<Head, BranchError> {
        let Some(commit) = self.advertised()? else {
            return Ok(Head { presence: Presence::Absent, commit: None, files: BTreeMap::new() });
        };
        self.fetch(&commit)?;
        let files = self.at(&commit)?;
        Ok(Head { presence: Presence::Present, commit: Some(commit), files })
    }

    fn at(&self, commit: &str) -> Result<BTreeMap<TableFile, Blob>, BranchError> {
        if !self.has(commit)? {
            return Ok(BTreeMap::new());
        }
        let mut tree = format!("{commit}^{{tree}}");
        for folder in &self.folder {
            let mut entries = self.entries(&tree)?;
            let Some(entry) = entries.remove(folder) else { return Ok(BTreeMap::new()) };
            entry.folder(folder)?.clone_into(&mut tree);
        }
        let answer = self.program.bytes(&["ls-tree", "-r", "-z", "--full-tree", &tree], &[])?;
        let mut files = BTreeMap::new();
        for (path, entry) in entries(&answer)? {
            let Some(file) = TableFile::from_path(&path) else { continue };
            entry.file(&path)?;
            files.insert(file, Blob { id: entry.id, size: None });
        }
        Ok(files)
    }

    fn read(&self, _commit: &str, _file: TableFile, blob: &Blob) -> Result<Vec<u8>, BranchError> {
        Ok(self.program.bytes(&["cat-file", "blob", &blob.id], &[])?)
    }

    fn write(&self, draft: &Draft<'_>, commits: &mut Vec<String>) -> Result<(), BranchError> {
        let commit = self.commit(draft)?;
        self.push(&commit, draft.head.commit.as_deref())?;
        commits.push(commit);
        Ok(())
    }
}

impl Entry {
    /// Returns the mode of the file that the entry is.
    fn file(&self, name: &str) -> Result<&str, BranchError> {
        if self.mode.starts_with("100") {
            return Ok(&self.mode);
        }
        Err(BranchError::Shape(format!("`{name}` is not a file on the branch, but a link, a folder or a repository")))
    }

    /// Returns the tree that the entry is.
    fn folder(&self, name: &str) -> Result<&str, BranchError> {
        if self.kind == "tree" {
            return Ok(&self.id);
        }
        Err(BranchError::Shape(format!("`{name}` is not a folder on the branch, so no tables can be kept in it")))
    }
}

/// Takes `MODE KIND ID<tab>PATH<nul>…` apart.
fn entries(answer: &[u8]) -> Result<BTreeMap<String, Entry>, GitError> {
    let mut entries = BTreeMap::new();
    for line in answer.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let wrong = |answer: &str| GitError::Answer { verb: "ls-tree".to_owned(), answer: answer.to_owned() };
        let Ok(line) = std::str::from_utf8(line) else {
            return Err(wrong("a name on the branch is not UTF-8, and would not come back as it is"));
        };
        let (facts, path) = line.split_once('\t').ok_or_else(|| wrong(line))?;
        let mut facts = facts.split(' ').map(str::to_owned);
        let (Some(mode), Some(kind), Some(id)) = (facts.next(), facts.next(), facts.next()) else {
            return Err(wrong(line));
        };
        entries.insert(path.to_owned(), Entry { mode, kind, id });
    }
    Ok(entries)
}

/// Finds out why a push was refused.
fn refusal(verdict: Option<&str>, words: String) -> BranchError {
    let all = format!("{} {words}", verdict.unwrap_or_default());
    if words::is_protection(&all) {
        return BranchError::Protected(words);
    }
    if words::is_permission(&all) {
        return BranchError::Forbidden(words);
    }
    match verdict {
        Some(verdict) if verdict.starts_with("[rejected]") || words::is_overtaking(verdict) => {
            BranchError::Overtaken(verdict.to_owned())
        }
        Some(_) => BranchError::Declined(words),
        None => BranchError::Git(GitError::Failed { verb: "push".to_owned(), words }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::sinks::branch::Again;

    #[test]
    fn refused_pushes_are_told_apart() {
        let check = |verdict: Option<&str>, words: &str, again: Again| {
            let error = refusal(verdict, words.to_owned());
            assert_eq!(error.again(), again, "{error}");
            error.to_string()
        };
        check(Some("[rejected] (stale info)"), "error: failed to push some refs", Again::Soon);
        check(Some("[remote rejected] (cannot lock ref 'refs/heads/m': is at 1 but expected 2)"), "", Again::Soon);
        check(Some("[remote rejected] (pre-receive hook declined)"), "remote: busy", Again::Soon);
        let told = check(
            Some("[remote rejected] (protected branch hook declined)"),
            "remote: error: GH006: Protected branch update failed for refs/heads/main.",
            Again::No,
        );
        assert!(told.starts_with("the branch is protected: "), "{told}");
        check(None, "remote: Permission to o/n.git denied to bot.; fatal: unable to access", Again::No);
        check(None, "fatal: unable to access 'https://h/': Could not resolve host: h", Again::Soon);
        check(None, "fatal: something else", Again::No);
    }

    #[test]
    fn trees_are_read_or_refused() {
        let read = entries(b"100644 blob 1\ta b\tc\x00040000 tree 2\tx\0").unwrap();
        assert_eq!(read.keys().collect::<Vec<_>>(), ["a b\tc", "x"]);
        assert!(entries(b"100644 blob 1\tx\xFF\0").is_err() && entries(b"nonsense\0").is_err());
    }
}
