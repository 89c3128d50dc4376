//! The beginning of a file, from which its format is told.

use std::collections::BTreeSet;

/// The beginning of a file.
#[derive(Debug)]
pub(super) struct Head {
    /// Its text.
    pub(super) text: String,
    /// The name of the XML element that it begins with, without a prefix.
    root: Option<String>,
    /// The keys of the JSON object that it begins with.
    keys: BTreeSet<String>,
    /// The keys of the first object of the JSON array that it begins with.
    item_keys: BTreeSet<String>,
}

impl Head {
    pub(super) fn new(text: String) -> Self {
        let trimmed = text.trim_start();
        let root = trimmed.starts_with('<').then(|| root(trimmed)).flatten();
        let keys = if trimmed.starts_with('{') { keys_at(trimmed, 1) } else { BTreeSet::new() };
        let item_keys = if trimmed.starts_with('[') { keys_at(trimmed, 2) } else { BTreeSet::new() };
        Self { text, root, keys, item_keys }
    }

    /// Tells whether nothing stands in it.
    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Tells whether it is XML with one of these roots.
    pub(super) fn has_root(&self, names: &[&str]) -> bool {
        self.root.as_deref().is_some_and(|root| names.contains(&root))
    }

    /// Tells whether it is a JSON object with these keys.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.keys.contains(*key))
    }

    /// Tells whether it is a JSON array of objects with these keys.
    pub(super) fn has_items(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.item_keys.contains(*key))
    }

    /// Tells whether the first line that is a JSON object has these keys.
    pub(super) fn has_line_with(&self, names: &[&str]) -> bool {
        let line = self.text.lines().map(str::trim_start).find(|line| line.starts_with('{') && line.len() > 2);
        let keys = line.map(|line| keys_at(line, 1)).unwrap_or_default();
        names.iter().all(|name| keys.contains(*name))
    }

    /// Returns the lines; the last one may be cut.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }
}

/// Finds the first element of an XML text.
fn root(text: &str) -> Option<String> {
    let mut rest = text;
    loop {
        rest = rest.get(rest.find('<')? + 1..)?;
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->")?.1;
        } else if rest.starts_with('?') {
            rest = rest.split_once("?>")?.1;
        } else if rest.starts_with('!') {
            // A document type may hold declarations of its own.
            let end = rest.find('>')?;
            let has_own = rest.get(..end)?.contains('[');
            rest = if has_own { rest.split_once(']')?.1 } else { rest.get(end..)? };
        } else {
            let name: String = rest
                .chars()
                .take_while(|character| !character.is_whitespace() && !"/><".contains(*character))
                .collect();
            return Some(name.rsplit(':').next().unwrap_or_default().to_owned()).filter(|name| !name.is_empty());
        }
    }
}

/// Finds the keys of the objects that are so deep, up to the end of the first of them.
fn keys_at(text: &str, wanted: usize) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut depth = 0;
    let mut last: Option<String> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '{' | '[' => depth += 1,
            '}' | ']' => {
                if depth <= wanted {
                    break;
                }
                depth -= 1;
            }
            '"' => {
                last = Some(string(&mut characters));
                continue;
            }
            ':' if depth == wanted => keys.extend(last.take()),
            _ => {}
        }
        if !character.is_whitespace() {
            last = None;
        }
    }
    keys
}

/// Reads on to the end of a string.
fn string(characters: &mut std::str::Chars<'_>) -> String {
    let mut text = String::new();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => text.extend(characters.next()),
            character => text.push(character),
        }
    }
    text
}
