//! What of a script is code: blanks stand for the text of strings and for comments.

use super::Tongue;
use crate::shell::powershell_code;

/// Returns the script with blanks for what is not code, byte for byte. A line break that ends no
/// statement is a blank, too.
pub(super) fn code(script: &str, tongue: Tongue) -> String {
    match tongue {
        Tongue::PowerShell => powershell_code(script).expanded,
        Tongue::Cmd => script.split_inclusive('\n').map(without_remark).collect(),
        Tongue::Python | Tongue::JavaScript => {
            let mut reader = Reader { script, tongue, code: String::with_capacity(script.len()), inside: Vec::new() };
            while reader.step() {}
            reader.code
        }
    }
}

fn without_remark(line: &str) -> String {
    let start = line.trim_start().trim_start_matches('@').to_ascii_lowercase();
    let is_remark = start.starts_with("::")
        || start.strip_prefix("rem").is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()));
    if is_remark { blank(line, true) } else { line.to_owned() }
}

/// Writes blanks, byte for byte.
fn blank(text: &str, keeps_lines: bool) -> String {
    text.bytes().map(|byte| if byte == b'\n' && keeps_lines { '\n' } else { ' ' }).collect()
}

/// What the reader is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// A string, by what ends it, and by what begins code in it.
    Text(&'static str, Option<&'static str>),
    /// Code in a string, with the braces that are open.
    Code(usize),
}

struct Reader<'script> {
    script: &'script str,
    tongue: Tongue,
    code: String,
    inside: Vec<Inside>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.script.get(self.code.len()..).unwrap_or_default()
    }

    /// Takes the next piece; nothing is left when it returns `false`.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest().chars().next() else { return false };
        if let Some(Inside::Text(end, opener)) = self.inside.last().copied() {
            self.step_in_text(first, end, opener);
            return true;
        }
        let comment = self.comment();
        let string = self.string();
        match (first, self.inside.last_mut()) {
            ('{', Some(Inside::Code(depth))) => *depth += 1,
            ('}', Some(Inside::Code(0))) => {
                self.inside.pop();
                self.skip(1);
                return true;
            }
            ('}', Some(Inside::Code(depth))) => *depth -= 1,
            _ => {}
        }
        if comment > 0 {
            self.skip(comment);
        } else if let Some((length, inside)) = string {
            self.drop_prefix();
            self.skip(length);
            self.inside.push(inside);
        } else {
            self.code.push(first);
        }
        true
    }

    fn step_in_text(&mut self, first: char, end: &str, opener: Option<&'static str>) {
        let opens = opener.filter(|opener| self.rest().starts_with(opener));
        let is_doubled = self.tongue == Tongue::Python && self.rest().starts_with("{{");
        // A string of one line ends with it.
        let is_over = first == '\n' && end.len() == 1 && end != "`";
        if first == '\\' {
            let next = self.rest().chars().nth(1).map_or(0, char::len_utf8);
            self.skip(1 + next);
        } else if self.rest().starts_with(end) || is_over {
            self.inside.pop();
            if is_over { self.code.push('\n') } else { self.skip(end.len()) }
        } else if is_doubled && opens.is_some() {
            self.skip(2);
        } else if let Some(opener) = opens {
            self.skip(opener.len());
            self.inside.push(Inside::Code(0));
        } else {
            self.skip(first.len_utf8());
        }
    }

    fn skip(&mut self, bytes: usize) {
        let piece = blank(self.rest().get(..bytes).unwrap_or_default(), false);
        self.code.push_str(&piece);
    }

    /// Takes away the letters in front of a string of Python, which are no name.
    fn drop_prefix(&mut self) {
        let is_prefix = |letter: char| "rRbBfFuU".contains(letter);
        let kept = self.code.trim_end_matches(is_prefix).len();
        let letters = self.code.len() - kept;
        let is_name = self
            .code
            .get(..kept)
            .is_some_and(|code| code.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '_'));
        if self.tongue == Tongue::Python && letters <= 2 && !is_name {
            self.code.truncate(kept);
            self.skip(letters);
        }
    }

    /// Returns the length of a comment or of a regular expression that begins here.
    fn comment(&self) -> usize {
        let rest = self.rest();
        let line = rest.find('\n').unwrap_or(rest.len());
        match self.tongue {
            Tongue::Python if rest.starts_with('#') => line,
            Tongue::JavaScript if rest.starts_with("//") => line,
            Tongue::JavaScript if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            Tongue::JavaScript if rest.starts_with('/') && self.is_at_operand() => pattern(rest),
            Tongue::PowerShell | Tongue::Cmd | Tongue::Python | Tongue::JavaScript => 0,
        }
    }

    /// Tells whether a value can begin here, so that `/` begins a regular expression.
    fn is_at_operand(&self) -> bool {
        self.code.trim_end().chars().next_back().is_none_or(|last| "(,=:[!&|?{};+-<>".contains(last))
    }

    /// Returns the length of what opens a string here, and the string.
    fn string(&self) -> Option<(usize, Inside)> {
        let rest = self.rest();
        let quotes: &[&'static str] =
            if self.tongue == Tongue::Python { &["\"\"\"", "'''", "\"", "'"] } else { &["\"", "'", "`"] };
        let quote = quotes.iter().find(|quote| rest.starts_with(**quote))?;
        let opener = if self.tongue == Tongue::Python {
            self.code.ends_with(['f', 'F']).then_some("{")
        } else {
            (*quote == "`").then_some("${")
        };
        Some((quote.len(), Inside::Text(quote, opener)))
    }
}

/// Returns the length of a regular expression; nothing where the line ends before it does.
fn pattern(text: &str) -> usize {
    let mut in_class = false;
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\n' => return 0,
            '\\' => {
                characters.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return at + 1,
            _ => {}
        }
    }
    0
}
