//! "Did you mean": the known name that is closest to a mistyped one.

/// The names that a word is compared with. No list that people choose from is longer, and one that
/// somebody made up to be long must not cost its length for every unknown word.
pub const MOST_NAMES: usize = 1_000;

/// Returns the name that is most likely meant by `word`, or nothing when none is close.
///
/// Close means that at most a third of the word's characters (at least one, and never all) were added,
/// left out, changed, or swapped with their neighbour: the optimal string alignment distance. Case does
/// not count, and of equally close names the first wins.
pub fn closest<'names>(word: &str, names: impl IntoIterator<Item = &'names str>) -> Option<&'names str> {
    closest_within(usize::MAX, word, names)
}

/// Returns the name that [`closest`] does, if at most so many characters of it are another.
pub fn closest_within<'names>(
    most: usize,
    word: &str,
    names: impl IntoIterator<Item = &'names str>,
) -> Option<&'names str> {
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    let mut limit = (word.len() / 3).max(1).min(word.len().saturating_sub(1)).min(most);
    let tally = Tally::of(&word);
    let mut best = None;
    let mut candidate: Vec<char> = Vec::new();
    let mut rows = Rows::default();
    for name in names.into_iter().take(MOST_NAMES) {
        candidate.clear();
        candidate.extend(name.chars().flat_map(char::to_lowercase));
        if tally.least_distance(&candidate) > limit {
            continue;
        }
        if let Some(distance) = rows.distance(&word, &candidate, limit) {
            best = Some(name);
            // Only a nearer one is better.
            let Some(nearer) = distance.checked_sub(1) else { break };
            limit = nearer;
        }
    }
    best
}

/// Returns the end of a sentence about an unknown name: ", did you mean `…`?", or nothing when no
/// name is close.
pub fn did_you_mean<'names>(word: &str, names: impl IntoIterator<Item = &'names str>) -> String {
    closest(word, names).map(|name| format!(", did you mean `{name}`?")).unwrap_or_default()
}

/// Tells whether two words differ in one letter that is added, left out or changed, or in two that
/// changed places.
pub fn is_one_edit_away(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    Rows::default().distance(&one, &other, 1) == Some(1)
}

/// How often each character is in a word; characters that are alike in their low bits count as one.
struct Tally {
    length: usize,
    counts: [usize; 64],
}

impl Tally {
    fn of(word: &[char]) -> Self {
        let mut counts = [0; 64];
        for character in word {
            counts.get_mut(Self::place(*character)).into_iter().for_each(|count| *count += 1);
        }
        Self { length: word.len(), counts }
    }

    fn place(character: char) -> usize {
        (u32::from(character) & 63) as usize
    }

    /// Tells, much quicker than the table, a distance that another word has at least: what is in
    /// only one of the two was added, left out or changed.
    fn least_distance(&self, other: &[char]) -> usize {
        let mut left = self.counts;
        let is_shared = |character: &&char| {
            let count = left.get_mut(Self::place(**character)).filter(|count| **count > 0);
            count.map(|count| *count -= 1).is_some()
        };
        let shared = other.iter().filter(is_shared).count();
        self.length.max(other.len()) - shared
    }
}

/// The rows of the table by which distances are counted, kept from one name to the next.
#[derive(Default)]
struct Rows {
    before_last: Vec<usize>,
    last: Vec<usize>,
    current: Vec<usize>,
}

impl Rows {
    /// Counts the additions, omissions, changes and swaps of neighbours from one text to the other;
    /// `None` when there are more than `limit`.
    fn distance(&mut self, from: &[char], to: &[char], limit: usize) -> Option<usize> {
        self.before_last.clear();
        self.last.clear();
        self.last.extend(0..=to.len());
        for (row, left) in from.iter().enumerate() {
            self.current.clear();
            self.current.push(row + 1);
            for (column, right) in to.iter().enumerate() {
                let at = |cells: &[usize], column: usize| cells.get(column).copied().unwrap_or(usize::MAX - 1);
                let changed = at(&self.last, column) + usize::from(left != right);
                let nearest = changed.min(at(&self.last, column + 1) + 1).min(at(&self.current, column) + 1);
                let is_swapped =
                    row > 0 && column > 0 && from.get(row - 1) == Some(right) && to.get(column - 1) == Some(left);
                let swapped = is_swapped.then(|| at(&self.before_last, column - 1) + 1);
                self.current.push(swapped.map_or(nearest, |swapped| nearest.min(swapped)));
            }
            // What comes after two rows is no nearer than they are.
            let nearest = self.current.iter().chain(&self.last).min().copied().unwrap_or(0);
            if nearest > limit {
                return None;
            }
            std::mem::swap(&mut self.before_last, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.current);
        }
        self.last.last().copied().filter(|distance| *distance <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_suggested() {
        let names = ["unpinned-action", "unused-suppression", "needs-cycle", "id"];
        assert_eq!(closest("unpined-action", names), Some("unpinned-action"));
        assert_eq!(closest("NEEDS-CYLCE", names), Some("needs-cycle"));
        assert_eq!(closest("unsued-suppresion", names), Some("unused-suppression"));
        assert_eq!(closest("ids", names), Some("id"));
    }

    #[test]
    fn far_names_are_not_suggested() {
        assert_eq!(closest("template", ["unpinned-action", "id"]), None);
        assert_eq!(closest("", ["abc"]), None);
        assert_eq!(closest("a", []), None);
    }

    #[test]
    fn no_distance_is_less_than_the_tally_says() {
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        for (one, other) in
            [("kitten", "sitting"), ("ab", "ba"), ("ca", "abc"), ("", "über"), ("same", "same"), ("aa", "a")]
        {
            let (one, other) = (characters(one), characters(other));
            let least = Tally::of(&one).least_distance(&other);
            assert!(Rows::default().distance(&one, &other, 9) >= Some(least), "{one:?} {other:?} {least}");
        }
        assert_eq!(Tally::of(&characters("abcdef")).least_distance(&characters("uvwxyz")), 6);
        assert_eq!(Tally::of(&characters("abc")).least_distance(&characters("cabx")), 1);
    }

    #[test]
    fn distances_over_the_limit_are_none() {
        let characters = |text: &str| text.chars().collect::<Vec<_>>();
        let (from, to) = (characters("kitten"), characters("sitting"));
        assert_eq!(Rows::default().distance(&from, &to, 3), Some(3));
        assert_eq!(Rows::default().distance(&from, &to, 2), None);
        assert_eq!(Rows::default().distance(&characters("abcdef"), &characters("uvwxyz"), 2), None);
    }

    #[test]
    fn distances_are_those_of_the_textbook() {
        let distance = |from: &str, to: &str| {
            let characters = |text: &str| text.chars().collect::<Vec<_>>();
            Rows::default().distance(&characters(from), &characters(to), 9).unwrap()
        };
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("ab", "ba"), 1);
        // Optimal string alignment edits no part twice, where Damerau and Levenshtein count 2.
        assert_eq!(distance("ca", "abc"), 3);
        assert_eq!(distance("", "über"), 4);
        assert_eq!(distance("same", "same"), 0);
    }
}
