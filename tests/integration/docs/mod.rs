//! The documentation says what is so: generated pages are fresh, commands and options in pages
//! exist, and configurations and workflows in pages can be used.
//!
//! `PLIMSOLL_UPDATE_DOCS=1 cargo test docs` writes the generated pages and parts of pages anew.

mod blocks;
mod generated;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use plimsoll::config::{Config, DEFAULT};
use serde_json::{Value, json};

use crate::support::program::Program;
use blocks::{Block, pages};

fn check(page: &str, content: &str) {
    compare(&root().join("docs/reference").join(page), content);
}

/// Holds the part of a page between two comments against what it should be.
fn check_part(page: &str, part: &str, content: &str) {
    let path = root().join("docs").join(page);
    let text = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- begin {part}: generated -->\n"), format!("<!-- end {part} -->"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{page} has no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{page} has no {end}"));
    compare(&path, &format!("{before}{begin}{content}{end}{after}"));
}

fn compare(path: &Path, content: &str) {
    if std::env::var_os("PLIMSOLL_UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let present = std::fs::read_to_string(path).unwrap_or_default();
    assert!(present == content, "{} is stale: run `PLIMSOLL_UPDATE_DOCS=1 cargo test docs`", path.display());
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn output(arguments: &[&str]) -> String {
    let ran = Program::new().run(arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    ran.stdout
}

fn verbs() -> Vec<String> {
    let command = plimsoll::cli::command();
    let names = command.get_subcommands().map(|verb| verb.get_name().to_owned());
    names.filter(|verb| verb != "help").collect()
}

/// Returns the words of every command that has no further ones: `gate`, `monitor resources`.
fn commands() -> Vec<(String, clap::Command)> {
    fn below(words: &str, command: &clap::Command, found: &mut Vec<(String, clap::Command)>) {
        for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
            let words = format!("{words} {}", verb.get_name()).trim_start().to_owned();
            if verb.has_subcommands() {
                below(&words, verb, found);
            } else {
                found.push((words, verb.clone()));
            }
        }
    }
    let mut found = Vec::new();
    below("", &plimsoll::cli::command(), &mut found);
    found
}

#[test]
fn the_rules_page_is_fresh() {
    let rules = output(&["rules", "--format", "markdown"]);
    check("rules.md", &format!("# Rules\n\nMade from the program's own table.\n\n{rules}"));
}

#[test]
fn the_tables_page_is_fresh() {
    let tables = output(&["schema", "--format", "markdown"]);
    check("tables.md", &format!("# Tables\n\nMade from the program's own definitions.\n\n{tables}"));
}

#[test]
fn the_gates_page_is_fresh() {
    check("gates.md", &generated::gates_page());
}

#[test]
fn the_criteria_page_is_fresh() {
    check("criteria.md", &generated::criteria_page());
}

#[test]
fn the_command_line_page_is_fresh() {
    let mut page = String::from("# Command line\n\nMade from the program's own help.\n");
    for (verb, _) in commands() {
        let words: Vec<&str> = verb.split(' ').chain(["--help"]).collect();
        let help = output(&words);
        page = format!("{page}\n## plimsoll {verb}\n\n```text\n{}\n```\n", help.trim_end());
    }
    check("cli.md", &page);
}

#[test]
fn the_configuration_page_holds_the_reference() {
    check_part("configuration.md", "default.yml", &format!("```yaml plimsoll.yml\n{DEFAULT}```\n"));
}

#[test]
fn the_architecture_page_holds_the_import_table() {
    let mut table = String::from("| Room | may import |\n|---|---|\n");
    for (room, imports) in crate::architecture::MAY_IMPORT {
        let imports = if imports.is_empty() { "–".to_owned() } else { imports.join(", ") };
        table = format!("{table}| {room} | {imports} |\n");
    }
    check_part("architecture.md", "imports", &table);
}

fn wrong_commands(blocks: &[Block]) -> (usize, Vec<String>) {
    let commands: Vec<_> = blocks.iter().flat_map(Block::commands).collect();
    let refused = commands.iter().filter_map(|command| {
        let parsed = plimsoll::cli::command().try_get_matches_from(&command.words);
        let error = parsed.err().filter(clap::Error::use_stderr)?;
        Some(format!("{}: {}\n{error}", command.place, command.words.join(" ")))
    });
    (commands.len(), refused.collect())
}

fn blocks(info: &str) -> Vec<Block> {
    let blocks = pages(&root()).into_iter().flat_map(|page| page.blocks());
    blocks.filter(|block| block.info == info).collect()
}

#[test]
fn every_command_in_a_page_is_understood() {
    let (commands, wrong) = wrong_commands(&blocks("console"));
    assert_eq!(wrong, Vec::<String>::new());
    assert!(commands > 20, "only {commands} commands were found");
}

#[test]
fn a_stale_command_in_a_page_is_seen() {
    let text = "```console\nplimsoll lint --gone | plimsoll rules\n```\n".to_owned();
    let page = blocks::Page { name: "docs/p.md".to_owned(), text };
    let (commands, wrong) = wrong_commands(&page.blocks());
    assert_eq!((commands, wrong.len()), (2, 1), "{wrong:?}");
    assert!(wrong[0].starts_with("docs/p.md:2: plimsoll lint --gone\n"), "{wrong:?}");
}

#[test]
fn every_option_in_a_page_exists() {
    let command = plimsoll::cli::command();
    let commands = commands();
    let arguments = commands.iter().flat_map(|(_, verb)| verb.get_arguments()).chain(command.get_arguments());
    let longs = arguments.filter_map(clap::Arg::get_long).map(|long| format!("--{long}"));
    let known: BTreeSet<String> = longs.chain(["--help".to_owned(), "--version".to_owned()]).collect();
    let mut unknown = Vec::new();
    let mut seen = 0;
    for page in pages(&root()) {
        for span in page.code_spans().iter().filter(|span| span.starts_with("--")) {
            seen += 1;
            let option = span.split([' ', '=']).next().unwrap_or_default();
            if !known.contains(option) {
                unknown.push(format!("{}: {option}", page.name));
            }
        }
    }
    assert_eq!(unknown, Vec::<String>::new());
    assert!(seen > 20, "only {seen} options were found");
}

#[test]
fn every_configuration_in_a_page_can_be_read() {
    let blocks = blocks("yaml plimsoll.yml");
    for block in &blocks {
        let read = Config::parse(&block.to_string(), &block.text);
        assert!(read.is_ok(), "{block}: {}\n{}", read.unwrap_err(), block.text);
    }
    assert!(blocks.len() > 4, "only {} configurations were found", blocks.len());
}

#[test]
fn every_workflow_in_a_page_is_clean() {
    let blocks = blocks("yaml workflow");
    for block in &blocks {
        let program = Program::new().file(".github/workflows/example.yml", &block.text);
        let ran = program.run(&["lint", "--fail-on", "info"]);
        assert_eq!(ran.code, 0, "{block}\n{}{}", ran.stdout, ran.stderr);
    }
    assert!(!blocks.is_empty());
}

#[test]
fn every_verb_has_its_exit_codes() {
    let page = std::fs::read_to_string(root().join("docs/exit-codes.md")).unwrap();
    let rows: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .flat_map(|line| line.split(" | ").next().unwrap_or_default().split(", "))
        .filter_map(|cell| cell.strip_prefix('`')?.strip_suffix('`'))
        .collect();
    let missing: Vec<String> = verbs().into_iter().filter(|verb| !rows.contains(verb.as_str())).collect();
    assert_eq!(missing, Vec::<String>::new());
}

/// The table of what works in a container has every command, once.
#[test]
fn the_page_of_actions_says_of_every_verb_where_it_works() {
    let page = std::fs::read_to_string(root().join("docs/actions.md")).unwrap();
    let (_, table) = page.split_once("| verb | as an action |").unwrap();
    let rows = table.split("\n\n").next().unwrap().lines().skip(2);
    let cells = rows.filter_map(|row| row.strip_prefix("| ")?.split(" | ").next());
    let named: Vec<&str> = cells.flat_map(|cell| cell.split(", ")).map(|verb| verb.trim_matches('`')).collect();
    let covers = |named: &str, words: &str| {
        words.strip_prefix(named).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    for (words, _) in commands() {
        assert_eq!(named.iter().filter(|named| covers(named, &words)).count(), 1, "{words}");
    }
    let stale: Vec<&&str> =
        named.iter().filter(|named| !commands().iter().any(|(words, _)| covers(named, words))).collect();
    assert_eq!(stale, Vec::<&&str>::new());
}

/// Holds the text blocks of a page against what the program really says.
fn is_sample(page: &str, said: &str) {
    let page = pages(&root()).into_iter().find(|known| known.name == format!("docs/{page}")).unwrap();
    let samples: Vec<String> =
        page.blocks().into_iter().filter(|block| block.info == "text").map(|block| block.text).collect();
    assert!(samples.iter().any(|sample| sample.trim_end() == said.trim_end()), "{}: {samples:#?}\n{said}", page.name);
}

#[test]
fn the_sample_of_gates_is_real() {
    let header = output(&["schema", "stage_metrics", "--header"]);
    let row = |run: u32| {
        let seconds = run * 100;
        format!(
            "o/r,CI,{run},1,{run},build,push,main,c{run},2026-03-{run:02}T12:00:00Z,build,native,success,{seconds},3\n"
        )
    };
    let configuration = "preset: none\ngates:\n  - metric: build.duration_s\n    fail: \"> 40min\"\n";
    let program = Program::new()
        .file("plimsoll.yml", configuration)
        .file("metrics/stage_metrics.csv", header + &(1..=28).map(row).collect::<String>());
    is_sample("gates.md", &program.run(&["gate"]).stdout);
}

#[test]
fn the_samples_of_collecting_are_real() {
    let mut program = Program::new();
    for entry in std::fs::read_dir(root().join("tests/fixtures/collect/recorded")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("answers/{}", path.file_name().unwrap().to_string_lossy());
        program = program.file(&name, std::fs::read(&path).unwrap());
    }
    is_sample("metrics.md", &program.run(&["collect", "--from", "answers"]).stdout);
    let damaged = program.file("metrics/lint_history.csv", "repository,workflow\n");
    let ran = damaged.run(&["collect", "--from", "answers"]);
    is_sample("metrics.md", &ran.stderr);
    assert_eq!(ran.code, 2);
}

#[test]
fn the_sample_of_a_wrong_configuration_is_real() {
    let wrong = "gates:\n  - {metric: build.durations, fail: \"> 3min\"}\npreset: strictt\n";
    let ran = Program::new().file("plimsoll.yml", wrong).run(&["gate"]);
    is_sample("configuration.md", &ran.stderr);
    assert_eq!(ran.code, 2);
}

#[test]
fn paths_named_in_pages_exist() {
    let mut missing = Vec::new();
    let mut seen = 0;
    for page in pages(&root()) {
        let is_path = |span: &&String| {
            (span.starts_with("src/") || span.starts_with("tests/")) && !span.contains(['<', '*', '{', ' '])
        };
        for span in page.code_spans().iter().filter(is_path) {
            seen += 1;
            if !root().join(span).exists() {
                missing.push(format!("{}: {span}", page.name));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
    assert!(seen > 10, "only {seen} paths were found");
}

#[test]
fn the_architecture_page_names_every_room() {
    let page = std::fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let rooms = std::fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap());
    let rooms = rooms.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().into_string().unwrap());
    let unnamed: Vec<String> =
        rooms.filter(|room| !page.contains(&format!("`{room}`")) && !page.contains(&format!("`{room}/"))).collect();
    assert_eq!(unnamed, Vec::<String>::new());
}

/// Returns every page of Markdown that people read: of the documentation, the actions, and the root.
fn readable() -> Vec<PathBuf> {
    let at_root = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];
    let mut pages: Vec<PathBuf> = at_root.iter().map(|name| root().join(name)).collect();
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
    pages
}

/// Returns the anchors of a page's headings, as GitHub and mdBook make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut fenced = false;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        fenced ^= line.starts_with("```");
        if fenced || !line.starts_with('#') {
            continue;
        }
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        let anchor: String = kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect();
        // The second heading of a name has a number.
        let numbered = (1..).map(|number| format!("{anchor}-{number}"));
        let free = std::iter::once(anchor.clone()).chain(numbered).find(|anchor| !found.contains(anchor));
        found.extend(free);
    }
    found
}

fn broken_links(page: &Path, text: &str) -> Vec<String> {
    let mut broken = Vec::new();
    for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
        if target.contains("://") || target.contains(' ') {
            continue;
        }
        let path = if target.is_empty() { page.to_owned() } else { page.parent().unwrap().join(target) };
        let is_page = path.extension().is_some_and(|extension| extension == "md");
        let known = || path == page && anchors(text).contains(anchor);
        let elsewhere = || std::fs::read_to_string(&path).is_ok_and(|text| anchors(&text).contains(anchor));
        if !path.exists() || (is_page && !anchor.is_empty() && !known() && !elsewhere()) {
            broken.push(format!("{}: {link}", page.display()));
        }
    }
    broken
}

