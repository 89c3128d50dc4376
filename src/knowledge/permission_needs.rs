//! What actions and commands need of a job's token: `data/permission_needs.tsv`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::model::workflow::Grant;

/// A permission, and the level that is needed.
pub type Permission = (&'static str, Grant);

/// What one action or command needs of a job's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The action as `owner/repo[/path]`, or a command as its words behind `$ `.
    pub name: &'static str,
    /// The permissions, of which each is needed; of the alternatives in one, any serves.
    pub permissions: Vec<Vec<Permission>>,
    /// The inputs or options of which one must be given for the need to arise, with the value that
    /// it must have; the need always arises where there are none.
    pub with: Vec<(&'static str, Option<&'static str>)>,
    /// The inputs, options or variables that stand for another way.
    pub without: Vec<&'static str>,
}

static NEEDS: LazyLock<Vec<Need>> = LazyLock::new(|| {
    let lines = include_str!("data/permission_needs.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(need).collect()
});

/// The needs of commands by the program's name.
static COMMANDS: LazyLock<BTreeMap<&str, Vec<&Need>>> = LazyLock::new(|| {
    let mut found: BTreeMap<&str, Vec<&Need>> = BTreeMap::new();
    for need in NEEDS.iter() {
        if let Some(program) = command(need).and_then(|mut words| words.next()) {
            found.entry(program).or_default().push(need);
        }
    }
    found
});

/// Returns the words of a command.
fn command(need: &Need) -> Option<impl Iterator<Item = &'static str> + use<>> {
    need.name.strip_prefix("$ ").map(|command| command.split(' '))
}

/// Returns what an action needs, whatever the case of its name.
pub fn of_action(name: &str) -> Option<&'static Need> {
    let name = name.to_ascii_lowercase();
    NEEDS.iter().find(|need| need.name == name)
}

/// Scopes that an action may write, each with the input that it depends on.
type Writes = &'static [(&'static str, Option<&'static str>)];

/// Actions of which every use of the job's token is documented, by their names in lower case. Source: the README of each.
const WHOLE: &[(&str, Writes)] = &[
    ("actions/cache", &[]),
    ("actions/cache/restore", &[]),
    ("actions/cache/save", &[]),
    ("actions/checkout", &[]),
    ("actions/dependency-review-action", &[("pull-requests", Some("comment-summary-in-pr"))]),
    ("actions/download-artifact", &[]),
    ("actions/first-interaction", &[("issues", None), ("pull-requests", None)]),
    ("actions/labeler", &[("pull-requests", None), ("issues", None)]),
    ("actions/setup-dotnet", &[]),
    ("actions/setup-go", &[]),
    ("actions/setup-java", &[]),
    ("actions/setup-node", &[]),
    ("actions/setup-python", &[]),
    (
        "actions/stale",
        &[("issues", None), ("pull-requests", None), ("actions", None), ("contents", Some("delete-branch"))],
    ),
    ("actions/upload-artifact", &[]),
    ("astral-sh/setup-uv", &[]),
    ("docker/build-push-action", &[("packages", None)]),
    ("docker/login-action", &[("packages", None)]),
    ("docker/setup-buildx-action", &[]),
    ("docker/setup-qemu-action", &[]),
    ("dtolnay/rust-toolchain", &[]),
    ("dessant/lock-threads", &[("issues", None), ("pull-requests", None), ("discussions", None)]),
    ("pnpm/action-setup", &[]),
    ("pypa/gh-action-pypi-publish", &[("id-token", None)]),
    ("ruby/setup-ruby", &[]),
    ("shivammathur/setup-php", &[]),
    ("swatinem/rust-cache", &[]),
];

/// Returns an action's name and all that it may write with the job's token; nothing where not every use is documented.
pub fn all_writes_of(name: &str) -> Option<(&'static str, Writes)> {
    WHOLE.iter().find(|(action, _)| action.eq_ignore_ascii_case(name)).copied()
}

/// Returns what a command needs, given its words, the program's name first.
pub fn of_command(words: &[&str]) -> Option<&'static Need> {
    let of_program = COMMANDS.get(words.first()?)?.iter();
    of_program.copied().find(|need| {
        let mut given = words.iter();
        let is_next = |wanted: &str| given.next() == Some(&wanted);
        command(need).is_some_and(|mut wanted| wanted.all(is_next))
    })
}

fn need(line: &'static str) -> Option<Need> {
    let mut columns = line.split('\t');
    let (name, permissions) = (columns.next()?, columns.next()?);
    let (with, without) = (list(columns.next()?), list(columns.next()?));
    let alternatives = |text: &'static str| text.split('|').map(permission).collect::<Option<Vec<_>>>();
    let permissions = permissions.split(',').map(alternatives).collect::<Option<Vec<_>>>()?;
    let condition = |text: &'static str| match text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    };
    Some(Need { name, permissions, with: with.into_iter().map(condition).collect(), without })
}

fn permission(text: &'static str) -> Option<Permission> {
    let (scope, level) = text.split_once(':')?;
    let level = match level {
        "read" => Grant::Read,
        "write" => Grant::Write,
        _ => return None,
    };
    Some((scope, level))
}

fn list(text: &'static str) -> Vec<&'static str> {
    if text == "-" { Vec::new() } else { text.split(',').collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::schema;
    use crate::sources::workflows;

    #[test]
    fn every_line_is_read_and_names_permissions_that_exist() {
        let lines = include_str!("data/permission_needs.tsv").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.clone().count(), NEEDS.len());
        assert!(lines.is_sorted());
        for (scope, level) in NEEDS.iter().flat_map(|need| &need.permissions).flatten() {
            let text = format!("on: push\npermissions: {{{scope}: {}}}\njobs: {{a: {{uses: ./a}}}}\n", level.word());
            let file = workflows::parse(".github/workflows/a.yml".to_owned(), text);
            assert_eq!(schema::issues(&file), [], "{scope}");
        }
    }

    #[test]
    fn actions_and_commands_are_found() {
        assert!(of_action("Actions/Deploy-Pages").is_some());
        assert_eq!(of_action("actions/checkout"), None);
        assert_eq!(of_command(&["gh", "pr", "merge", "--auto"]).map(|need| need.name), Some("$ gh pr merge"));
        assert_eq!(of_command(&["gh", "pr"]), None);
    }
}
