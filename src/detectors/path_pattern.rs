//! Matches paths against the patterns of `paths` and `paths-ignore`
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet>).

use std::iter::Peekable;
use std::str::Chars;

/// A pattern, ready to be matched.
#[derive(Clone, Debug)]
pub struct PathPattern {
    pieces: Vec<Piece>,
}

/// A part of a pattern and how often it may come.
#[derive(Clone, Debug)]
struct Piece {
    what: What,
    /// Whether it may come no times.
    may_be_missing: bool,
    /// Whether it may come more than once.
    may_repeat: bool,
}

#[derive(Clone, Debug)]
enum What {
    Character(char),
    /// Characters and ranges of them.
    Class(Vec<(char, char)>),
    /// Any character but `/`.
    InFolder,
    /// Any character.
    Anything,
    /// Any path up to and with its last `/`.
    Folders,
}

impl PathPattern {
    /// Reads a pattern; a `!` in front is left out.
    pub fn new(pattern: &str) -> Self {
        let mut characters = pattern.strip_prefix('!').unwrap_or(pattern).chars().peekable();
        let mut pieces: Vec<Piece> = Vec::new();
        while let Some(character) = characters.next() {
            match character {
                '?' => pieces.last_mut().into_iter().for_each(|last| last.may_be_missing = true),
                '+' => pieces.last_mut().into_iter().for_each(|last| last.may_repeat = true),
                '*' => pieces.push(star(&mut characters)),
                '[' => pieces.push(Piece::once(What::Class(class(&mut characters)))),
                '\\' => pieces.push(Piece::once(What::Character(characters.next().unwrap_or('\\')))),
                character => pieces.push(Piece::once(What::Character(character))),
            }
        }
        Self { pieces }
    }

    /// Tells whether a path matches as a whole. Its cost grows with the product of both lengths.
    pub fn matches(&self, path: &str) -> bool {
        // Which pieces may come next; behind the last one stands the pattern's end.
        let mut ready = vec![false; self.pieces.len() + 1];
        let mut next = ready.clone();
        self.reach(0, &mut ready);
        for character in path.chars() {
            next.fill(false);
            let expected = self.pieces.iter().zip(&ready).enumerate().filter(|(_, (_, is_ready))| **is_ready);
            for (at, (piece, _)) in expected.filter(|(_, (piece, _))| piece.what.takes(character)) {
                self.take(at, piece, character, &mut next);
            }
            std::mem::swap(&mut ready, &mut next);
            if !ready.contains(&true) {
                return false;
            }
        }
        ready.last() == Some(&true)
    }

    /// Tells whether any of some paths in ascending order matches. Only those that begin as the
    /// pattern does are looked at.
    pub fn matches_any<'path>(&self, paths: &'path [impl AsRef<str> + 'path]) -> bool {
        let prefix = self.prefix();
        let from = paths.partition_point(|path| path.as_ref() < prefix.as_str());
        let rest = paths.get(from..).unwrap_or_default().iter().map(AsRef::as_ref);
        rest.take_while(|path| path.starts_with(&prefix)).any(|path| self.matches(path))
    }

    /// Returns the characters with which every path that matches begins.
    fn prefix(&self) -> String {
        let fixed = self.pieces.iter().map_while(|piece| match piece {
            Piece { what: What::Character(character), may_be_missing: false, may_repeat: false } => Some(*character),
            Piece { .. } => None,
        });
        fixed.collect()
    }

    /// Marks what may follow a piece that took a character.
    fn take(&self, at: usize, piece: &Piece, character: char, next: &mut [bool]) {
        let is_complete = !matches!(piece.what, What::Folders) || character == '/';
        if piece.may_repeat
            && let Some(mark) = next.get_mut(at)
        {
            *mark = true;
        }
        if is_complete {
            self.reach(at + 1, next);
        }
    }

    /// Marks a piece as one that may come next, and those behind it as far as they may be missing.
    fn reach(&self, from: usize, ready: &mut [bool]) {
        let rest = self.pieces.get(from..).unwrap_or_default();
        let skipped = rest.iter().take_while(|piece| piece.may_be_missing).count();
        ready.iter_mut().skip(from).take(skipped + 1).for_each(|mark| *mark = true);
    }
}

