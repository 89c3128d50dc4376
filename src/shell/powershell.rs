//! Scripts of PowerShell, as far as it takes to tell code from text.
//!
//! <https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules>

/// A script in which blanks stand for what is not code, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PowerShellCode {
    /// What stands outside of quotes and comments.
    pub bare: String,
    /// The same with the texts in double quotes, in which variables have their values.
    pub expanded: String,
}

/// What the reader is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    /// A comment up to the end of the line.
    Line,
    /// `<# … #>`.
    Block,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
    /// `@'` up to `'@` at the start of a line.
    SingleHere,
    /// `@"` up to `"@` at the start of a line.
    DoubleHere,
}

impl Inside {
    /// Returns what ends it here, or stands for its own end: its length, and what follows.
    fn ended(self, rest: &str, at_line_start: bool) -> Option<(usize, Self)> {
        let ends: &[(&str, Self)] = match self {
            Self::Block => &[("#>", Self::Code)],
            Self::Line => &[("\n", Self::Code)],
            Self::Single => &[("''", Self::Single), ("'", Self::Code)],
            Self::Double => &[("\"\"", Self::Double), ("\"", Self::Code)],
            Self::SingleHere if at_line_start => &[("'@", Self::Code)],
            Self::DoubleHere if at_line_start => &[("\"@", Self::Code)],
            Self::Code | Self::SingleHere | Self::DoubleHere => &[],
        };
        ends.iter().find(|(end, _)| rest.starts_with(end)).map(|(end, next)| (end.len(), *next))
    }

    /// Tells whether a backquote takes away the meaning of what follows it.
    fn has_escapes(self) -> bool {
        matches!(self, Self::Code | Self::Double | Self::DoubleHere)
    }
}

/// Reads a script; a quote that is never closed reaches to its end.
pub fn powershell_code(script: &str) -> PowerShellCode {
    let mut reader = Reader { inside: Inside::Code, bare: String::new(), expanded: String::new() };
    let mut rest = script;
    while let Some(length) = reader.step(rest, reader.at_line_start()) {
        rest = rest.get(length..).unwrap_or_default();
    }
    PowerShellCode { bare: reader.bare, expanded: reader.expanded }
}

struct Reader {
    inside: Inside,
    bare: String,
    expanded: String,
}

impl Reader {
    fn at_line_start(&self) -> bool {
        self.bare.is_empty() || self.bare.ends_with('\n')
    }

    /// Takes the next piece and returns its length; nothing at the end.
    fn step(&mut self, rest: &str, at_line_start: bool) -> Option<usize> {
        let first = rest.chars().next()?;
        let opened = if self.inside == Inside::Code { self.opened(rest) } else { None };
        let (length, next) = match opened.or_else(|| self.inside.ended(rest, at_line_start)) {
            Some(change) => change,
            None if first == '`' && self.inside.has_escapes() => {
                (1 + rest.chars().nth(1).map_or(0, char::len_utf8), self.inside)
            }
            None => (first.len_utf8(), self.inside),
        };
        let is_plain = next == self.inside && length == first.len_utf8() && first != '`';
        let piece = rest.get(..length)?;
        let is_code = is_plain && self.inside == Inside::Code;
        let is_expanded = is_code || (is_plain && matches!(self.inside, Inside::Double | Inside::DoubleHere));
        push(&mut self.bare, piece, is_code);
        push(&mut self.expanded, piece, is_expanded);
        self.inside = next;
        Some(length)
    }

    /// Returns what opens a text or a comment here: its length, and what follows.
    fn opened(&self, rest: &str) -> Option<(usize, Inside)> {
        let openers = [
            ("<#", Inside::Block),
            ("#", Inside::Line),
            ("@'", Inside::SingleHere),
            ("@\"", Inside::DoubleHere),
            ("'", Inside::Single),
            ("\"", Inside::Double),
        ];
        let (opener, inside) = openers.into_iter().find(|(opener, _)| rest.starts_with(opener))?;
        (inside != Inside::Line || self.starts_word()).then_some((opener.len(), inside))
    }

    /// Tells whether a word can begin here, as it must for a comment.
    fn starts_word(&self) -> bool {
        self.bare
            .chars()
            .next_back()
            .is_none_or(|last| last.is_whitespace() || matches!(last, ';' | '{' | '(' | ')' | '}' | '|'))
    }
}

/// Adds a piece, or blanks in its place; line breaks stay.
fn push(text: &mut String, piece: &str, is_kept: bool) {
    if is_kept {
        text.push_str(piece);
    } else {
        text.extend(piece.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_comments_are_no_code() {
        for (script, bare, expanded) in [
            ("a 'b $c' \"d $e\" f", "a f", "a d $e f"),
            ("a # b 'c\nd", "a d", "a d"),
            ("a#b <# 'c\n #> d", "a#b d", "a#b d"),
            ("'a''b' c \"d\"\"e`\"f\" g", "c g", "c d e f g"),
            ("@'\n a'@\n'@ b", "b", "b"),
            ("@\"\n$a \"@\n\"@ b", "b", "$a \"@ b"),
            ("a`'b ü 'ü'", "a b ü", "a b ü"),
            ("'open\nü", "", ""),
        ] {
            let code = powershell_code(script);
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!((words(&code.bare).as_str(), words(&code.expanded).as_str()), (bare, expanded), "{script}");
        }
    }

    proptest::proptest! {
        #[test]
        fn bytes_keep_their_places(script in "[a'\"`#<>@$ü\n ]{0,40}") {
            let code = powershell_code(&script);
            assert_eq!((code.bare.len(), code.expanded.len()), (script.len(), script.len()));
        }
    }
}
