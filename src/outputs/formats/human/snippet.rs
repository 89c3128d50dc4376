//! The line of source that a finding is about, with a mark below the place.

use super::text::{Tone, columns, flat, paint};
use crate::model::color::Color;
use crate::model::excerpt::Excerpt;
use crate::model::finding::Region;
use crate::outputs::formats::escape;

/// A place in a file and the text of the line where it begins.
pub(super) struct Snippet<'finding> {
    /// The place.
    pub(super) region: &'finding Region,
    /// The line's text.
    pub(super) line: &'finding Excerpt,
    /// How the mark is painted.
    pub(super) tone: Tone,
}

/// A part of a line as it is shown, and where the mark stands below it, in columns.
struct View {
    text: String,
    before: usize,
    mark: usize,
}

impl Snippet<'_> {
    /// Writes the path and the place, then the line and the mark unless the line is blank.
    /// Returns the width of the gutter, in which line numbers stand.
    pub(super) fn write(&self, out: &mut String, width: usize, color: Color) -> usize {
        let number = self.region.start.line.to_string();
        let gutter = number.len() + 1;
        let blank = " ".repeat(gutter);
        let faint = |text: &str| paint(text, Tone::Faint, color);
        let start = self.region.start;
        let place = format!("{}:{}:{}", flat(&self.region.path), start.line, start.column);
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        line(format!("{}{} {place}", " ".repeat(gutter - 1), faint("-->")));
        if self.line.is_blank() {
            return gutter;
        }
        let view = self.view(width.saturating_sub(gutter + 2).max(20));
        let mark = paint(&"^".repeat(view.mark), self.tone, color);
        line(format!("{blank}{}", faint("|")));
        line(format!("{} {} {}", faint(&number), faint("|"), view.text));
        line(format!("{blank}{} {}{mark}", faint("|"), " ".repeat(view.before)));
        gutter
    }

    /// Cuts out what fits into `width` columns around the place.
    fn view(&self, width: usize) -> View {
        // What stands further than the width from the place is never shown.
        let line = self.line.text.trim_end();
        let place = (self.region.start.column.max(1) - 1).saturating_sub(self.line.skipped);
        let far = place.min(line.chars().count()).saturating_sub(width);
        let shown: Vec<String> = line.chars().skip(far).take(2 * width).map(show).collect();
        let skipped = self.line.skipped + far;
        let column = |column: usize| (column.max(1) - 1).saturating_sub(skipped);
        let start = column(self.region.start.column).min(shown.len());
        let one_line = self.region.end.line <= self.region.start.line;
        let end = if one_line { column(self.region.end.column) } else { shown.len() };
        let end = end.clamp(start, shown.len().max(start));
        let ruler = Ruler::new(&shown);
        let wide = |from: usize, to: usize| ruler.wide(from, to);
        let cut_before = skipped > 0;
        let cut_behind = self.line.is_cut || line.chars().nth(far + shown.len()).is_some();
        let (mut from, mut to) = (0, shown.len());
        if wide(from, to) + usize::from(cut_before) + usize::from(cut_behind) > width {
            // A third of the room shows what stands before the place.
            while from < start && wide(from, start) > width / 3 {
                from += 1;
            }
            let room = width - 2;
            while from > 0 && wide(from - 1, shown.len()) <= room {
                from -= 1;
            }
            to = from;
            while to < shown.len() && wide(from, to + 1) <= room {
                to += 1;
            }
        }
        let left = if from > 0 || cut_before { "…" } else { "" };
        let right = if to < shown.len() || cut_behind { "…" } else { "" };
        let middle = shown.get(from..to).unwrap_or_default().concat();
        View {
            before: columns(left) + wide(from, start),
            mark: wide(start, end.min(to.max(start))).max(1),
            // Nothing but the runner reads this as a command, wherever it stands in a line.
            text: escape::log_line(&format!("{left}{middle}{right}")),
        }
    }
}

/// How wide the parts of a line are, added up from its start.
struct Ruler(Vec<usize>);

impl Ruler {
    fn new(parts: &[String]) -> Self {
        let mut total = 0;
        let ends = parts.iter().map(|part| {
            total += columns(part);
            total
        });
        Self(std::iter::once(0).chain(ends).collect())
    }

    fn wide(&self, from: usize, to: usize) -> usize {
        let at = |index: usize| self.0.get(index).copied().unwrap_or(0);
        at(to).saturating_sub(at(from))
    }
}

/// Shows one character of source: a tab as two spaces, a control character as its escape.
fn show(character: char) -> String {
    match character {
        '\t' => "  ".to_owned(),
        '\n' => character.escape_unicode().to_string(),
        other => escape::terminal(other.encode_utf8(&mut [0; 4])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::place::Position;

    fn written(line: &str, (from, to): (usize, usize), width: usize) -> String {
        let region = Region {
            path: "a.yml".to_owned(),
            start: Position { line: 7, column: from },
            end: Position { line: 7, column: to },
        };
        let mut out = String::new();
        let at = line.char_indices().nth(from - 1).map_or(line.len(), |(at, _)| at);
        let line = &Excerpt::around(line, at, from);
        Snippet { region: &region, line, tone: Tone::Error }.write(&mut out, width, Color::Never);
        out
    }

    /// Returns what stands above the carets.
    fn marked(text: &str) -> String {
        let lines: Vec<&str> = text.lines().collect();
        let from = columns(lines[3].split('^').next().unwrap());
        let width = lines[3].matches('^').count();
        let mut at = 0;
        let mut found = String::new();
        for character in lines[2].chars() {
            if at >= from && at < from + width {
                found.push(character);
            }
            at += columns(&character.to_string());
        }
        found
    }

    #[test]
    fn the_mark_stands_below_the_place() {
        insta::assert_snapshot!(written("  - uses: a/b@v1", (11, 17), 80), @r"
         --> a.yml:7:11
          |
        7 |   - uses: a/b@v1
          |           ^^^^^^
        ");
        assert_eq!(marked(&written("\t漢字: über \u{1b}[0m!", (6, 10), 80)), "über");
        assert_eq!(marked(&written("a\u{1b}b", (2, 3), 80)), "\\u{1b}");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let line = format!("{}needle{}", "ab ".repeat(3000), " cd".repeat(3000));
        let text = written(&line, (9001, 9007), 60);
        assert_eq!(marked(&text), "needle");
        assert!(text.lines().all(|line| columns(line) <= 60), "{text}");
        assert_eq!(marked(&written(&line, (1, 3), 60)), "ab");
        let text = written(&line, (9007, 18007), 60);
        assert!(text.lines().all(|line| columns(line) <= 60), "{text}");
    }

    #[test]
    fn places_at_and_past_the_end_have_a_mark() {
        assert!(written("abc", (4, 4), 80).ends_with("|    ^\n"));
        assert!(written("abc", (90, 99), 80).ends_with("|    ^\n"));
        assert_eq!(written("", (1, 1), 80), " --> a.yml:7:1\n");
    }
}
