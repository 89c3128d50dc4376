//! What both a lint rule and a criterion see: pure functions from the model to the places where
//! something is so. A rule and a criterion that ask the same function never disagree.

pub mod activity;
pub mod artifacts;
pub mod caches;
pub mod concurrency;
pub mod container_action;
pub mod credentials;
pub mod cron;
pub mod dockerfile;
pub mod gating;
pub mod git_ref;
pub mod github_files;
pub mod glob;
pub mod goreleaser;
pub mod ids;
pub mod image;
mod inside;
mod javascript;
pub mod limits;
mod makefile;
pub mod matrix;
pub mod needs;
pub mod numbers;
pub mod path_pattern;
pub mod permissions;
pub mod pinning;
pub mod program;
pub mod purpose;
mod recipes;
pub mod remote;
pub mod runners;
pub mod runs;
pub mod schema;
pub mod secrets_read;
pub mod shells;
mod silence;
pub mod started;
pub mod step_outputs;
pub mod taint;
mod targets;
pub mod timeouts;
mod values;
pub mod when;

#[cfg(test)]
pub(crate) mod testing {
    //! Workflows for tests, built as a reader builds them.

    use crate::model::repository::{Repository, TextFile, has_ending};
    use crate::model::source_file::SourceFile;
    use crate::model::workflow::Workflow;

    /// Reads a file; what it is shows in its path.
    pub(crate) fn file(path: &str, text: &str) -> SourceFile {
        crate::sources::workflows::parse(path.to_owned(), text.to_owned())
    }

    /// Makes a repository of files; one in YAML is read as one document.
    pub(crate) fn repository(files: &[(&str, &str)]) -> Repository {
        let mut repository = Repository::default();
        for (path, text) in files {
            let mut file = TextFile::new((*text).to_owned());
            if has_ending(path, &["yml", "yaml"]) {
                file.documents.push(crate::sources::yaml::parse(text));
            }
            repository.texts.insert((*path).to_owned(), file);
        }
        repository
    }

    /// Reads a workflow from YAML.
    pub(crate) fn workflow(text: &str) -> Workflow {
        let document = crate::sources::yaml::parse(text);
        assert_eq!(document.issues, []);
        Workflow::new(document.root.unwrap())
    }
}
