//! What stands in Dockerfiles.

use std::collections::BTreeMap;

use crate::detectors::dockerfile::{Instruction, escape, instructions};
use crate::detectors::program::plain;
use crate::knowledge::tools::{Kind, tools};
use crate::model::place::Position;
use crate::model::repository::{Repository, TextFile, name_of};
use crate::shell::commands;

/// What is seen in a Dockerfile.
#[derive(Clone, Debug, Default)]
pub(super) struct Dockerfile<'model> {
    pub(super) path: &'model str,
    pub(super) stages: usize,
    /// The last stage's image.
    pub(super) last_base: String,
    /// Where the last stage begins.
    pub(super) last_stage: Option<Position>,
    /// The last stage's `USER`, with its place.
    pub(super) user: Option<(String, Position)>,
    pub(super) exposes: Option<Position>,
    pub(super) health_check: Option<Position>,
    /// What the commands of the last stage, and of those it is made on, leave in the image.
    pub(super) leaves: Leaves,
    /// What is copied into it out of the folder that it is built in.
    pub(super) copies: Vec<String>,
    /// A variable set to what looks like a credential.
    pub(super) credential: Option<(String, Position)>,
}

/// What is left in an image by the commands that make its last stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leaves {
    /// Nothing: files are copied, and users and folders made.
    #[default]
    Nothing,
    /// Package managers and what they download.
    Installers,
    /// Compilers and sources.
    Compilers,
}

impl Dockerfile<'_> {
    /// Tells whether the project's own folder, or one in it, is copied into the image.
    pub(super) fn holds_project(&self, repository: &Repository) -> bool {
        let is_folder = |source: &String| {
            let folder = source.trim_start_matches("./").trim_end_matches(['/', '*']);
            let part = format!("{folder}/");
            folder.is_empty()
                || folder == "."
                || folder.contains('$')
                || repository.paths.iter().any(|path| path.starts_with(&part) || path.contains(&format!("/{part}")))
        };
        self.copies.iter().any(is_folder)
    }

    /// Tells whether what the image starts runs without root's rights.
    pub(super) fn is_non_root(&self) -> bool {
        match &self.user {
            Some((user, _)) => !matches!(user.split(':').next(), Some("root" | "0")),
            None => self.last_base.contains("nonroot"),
        }
    }
}

/// Reads a Dockerfile. The lines of a heredoc are its script, whatever they look like.
pub(super) fn dockerfile<'model>(path: &'model str, file: &TextFile) -> Dockerfile<'model> {
    dockerfile_up_to(path, file, None)
}

/// The user of a stage, and what it runs.
type Stage = (Option<(String, Position)>, String);

/// Reads a Dockerfile as what a build of one of its stages makes of it; without one, of the last.
pub(super) fn dockerfile_up_to<'model>(path: &'model str, file: &TextFile, target: Option<&str>) -> Dockerfile<'model> {
    let mut image = Dockerfile { path, ..Dockerfile::default() };
    let mut stages: BTreeMap<String, Stage> = BTreeMap::new();
    let mut own: Option<String> = None;
    let mut script = String::new();
    for instruction in instructions(&file.text, escape(&file.text)) {
        let position = file.position(instruction.start);
        let rest: Vec<&str> = instruction.words.iter().map(|(_, word)| *word).collect();
        match instruction.name.to_ascii_uppercase().as_str() {
            "RUN" => {
                script.push_str(&run_script(&instruction, &file.text));
                script.push('\n');
            }
            "FROM" => {
                if target.is_some() && own.as_deref() == target {
                    break;
                }
                image.stages += 1;
                stages.extend(own.take().map(|name| (name, (image.user.take(), std::mem::take(&mut script)))));
                let base = rest.iter().find(|word| !word.starts_with("--")).copied().unwrap_or_default();
                // A stage on top of another one of the file keeps its user.
                (image.user, script) = stages.get(&base.to_lowercase()).cloned().unwrap_or_default();
                base.clone_into(&mut image.last_base);
                image.last_stage = Some(position);
                let name = rest.iter().skip_while(|word| !word.eq_ignore_ascii_case("as")).nth(1);
                own = name.map(|name| name.to_lowercase());
            }
            "COPY" | "ADD" if !rest.iter().any(|word| word.starts_with("--from=")) => {
                let given = rest.iter().filter(|word| !word.starts_with("--"));
                let words: Vec<String> = given.map(|word| word.trim_matches(['[', ']', '"', ',']).to_owned()).collect();
                image.copies.extend(words.split_last().map(|(_, sources)| sources.to_vec()).unwrap_or_default());
            }
            "USER" => image.user = rest.first().map(|user| ((*user).to_owned(), position)),
            "EXPOSE" => image.exposes = Some(position),
            "HEALTHCHECK" if rest.first() != Some(&"NONE") => image.health_check = Some(position),
            "ENV" | "ARG" if image.credential.is_none() => {
                image.credential = credential(&rest).map(|name| (name, position));
            }
            _ => {}
        }
    }
    image.leaves = leaves(&script);
    image
}

/// Returns the script of a `RUN`: the lines of its heredoc, unless another program than a shell reads them, or else what
/// stands behind it, without the comments between its lines.
fn run_script(instruction: &Instruction<'_>, text: &str) -> String {
    let script = text.get(instruction.script.clone()).unwrap_or_default();
    let is_heredoc = instruction.words.iter().any(|(_, word)| word.starts_with("<<"));
    if !is_heredoc || instruction.words.first().is_some_and(|(at, _)| instruction.script.contains(at)) {
        let lines = script.lines().filter(|line| !line.trim_start().starts_with('#'));
        return lines.map(str::trim).collect::<Vec<_>>().join("\n");
    }
    let shebang = script.trim_start().lines().next().filter(|line| line.starts_with("#!"));
    let reader = instruction.words.iter().map(|(_, word)| *word).skip_while(|word| !word.starts_with("<<")).nth(1);
    let is_shell = |program: &str| matches!(name_of(program), "sh" | "bash" | "ash" | "dash" | "zsh");
    let by_shell = shebang.is_none_or(|line| line.split(['/', ' ']).any(is_shell)) && reader.is_none_or(is_shell);
    if by_shell { script.to_owned() } else { String::new() }
}

