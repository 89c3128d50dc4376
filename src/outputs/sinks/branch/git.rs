//! A branch of the remote `origin`, by the git program.
//!
//! Commits are put together from git's own parts (blobs, trees, a commit) in the clone's object
//! store and pushed from there. The work tree, the index, the stash and what is checked out are
//! not touched, so it makes no difference whether a branch is checked out at all.

use std::collections::BTreeMap;

use super::interrupted::Fetching;
use super::program::{GitError, Program};
use super::{Branch, BranchError, Draft, Entry, EntryKind, Past, Written, words};
use crate::model::branch_name::BranchName;
use crate::model::committed::WayKind;
use crate::model::identity::Identity;
use crate::model::repository_path::RepositoryPath;

/// The remote that is fetched from and pushed to.
const REMOTE: &str = "origin";

/// A branch of the remote.
#[derive(Debug)]
pub struct Git {
    program: Program,
    branch: BranchName,
    depth: Depth,
}

/// How much of the branch's history a shallow clone gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Its head.
    Head,
    /// Its head, and what that continues.
    Parent,
}

/// A tree's entry as git writes it.
struct Item {
    mode: String,
    kind: String,
    id: String,
    size: Option<u64>,
}

/// Blobs and their modes, by their path below a folder, part by part; nothing for what does not stay.
type Blobs = BTreeMap<Vec<String>, Option<(String, &'static str)>>;

impl Git {
    /// Takes a repository's git program and the branch.
    pub fn new(program: Program, branch: BranchName) -> Self {
        Self { program, branch, depth: Depth::Head }
    }

    /// Has shallow clones get more of the branch's history than its head.
    #[must_use]
    pub fn reaching(mut self, depth: Depth) -> Self {
        self.depth = depth;
        self
    }

    /// Returns who commits, as git's configuration says; nothing where it names nobody.
    ///
    /// # Errors
    /// Git cannot be started.
    pub fn identity(&self) -> Result<Option<Identity>, GitError> {
        let known = |name| -> Result<Option<Identity>, GitError> {
            let ran = self.program.run(&["var", name], &[])?;
            let text = String::from_utf8_lossy(&ran.stdout).into_owned();
            // A time stands behind the address.
            let person = text.rsplit_once('>').and_then(|(person, _)| format!("{person}>").parse().ok());
            Ok(person.filter(|_| ran.is_success))
        };
        Ok(known("GIT_AUTHOR_IDENT")?.and(known("GIT_COMMITTER_IDENT")?))
    }

    /// Commits as somebody else than git's configuration says.
    #[must_use]
    pub fn committing_as(mut self, identity: &Identity) -> Self {
        let names = [("GIT_COMMITTER_NAME", identity.name()), ("GIT_COMMITTER_EMAIL", identity.email())];
        self.program = self.program.with(names);
        self.written_by(identity)
    }

    fn written_by(mut self, identity: &Identity) -> Self {
        let names = [("GIT_AUTHOR_NAME", identity.name()), ("GIT_AUTHOR_EMAIL", identity.email())];
        self.program = self.program.with(names);
        self
    }

    /// Asks the remote where a branch is.
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
        let mut arguments = vec!["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
        let _fetching = if shallow { Some(self.fetching()?) } else { None };
        if shallow {
            arguments.push(match self.depth {
                Depth::Head => "--depth=1",
                Depth::Parent => "--depth=2",
            });
        }
        let reference = self.branch.reference();
        arguments.extend([REMOTE, &reference]);
        self.asking(&arguments)?;
        if self.has(commit)? {
            return Ok(());
        }
        Err(BranchError::Overtaken("it moved on while it was fetched".to_owned()))
    }

    fn fetching(&self) -> Result<Fetching, GitError> {
        let list = self.program.line(&["rev-parse", "--git-path", "shallow"], &[])?;
        Ok(Fetching::begin(&self.program.folder().join(list)))
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
    fn items(&self, tree: &str) -> Result<BTreeMap<String, Item>, GitError> {
        items(&self.program.bytes(&["ls-tree", "-z", "--full-tree", tree], &[])?)
    }

    /// Finds what stands at a path, part by part.
    fn find<'path>(&self, commit: &str, parts: impl Iterator<Item = &'path str>) -> Result<Option<Entry>, BranchError> {
        let mut here = Entry { kind: EntryKind::Folder, id: format!("{commit}^{{tree}}"), size: None };
        for part in parts {
            if here.kind != EntryKind::Folder {
                return Ok(None);
            }
            let Some(item) = self.items(&here.id)?.remove(part) else { return Ok(None) };
            here = item.entry(part)?;
        }
        Ok(Some(here))
    }

    /// Makes a tree: the entries of another one, with some files put in and others taken away. Nothing is
    /// made where nothing is left: git keeps no empty folders.
    fn tree(&self, base: Option<&str>, files: &Blobs) -> Result<Option<String>, BranchError> {
        let mut items = base.map(|base| self.items(base)).transpose()?.unwrap_or_default();
        let mut below: BTreeMap<&str, Blobs> = BTreeMap::new();
        for (path, blob) in files {
            match (path.as_slice(), blob) {
                ([], _) => {}
                ([name], None) => drop(items.remove(name)),
                ([name], Some((blob, mode))) => {
                    let new = Item { mode: (*mode).to_owned(), kind: "blob".to_owned(), id: blob.clone(), size: None };
                    items.insert(name.clone(), new);
                }
                ([folder, rest @ ..], blob) => {
                    below.entry(folder).or_default().insert(rest.to_vec(), blob.clone());
                }
            }
        }
        for (folder, files) in below {
            let present = items.get(folder).map(|item| item.folder(folder)).transpose()?.map(str::to_owned);
            match self.tree(present.as_deref(), &files)? {
                Some(id) => {
                    let new = Item { mode: "040000".to_owned(), kind: "tree".to_owned(), id, size: None };
                    items.insert(folder.to_owned(), new);
                }
                None => drop(items.remove(folder)),
            }
        }
        if items.is_empty() {
            return Ok(None);
        }
        let mut lines = Vec::new();
        for (name, item) in &items {
            lines.extend_from_slice(format!("{} {} {}\t{name}\0", item.mode, item.kind, item.id).as_bytes());
        }
        // What a partial clone does not have need not be fetched to be named.
        Ok(Some(self.program.line(&["mktree", "-z", "--missing"], &lines)?))
    }

    /// Makes a commit of the draft, which nothing refers to yet.
    fn commit(&self, draft: &Draft<'_>) -> Result<String, BranchError> {
        let mut files = Blobs::new();
        for file in draft.files {
            let path = file.path.parts().map(str::to_owned).collect();
            let blob = self.program.line(&["hash-object", "-w", "--stdin"], &file.bytes)?;
            files.insert(path, Some((blob, file.mode.digits())));
        }
        files.extend(draft.gone.iter().map(|path| (path.parts().map(str::to_owned).collect(), None)));
        let tree = match draft.base {
            Some(base) if files.is_empty() => format!("{base}^{{tree}}"),
            base => match self.tree(base, &files)? {
                Some(tree) => tree,
                None => self.program.line(&["mktree"], &[])?,
            },
        };
        let mut arguments = vec!["commit-tree", &tree, "-F", "-"];
        arguments.extend(draft.parent.into_iter().flat_map(|parent| ["-p", parent]));
        Ok(self.program.line(&arguments, draft.message.as_bytes())?)
    }

    /// Pushes a commit if the branch is still where it was read.
    fn push(&self, commit: &str, expected: Option<&str>) -> Result<(), BranchError> {
        let reference = self.branch.reference();
        let lease = format!("--force-with-lease={reference}:{}", expected.unwrap_or_default());
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
    fn head(&self) -> Result<Option<String>, BranchError> {
        let Some(commit) = self.advertised()? else { return Ok(None) };
        self.fetch(&commit)?;
        Ok(Some(commit))
    }

    fn knows(&self, commit: &str) -> Result<bool, BranchError> {
        Ok(self.has(commit)?)
    }

    fn files(&self, commit: &str, folder: &str) -> Result<BTreeMap<String, Entry>, BranchError> {
        let parts = folder.split('/').filter(|part| !part.is_empty());
        let Some(entry) = self.find(commit, parts)? else { return Ok(BTreeMap::new()) };
        if entry.kind != EntryKind::Folder {
            let kind = entry.kind.words();
            return Err(BranchError::Shape(format!("`{folder}` is not a folder on the branch, but {kind}")));
        }
        let answer = self.program.bytes(&["ls-tree", "-r", "-l", "-z", "--full-tree", &entry.id], &[])?;
        let mut files = BTreeMap::new();
        for (path, item) in items(&answer)? {
            let path = if folder.is_empty() { path } else { format!("{folder}/{path}") };
            let entry = item.entry(&path)?;
            files.insert(path, entry);
        }
        Ok(files)
    }

    fn entry(&self, commit: &str, path: &RepositoryPath) -> Result<Option<Entry>, BranchError> {
        self.find(commit, path.parts())
    }

    fn read(&self, _path: &str, entry: &Entry) -> Result<Vec<u8>, BranchError> {
        Ok(self.program.bytes(&["cat-file", "blob", &entry.id], &[])?)
    }

    fn past(&self, commit: &str) -> Result<Past, BranchError> {
        let answer = self.program.bytes(&["cat-file", "commit", commit], &[])?;
        let text = String::from_utf8_lossy(&answer).into_owned();
        Ok(past(&text).ok_or_else(|| GitError::Answer { verb: "cat-file".to_owned(), answer: text.clone() })?)
    }

    fn default_branch(&self) -> Result<Option<String>, BranchError> {
        let answer = self.asking(&["ls-remote", "--symref", REMOTE, "HEAD"])?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let name = answer.lines().find_map(|line| line.strip_prefix("ref: refs/heads/")?.strip_suffix("\tHEAD"));
        Ok(name.map(str::to_owned))
    }

    fn write(&self, draft: &Draft<'_>, made: &mut Option<String>) -> Result<Written, BranchError> {
        let other;
        let git = match draft.author {
            Some(author) => {
                other = Self::new(self.program.clone(), self.branch.clone()).written_by(author);
                &other
            }
            None => self,
        };
        let commit = git.commit(draft)?;
        *made = Some(commit.clone());
        git.push(&commit, draft.expected)?;
        Ok(Written { commit, by: WayKind::Git, note: None })
    }
}

impl Item {
    fn entry(self, name: &str) -> Result<Entry, BranchError> {
        let mode = self.mode;
        let entry = Entry::from_mode(&mode, self.id, self.size);
        entry.ok_or_else(|| BranchError::Shape(format!("`{name}` on the branch has the unknown mode {mode}")))
    }

    /// Returns the tree that the entry is.
    fn folder(&self, name: &str) -> Result<&str, BranchError> {
        if self.kind == "tree" {
            return Ok(&self.id);
        }
        Err(BranchError::Shape(format!("`{name}` is not a folder on the branch, so nothing can be put in it")))
    }
}

/// Takes `MODE KIND ID[ SIZE]<tab>PATH<nul>…` apart.
fn items(answer: &[u8]) -> Result<BTreeMap<String, Item>, GitError> {
    let mut items = BTreeMap::new();
    for line in answer.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
        let wrong = |answer: &str| GitError::Answer { verb: "ls-tree".to_owned(), answer: answer.to_owned() };
        let Ok(line) = std::str::from_utf8(line) else {
            return Err(wrong("a name on the branch is not UTF-8, and would not come back as it is"));
        };
        let (facts, path) = line.split_once('\t').ok_or_else(|| wrong(line))?;
        let mut facts = facts.split_whitespace().map(str::to_owned);
        let (Some(mode), Some(kind), Some(id)) = (facts.next(), facts.next(), facts.next()) else {
            return Err(wrong(line));
        };
        let size = facts.next().and_then(|size| size.parse().ok());
        items.insert(path.to_owned(), Item { mode, kind, id, size });
    }
    Ok(items)
}

/// Understands a commit as git keeps it: headers, an empty line, the message.
fn past(text: &str) -> Option<Past> {
    let (headers, message) = text.split_once("\n\n")?;
    let parents = headers.lines().filter_map(|line| line.strip_prefix("parent ")).map(str::to_owned).collect();
    headers.starts_with("tree ").then(|| Past { parents, message: message.to_owned() })
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
        let read = items(b"100644 blob 1\ta b\tc\x00040000 tree 2\tx\0").unwrap();
        assert_eq!(read.keys().collect::<Vec<_>>(), ["a b\tc", "x"]);
        assert!(items(b"100644 blob 1\tx\xFF\0").is_err() && items(b"nonsense\0").is_err());
    }

    #[test]
    fn commits_are_read_or_refused() {
        let text =
            "tree 1\nparent 2\nparent 3\nauthor A <a@b> 5 +0000\ncommitter > <c@d> 7 +0200\ngpgsig x\n\nOne\n\ntwo\n";
        let read = past(text).unwrap();
        assert_eq!((read.parents.len(), read.message.as_str()), (2, "One\n\ntwo\n"));
        assert!(past("blob 1\n\nx").is_none() && past("").is_none());
    }
}
