//! What quotes stand around a place of a script, so that something else can be written there.

use super::parentheses::parenthesised;

/// What a shell makes of the text at a place of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// It splits it into words and looks for patterns.
    Bare,
    /// It expands variables and nothing else: inside double quotes, or in a heredoc.
    Double,
    /// Something else: nothing, as in single quotes and comments, or more than can be told here.
    Other,
}

/// Tells what a POSIX-like shell makes of the text at a byte of a script. An expression in `${{ }}`
/// is taken for text without quotes; of what stands inside `$( )` and backquotes nothing is told.
pub fn quoting(script: &str, at: usize) -> Quoting {
    let mut scan = Scan { script, position: 0, target: at, heredocs: Vec::new() };
    scan.run().unwrap_or(Quoting::Other)
}

struct Scan<'script> {
    script: &'script str,
    position: usize,
    target: usize,
    /// The heredocs whose bodies begin on the next line.
    heredocs: Vec<Heredoc<'script>>,
}

struct Heredoc<'script> {
    delimiter: &'script str,
    /// Whether a quote stands around the delimiter, so that the body is taken as it is.
    is_quoted: bool,
    /// Whether tabs before the delimiter are allowed.
    is_indented: bool,
}

impl<'script> Scan<'script> {
    fn rest(&self) -> &'script str {
        self.script.get(self.position..).unwrap_or_default()
    }

    /// Goes on to a byte; tells whether the target stands before it.
    fn passes(&mut self, position: usize) -> bool {
        let from = std::mem::replace(&mut self.position, position.min(self.script.len()));
        (from..self.position).contains(&self.target)
    }

    /// Goes on behind the next occurrence of a text, or to the end.
    fn passes_through(&mut self, skip: usize, end: &str) -> bool {
        let from = self.position + skip;
        let found = self.script.get(from..).and_then(|rest| rest.find(end));
        self.passes(found.map_or(self.script.len(), |found| from + found + end.len()))
    }

    fn run(&mut self) -> Option<Quoting> {
        let mut starts_word = true;
        while let Some(next) = self.rest().chars().next() {
            let is_blank = next.is_whitespace() || matches!(next, ';' | '&' | '|' | '(' | ')');
            if let Some(found) = self.step(next, starts_word) {
                return Some(found);
            }
            starts_word = is_blank;
        }
        None
    }

    /// Passes by what begins with a character outside of all quotes; returns what is known once the
    /// target was passed.
    fn step(&mut self, next: char, starts_word: bool) -> Option<Quoting> {
        let rest = self.rest();
        let passed = match next {
            '\\' => {
                let skipped = rest.chars().nth(1).map_or(0, char::len_utf8);
                self.passes(self.position + 1 + skipped)
            }
            '\'' => self.passes_through(1, "'"),
            '"' => return self.double_quoted(),
            '#' if starts_word => self.passes(self.position + rest.find('\n').unwrap_or(rest.len())),
            '\n' => return self.line_break(),
            '<' if rest.starts_with("<<<") => self.passes(self.position + 3),
            '<' if rest.starts_with("<<") => return self.heredoc(),
            '$' | '`' => return self.expansion(Quoting::Bare),
            other => {
                let passed = self.passes(self.position + other.len_utf8());
                return passed.then_some(Quoting::Bare);
            }
        };
        passed.then_some(Quoting::Other)
    }

    fn double_quoted(&mut self) -> Option<Quoting> {
        if self.passes(self.position + 1) {
            return Some(Quoting::Other);
        }
        while let Some(next) = self.rest().chars().next() {
            if next == '"' {
                return self.passes(self.position + 1).then_some(Quoting::Other);
            }
            if let found @ Some(_) = self.inside_double(next) {
                return found;
            }
        }
        None
    }

    /// Passes by a character inside double quotes, and what belongs to it.
    fn inside_double(&mut self, next: char) -> Option<Quoting> {
        match next {
            '\\' => {
                let skipped = self.rest().chars().nth(1).map_or(0, char::len_utf8);
                self.passes(self.position + 1 + skipped).then_some(Quoting::Other)
            }
            '$' | '`' => self.expansion(Quoting::Double),
            other => self.passes(self.position + other.len_utf8()).then_some(Quoting::Double),
        }
    }

    /// Passes by `${{ }}`, `$( )`, `${ }` and the like; the first is text like that around it.
    fn expansion(&mut self, around: Quoting) -> Option<Quoting> {
        let rest = self.rest();
        if rest.starts_with("${{") {
            return self.passes_through(3, "}}").then_some(around);
        }
        let passed = if rest.starts_with("$(") {
            self.parentheses()
        } else if rest.starts_with("${") {
            self.passes_through(2, "}")
        } else if rest.starts_with('`') {
            self.passes_through(1, "`")
        } else if rest.starts_with("$'") {
            self.passes_through(2, "'")
        } else {
            return self.passes(self.position + 1).then_some(around);
        };
        passed.then_some(Quoting::Other)
    }

    /// Passes by `$( )`, quotes and parentheses inside included.
    fn parentheses(&mut self) -> bool {
        self.passes(self.position + parenthesised(self.rest()))
    }

    /// Reads `<<WORD`, whose text begins on the next line.
    fn heredoc(&mut self) -> Option<Quoting> {
        let rest = self.rest().get(2..).unwrap_or_default();
        let is_indented = rest.starts_with('-');
        let word = rest.trim_start_matches('-').trim_start_matches([' ', '\t']);
        let length = word.find(|next: char| next.is_whitespace() || ";&|<>()".contains(next)).unwrap_or(word.len());
        let word = word.get(..length).unwrap_or_default();
        let delimiter = word.trim_matches(['\'', '"']).trim_start_matches('\\');
        let is_plain = !delimiter.is_empty() && !delimiter.contains(['\'', '"', '\\', '$', '`']);
        if !is_plain {
            // Where the text ends cannot be told, and so nothing that follows.
            return self.passes(self.script.len()).then_some(Quoting::Other);
        }
        self.heredocs.push(Heredoc { delimiter, is_quoted: delimiter != word, is_indented });
        self.passes(self.position + 2).then_some(Quoting::Other)
    }

    fn line_break(&mut self) -> Option<Quoting> {
        if self.passes(self.position + 1) {
            return Some(Quoting::Bare);
        }
        let mut heredocs = std::mem::take(&mut self.heredocs).into_iter();
        let reached = heredocs.find(|heredoc| self.passes(self.end_of(heredoc)))?;
        Some(if reached.is_quoted { Quoting::Other } else { self.in_heredoc() })
    }

    /// Returns where the body of a heredoc ends, its delimiter included.
    fn end_of(&self, heredoc: &Heredoc<'_>) -> usize {
        let mut at = self.position;
        for line in self.rest().split_inclusive('\n') {
            at += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            let line = if heredoc.is_indented { line.trim_start_matches('\t') } else { line };
            if line == heredoc.delimiter {
                break;
            }
        }
        at
    }

    /// Tells what becomes of the target in the body of a heredoc: what stands on the same line before
    /// it may be the start of something else.
    fn in_heredoc(&self) -> Quoting {
        let before = self.script.get(..self.target).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let without_expressions = line.replace("${{", "");
        if without_expressions.contains(['$', '`', '\\']) { Quoting::Other } else { Quoting::Double }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what quotes stand around each expression of a script.
    fn all(script: &str) -> Vec<Quoting> {
        script.match_indices("${{").map(|(at, _)| quoting(script, at)).collect()
    }

    #[test]
    fn quotes_are_those_of_the_shell() {
        use Quoting::{Bare, Double, Other};
        for (script, expected) in [
            ("echo ${{ x }} \"${{ x }}\" '${{ x }}'", vec![Bare, Double, Other]),
            ("echo \"it's ${{ x }}\" it\\'s ${{ x }}", vec![Double, Bare]),
            ("echo \"${{ x['\"'] }} ${{ x }}\"", vec![Double, Double]),
            ("# it's ${{ x }}\necho ${{ x }}", vec![Other, Bare]),
            ("echo a#b ${{ x }}", vec![Bare]),
            ("echo $(cmd ${{ x }} \")\") ${{ x }}", vec![Other, Bare]),
            ("echo \"$(cmd ')' \"${{ x }}\") ${{ x }}\"", vec![Other, Double]),
            ("echo `cmd ${{ x }}` ${{ x }}", vec![Other, Bare]),
            ("echo ${a:-${{ x }}} ${{ x }}", vec![Other, Bare]),
            ("echo $((1 + ${{ x }})) $'\\n${{ x }}'", vec![Other, Other]),
            ("cat <<EOF\n${{ x }} it's\nEOF\necho ${{ x }}", vec![Double, Bare]),
            ("cat <<'EOF'\n${{ x }}\nEOF\necho ${{ x }}", vec![Other, Bare]),
            ("cat <<-\"EOF\" | sh\n\t${{ x }}\n\tEOF\necho ${{ x }}", vec![Other, Bare]),
            ("cat <<A <<B\n${{ x }}\nA\n$(${{ x }})\nB\n\"${{ x }}\"", vec![Double, Other, Double]),
            ("cat <<< ${{ x }}", vec![Bare]),
            ("cat <<$X\n${{ x }}\n", vec![Other]),
            ("echo \"\\\"${{ x }}\" \\", vec![Double]),
            ("echo \"${{ x }}", vec![Double]),
        ] {
            assert_eq!(all(script), expected, "{script}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_script_is_read_to_its_end(script in "(echo |\\$\\(|\\$\\{|\\$\\{\\{ x \\}\\}|\\}|\\)|\"|'|`|\\\\|#|<<E|\nE|\n| |ü){0,30}") {
            for at in 0..=script.len() {
                quoting(&script, at);
            }
        }
    }
}
