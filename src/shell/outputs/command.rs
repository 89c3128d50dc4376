//! A command, and what it prints.

use super::{HOLE, VARIABLE};

/// The longest text that `printf` is followed to: with many arguments it writes its format many times.
const LONGEST: usize = 1 << 16;

/// Where the output of a command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sink {
    /// On, to the log or the next command.
    Standard,
    /// To the file of outputs.
    Outputs,
    /// To another file.
    Elsewhere,
}

#[derive(Debug)]
pub(super) struct Command {
    pub(super) words: Vec<String>,
    /// The text that a heredoc or a herestring gives to it.
    pub(super) input: Option<String>,
    pub(super) sink: Sink,
}

impl Command {
    /// Counts the words that set variables in front of the program.
    pub(super) fn assignments(&self) -> usize {
        self.words.iter().take_while(|word| is_assignment(word)).count()
    }

    pub(super) fn program(&self) -> Option<&str> {
        let word = self.words.first()?;
        let name = word.rsplit('/').next().unwrap_or(word);
        // What lies in the workspace may have any name.
        Some(if word.starts_with('.') { word } else { name })
    }

    /// Returns what the command prints, if that is known.
    pub(super) fn text(&self) -> Option<String> {
        let arguments = self.words.get(1..).unwrap_or_default();
        match self.program()? {
            "echo" => Some(echo(arguments)),
            "printf" => printf(arguments),
            "cat" if arguments.is_empty() || arguments == ["-"] => self.input.clone(),
            "tee" => self.input.clone(),
            _ => None,
        }
    }
}

fn is_assignment(word: &str) -> bool {
    let Some((name, _)) = word.split_once('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts_well
        && name.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '[' | ']'))
}

/// Tells whether a word is the path of the file.
pub(super) fn is_file(word: &str) -> bool {
    let inner = word.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).or_else(|| word.strip_prefix('$'));
    inner.is_some_and(|name| name.split(':').next() == Some(VARIABLE))
}

fn echo(arguments: &[String]) -> String {
    let is_option = |word: &&String| {
        let letters = word.strip_prefix('-').unwrap_or_default();
        !letters.is_empty() && letters.chars().all(|letter| matches!(letter, 'n' | 'e' | 'E'))
    };
    let options: String = arguments.iter().take_while(is_option).map(String::as_str).collect();
    let words: Vec<&str> = arguments.iter().skip_while(is_option).map(String::as_str).collect();
    let mut text = words.join(" ");
    if options.contains('e') {
        text = unescaped(&text);
    }
    if !options.contains('n') {
        text.push('\n');
    }
    text
}

/// Puts the arguments into the format, again and again while there are some.
fn printf(arguments: &[String]) -> Option<String> {
    let arguments = arguments.strip_prefix(&["--".to_owned()]).unwrap_or(arguments);
    let (format, values) = arguments.split_first()?;
    if format == "-v" {
        return Some(String::new());
    }
    let format = unescaped(format);
    let mut values = values.iter();
    let mut text = String::new();
    loop {
        let left = values.len();
        fill(&format, &mut values, &mut text);
        if values.len() == 0 || values.len() == left {
            return Some(text);
        }
        if text.len() > LONGEST {
            return None;
        }
    }
}

fn fill(format: &str, values: &mut std::slice::Iter<'_, String>, text: &mut String) {
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            text.push(character);
            continue;
        }
        match characters.find(|next| next.is_ascii_alphabetic() || *next == '%') {
            Some('%') => text.push('%'),
            Some(_) => text.push_str(values.next().map_or("", String::as_str)),
            None => text.push(HOLE),
        }
    }
}

fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r")
}
