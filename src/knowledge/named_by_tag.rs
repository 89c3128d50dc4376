//! Reusable workflows that refuse to run unless they are named by the tag of a release.

use super::releases::Releases;
use crate::model::workflow::RepositoryReference;

/// The repositories, by owner and name. Source: "Referencing SLSA builders and generators" in the README; what is
/// built is vouched for by the tag, and anything else ends with "Invalid ref".
const REPOSITORIES: &[(&str, &str)] = &[("slsa-framework", "slsa-github-generator")];

/// How something wants to be named that refuses a commit's hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedByTag {
    /// It is named by a full version, as it wants.
    AsWanted,
    /// It is named by something that it refuses.
    Refused,
}

/// Tells how something is named that has to be named by a tag; nothing where a hash is as good.
pub fn named_by_tag(reference: &RepositoryReference<'_>) -> Option<NamedByTag> {
    let is_meant = |(owner, name): &(&str, &str)| {
        reference.owner.eq_ignore_ascii_case(owner) && reference.repository.eq_ignore_ascii_case(name)
    };
    let is_workflow = reference.path.starts_with(".github/workflows/");
    REPOSITORIES.iter().find(|repository| is_workflow && is_meant(repository))?;
    let tag = reference.reference.filter(|tag| tag.starts_with('v'));
    let version = tag.map(|tag| tag.split_once("-rc.").map_or(tag, |(version, _)| version)).and_then(Releases::read);
    let is_full = version.is_some_and(|releases| !releases.is_line());
    Some(if is_full { NamedByTag::AsWanted } else { NamedByTag::Refused })
}
