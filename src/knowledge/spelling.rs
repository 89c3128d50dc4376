//! "Did you mean": the nearest known word.

/// Finds the known word that a mistyped one most likely stands for.
pub fn nearest<'word>(word: &str, known: impl IntoIterator<Item = &'word str>) -> Option<&'word str> {
    let typed = word.to_ascii_lowercase();
    let most = typed.chars().count().div_ceil(3).clamp(1, 3);
    let scored = known.into_iter().map(|known| (distance(&typed, &known.to_ascii_lowercase()), known));
    scored.filter(|(distance, _)| *distance <= most).min().map(|(_, known)| known)
}

/// Counts the inserted, deleted and replaced characters between two words.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, left) in from.chars().enumerate() {
        let mut next = vec![line + 1];
        for ((right, above), corner) in to.iter().zip(row.iter().skip(1)).zip(&row) {
            let before = next.last().copied().unwrap_or_default();
            next.push((corner + usize::from(left != *right)).min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("startWith", ["startsWith", "endsWith"]), Some("startsWith"));
        assert_eq!(nearest("EVNT", ["event", "env"]), Some("event"));
        assert_eq!(nearest("x", ["github", "env"]), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
