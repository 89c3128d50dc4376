//! What stands in a page of Markdown: fenced blocks, and the words in backquotes outside of them.

use std::fmt;
use std::path::PathBuf;

/// A page and its text.
pub(super) struct Page {
    /// The path below the repository's root.
    pub(super) name: String,
    /// The text.
    pub(super) text: String,
}

/// A fenced block of a page.
pub(super) struct Block {
    /// The page.
    page: String,
    /// The line of its first line of content.
    line: usize,
    /// What stands behind the fence, such as `yaml plimsoll.yml`.
    pub(super) info: String,
    /// The content.
    pub(super) text: String,
}

/// A command line of a block, and where it stands.
pub(super) struct CommandLine {
    /// The page and the line.
    pub(super) place: String,
    /// The words, program name first.
    pub(super) words: Vec<String>,
}

impl fmt::Display for Block {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.page, self.line)
    }
}

/// Reads the pages written by hand, those in folders below left out.
pub(super) fn pages(root: &std::path::Path) -> Vec<Page> {
    let entries = std::fs::read_dir(root.join("docs")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("SUMMARY.md"));
    paths.sort();
    let page = |path: &PathBuf| Page {
        name: path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"),
        text: std::fs::read_to_string(path).unwrap(),
    };
    paths.iter().map(page).collect()
}

impl Page {
    /// Returns the fenced blocks.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut open = false;
        for (at, line) in self.text.lines().enumerate() {
            match (line.strip_prefix("```"), open) {
                (Some(_), true) => open = false,
                (Some(info), false) => {
                    let (page, info) = (self.name.clone(), info.trim().to_owned());
                    blocks.push(Block { page, line: at + 2, info, text: String::new() });
                    open = true;
                }
                (None, true) => {
                    let block = blocks.last_mut().unwrap();
                    block.text = format!("{}{line}\n", block.text);
                }
                (None, false) => {}
            }
        }
        assert!(!open, "{}: a block is not closed", self.name);
        blocks
    }

    /// Returns what stands in backquotes outside of fenced blocks.
    pub(super) fn code_spans(&self) -> Vec<String> {
        let mut fenced = false;
        let mut prose = String::new();
        for line in self.text.lines() {
            if line.starts_with("```") {
                fenced = !fenced;
            } else if !fenced {
                prose = format!("{prose}{line}\n");
            }
        }
        prose.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }
}

impl Block {
    /// Returns the calls of our program, one for each line, pipe or `&&` that has one.
    pub(super) fn commands(&self) -> Vec<CommandLine> {
        let mut commands = Vec::new();
        let mut lines = self.text.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            let mut line = line.to_owned();
            while let Some(begun) = line.strip_suffix('\\') {
                line = format!("{begun}{}", lines.next().map_or("", |(_, next)| next));
            }
            let place = format!("{}:{}", self.page, self.line + at);
            let calls = words(&line);
            let calls = calls.split(|word| ["|", "&&", ";"].contains(&word.as_str())).map(before_redirection);
            let ours = calls.filter(|call| call.first().is_some_and(|word| word == "plimsoll"));
            commands.extend(ours.map(|call| CommandLine { place: place.clone(), words: call.to_vec() }));
        }
        commands
    }
}

fn before_redirection(call: &[String]) -> &[String] {
    let upto = call.iter().position(|word| [">", ">>", "<"].contains(&word.as_str()));
    &call[..upto.unwrap_or(call.len())]
}

/// Splits a line as a shell does, as far as our pages go: quotes, and comments at the end.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[test]
fn lines_are_split_as_a_shell_splits_them() {
    assert_eq!(words("a --b='c d'  \"e f\"'g' # h"), ["a", "--b=c d", "e fg"]);
    assert_eq!(words("a '' b#c"), ["a", "", "b#c"]);
}

#[test]
fn calls_are_found_behind_pipes_and_over_lines() {
    let text = "```console\ncat x | plimsoll lint - > y\nplimsoll a \\\n  b && plimsoll c\nother plimsoll d\n```\n";
    let page = Page { name: "p".to_owned(), text: text.to_owned() };
    let calls: Vec<String> = page.blocks()[0]
        .commands()
        .iter()
        .map(|command| format!("{} {}", command.place, command.words.join(" ")))
        .collect();
    assert_eq!(calls, ["p:2 plimsoll lint -", "p:3 plimsoll a b", "p:3 plimsoll c"]);
}
