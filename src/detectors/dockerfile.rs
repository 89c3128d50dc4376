//! What building an image takes that can change without its Dockerfile.
//!
//! Source of the syntax: <https://docs.docker.com/reference/dockerfile/>. A file that breaks it is read as
//! far as it makes sense.

use std::collections::BTreeMap;
use std::ops::Range;

use super::image::fault;
use super::program::unseen_scripts;
use crate::model::uses_policy::{Pin, UsesPolicy};
use crate::shell;

/// Something in a Dockerfile that is another thing tomorrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutable {
    /// Where it is named.
    pub range: Range<usize>,
    /// What it is, for people.
    pub what: String,
}

/// Returns what building an image takes that can change without its Dockerfile, in source order: images
/// without a digest, other than as a repository wants them, and what is downloaded and not checked.
pub fn mutable(text: &str, policy: &UsesPolicy) -> Vec<Mutable> {
    let escape = escape(text);
    let mut build = Build { text, policy, escape, arguments: BTreeMap::new(), stages: Vec::new(), found: Vec::new() };
    for instruction in instructions(text, escape) {
        build.take(&instruction);
    }
    build.found
}

/// What is known while a Dockerfile is gone through.
struct Build<'text> {
    text: &'text str,
    policy: &'text UsesPolicy,
    escape: char,
    /// The values of `ARG` in front of the first stage, which are the ones that `FROM` can use.
    arguments: BTreeMap<&'text str, &'text str>,
    /// The names of the stages so far, in lower case; each has a number, too.
    stages: Vec<String>,
    found: Vec<Mutable>,
}

impl<'text> Build<'text> {
    fn take(&mut self, instruction: &Instruction<'text>) {
        let words = &instruction.words;
        let option = |name: &str| words.iter().find(|(_, word)| word.starts_with(name));
        match instruction.name.to_ascii_uppercase().as_str() {
            "ARG" if self.stages.is_empty() => {
                let pairs = words.iter().filter_map(|(_, word)| word.split_once('='));
                self.arguments.extend(pairs.map(|(name, value)| (name, value.trim_matches(['"', '\'']))));
            }
            "FROM" => self.from(words),
            "COPY" => {
                if let Some((at, word)) = option("--from=") {
                    let image = word.get("--from=".len()..).unwrap_or_default();
                    self.image(at + "--from=".len(), image, image);
                }
            }
            "ADD" => {
                let is_address =
                    |word: &&(usize, &str)| word.1.starts_with("http://") || word.1.starts_with("https://");
                if let Some((at, word)) = words.iter().find(is_address).filter(|_| option("--checksum=").is_none()) {
                    let what = format!("`{word}` is downloaded, and no checksum is asked for");
                    self.found.push(Mutable { range: *at..at + word.len(), what });
                }
            }
            "RUN" => {
                let script = self.text.get(instruction.script.clone()).unwrap_or_default();
                let start = instruction.script.start;
                // Both characters take a byte, so that places stay what they are.
                let script = if self.escape == '`' { script.replace('`', "\\") } else { script.to_owned() };
                for range in unseen_scripts(&shell::commands(&script)) {
                    let what = "a downloaded script is run without a look at it".to_owned();
                    self.found.push(Mutable { range: start + range.start..start + range.end, what });
                }
            }
            _ => {}
        }
    }

