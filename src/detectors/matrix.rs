//! Values of matrices, as far as the file itself tells them.

use crate::model::workflow::{Job, Matrix, Step};
use crate::model::yaml::{Entry, Node, Text, Value};

/// Returns the values that an expression such as `${{ matrix.os }}` can have, or nothing where the
/// file does not tell.
pub fn values<'job>(job: &'job Job, expression: &str) -> Vec<&'job Node> {
    let Some(name) = property(expression) else { return Vec::new() };
    let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) else {
        return Vec::new();
    };
    let same = |key: &Text| key.value.eq_ignore_ascii_case(name);
    let rows = matrix.rows.iter().filter(|(key, _)| same(key)).flat_map(|(_, row)| row.items());
    let included = matrix.include.iter().flat_map(Node::items);
    let included = included.flat_map(|item| item.entries().iter().filter(|entry| same(&entry.key)));
    rows.chain(included.map(|entry| &entry.value)).collect()
}

/// The rows of a matrix, and the items of a row or of what is included, up to which its values are told apart.
const MOST_ROWS: usize = 16;
const MOST_ITEMS: usize = 64;

/// Returns the values that a property of the matrix has, if the file lists them all and each job has one; the path is
/// in lower case, without `matrix`. `None` where a job may have none, or one that is computed, or there are too many.
pub fn in_every_job<'job>(matrix: &'job Matrix, path: &[&str]) -> Option<Vec<&'job Node>> {
    let (name, inner) = path.split_first()?;
    let is_long = |node: &Node| node.items().len() > MOST_ITEMS;
    let mut lists = matrix.include.iter().chain(matrix.rows.iter().map(|(_, row)| row));
    if matrix.rows.len() > MOST_ROWS || lists.any(is_long) || is_open(matrix) {
        return None;
    }
    let row = matrix.rows.iter().find(|(key, _)| key.value.eq_ignore_ascii_case(name)).map(|(_, row)| row);
    if row.is_none() && !matrix.rows.is_empty() {
        return None;
    }
    let mut found: Vec<&Node> = row.map(Node::items).unwrap_or_default().iter().collect();
    for included in matrix.include.iter().flat_map(Node::items) {
        match entry(included, name) {
            Some(value) => found.push(value),
            None if row.is_some() && only_adds(included, matrix) => {}
            None => return None,
        }
    }
    let inside = |node: &'job Node| inner.iter().try_fold(node, |node, name| entry(node, name));
    let found: Vec<&Node> = found.into_iter().map(inside).collect::<Option<_>>()?;
    (!found.is_empty()).then_some(found)
}

/// Returns the value of a mapping's key, whatever its case.
fn entry<'node>(node: &'node Node, name: &str) -> Option<&'node Node> {
    node.entries().iter().find(|entry| entry.key.value.eq_ignore_ascii_case(name)).map(|entry| &entry.value)
}

/// Tells whether something that is included surely fits a combination of the rows, and so makes no job of its own.
fn only_adds(included: &Node, matrix: &Matrix) -> bool {
    let fits = |value: &Node, row: &Node| row.items().iter().any(|item| equal(item, value) && !is_dynamic(item));
    matrix.exclude.is_none()
        && matrix.rows.iter().all(|(name, row)| entry(included, &name.value).is_none_or(|value| fits(value, row)))
}

/// Tells whether a matrix can have values that the file does not list.
pub fn is_open(matrix: &Matrix) -> bool {
    let is_computed = |node: &Node| matches!(node.value, Value::Scalar(_));
    is_computed(&matrix.node)
        || matrix.include.as_ref().is_some_and(is_computed)
        || matrix.rows.iter().any(|(_, row)| is_computed(row))
}

/// Returns the property's name of an expression that is `matrix.name` and nothing else.
fn property(expression: &str) -> Option<&str> {
    let inner = expression.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim();
    let name = inner.strip_prefix("matrix.")?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (!name.is_empty() && name.bytes().all(is_name)).then_some(name)
}

/// Tells whether two values are written alike.
pub fn equal(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Scalar(left), Value::Scalar(right)) => left.value == right.value && left.kind() == right.kind(),
        (Value::Sequence(left), Value::Sequence(right)) => {
            left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| equal(left, right))
        }
        (Value::Mapping(_), Value::Mapping(entries)) => {
            let same = |entry: &Entry| left.get(&entry.key.value).is_some_and(|value| equal(value, &entry.value));
            left.entries().len() == entries.len() && entries.iter().all(same)
        }
        (Value::Scalar(_) | Value::Sequence(_) | Value::Mapping(_), _) => false,
    }
}

/// Tells whether a value fits one that is excluded: of a mapping that may name but some entries,
/// and letter case makes no difference.
pub fn matches(value: &Node, excluded: &Node) -> bool {
    match (&value.value, &excluded.value) {
        (Value::Scalar(value), Value::Scalar(excluded)) => value.value.eq_ignore_ascii_case(&excluded.value),
        (Value::Mapping(_), Value::Mapping(entries)) => {
            entries.iter().all(|entry| value.get(&entry.key.value).is_some_and(|inner| matches(inner, &entry.value)))
        }
        (Value::Scalar(_) | Value::Sequence(_) | Value::Mapping(_), _) => equal(value, excluded),
    }
}

