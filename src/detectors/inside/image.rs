//! Images that are built from Dockerfiles of the repository: what building one runs, and what
//! starting it runs.

use std::collections::BTreeSet;

use super::super::dockerfile::{Instruction, escape, instructions};
use super::super::targets::{Target, TargetShell};
use super::line::{Line, in_repository};
use crate::model::repository::{Repository, folder_of, join, name_of};

/// An image and the Dockerfile that it is built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::detectors) struct Image {
    /// The folder whose files the build can copy.
    context: String,
    dockerfile: String,
    /// The stage that is built; the last one without.
    target: Option<String>,
}

/// What is said where an image is started, beside what it does by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    pub(super) entry: Option<Line>,
    pub(super) command: Option<Line>,
}

impl Image {
    /// Names what is built in a context, from its own Dockerfile unless another one is given.
    pub(in crate::detectors) fn new(context: String, file: Option<String>, target: Option<&str>) -> Option<Self> {
        let dockerfile = file.or_else(|| join(&context, "Dockerfile"))?;
        Some(Self { context, dockerfile, target: target.filter(|name| !name.is_empty()).map(str::to_owned) })
    }

    /// Returns the same with another stage, where one is named.
    pub(super) fn with_target(&self, target: Option<&str>) -> Self {
        Self { target: target.map(str::to_owned).or_else(|| self.target.clone()), ..self.clone() }
    }

    /// Returns the commands that building it runs: those of the stage that is asked for, and of the
    /// stages that it is made from. The builder leaves out all others.
    pub(in crate::detectors) fn build(&self, repository: &Repository) -> Vec<Target> {
        let stages = self.stages(repository);
        let needed = self.needed(&stages);
        let stages = stages.iter().enumerate().filter(|(index, _)| needed.contains(index));
        let runs = stages.flat_map(|(_, stage)| stage.runs.iter().map(|run| (stage.folder(self), run)));
        runs.map(|(folder, run)| Target {
            shell: TargetShell::Build { pipefail: run.pipefail },
            ..Target::new(folder, run.line.script.clone()).from(&run.line.path, run.line.number)
        })
        .collect()
    }

    /// Returns the commands that starting it runs when nothing is given.
    pub(in crate::detectors) fn starts(&self, repository: &Repository) -> Vec<Target> {
        self.start(repository, &Given::default())
    }

    /// Returns the commands that starting it runs: its entry point with its arguments, or what is
    /// given in their place.
    pub(super) fn start(&self, repository: &Repository, given: &Given) -> Vec<Target> {
        let stages = self.stages(repository);
        let mut own = Given::default();
        let mut next = self.wanted(&stages);
        // A stage on top of another one does what that one does.
        while let Some(stage) = next.and_then(|index| stages.get(index)) {
            if own.entry.is_none() {
                own.command = own.command.or_else(|| stage.command.clone());
            }
            own.entry = own.entry.or_else(|| stage.entry.clone());
            next = next.and_then(|index| named(&stages, &stage.base, index));
        }
        let entry = given.entry.clone().or(own.entry);
        let command = match (&given.command, &given.entry) {
            (Some(command), _) => Some(command.clone()),
            (None, Some(_)) => None,
            (None, None) => own.command,
        };
        let folder = self.wanted(&stages).and_then(|index| stages.get(index)).map(|stage| stage.folder(self));
        let folder = folder.unwrap_or_else(|| self.context.clone());
        let copied: Vec<&str> = stages.iter().flat_map(|stage| &stage.copied).map(String::as_str).collect();
        let find = |word: &str| self.find(repository, word, &copied);
        started(repository, &folder, (entry.as_ref(), command.as_ref()), &find)
    }

    /// Finds the file of the repository that stands at a path of the image.
    fn find(&self, repository: &Repository, word: &str, copied: &[&str]) -> Option<String> {
        let bases = [self.context.as_str(), folder_of(&self.dockerfile), ""];
        in_repository(repository, &bases, word).or_else(|| {
            let mut same = copied.iter().filter(|source| name_of(source) == name_of(word));
            same.find_map(|source| join(&self.context, source).filter(|path| repository.text(path).is_some()))
        })
    }

    fn stages(&self, repository: &Repository) -> Vec<Stage> {
        repository.text(&self.dockerfile).map_or_else(Vec::new, |file| stages(&self.dockerfile, &file.text))
    }

    fn wanted(&self, stages: &[Stage]) -> Option<usize> {
        match &self.target {
            Some(name) => stages.iter().rposition(|stage| stage.name.eq_ignore_ascii_case(name)),
            None => stages.len().checked_sub(1),
        }
    }

    fn needed(&self, stages: &[Stage]) -> BTreeSet<usize> {
        let mut open: Vec<usize> = self.wanted(stages).into_iter().collect();
        let mut needed = BTreeSet::new();
        while let Some(index) = open.pop() {
            if let Some(stage) = stages.get(index).filter(|_| needed.insert(index)) {
                let names = stage.needs.iter().chain([&stage.base]);
                open.extend(names.filter_map(|name| named(stages, name, index)));
            }
        }
        needed
    }
}

/// Finds the stage of a name, or of a number, that stands before another one.
fn named(stages: &[Stage], name: &str, before: usize) -> Option<usize> {
    let by_name = stages.iter().take(before).rposition(|stage| stage.name.eq_ignore_ascii_case(name));
    by_name.or_else(|| name.parse().ok().filter(|index| *index < before))
}