    fn from(&mut self, words: &[(usize, &'text str)]) {
        let named = words.iter().filter(|(_, word)| !word.starts_with("--")).collect::<Vec<_>>();
        if let Some((at, word, image)) = named.first().and_then(|(at, word)| Some((at, word, self.expanded(word)?))) {
            self.image(*at, word, &image);
        }
        let name = match named.as_slice() {
            [_, (_, word), (_, name), ..] if word.eq_ignore_ascii_case("as") => name.to_ascii_lowercase(),
            _ => String::new(),
        };
        self.stages.push(name);
    }

    /// Judges an image that is named at a place, as it is written and as it is meant.
    fn image(&mut self, at: usize, written: &str, image: &str) {
        let is_stage =
            self.stages.contains(&image.to_ascii_lowercase()) || image.bytes().all(|byte| byte.is_ascii_digit());
        let is_pinned = image.contains("@sha256:") || image == "scratch" || image.contains('$');
        // What can be no image's name is the builder's to refuse.
        let is_name = fault(image).is_none();
        let is_wanted = is_name && self.policy.pin(&format!("docker://{image}")) == Pin::Commit;
        if !is_stage && !is_pinned && is_wanted {
            let what = format!("the image is built from `{image}`, which has no digest");
            self.found.push(Mutable { range: at..at + written.len(), what });
        }
    }

    /// Puts the values of arguments in place of their names; nothing where a value is given from outside only.
    fn expanded(&self, word: &str) -> Option<String> {
        let mut result = String::new();
        let mut rest = word;
        while let Some((before, behind)) = rest.split_once('$') {
            result.push_str(before);
            let (name, default, left) = if let Some(braced) = behind.strip_prefix('{') {
                let (inner, left) = braced.split_once('}')?;
                let (name, default) = inner.split_once(":-").map_or((inner, None), |(name, value)| (name, Some(value)));
                (name, default, left)
            } else {
                let end = behind.find(|character: char| !character.is_ascii_alphanumeric() && character != '_');
                let (name, left) = behind.split_at(end.unwrap_or(behind.len()));
                (name, None, left)
            };
            result.push_str(self.arguments.get(name).copied().or(default)?);
            rest = left;
        }
        result.push_str(rest);
        Some(result)
    }
}

/// An instruction with all its lines.
#[derive(Debug)]
pub struct Instruction<'text> {
    /// Where it begins.
    pub start: usize,
    /// Its name, as it is written.
    pub name: &'text str,
    /// What follows the name; the lines below where there are heredocs.
    pub script: Range<usize>,
    /// The words that follow, with where they begin; of the first line's continuation, too.
    pub words: Vec<(usize, &'text str)>,
}

/// Splits a Dockerfile into its instructions.
pub fn instructions(text: &str, escape: char) -> Vec<Instruction<'_>> {
    let mut found = Vec::new();
    let mut lines = Lines { text, at: 0 };
    while let Some(line) = lines.next() {
        let start = line.start + indent(text.get(line.clone()).unwrap_or_default());
        let Some(written) = text.get(start..line.end).filter(|line| !line.is_empty() && !line.starts_with('#')) else {
            continue;
        };
        let name = written.split(char::is_whitespace).next().unwrap_or_default();
        let mut end = line.end;
        let mut last = written;
        while last.trim_end().ends_with(escape) {
            let Some(next) = lines.next() else { break };
            let next_text = text.get(next.clone()).unwrap_or_default();
            end = next.end;
            // Comments and empty lines inside an instruction do not end it.
            if !next_text.trim().is_empty() && !next_text.trim_start().starts_with('#') {
                last = next_text;
            }
        }
        let own = start + name.len()..end;
        let given = text.get(own.clone()).unwrap_or_default();
        let delimiters = delimiters(given);
        // A heredoc that nothing but a shell reads is the script; one of another program is its input.
        let first = given.split_whitespace().find(|word| !word.starts_with("--") && !word.chars().eq([escape]));
        let first = first.unwrap_or_default();
        let is_script = first.starts_with("<<") || matches!(first, "sh" | "bash" | "/bin/sh" | "/bin/bash");
        let begin = if delimiters.is_empty() || !is_script { own.start } else { end };
        for delimiter in delimiters {
            let is_end = |line: &Range<usize>| {
                text.get(line.clone()).is_some_and(|line| line.trim_start_matches('\t').trim_end() == delimiter)
            };
            let mut body = lines.by_ref().inspect(|line| end = line.end);
            let _closed = body.any(|line| is_end(&line));
        }
        let words = words(text, own, escape);
        found.push(Instruction { start, name, script: begin..end, words });
    }
    found
}

/// Returns the character that continues a line: a backslash, unless the file's first comments say otherwise.
pub fn escape(text: &str) -> char {
    let directives = text.lines().map(str::trim).take_while(|line| line.starts_with('#'));
    let mut values = directives.filter_map(|line| {
        let (name, value) = line.trim_start_matches('#').split_once('=')?;
        name.trim().eq_ignore_ascii_case("escape").then(|| value.trim())
    });
    if values.next() == Some("`") { '`' } else { '\\' }
}

/// Returns the words that end the heredocs of an instruction, in order.
fn delimiters(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in text.split("<<").skip(1) {
        let word = part.strip_prefix('-').unwrap_or(part).split(char::is_whitespace).next().unwrap_or_default();
        let word = word.trim_matches(['"', '\'']);
        if word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            found.push(word);
        }
    }
    found
}

/// Returns the words of an instruction with where they begin, without comments and what continues lines.
fn words(text: &str, range: Range<usize>, escape: char) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = range.start;
    for line in text.get(range).unwrap_or_default().split_inclusive('\n') {
        if !line.trim_start().starts_with('#') || found.is_empty() {
            let words = words_of(line).filter(|(_, word)| !word.chars().eq([escape]));
            found.extend(words.map(|(start, word)| (at + start, word)));
        }
        at += line.len();
    }
    found
}