/// Tells whether an expression stands anywhere in a value.
pub fn is_dynamic(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= node.text().is_some_and(Text::has_expression));
    found
}

/// Counts the jobs that a matrix makes at least; what the file does not tell is taken for one.
pub fn fewest(matrix: &Matrix) -> usize {
    let size = |row: &Node| row.items().len().max(1);
    let product = |rows: &mut dyn Iterator<Item = usize>| rows.fold(1_usize, usize::saturating_mul);
    let all = product(&mut matrix.rows.iter().map(|(_, row)| size(row)));
    let included = matrix.include.as_ref().map(Node::items).unwrap_or_default();
    if matrix.rows.is_empty() {
        return included.len();
    }
    let removed = matrix.exclude.iter().flat_map(Node::items).map(|excluded| {
        let fitting = |(name, row): &(Text, Node)| match excluded.get(&name.value) {
            Some(value) if !is_dynamic(value) && !is_dynamic(row) => {
                row.items().iter().filter(|item| matches(item, value)).count()
            }
            Some(_) | None => size(row),
        };
        product(&mut matrix.rows.iter().map(fitting))
    });
    let removed: usize = match &matrix.exclude {
        Some(exclude) if is_dynamic(exclude) => all,
        Some(_) | None => removed.fold(0, usize::saturating_add),
    };
    all.saturating_sub(removed).saturating_add(included.iter().filter(|item| is_new(item, matrix)).count())
}

/// Tells whether something that is included fits no combination and so makes one of its own.
fn is_new(included: &Node, matrix: &Matrix) -> bool {
    matrix.rows.iter().any(|(name, row)| {
        let value = included.get(&name.value).filter(|value| !is_dynamic(value) && !is_dynamic(row));
        value.is_some_and(|value| !row.items().is_empty() && !row.items().iter().any(|item| matches(item, value)))
    })
}

/// Tells whether a matrix makes several jobs; nothing where the file does not tell.
pub fn is_several(matrix: &Matrix) -> Option<bool> {
    if fewest(matrix) > 1 {
        return Some(true);
    }
    let rows = matrix.rows.iter().any(|(_, row)| row.items().is_empty() && is_dynamic(row));
    let computed =
        rows || matrix.include.as_ref().is_some_and(|include| include.items().is_empty() && is_dynamic(include));
    (!computed).then_some(false)
}

/// Words in the names of what differs between platforms and versions.
const PLATFORMS: &[&str] = &[
    "os",
    "platform",
    "runner",
    "runs",
    "image",
    "container",
    "arch",
    "architecture",
    "target",
    "triple",
    "toolchain",
    "version",
    "versions",
    "rust",
    "python",
    "py",
    "node",
    "nodejs",
    "go",
    "golang",
    "java",
    "jdk",
    "jvm",
    "ruby",
    "php",
    "dotnet",
    "swift",
    "elixir",
    "otp",
    "scala",
    "compiler",
    "cc",
    "cxx",
    "msrv",
    "distro",
    "abi",
    "vm",
    "kubernetes",
    "k8s",
    "database",
    "postgres",
    "django",
];

/// Tells whether the jobs of a matrix differ in their platform or in a version: by a name that says so, or by where the
/// value goes.
pub fn is_over_platforms(job: &Job) -> bool {
    !platforms(job).is_empty()
}

/// Tells whether a job hands a called workflow what its matrix says of platforms or versions.
pub fn passes_platforms(caller: &Job) -> bool {
    let names = platforms(caller);
    caller.node.get("with").is_some_and(|inputs| names.iter().any(|name| holds_row(inputs, name)))
}

/// Returns the names in a job's matrix that stand for platforms or versions and have several values.
fn platforms(job: &Job) -> Vec<&str> {
    let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) else { return Vec::new() };
    let included = || matrix.include.iter().flat_map(Node::items);
    let mut names: Vec<&str> = matrix.rows.iter().map(|(name, _)| name.as_str()).collect();
    names.extend(included().flat_map(Node::entries).map(|entry| entry.key.as_str()));
    names.sort_unstable();
    names.dedup();
    names.retain(|name| {
        let row = matrix.rows.iter().find(|(key, _)| key.value == *name).map(|(_, row)| row);
        let mut values: Vec<String> = row.into_iter().flat_map(Node::items).map(render).collect();
        values.extend(included().filter_map(|item| item.get(name)).map(render));
        values.sort_unstable();
        values.dedup();
        let is_computed = row.is_some_and(|row| row.items().is_empty() && is_dynamic(row));
        let says = || sounds_like_a_platform(name) || chooses_the_machine(job, name) || chooses_a_version(job, name);
        (values.len() > 1 || is_computed) && says()
    });
    names
}

