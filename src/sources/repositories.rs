//! Which repositories there are: of an organization, or in a file.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use serde::Deserialize;

use crate::github::{Client, RequestError, Route, RouteError};
use crate::model::repository_name::RepositoryName;

/// Repositories that could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// A request failed.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The owner's name cannot stand in an address.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// A line of a file is no repository.
    #[error("line {line}: {reason}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Record {
    full_name: String,
    archived: bool,
    disabled: bool,
}

/// Lists the repositories of an organization or a person that are not archived, by name.
///
/// # Errors
/// See [`ListError`].
pub fn of_owner(client: &Client, owner: &str) -> Result<BTreeSet<RepositoryName>, ListError> {
    match list(client, Route::root("orgs").text(owner)?) {
        // A person is no organization, but has repositories all the same.
        Err(RequestError::Refused { status: 404, .. }) => Ok(list(client, Route::root("users").text(owner)?)?),
        listed => Ok(listed?),
    }
}

fn list(client: &Client, owner: Route) -> Result<BTreeSet<RepositoryName>, RequestError> {
    let mut names = BTreeSet::new();
    client.pages(&owner.part("repos").query("per_page", "100"), |page: Vec<Record>| {
        let active = page.into_iter().filter(|record| !record.archived && !record.disabled);
        names.extend(active.filter_map(|record| record.full_name.parse::<RepositoryName>().ok()));
        ControlFlow::Continue(())
    })?;
    Ok(names)
}

/// Reads a list: one OWNER/NAME a line; `#` begins a comment.
///
/// # Errors
/// A line is no repository.
pub fn of_text(text: &str) -> Result<BTreeSet<RepositoryName>, ListError> {
    let mut names = BTreeSet::new();
    for (line, number) in text.trim_start_matches('\u{FEFF}').lines().zip(1..) {
        let name = line.split('#').next().unwrap_or_default().trim();
        if !name.is_empty() {
            let parsed = name.parse().map_err(|error| ListError::Line { line: number, reason: format!("{error}") })?;
            names.insert(parsed);
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_repositories_line_by_line() {
        let names = of_text("\u{FEFF}# ours\r\nocto/b # the second\r\n\n octo/a\nocto/b\n").unwrap();
        assert_eq!(names.iter().map(ToString::to_string).collect::<Vec<_>>(), ["octo/a", "octo/b"]);
        let error = of_text("octo/a\nocto\n").unwrap_err().to_string();
        assert!(error.starts_with("line 2: "), "{error}");
    }
}
