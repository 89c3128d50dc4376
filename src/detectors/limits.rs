//! What GitHub reads of a file at most: the defaults of `ParseOptions` and of the YAML reader in
//! `src/Sdk/WorkflowParser` of `actions/runner`, read on 2026-11-26.

use std::ops::Range;

use crate::model::place::Span;
use crate::model::source_file::SourceFile;
use crate::model::yaml::{Entry, Node, Value};

/// The most characters of a file.
const MOST_CHARACTERS: usize = 1 << 20;

/// The deepest nesting of mappings and sequences.
const DEEPEST: usize = 50;

/// The most nodes, aliases unfolded; a collection counts at both its ends.
const MOST_NODES: usize = 50_000;

/// Finds what is more than GitHub reads: where, and what.
pub fn exceeded(file: &SourceFile) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    // As many UTF-16 units as .NET counts; no text has more of them than bytes.
    if file.text.len() > MOST_CHARACTERS && file.text.encode_utf16().nth(MOST_CHARACTERS).is_some() {
        found.push((
            Span::default(),
            format!("the file is longer than the {MOST_CHARACTERS} characters that GitHub reads"),
        ));
    }
    let Some(root) = &file.document.root else { return found };
    let mut count = Count { nodes: 0, too_deep: None };
    count.node(root, 1);
    if let Some(place) = count.too_deep {
        found.push((place, format!("this is nested more than the {DEEPEST} levels deep that GitHub reads")));
    }
    if count.nodes > MOST_NODES {
        let message = format!("the file has more than the {MOST_NODES} YAML nodes that GitHub reads, aliases unfolded");
        found.push((Span::default(), message));
    }
    found
}

/// Returns how long the expression is that GitHub makes of a text with several parts, in UTF-16 units: a call of
/// `format` with the text between the expressions, in which quotes and braces are doubled. Each fence is given with
/// what stands in it, in order.
pub fn formatted(text: &str, fences: &[(Range<usize>, Range<usize>)]) -> usize {
    let length = |range: Range<usize>| text.get(range).unwrap_or_default().encode_utf16().count();
    let doubled = |range: Range<usize>| {
        let part = text.get(range).unwrap_or_default();
        part.bytes().filter(|byte| matches!(byte, b'\'' | b'{' | b'}')).count()
    };
    let mut total = "format('')".len();
    let mut end = 0;
    for (number, (outer, inner)) in fences.iter().enumerate() {
        total += length(end..outer.start) + doubled(end..outer.start);
        let argument = text.get(inner.clone()).unwrap_or_default().trim().encode_utf16().count();
        total += format!("{{{number}}}").len() + ", ".len() + argument;
        end = outer.end;
    }
    total + length(end..text.len()) + doubled(end..text.len())
}

struct Count {
    nodes: usize,
    too_deep: Option<Span>,
}

impl Count {
    fn node(&mut self, node: &Node, depth: usize) {
        self.nodes += 1;
        if matches!(node.value, Value::Scalar(_)) {
            return;
        }
        self.nodes += 1;
        if depth > DEEPEST {
            let start = node.place().start;
            self.too_deep = self.too_deep.or(Some(Span::new(start, start)));
        }
        let entries: &[Entry] = node.entries();
        self.nodes += entries.len();
        let below = node.items().iter().chain(entries.iter().map(|entry| &entry.value));
        below.for_each(|below| self.node(below, depth + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing;

    fn messages(text: &str) -> Vec<String> {
        let file = testing::file(".github/workflows/a.yml", text);
        exceeded(&file).into_iter().map(|(_, message)| message).collect()
    }

    #[test]
    fn texts_are_measured_as_the_expression_they_become() {
        let text = "a '{ü}' ${{ b }} c ${{ d.e }}";
        let expression = "format('a ''{{ü}}'' {0} c {1}', b, d.e)";
        let fence = |outer: &str, inner: &str| {
            let start = text.find(outer).unwrap();
            let inside = start + outer.find(inner).unwrap();
            (start..start + outer.len(), inside..inside + inner.len())
        };
        let fences = [fence("${{ b }}", " b "), fence("${{ d.e }}", " d.e ")];
        assert_eq!(formatted(text, &fences), expression.chars().count());
    }

    #[test]
    fn each_limit_is_told_beyond_it_only() {
        let nested = |levels: usize| format!("a: {}1{}\n", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(messages(&nested(49)), Vec::<String>::new());
        assert_eq!(messages(&nested(50)), ["this is nested more than the 50 levels deep that GitHub reads"]);
        let many = |items: usize| format!("a: [{}]\n", "1,".repeat(items));
        assert_eq!(messages(&many(49_995)), Vec::<String>::new());
        assert_eq!(messages(&many(49_996)).len(), 1);
        let long = format!("a: 1\n#{}\n", "x".repeat(1 << 20));
        assert_eq!(messages(&long).len(), 1);
    }
}
