//! What commands write to their standard output.

use super::contents::{Contents, Piece};
use super::script::Script;
use super::trail::Flows;
use crate::knowledge::text_programs::{self, Text};
use crate::knowledge::trust::Alphabet;
use crate::shell::{self, Stage, Word};

impl Script<'_, '_> {
    /// Returns what a command writes to its standard output.
    pub(super) fn prints(&mut self, stage: &Stage, words: &[Contents], input: &Contents) -> Contents {
        let texts: Vec<&str> = stage.words.iter().map(|word| word.text.as_str()).collect();
        let Some(program) = stage.program() else { return input.clone() };
        if text_programs::fetches_text(&texts) && !self.fetched.is_empty() {
            let range = stage.words.first().map_or(0..0, |word| word.range.clone());
            let last = stage.words.last().map_or(range.end, |word| word.range.end);
            let what = format_args!("it is fetched here");
            return Contents::opaque(self.trails.lead(&self.fetched, self.text, range.start..last, what));
        }
        let alphabet = text_programs::alphabet(&texts, &shell::is_plain_class);
        match text_programs::text_of(program) {
            Text::OfArguments if alphabet == Alphabet::Text => printed(program, stage.arguments(), words),
            Text::OfArguments | Text::Other => Contents::default(),
            Text::OfInput if program == "tee" || (program == "cat" && texts.len() < 2) => input.clone(),
            Text::OfInput => Contents::opaque(self.filtered(program, stage, words, input).within(alphabet)),
        }
    }

    /// Returns who decides what a filter writes: what it reads, and what its arguments put in.
    fn filtered(&self, program: &str, stage: &Stage, words: &[Contents], input: &Contents) -> Flows {
        let reads_files = matches!(program, "cat" | "head" | "sort" | "tac" | "tail" | "uniq");
        let mut flows = input.flows();
        // `jq --arg name text` takes two words behind the option.
        let mut values_left = 0_usize;
        for (word, contents) in stage.words.iter().zip(words).skip(1) {
            let text = word.text.as_str();
            flows.add(&if reads_files { self.files.read(text) } else { self.files.perhaps(text) });
            if values_left > 0 || is_value(program, text) {
                flows.add(&contents.flows());
            }
            values_left = if takes_text(program, text) { 2 } else { values_left.saturating_sub(1) };
        }
        flows
    }
}

/// Tells whether an option hands a text to a program that writes it.
fn takes_text(program: &str, option: &str) -> bool {
    match program {
        "jq" | "yq" => matches!(option, "--arg" | "--argjson"),
        "awk" | "gawk" => option == "-v",
        _ => false,
    }
}

/// Tells whether an argument of a filter becomes part of what it writes.
fn is_value(program: &str, word: &str) -> bool {
    match program {
        "sed" => word.starts_with("s/") || word.starts_with("s|"),
        "awk" | "gawk" => word.starts_with("-v"),
        _ => false,
    }
}

/// Puts together what `echo` and its like write.
fn printed(program: &str, arguments: &[Word], words: &[Contents]) -> Contents {
    let arguments = arguments.iter().zip(words.iter().skip(1));
    let is_option = |word: &Word| {
        let letters = word.text.strip_prefix('-').unwrap_or_default();
        !letters.is_empty() && letters.chars().all(|letter| matches!(letter, 'n' | 'e' | 'E'))
    };
    let values = arguments.skip_while(|(word, _)| program == "echo" && is_option(word)).map(|(_, value)| value);
    if program == "printf" {
        return formatted(values);
    }
    let mut pieces = Vec::new();
    for value in values {
        pieces.extend(value.pieces().iter().map(unescaped));
        pieces.push(Piece::Text(" ".to_owned()));
    }
    pieces.pop();
    pieces.push(Piece::Text("\n".to_owned()));
    Contents::new(pieces)
}

/// Puts values into the places of a format.
fn formatted<'contents>(mut values: impl Iterator<Item = &'contents Contents>) -> Contents {
    let mut pieces = Vec::new();
    let format = values.next().map(Contents::pieces).unwrap_or_default();
    for piece in format {
        let Piece::Text(text) = piece else {
            pieces.push(piece.clone());
            continue;
        };
        for (at, part) in text.split("%s").enumerate() {
            if at > 0 {
                pieces.extend(values.next().map(Contents::pieces).unwrap_or_default().iter().cloned());
            }
            pieces.push(unescaped(&Piece::Text(part.to_owned())));
        }
    }
    // The format is written again for more values.
    values.for_each(|value| pieces.extend(value.pieces().iter().cloned()));
    Contents::new(pieces)
}

fn unescaped(piece: &Piece) -> Piece {
    match piece {
        Piece::Text(text) => Piece::Text(text.replace("\\n", "\n")),
        hole @ Piece::Hole(..) => hole.clone(),
    }
}
