//! Recipes of Makefiles and justfiles: what runs when goals are made.

use super::makefile::Makefile;
use super::targets::{Target, TargetShell, option, words};
use crate::model::repository::{Repository, join};

/// How many goals are made for one command.
const MOST_GOALS: usize = 256;

/// Options with which nothing is made.
const IDLE: &[&str] = &[
    "--list",
    "-l",
    "--summary",
    "--show",
    "--help",
    "-h",
    "--version",
    "-v",
    "--dry-run",
    "--just-print",
    "--evaluate",
    "--choose",
    "--dump",
    "--fmt",
    "-n",
    "-p",
    "-q",
];

/// Returns what runs when `make` or `just` makes the goals of a command, or the default one, each behind what it
/// needs; `names` are those that a file may have.
pub(super) fn recipes(repository: &Repository, folder: &str, rest: &[&str], names: &[&str]) -> Vec<Target> {
    if rest.iter().any(|word| IDLE.contains(word)) {
        return Vec::new();
    }
    let folder = match option(rest, &["-C", "--directory", "--working-directory", "-d"]) {
        Some(inner) => join(folder, inner).unwrap_or_default(),
        None => folder.to_owned(),
    };
    let chosen = option(rest, &["-f", "--file", "--makefile", "--justfile"]);
    let paths = chosen.map_or_else(|| names.to_vec(), |name| vec![name]);
    let given: Vec<(&str, &str)> = rest.iter().filter_map(|word| word.split_once('=')).collect();
    let paths = paths.into_iter().filter_map(|name| join(&folder, name));
    let Some(file) = paths.into_iter().find_map(|path| Makefile::read(repository, &folder, &path, given.clone()))
    else {
        return Vec::new();
    };
    // Each with the patterns that have led to it.
    let asked = words(rest).filter(|word| !word.contains('='));
    let mut open: Vec<(String, Vec<String>)> = asked.map(|goal| (goal.to_owned(), Vec::new())).collect();
    open.reverse();
    if open.is_empty() {
        open.extend(file.default_goal().map(|goal| (goal, Vec::new())));
    }
    let mut seen = Vec::new();
    let mut found = Vec::new();
    while let Some((goal, spent)) = open.pop().filter(|_| seen.len() < MOST_GOALS) {
        if seen.contains(&goal) {
            continue;
        }
        if let Some(rule) = file.rule(&goal, &spent) {
            open.extend(rule.needs.into_iter().rev().map(|need| (need, rule.spent.clone())));
            found.extend(rule.parts.into_iter().map(|part| {
                let target = Target::new(folder.clone(), part.script).at(part.path, part.lines);
                Target { shell: TargetShell::EachLine, ..target }
            }));
        }
        seen.push(goal);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::repository::TextFile;

    fn scripts(makefile: &str, goal: &str) -> Vec<String> {
        let mut repository = Repository::default();
        repository.texts.insert("Makefile".to_owned(), TextFile::new(makefile.to_owned()));
        let targets = recipes(&repository, "", &[goal], &["Makefile"]);
        targets.into_iter().map(|target| target.script).collect()
    }

    #[test]
    fn what_names_itself_ends() {
        assert_eq!(scripts("A = $(A)$(A)\na: a b\n\techo $(A)x\nb: a\n", "a").len(), 1);
        assert_eq!(scripts("include Makefile\na:\n\tmake a\n", "a").len(), 1);
        assert_eq!(scripts("%: x-%\n\techo $@\n", "a").len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn nothing_stops_the_reader(text in "([a-c%$@<*(){}:=?+#;|& .\t\\\\\n-]|\n\t|include |\\$\\(a\\)){0,60}") {
            scripts(&text, "a");
            scripts(&text, "");
        }
    }
}
