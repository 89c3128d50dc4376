//! What GitHub's npm packages say, for tests that hold hand-written tables to it.
//!
//! `tools/knowledge/events.mjs` writes the file anew; where a table differs, a test fails and says
//! in what.

const FACTS: &str = include_str!("../../tests/fixtures/knowledge/github.txt");

/// Returns the words of every line that starts with these words.
pub(crate) fn starting_with(start: &str) -> Vec<Vec<&'static str>> {
    let start = format!("{start} ");
    let padded = |line: &&str| format!("{line} ").starts_with(&start);
    FACTS.lines().filter(padded).map(|line| line.split(' ').collect()).collect()
}

/// Returns what follows these words on the one line that starts with them.
pub(crate) fn of(start: &str) -> Vec<&'static str> {
    let lines = starting_with(start);
    let [line] = lines.as_slice() else { panic!("{start}: {lines:?}") };
    line[start.split(' ').count()..].to_vec()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::knowledge::schema::{Key, Mapping, Scalar, Shape, WORKFLOW};
    use crate::model::workflow::Event;

    fn keys(shape: &Shape) -> &'static [Key] {
        match shape.mapping {
            Some(Mapping::Keys(keys)) => keys.keys,
            _ => &[],
        }
    }

    fn below(shape: &Shape, name: &str) -> &'static Shape {
        keys(shape).iter().find(|key| key.name == name).unwrap().shape
    }

    fn words(shape: &Shape) -> BTreeSet<&'static str> {
        match shape.scalar {
            Some(Scalar::Word(words)) => words.words.iter().copied().collect(),
            _ => BTreeSet::new(),
        }
    }

    fn listed(line: &[&'static str], at: usize) -> BTreeSet<&'static str> {
        line.get(at).map(|list| list.split(',').collect()).unwrap_or_default()
    }

    /// What GitHub's schema lacks and its documentation has: event and activity types.
    const DOCUMENTED: &[(&str, &[&str])] = &[("merge_group", &["destroyed"])];

    #[test]
    fn events_have_the_activity_types_of_githubs_schema() {
        let on = below(&WORKFLOW, "on");
        let lines = starting_with("event");
        for line in &lines {
            let mut ours = BTreeSet::new();
            if let Some(types) = keys(below(on, line[1])).iter().find(|key| key.name == "types") {
                ours = words(types.shape);
            }
            let documented = DOCUMENTED.iter().filter(|(event, _)| *event == line[1]);
            documented.for_each(|(_, types)| ours.retain(|word| !types.contains(word)));
            assert_eq!(ours, listed(line, 2), "{}", line[1]);
            assert!(Event::named(line[1]).is_some(), "{}", line[1]);
        }
        assert_eq!(keys(on).len(), lines.len());
    }

    #[test]
    fn permissions_have_the_levels_of_githubs_schema() {
        let permissions = below(&WORKFLOW, "permissions");
        let lines = starting_with("permission");
        for line in &lines {
            assert_eq!(words(below(permissions, line[1])), listed(line, 2), "{}", line[1]);
        }
        assert_eq!(keys(permissions).len(), lines.len());
    }
}
