//! What a repository is made of, for files that are to be written.

use super::files::Files;
use crate::detectors::purpose::is_for_tests;
use crate::model::outline::{Docs, Outline};
use crate::model::repository::{Repository, folder_of, has_ending, join, name_of};
use crate::model::yaml::Node;

/// Finds out what a repository is made of.
pub fn outline(repository: &Repository, default_branch: String) -> Outline {
    let files = Files::new(repository);
    let ecosystem = |(name, path): &(&str, &str)| ((*name).to_owned(), folder_of(path).to_owned());
    // Workflows are always there once the files are written.
    let mut ecosystems: Vec<(String, String)> =
        files.ecosystems.iter().filter(|(name, _)| *name != "github-actions").map(ecosystem).collect();
    ecosystems.push(("github-actions".to_owned(), String::new()));
    let image = files.dockerfiles.iter().min_by_key(|image| image.path.matches('/').count());
    let compose = files.compose.iter().min_by_key(|(path, _)| path.matches('/').count());
    Outline {
        default_branch,
        ecosystems,
        dockerfile: image.map(|image| image.path.to_owned()),
        port: image.and_then(|image| exposed(repository, image.path)),
        compose: compose.map(|(path, _)| (*path).to_owned()),
        postgres: files.compose.iter().find_map(|(_, node)| postgres(node)),
        program: program(repository),
        terraform: terraform(repository),
        docs: docs(repository),
        owner: None,
    }
}

/// Finds the folder that Terraform is run in: the uppermost one that sets a provider or a backend up, no module.
fn terraform(repository: &Repository) -> Option<String> {
    let is_root = |path: &str, text: &str| {
        has_ending(path, &["tf", "tofu"])
            && !path.split('/').any(|part| part == "modules" || part == "module")
            && !is_for_tests(path)
            && text.lines().any(|line| line.starts_with("provider ") || line.trim_start().starts_with("backend "))
    };
    let roots = repository.texts.iter().filter(|(path, file)| is_root(path, &file.text));
    let root = roots.min_by_key(|(path, _)| path.matches('/').count())?;
    Some(folder_of(root.0).to_owned())
}

fn docs(repository: &Repository) -> Option<Docs> {
    let uppermost = |name: &str| {
        let own = repository.paths.iter().filter(|path| name_of(path) == name && !is_for_tests(path));
        own.min_by_key(|path| path.matches('/').count()).map(|path| folder_of(path).to_owned())
    };
    let sphinx = || {
        // Other tools have a conf.py of their own.
        let holds = |path: Option<String>| path.is_some_and(|path| repository.paths.contains(&path));
        uppermost("conf.py").filter(|folder| ["index.rst", "index.md"].iter().any(|name| holds(join(folder, name))))
    };
    if repository.paths.contains("mkdocs.yml") {
        return Some(Docs::MkDocs);
    }
    let cargo = || repository.paths.contains("Cargo.toml").then_some(Docs::Rustdoc);
    uppermost("book.toml").map(Docs::MdBook).or_else(|| sphinx().map(Docs::Sphinx)).or_else(cargo)
}

fn exposed(repository: &Repository, path: &str) -> Option<u16> {
    let text = repository.text(path)?;
    let mut lines = text.text.lines().filter_map(|line| line.trim().strip_prefix("EXPOSE "));
    lines.next_back()?.split_whitespace().next()?.split('/').next()?.parse().ok()
}

fn postgres(compose: &Node) -> Option<String> {
    let services = compose.get("services").map(Node::entries).unwrap_or_default();
    let mut images = services.iter().filter_map(|service| service.value.get("image").and_then(Node::text));
    let is_postgres = |image: &&crate::model::yaml::Text| {
        let name = image.value.rsplit('/').next().unwrap_or_default();
        name.starts_with("postgres:") || name == "postgres"
    };
    let plain = |image: &str| {
        image.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':'))
    };
    images.find(is_postgres).map(|image| image.value.clone()).filter(|image| plain(image))
}

/// Returns the name of the package at the root, if that of a Rust program.
fn program(repository: &Repository) -> Option<String> {
    let manifest = repository.text("Cargo.toml").filter(|_| repository.paths.contains("src/main.rs"))?;
    let line = manifest.text.lines().find(|line| line.split('=').next().is_some_and(|left| left.trim() == "name"))?;
    let name = line.split('"').nth(1)?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    plain.then(|| name.to_owned())
}