impl Piece {
    fn once(what: What) -> Self {
        Self { what, may_be_missing: false, may_repeat: false }
    }
}

impl What {
    fn takes(&self, character: char) -> bool {
        match self {
            Self::Character(wanted) => *wanted == character,
            Self::Class(ranges) => ranges.iter().any(|(first, last)| (*first..=*last).contains(&character)),
            Self::InFolder => character != '/',
            Self::Anything | Self::Folders => true,
        }
    }
}

/// Reads what follows a `*`: `**/` stands for any folders or none, so `a/**/b` matches `a/b`.
fn star(rest: &mut Peekable<Chars<'_>>) -> Piece {
    let mut what = What::InFolder;
    while rest.next_if_eq(&'*').is_some() {
        what = What::Anything;
    }
    if matches!(what, What::Anything) && rest.next_if_eq(&'/').is_some() {
        what = What::Folders;
    }
    Piece { what, may_be_missing: true, may_repeat: true }
}

/// Reads a class up to its `]`.
fn class(rest: &mut Peekable<Chars<'_>>) -> Vec<(char, char)> {
    let mut ranges = Vec::new();
    while let Some(first) = rest.next().filter(|character| *character != ']') {
        let last = if rest.next_if_eq(&'-').is_some() { rest.next().unwrap_or(first) } else { first };
        ranges.push((first, last));
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_githubs_cheat_sheet_says() {
        let check = |pattern: &str, yes: &[&str], no: &[&str]| {
            let read = PathPattern::new(pattern);
            for path in yes {
                assert!(read.matches(path), "{pattern} {path}");
            }
            for path in no {
                assert!(!read.matches(path), "{pattern} {path}");
            }
        };
        check("*", &["README.md", "server.rb"], &["docs/a"]);
        check("*.jsx?", &["page.js", "page.jsx"], &["page.jsxx", "a/page.js"]);
        check("**", &["all/the/files.md", "a"], &[]);
        check("*.js", &["app.js", "index.js"], &["js/app.js"]);
        check("**.js", &["index.js", "js/index.js", "src/js/app.js"], &["index.ts"]);
        check("docs/*", &["docs/README.md"], &["docs/a/b", "docs"]);
        check("docs/**", &["docs/README.md", "docs/mona/octocat.txt"], &["docs", "adocs/a"]);
        check("docs/**/*.md", &["docs/README.md", "docs/a/b/c.md"], &["docs/a/b.txt", "README.md"]);
        check("**/docs/**", &["docs/hello.md", "dir/docs/my-file.txt", "space/docs/plan/space.doc"], &["mydocs/a"]);
        check("**/README.md", &["README.md", "js/README.md"], &["js/XREADME.md"]);
        check("**/*src/**", &["a/src/app.js", "my-src/code/js/app.js"], &["src"]);
        check("!a", &["a"], &["!a"]);
        check("[CB]at[0-9]+", &["Cat1", "Bat99"], &["Cat", "cat1"]);
        check("a\\*", &["a*"], &["ab"]);
        check("v?+", &["v", "vv", ""], &["a"]);
    }

    #[test]
    fn only_paths_with_the_patterns_beginning_are_looked_at() {
        let paths = ["a.c", "docs/a.md", "docs/b.txt", "src/a.c"];
        let any = |pattern| PathPattern::new(pattern).matches_any(&paths);
        assert!(any("docs/*.txt") && any("**.c") && any("src/**") && any("a?.c") && any("docs+/b.txt"));
        assert!(!any("docs") && !any("src/*.h") && !any("z*"));
        assert!(!PathPattern::new("*").matches_any(&[""; 0]));
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics_and_a_plain_pattern_matches_itself(pattern in "[a-c*?+!/\\[\\]\\\\-]{0,12}", path in "[a-c/]{0,12}") {
            PathPattern::new(&pattern).matches(&path);
            assert!(PathPattern::new(&path).matches(&path));
        }
    }
}