/// Packages that compile.
const COMPILERS: &[&str] =
    &["build-essential", "build-base", "gcc", "g++", "make", "cmake", "golang", "cargo", "maven", "gradle"];

fn leaves(script: &str) -> Leaves {
    let commands = commands(script);
    let kinds = commands.iter().map(|command| {
        let texts = command.texts();
        // Mounts and the like stand before the command.
        let own: Vec<&str> = texts.into_iter().skip_while(|word| word.starts_with("--")).collect();
        let words = plain(&own);
        let builds = tools().of_command(&words).iter().any(|tool| tool.kinds.contains(&Kind::Build))
            || matches!(words.as_slice(), ["docker-php-ext-install", ..] | ["pecl", "install", ..]);
        let (program, rest) = words.split_first().map_or(("", &[][..]), |(program, rest)| (*program, rest));
        let manages = matches!(program, "apt-get" | "apt" | "apk" | "yum" | "dnf" | "microdnf" | "zypper");
        let fetches = manages
            || matches!(
                program,
                "pip"
                    | "pip3"
                    | "npm"
                    | "yarn"
                    | "pnpm"
                    | "gem"
                    | "bundle"
                    | "composer"
                    | "uv"
                    | "poetry"
                    | "curl"
                    | "wget"
            );
        if builds || manages && rest.iter().any(|word| COMPILERS.contains(word)) {
            Leaves::Compilers
        } else if fetches {
            Leaves::Installers
        } else {
            Leaves::Nothing
        }
    });
    kinds.max().unwrap_or_default()
}

fn credential(words: &[&str]) -> Option<String> {
    let mut pairs: Vec<(&str, &str)> = words.iter().filter_map(|word| word.split_once('=')).collect();
    if let (true, [name, value, ..]) = (pairs.is_empty(), words) {
        pairs.push((name, value));
    }
    let secret = |name: &str| {
        let name = name.to_uppercase();
        ["PASSWORD", "SECRET", "TOKEN", "API_KEY", "PRIVATE_KEY"].iter().any(|word| name.ends_with(word))
    };
    let literal = |value: &str| !value.trim_matches(['"', '\'']).is_empty() && !value.contains('$');
    pairs.into_iter().find(|(name, value)| secret(name) && literal(value)).map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Dockerfile<'static> {
        dockerfile("Dockerfile", &TextFile::new(text.to_owned()))
    }

    #[test]
    fn the_last_stage_says_who_runs() {
        assert!(read("FROM a AS b\nUSER root\nFROM c\nUSER 1000:1000\n").is_non_root());
        assert!(!read("FROM a AS b\nUSER app\nFROM c\n").is_non_root());
        assert!(read("FROM a AS b\nUSER app\nFROM b\n").is_non_root());
        assert!(read("FROM gcr.io/distroless/static:nonroot\n").is_non_root());
        assert!(!read("FROM a\nRUN <<EOF\nUSER app\nEOF\n").is_non_root());
        assert!(!read("# USER app\nFROM a\n").is_non_root());
    }

    #[test]
    fn what_the_last_stage_runs_says_what_is_left_in_it() {
        for (text, expected) in [
            ("FROM gcr.io/distroless/static\nCOPY x /x\n", Leaves::Nothing),
            ("FROM a\nRUN adduser -D app \\\n  && chown app /x\nCOPY x /x\n", Leaves::Nothing),
            ("FROM a\nRUN apt-get update && \\\n    apt-get install -y curl\n", Leaves::Installers),
            ("FROM a\nRUN --mount=type=cache,target=/x pip install -r requirements.txt\n", Leaves::Installers),
            ("FROM rust\nRUN cargo build --release\n", Leaves::Compilers),
            ("FROM a\nRUN apk add --no-cache build-base\n", Leaves::Compilers),
            ("FROM a\nRUN <<EOR\napt-get install -y git\nEOR\n", Leaves::Installers),
            ("FROM a\nRUN <<EOR\n# FROM\ndocker-php-ext-install gd\nEOR\nCOPY x /x\n", Leaves::Compilers),
            ("FROM a\nRUN pecl install xdebug\n", Leaves::Compilers),
            ("FROM a\nRUN <<EOR\nFROM rust\nRUN cargo build\nEOR\n", Leaves::Nothing),
            ("FROM a\nRUN <<EOF python3\nmake\nEOF\n", Leaves::Nothing),
            ("FROM a\nCOPY <<EOF /x\nRUN make\nEOF\n", Leaves::Nothing),
            ("FROM rust AS b\nRUN cargo build\nFROM scratch\nCOPY --from=b /x /x\n", Leaves::Nothing),
            ("FROM rust AS b\nRUN cargo build\nFROM b\nUSER 1\n", Leaves::Compilers),
        ] {
            assert_eq!(read(text).leaves, expected, "{text}");
        }
    }

    #[test]
    fn credentials_in_images_are_seen() {
        assert!(read("FROM a\nENV DB_PASSWORD=x\n").credential.is_some());
        assert!(read("FROM a\nENV DB_PASSWORD x\n").credential.is_some());
        assert!(read("FROM a\nARG TOKEN\nENV TOKEN=$TOKEN\n").credential.is_none());
    }
}
