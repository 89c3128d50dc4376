//! Generated reference pages are fresh. `PLIMSOLL_UPDATE_DOCS=1 cargo test docs` writes them anew.

use std::path::{Path, PathBuf};

use crate::support::program::Program;

fn check(page: &str, content: &str) {
    let path = root().join("docs/reference").join(page);
    if std::env::var_os("PLIMSOLL_UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
    }
    let present = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(present == content, "docs/reference/{page} is stale: run `PLIMSOLL_UPDATE_DOCS=1 cargo test docs`");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn output(arguments: &[&str]) -> String {
    let ran = Program::new().run(arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    ran.stdout
}

#[test]
fn the_rules_page_is_fresh() {
    check("rules.md", &output(&["rules", "--format", "markdown"]));
}

#[test]
fn the_command_line_page_is_fresh() {
    let command = plimsoll::cli::command();
    let mut page = String::from("# Command line\n\nMade from the program's own help.\n");
    for verb in command.get_subcommands().map(clap::Command::get_name).filter(|verb| *verb != "help") {
        let help = output(&[verb, "--help"]);
        page = format!("{page}\n## plimsoll {verb}\n\n```text\n{}\n```\n", help.trim_end());
    }
    check("cli.md", &page);
}

/// Relative links of our own pages lead somewhere.
#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = Vec::new();
    let mut pages = vec![root().join("README.md"), root().join("CONTRIBUTING.md"), root().join("CHANGELOG.md")];
    let mut folders = vec![root().join("docs"), root().join("actions")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            let outside = target.is_empty() || target.contains("://") || target.contains(' ');
            if !outside && !page.parent().unwrap().join(target).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}
