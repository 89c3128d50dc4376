//! What a repository is made of, as far as files that are written for it need to know.

/// What a repository is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The default branch.
    pub default_branch: String,
    /// The ecosystems, by Dependabot's names, each with the folder of its manifest; empty for the
    /// root.
    pub ecosystems: Vec<(String, String)>,
    /// The Dockerfile that is built.
    pub dockerfile: Option<String>,
    /// The port that the image exposes.
    pub port: Option<u16>,
    /// The Compose file.
    pub compose: Option<String>,
    /// The image of the database that is used, if it is `PostgreSQL`.
    pub postgres: Option<String>,
    /// The name of the program that is built.
    pub program: Option<String>,
    /// The folder that Terraform is run in; empty for the root.
    pub terraform: Option<String>,
    /// What the documentation is built with.
    pub docs: Option<Docs>,
    /// Who owns the repository: a person or an organization.
    pub owner: Option<String>,
}

/// What documentation is built with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Docs {
    /// `MkDocs`, from the root.
    MkDocs,
    /// `mdBook`, from a folder; empty for the root.
    MdBook(String),
    /// Sphinx, from a folder; empty for the root.
    Sphinx(String),
    /// `cargo doc`, where there is nothing else.
    Rustdoc,
}

impl Outline {
    /// Tells whether an ecosystem is used.
    pub fn uses(&self, ecosystem: &str) -> bool {
        self.ecosystems.iter().any(|(name, _)| name == ecosystem)
    }
}