/// Returns what a container runs whose program and arguments are known; `find` knows which file of
/// the repository a path in the container is.
pub(super) fn started(
    repository: &Repository,
    folder: &str,
    (entry, command): (Option<&Line>, Option<&Line>),
    find: &dyn Fn(&str) -> Option<String>,
) -> Vec<Target> {
    let lines: Vec<&Line> = match (entry, command) {
        // A shell's own line takes no arguments.
        (Some(entry), _) if entry.is_shell => vec![entry],
        (entry, command) => entry.into_iter().chain(command).collect(),
    };
    let Some(first) = lines.first().filter(|line| !line.script.trim().is_empty()) else { return Vec::new() };
    let place = |target: Target, line: &Line| {
        if line.path.is_empty() { target } else { target.from(&line.path, line.number) }
    };
    let scripts: Vec<String> = lines.iter().map(|line| line.found(find)).collect();
    let hands_on = |path: &str| {
        repository.text(path).is_some_and(|file| ["$@", "$*"].iter().any(|words| file.text.contains(words)))
    };
    let mut found = vec![place(Target::new(folder, scripts.join(" ")), first)];
    // What an entry point does at last is often what it is given.
    if let ([script, arguments], [_, line]) = (scripts.as_slice(), lines.as_slice())
        && script.split_whitespace().any(|word| hands_on(word.trim_matches('\'')))
    {
        found.push(place(Target::new(folder, arguments.clone()), line));
    }
    found
}

#[derive(Default)]
struct Stage {
    name: String,
    base: String,
    /// Other stages that it takes files from.
    needs: Vec<String>,
    runs: Vec<Run>,
    entry: Option<Line>,
    command: Option<Line>,
    /// What it copies from the context.
    copied: Vec<String>,
}

/// A command of the build, and whether the stage's shell notices what fails in a pipe.
struct Run {
    line: Line,
    pipefail: bool,
}

impl Stage {
    /// Returns the folder of the repository that its files come from: the context, or the
    /// Dockerfile's own folder where only files from there are taken.
    fn folder(&self, image: &Image) -> String {
        let own = folder_of(&image.dockerfile);
        let whole = self.copied.iter().any(|source| matches!(source.as_str(), "." | "./" | "/"));
        let from_own = |source: &String| join(&image.context, source).is_some_and(|path| path.starts_with(own));
        let narrow = !own.is_empty() && !whole && self.copied.iter().any(from_own);
        if narrow { own.to_owned() } else { image.context.clone() }
    }

    fn take(&mut self, path: &str, text: &str, instruction: &Instruction<'_>, pipefail: bool) {
        let words = || instruction.words.iter().map(|(_, word)| *word);
        let line = || line_of(path, text, instruction);
        match instruction.name.to_ascii_uppercase().as_str() {
            "RUN" => {
                let mounted = words().take_while(|word| word.starts_with("--"));
                self.needs.extend(
                    mounted.filter_map(|word| word.split("from=").nth(1)?.split(',').next()).map(str::to_owned),
                );
                self.runs.push(Run { line: line(), pipefail });
            }
            "COPY" | "ADD" => self.copy(&words().collect::<Vec<_>>()),
            "ENTRYPOINT" => self.entry = Some(line()),
            "CMD" => self.command = Some(line()),
            _ => {}
        }
    }
}

impl Stage {
    fn copy(&mut self, words: &[&str]) {
        if let Some(from) = words.iter().find_map(|word| word.strip_prefix("--from=")) {
            self.needs.push(from.to_owned());
            return;
        }
        let named: Vec<&str> = words.iter().filter(|word| !word.starts_with("--")).copied().collect();
        let sources = named.split_last().map(|(_, sources)| sources).unwrap_or_default();
        self.copied.extend(sources.iter().map(|source| source.trim_matches(['[', '"', ',']).to_owned()));
    }
}

fn stages(path: &str, text: &str) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let mut pipefail = false;
    for instruction in instructions(text, escape(text)) {
        let words: Vec<&str> = instruction.words.iter().map(|(_, word)| *word).collect();
        if instruction.name.eq_ignore_ascii_case("FROM") {
            let base = words.iter().find(|word| !word.starts_with("--")).copied().unwrap_or_default();
            let name = words.iter().skip_while(|word| !word.eq_ignore_ascii_case("as")).nth(1);
            let name = name.copied().unwrap_or_default();
            stages.push(Stage { name: name.to_owned(), base: base.to_owned(), ..Stage::default() });
            pipefail = false;
        } else if instruction.name.eq_ignore_ascii_case("SHELL") {
            pipefail = words.iter().any(|word| word.contains("pipefail"));
        } else if let Some(stage) = stages.last_mut() {
            stage.take(path, text, &instruction, pipefail);
        }
    }
    stages
}

/// Reads what `RUN`, `ENTRYPOINT` or `CMD` says: a list of words, or a script.
fn line_of(path: &str, text: &str, instruction: &Instruction<'_>) -> Line {
    let option = |word: &str| word.starts_with("--");
    let first = instruction.words.iter().find(|(_, word)| !option(word)).map(|(at, _)| *at);
    // A heredoc's script stands below the line.
    let start = first.filter(|at| instruction.script.contains(at)).unwrap_or(instruction.script.start);
    let script = text.get(start..instruction.script.end).unwrap_or_default();
    let before = text.get(..start).unwrap_or_default();
    let number = 1 + before.matches('\n').count() + usize::from(script.starts_with('\n'));
    let line = |script: String, is_shell: bool| Line { script, is_shell, path: path.to_owned(), number };
    match serde_json::from_str::<Vec<String>>(script.trim()) {
        Ok(words) => line(Line::quoted(&words), false),
        Err(_) => line(script.trim_start_matches('\n').to_owned(), true),
    }
}
