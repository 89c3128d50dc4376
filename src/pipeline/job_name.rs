//! A job's name taken apart: GitHub writes `name (a, b)` for matrix legs and `caller / callee` for
//! the jobs of reusable workflows.

/// A job's name without its matrix values, and the values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobName {
    /// The name that all legs of a matrix share.
    pub family: String,
    /// The values, comma-separated; empty outside a matrix.
    pub matrix: String,
}

impl JobName {
    /// Takes a name apart. Of a reusable workflow's job each part may be a matrix leg.
    pub fn new(name: &str) -> Self {
        let mut families = Vec::new();
        let mut values = Vec::new();
        for part in parts(name) {
            let (family, matrix) = split_matrix(part.trim());
            families.push(family);
            values.extend(matrix);
        }
        Self { family: families.join(" / "), matrix: values.join(", ") }
    }
}

/// Splits at ` / ` outside parentheses: matrix values may hold slashes of their own.
fn parts(name: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, character) in name.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '/' if depth == 0 && between_blanks(name, at) => {
                parts.extend(name.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(name.get(start..));
    parts
}

fn between_blanks(name: &str, at: usize) -> bool {
    name.get(..at).is_some_and(|before| before.ends_with(' '))
        && name.get(at + 1..).is_some_and(|after| after.starts_with(' '))
}

/// Splits `name (a, b)`; the last group in parentheses counts, with those nested in it.
fn split_matrix(part: &str) -> (&str, Option<&str>) {
    let Some(inside) = part.strip_suffix(')') else { return (part, None) };
    let mut depth = 1_usize;
    for (at, character) in inside.char_indices().rev() {
        match character {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let family = inside.get(..at).unwrap_or_default();
            let values = inside.get(at + 1..).filter(|values| !values.is_empty());
            // `(a, b)` alone is a name, and so is `f()`.
            let is_matrix = family.ends_with(' ') && !family.trim().is_empty() && values.is_some();
            return if is_matrix { (family.trim_end(), values) } else { (part, None) };
        }
    }
    (part, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        for (name, family, matrix) in [
            ("build", "build", ""),
            ("test (ubuntu-latest, 1.20)", "test", "ubuntu-latest, 1.20"),
            ("caller / callee", "caller / callee", ""),
            ("caller (a / b) / callee (c, (d))", "caller / callee", "a / b, c, (d)"),
            ("check f()", "check f()", ""),
            ("(odd)", "(odd)", ""),
            ("a) b (c)", "a) b", "c"),
            ("lint/format (x)", "lint/format", "x"),
            (")", ")", ""),
            ("", "", ""),
        ] {
            let expected = JobName { family: family.to_owned(), matrix: matrix.to_owned() };
            assert_eq!(JobName::new(name), expected, "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_name_can_be_taken_apart(name in "[a() /,ü]{0,20}") {
            let taken = JobName::new(&name);
            assert!(taken.family.len() <= name.len() + 3 && taken.matrix.len() <= name.len() * 2);
        }
    }
}