/// Relative links of our own pages lead somewhere, and to a heading that is there.
#[test]
fn links_between_pages_lead_somewhere() {
    let pages = readable();
    let text =
        |page: &Path| std::fs::read_to_string(page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
    let broken: Vec<String> = pages.iter().flat_map(|page| broken_links(page, &text(page))).collect();
    assert_eq!(broken, Vec::<String>::new());
    assert!(pages.len() > 30, "only {} pages were found", pages.len());
}

#[test]
fn a_broken_link_is_seen() {
    let page = root().join("docs/gates.md");
    let text =
        "# A `b` of C!\n## Two\n## Two\n[](#a-b-of-c) [](#two-1) [](lint.md#online) [](#no) [](no.md) [](lint.md#no)";
    let broken: Vec<String> =
        broken_links(&page, text).iter().map(|link| link.split(": ").nth(1).unwrap().to_owned()).collect();
    assert_eq!(broken, ["#no", "no.md", "lint.md#no"]);
}

/// What is right on GitHub and leads out of the book becomes an address; nothing else is touched.
#[test]
fn links_out_of_the_book_lead_to_the_repository() {
    let chapter = |path: &str, text: &str, below: Value| json!({"Chapter": {"name": "x", "content": text, "path": path, "sub_items": below}});
    let content = "[a](../actions/lint/README.md) [b](lint.md#c)\n```\n[e](../f)\n```\n[g](../h#i)";
    let below = json!([chapter("reference/a.md", "[a](../gates.md) [b](../../action.yml)", json!([]))]);
    let around = json!({"config": {"output": {"html": {"git-repository-url": "https://host/o/n"}}}});
    let given = json!([around, {"items": ["Separator", chapter("a.md", content, below)]}]);
    let mut python = Command::new("python3");
    python.arg(root().join("tools/book/outside.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = python.spawn().unwrap();
    running.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let output = running.wait_with_output().unwrap();
    assert!(output.status.success());
    let book: Value = serde_json::from_slice(&output.stdout).unwrap();
    let chapter = &book["items"][1]["Chapter"];
    let outside = "https://host/o/n/blob/main";
    assert_eq!(
        chapter["content"],
        format!("[a]({outside}/actions/lint/README.md) [b](lint.md#c)\n```\n[e](../f)\n```\n[g]({outside}/h#i)")
    );
    let below = &chapter["sub_items"][0]["Chapter"]["content"];
    assert_eq!(*below, format!("[a](../gates.md) [b]({outside}/action.yml)"));
}

/// The book's table of contents has every page once, those that are generated included.
#[test]
fn the_book_has_every_page() {
    let summary = std::fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let mut named: Vec<&str> = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    named.sort_unstable();
    let docs = root().join("docs");
    let pages = readable().into_iter().filter_map(|page| Some(page.strip_prefix(&docs).ok()?.to_owned()));
    let mut pages: Vec<String> =
        pages.map(|page| page.to_string_lossy().into_owned()).filter(|page| page != "SUMMARY.md").collect();
    pages.sort_unstable();
    assert_eq!(named, pages);
}

/// Every page is reached from the index.
#[test]
fn the_index_names_every_page() {
    let index = std::fs::read_to_string(root().join("docs/README.md")).unwrap();
    let missing: Vec<String> = pages(&root())
        .into_iter()
        .filter_map(|page| page.name.strip_prefix("docs/").map(str::to_owned))
        .filter(|name| name != "README.md" && !index.contains(&format!("({name})")))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}
