//! "Did you mean": the known name that is closest to a mistyped one.

/// Returns the name that is most likely meant by `word`, or nothing when none is close.
///
/// Close means that at most a third of the word's characters (at least one) were added, left out,
/// changed, or swapped with their neighbour: the optimal string alignment distance. Case does not
/// count, and of equally close names the first wins.
pub fn closest<'names>(word: &str, names: impl IntoIterator<Item = &'names str>) -> Option<&'names str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let limit = (word.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for name in names {
        let candidate: Vec<char> = name.to_lowercase().chars().collect();
        // The distance is at least the difference in length, which is cheap to tell.
        if candidate.len().abs_diff(word.len()) > limit {
            continue;
        }
        let distance = distance(&word, &candidate);
        if distance <= limit && best.is_none_or(|(nearest, _)| distance < nearest) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Returns the end of a sentence about an unknown name: ", did you mean `…`?", or nothing when no
/// name is close.
pub fn did_you_mean<'names>(word: &str, names: impl IntoIterator<Item = &'names str>) -> String {
    closest(word, names).map(|name| format!(", did you mean `{name}`?")).unwrap_or_default()
}

/// Counts the additions, omissions, changes and swaps of neighbours from one text to the other.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, left) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, right) in to.iter().enumerate() {
            let at = |cells: &[usize], column: usize| cells.get(column).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&last, column) + usize::from(left != right);
            let mut nearest = changed.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = row > 0 && column > 0 && from.get(row - 1) == Some(right) && to.get(column - 1) == Some(left);
            if swapped {
                nearest = nearest.min(at(&before_last, column - 1) + 1);
            }
            current.push(nearest);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or(0)
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
    fn distances_are_those_of_the_textbook() {
        let distance = |from: &str, to: &str| {
            let characters = |text: &str| text.chars().collect::<Vec<_>>();
            distance(&characters(from), &characters(to))
        };
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("ab", "ba"), 1);
        // Optimal string alignment edits no part twice, where Damerau and Levenshtein count 2.
        assert_eq!(distance("ca", "abc"), 3);
        assert_eq!(distance("", "über"), 4);
        assert_eq!(distance("same", "same"), 0);
    }
}