fn words_of(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += indent(line.get(at..)?);
        let rest = line.get(at..).filter(|rest| !rest.is_empty())?;
        let word = rest.split(char::is_whitespace).next()?;
        let start = at;
        at += word.len();
        Some((start, word))
    })
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The lines of a text, by their ranges without what ends them.
struct Lines<'text> {
    text: &'text str,
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let start = self.at;
        self.at += length;
        let line = rest.get(..length).unwrap_or_default().trim_end_matches(['\n', '\r']);
        Some(start..start + line.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what can change, as it is written.
    fn found(text: &str) -> Vec<&str> {
        let found = mutable(text, &UsesPolicy::default()).into_iter();
        found.map(|mutable| text.get(mutable.range).unwrap()).collect()
    }

    #[test]
    fn images_without_a_digest_can_change() {
        let digest = "a@sha256:c5b1261d6d3e43071626931fc004f70149baeba2c8ec672bd4f27761f8e1ad6b";
        for (text, expected) in [
            ("FROM alpine:3.20\n", vec!["alpine:3.20"]),
            ("from alpine", vec!["alpine"]),
            (
                "# syntax=docker/dockerfile:1\n\nFROM --platform=linux/amd64 \\\n  # why\n  alpine AS build\n",
                vec!["alpine"],
            ),
            ("FROM scratch\n", vec![]),
            (&format!("FROM {digest}\n"), vec![]),
            ("FROM a AS Build\nFROM build\nCOPY --from=0 /x /x\nCOPY --from=build /x /x\n", vec!["a"]),
            ("FROM scratch\nCOPY --from=ghcr.io/o/r:1 /x /x\n", vec!["ghcr.io/o/r:1"]),
            ("ARG TAG=3.20\nFROM alpine:${TAG}\n", vec!["alpine:${TAG}"]),
            ("ARG BASE\nFROM $BASE\n", vec![]),
            ("FROM ${BASE:-alpine}\n", vec!["${BASE:-alpine}"]),
            ("# FROM x\n#\nRUN FROM x\n", vec![]),
            ("FROM scratch\r\nADD https://example.com/x /x\r\n", vec!["https://example.com/x"]),
            ("FROM scratch\nADD --checksum=sha256:0 https://example.com/x /x\nADD x /x\n", vec![]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
        let accepted =
            UsesPolicy { pins: [("docker://alpine*".to_owned(), Pin::Reference)].into(), ..UsesPolicy::default() };
        assert_eq!(mutable("FROM alpine:3\n", &accepted), []);
    }

    #[test]
    fn scripts_that_nobody_has_seen_are_found_in_all_forms() {
        for (text, expected) in [
            (
                "FROM scratch\nRUN curl -sSf https://x.example/i.sh | sh\n",
                vec!["curl -sSf https://x.example/i.sh | sh"],
            ),
            (
                "FROM scratch\nRUN apt-get update \\\n && curl https://x.example \\\n  | bash -s -- -y\n",
                vec!["curl https://x.example \\\n  | bash -s -- -y"],
            ),
            (
                "FROM scratch\nRUN <<EOF\nset -e\nwget -qO- https://x.example | sudo bash\nEOF\nRUN true\n",
                vec!["wget -qO- https://x.example | sudo bash"],
            ),
            (
                "FROM scratch\nRUN --mount=type=bind,target=. \\\n  <<EOF\nwget -qO- https://x.example | sh\nEOF\n",
                vec!["wget -qO- https://x.example | sh"],
            ),
            ("FROM scratch\nRUN cat <<EOF > /x\ncurl https://x.example | sh\nEOF\n", vec![]),
            ("FROM scratch\nRUN curl -O https://x.example && sha256sum -c x\n", vec![]),
            (
                "# escape=`\nFROM scratch\nRUN curl https://x.example `\n | sh\n",
                vec!["curl https://x.example `\n | sh"],
            ),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn a_broken_file_is_read_as_far_as_it_makes_sense() {
        for text in [
            "",
            "\n",
            "FROM",
            "FROM ",
            "FROM --x",
            "FROM \\",
            "RUN <<",
            "RUN <<EOF\nx",
            "COPY --from=",
            "ARG =\nFROM $",
            "FROM ${",
            "FROM ${a",
            "\u{FEFF}FROM x",
            "FROM ä:ö\\\n",
            "\0\0",
            "RUN 'x\nFROM y",
            "ADD https://",
        ] {
            found(text);
        }
        assert_eq!(found("FROM a\nNONSENSE ((\nFROM b\n"), ["a", "b"]);
    }
}