fn sounds_like_a_platform(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower
        .split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| PLATFORMS.contains(&word) || word.strip_suffix("version").is_some_and(|before| !before.is_empty()))
}

fn chooses_the_machine(job: &Job, name: &str) -> bool {
    ["runs-on", "container"].into_iter().filter_map(|key| job.node.get(key)).any(|node| holds_row(node, name))
}

/// Tells whether the value is the version that a step asks an action for.
fn chooses_a_version(job: &Job, name: &str) -> bool {
    let word = format!("matrix.{name}");
    let is_version = |key: &str| key == "version" || key.ends_with("-version");
    let mut inputs = job.steps.iter().flat_map(Step::flatten).flat_map(Step::with);
    inputs.any(|(key, value)| is_version(&key.value) && names_row(&value.value, &word))
}

/// Tells whether a row of the matrix stands anywhere in a value.
fn holds_row(node: &Node, name: &str) -> bool {
    let word = format!("matrix.{name}");
    let mut found = false;
    node.walk(&mut |inner| found |= inner.text().is_some_and(|text| names_row(&text.value, &word)));
    found
}

/// Tells whether a text holds a row as a whole: `matrix.go` is not in `matrix.goal`.
fn names_row(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let next = text.get(at + word.len()..).and_then(|rest| rest.chars().next());
        next.is_none_or(|next| !(next.is_ascii_alphanumeric() || matches!(next, '_' | '-')))
    })
}

/// Writes a value in one line.
pub fn render(node: &Node) -> String {
    match &node.value {
        Value::Scalar(text) => text.value.clone(),
        Value::Sequence(items) => format!("[{}]", items.iter().map(render).collect::<Vec<_>>().join(", ")),
        Value::Mapping(entries) => {
            let entries = entries.iter().map(|entry| format!("{}: {}", entry.key.value, render(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing;

    fn fewest_of(matrix: &str) -> usize {
        let workflow = testing::workflow(&format!("jobs: {{a: {{strategy: {{matrix: {matrix}}}}}}}\n"));
        fewest(workflow.jobs[0].strategy.as_ref().unwrap().matrix.as_ref().unwrap())
    }

    #[test]
    fn platforms_and_versions_are_told_from_other_rows() {
        let over = |rest: &str| {
            let workflow = testing::workflow(&format!("jobs: {{a: {{{rest}}}}}\n"));
            is_over_platforms(&workflow.jobs[0])
        };
        for (matrix, expected) in [
            ("{os: [ubuntu-latest, windows-latest]}", true),
            ("{os: [ubuntu-latest]}", false),
            ("{python-version: ['3.12', '3.13']}", true),
            ("{include: [{target: a}, {target: b}]}", true),
            ("{go: '${{ fromJSON(vars.GO) }}'}", true),
            ("{language: [go, python]}", false),
            ("{shard: [1, 2, 3]}", false),
        ] {
            assert_eq!(over(&format!("strategy: {{matrix: {matrix}}}")), expected, "{matrix}");
        }
        assert!(over("runs-on: '${{ matrix.on }}', strategy: {matrix: {on: [a, b]}}"));
        let asks = |input: &str| {
            format!("strategy: {{matrix: {{tool: [a, b]}}}}, steps: [{{uses: x/y@v1, with: {{{input}}}}}]")
        };
        assert!(over(&asks("tool-version: '${{ matrix.tool }}'")));
        assert!(!over(&asks("name: '${{ matrix.tool }}'")));
        assert!(!over(&asks("version: '${{ matrix.tools }}'")));
    }

    #[test]
    fn a_matrix_of_one_makes_one_job() {
        let several = |matrix: &str| {
            let workflow = testing::workflow(&format!("jobs: {{a: {{strategy: {{matrix: {matrix}}}}}}}\n"));
            is_several(workflow.jobs[0].strategy.as_ref().unwrap().matrix.as_ref().unwrap())
        };
        assert_eq!(several("{os: [a], go: [b]}"), Some(false));
        assert_eq!(several("{os: [a, b]}"), Some(true));
        assert_eq!(several("{os: '${{ fromJSON(vars.A) }}'}"), None);
    }

    #[test]
    fn combinations_are_counted_as_far_as_they_are_told() {
        for (matrix, expected) in [
            ("{a: [1, 2], b: [1, 2, 3]}", 6),
            ("{a: [1, 2], b: [1, 2, 3], exclude: [{a: 1}]}", 3),
            ("{a: [1, 2], b: [1, 2, 3], exclude: [{a: 1, b: 2}, {a: 3}]}", 5),
            ("{a: [1, 2], include: [{a: 1, c: 1}, {a: 3}, {c: 2}]}", 3),
            ("{include: [{a: 1}, {a: 2}]}", 2),
            ("{a: '${{ fromJSON(vars.A) }}', b: [1, 2]}", 2),
            ("{a: [1, 2], exclude: '${{ fromJSON(vars.A) }}'}", 0),
            ("'${{ fromJSON(vars.A) }}'", 0),
        ] {
            assert_eq!(fewest_of(matrix), expected, "{matrix}");
        }
    }
}
