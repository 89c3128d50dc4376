//! What widely used actions take and give, at each of their releases: `data/actions.tsv`.
//!
//! The table holds, per action, what each release changes against the one before it; its header
//! explains its lines. It is split into actions when one is first asked for, an action's releases
//! are looked up when that action is asked for, and a release's interface is put together when that
//! release is: a run pays for what its files use.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use super::action_commits::{Identity, identify};
use super::blocks::blocks;
use super::releases::{Release, Releases};
use crate::model::interface::{ActionInterface, InputInterface, Openness};
use crate::model::workflow::RepositoryReference;

static TABLE: LazyLock<Vec<Block>> =
    LazyLock::new(|| blocks(include_str!("data/actions.tsv")).map(Block::new).collect());

/// Returns what an action takes and gives at what its `uses` names, if that is known.
///
/// `version` is what a comment behind a commit claims that it is. It counts for a commit that is not
/// known as a release itself, and for no other reference. What is newer than the table is not known.
pub fn interface(reference: &RepositoryReference<'_>, version: Option<&str>) -> Option<&'static ActionInterface> {
    let block = find(reference)?;
    if !reference.is_pinned() {
        return block.of_reference(reference.reference?);
    }
    // In repositories of several actions, tags begin with one's name.
    let version = version.map(|version| version.rsplit('/').next().unwrap_or(version));
    match identify(reference, version) {
        Identity::Release(release) => block.of_commit(release),
        Identity::Unknown => block.of_commit(version?),
        Identity::Other => None,
    }
}

/// Tells whether a reference is to a release that is known as such: by its numbers, or its commit.
pub fn is_release(reference: &RepositoryReference<'_>) -> bool {
    let releases = reference.reference.and_then(Releases::read);
    releases.is_some_and(|releases| !releases.is_line()) || matches!(identify(reference, None), Identity::Release(_))
}

/// Returns the major version of an action from which on its newest releases run on something that a
/// test accepts.
pub fn major_since(reference: &RepositoryReference<'_>, accepts: impl Fn(&str) -> bool) -> Option<u32> {
    let majors = find(reference)?.majors().iter().rev();
    majors.take_while(|(_, using)| using.as_deref().is_some_and(&accepts)).last().map(|(major, _)| *major)
}

/// The owners of known actions by the names of their repositories.
static OWNERS: LazyLock<BTreeMap<&str, BTreeSet<&str>>> = LazyLock::new(|| {
    let mut owners: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for block in TABLE.iter() {
        let mut parts = block.name.split('/');
        if let (Some(owner), Some(repository)) = (parts.next(), parts.next()) {
            owners.entry(repository).or_default().insert(owner);
        }
    }
    owners
});

/// The repositories of known actions by the names of their owners.
static REPOSITORIES: LazyLock<BTreeMap<&str, BTreeSet<&str>>> = LazyLock::new(|| {
    let mut repositories: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let pairs = OWNERS.iter().flat_map(|(repository, owners)| owners.iter().map(move |owner| (owner, repository)));
    for (owner, repository) in pairs {
        repositories.entry(owner).or_default().insert(repository);
    }
    repositories
});

/// Returns the owners of known actions whose repository has a name, in lower case and in order.
pub fn owners_of(repository: &str) -> impl Iterator<Item = &'static str> {
    OWNERS.get(repository.to_ascii_lowercase().as_str()).into_iter().flatten().copied()
}

/// Returns the repositories of known actions that an owner has, by their names in lower case and in order.
pub fn repositories_of(owner: &str) -> impl Iterator<Item = &'static str> {
    REPOSITORIES.get(owner).into_iter().flatten().copied()
}

fn find(reference: &RepositoryReference<'_>) -> Option<&'static Block> {
    let name = reference.name().to_ascii_lowercase();
    let name = name.trim_end_matches('/');
    let at = TABLE.binary_search_by(|block| block.name.cmp(name)).ok()?;
    TABLE.get(at)
}

/// An action's part of the table.
#[derive(Debug)]
struct Block {
    name: &'static str,
    text: &'static str,
    states: OnceLock<Vec<State>>,
    majors: OnceLock<Vec<(u32, Option<String>)>>,
}

/// An action at one of its releases, or at a branch.
#[derive(Debug)]
struct State {
    place: Place,
    /// How many of the block's lines tell of it and of what came before.
    lines: usize,
    /// `None` where there is no manifest.
    interface: OnceLock<Option<ActionInterface>>,
    /// What holds at every release of the major version; of its last state only.
    line: OnceLock<Option<ActionInterface>>,
    /// What holds here and at whatever comes later.
    later: OnceLock<Option<ActionInterface>>,
}

/// Where a state is found in the action's repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Release(Release),
    Branch(&'static str),
}

impl Block {
    fn new((name, text): (&'static str, &'static str)) -> Self {
        Self { name, text, states: OnceLock::new(), majors: OnceLock::new() }
    }

    /// Returns the interface at a tag or a branch.
    fn of_reference(&self, reference: &str) -> Option<&ActionInterface> {
        let is_named = |state: &&State| matches!(state.place, Place::Branch(name) if name == reference);
        let named = self.states().iter().find(is_named);
        if let Some(branch) = named {
            return if self.has_aged() { self.later(branch) } else { self.interface(branch) };
        }
        let releases = Releases::read(reference)?;
        let state = self.among(releases).pop()?;
        if releases.is_line() && self.may_have_moved(state) { self.later(state) } else { self.interface(state) }
    }

    /// Returns what holds at a commit of a version; where that is a whole line of releases, at any
    /// of them.
    fn of_commit(&self, version: &str) -> Option<&ActionInterface> {
        let releases = Releases::read(version)?;
        let mut states = self.among(releases);
        let newest = states.pop()?;
        if releases.is_line() && self.may_have_moved(newest) {
            return self.later(newest);
        }
        if states.is_empty() {
            return self.interface(newest);
        }
        let is_line = releases == Releases::of_major(releases.major());
        is_line.then(|| newest.line.get_or_init(|| self.line(releases.major())).as_ref())?
    }

    /// Tells whether what moves may have changed since the action was looked at.
    fn has_aged(&self) -> bool {
        self.text.lines().skip(1).take_while(|line| line.starts_with('*')).any(|line| line.starts_with("*moving"))
    }

    /// Tells whether a line of releases may have got further ones behind a state.
    fn may_have_moved(&self, state: &State) -> bool {
        let newest = self.states().iter().rfind(|state| matches!(state.place, Place::Release(_)));
        newest.is_some_and(|newest| newest.place == state.place) && self.has_aged()
    }

    fn states(&self) -> &[State] {
        self.states.get_or_init(|| {
            let places: Vec<(usize, Place)> =
                self.text.lines().enumerate().filter_map(|(line, text)| Some((line, Place::read(text)?))).collect();
            let ends = places.iter().skip(1).map(|(line, _)| *line).chain([usize::MAX]);
            places.iter().zip(ends).map(|((_, place), lines)| State::new(*place, lines)).collect()
        })
    }

    /// Returns the major versions, oldest first, and what the newest release of each runs on.
    fn majors(&self) -> &[(u32, Option<String>)] {
        self.majors.get_or_init(|| {
            let majors: BTreeSet<u32> = self.states().iter().filter_map(State::major).collect();
            let newest = |major| self.among(Releases::of_major(major)).pop().and_then(|state| self.interface(state));
            let using = |major| newest(major).map(|interface| interface.using.clone());
            majors.into_iter().map(|major| (major, using(major))).collect()
        })
    }

    /// Returns the states that releases may have, oldest first: the one that stood when the first
    /// of them came out, and those that came with one of them. The first and the last release of
    /// each major version are states, so what lies outside the table is told from what is in it.
    fn among(&self, releases: Releases) -> Vec<&State> {
        let known = self.states().iter().filter_map(|state| match state.place {
            Place::Release(release) => Some((release, state)),
            Place::Branch(_) => None,
        });
        let major = Releases::of_major(releases.major());
        let known: Vec<_> = known.filter(|(release, _)| (major.first..=major.last).contains(release)).collect();
        if known.last().is_none_or(|(last, _)| *last < releases.first) {
            return Vec::new();
        }
        let standing = known.partition_point(|(release, _)| *release <= releases.first).saturating_sub(1);
        let from = known.into_iter().skip(standing);
        from.take_while(|(release, _)| *release <= releases.last).map(|(_, state)| state).collect()
    }

    fn interface<'block>(&'block self, state: &'block State) -> Option<&'block ActionInterface> {
        state.interface.get_or_init(|| read(self.text, state.lines)).as_ref()
    }

    fn later<'block>(&'block self, state: &'block State) -> Option<&'block ActionInterface> {
        state.later.get_or_init(|| Some(loosened(self.interface(state)?.clone()))).as_ref()
    }

    /// Puts together what holds at every release of a major version, and at the branches that are
    /// ahead of them.
    fn line(&self, major: u32) -> Option<ActionInterface> {
        let major = Releases::of_major(major);
        let ahead = self.states().iter().filter(|state| match state.place {
            Place::Branch(name) => Releases::read(name) == Some(major),
            Place::Release(_) => false,
        });
        let states = self.among(major).into_iter().chain(ahead);
        let mut interfaces = states.filter_map(|state| self.interface(state));
        let first = interfaces.next()?.clone();
        Some(interfaces.fold(first, either))
    }
}

impl Place {
    fn read(line: &'static str) -> Option<Self> {
        match (line.strip_prefix('@'), line.strip_prefix('=')) {
            (Some(release), _) => Releases::read(release).map(|releases| Self::Release(releases.first)),
            (None, branch) => branch.map(Self::Branch),
        }
    }
}

impl State {
    fn new(place: Place, lines: usize) -> Self {
        Self { place, lines, interface: OnceLock::new(), line: OnceLock::new(), later: OnceLock::new() }
    }

    fn major(&self) -> Option<u32> {
        match self.place {
            Place::Release([major, ..]) => Some(major),
            Place::Branch(_) => None,
        }
    }
}

/// Follows an action's lines up to one of its states.
fn read(block: &str, lines: usize) -> Option<ActionInterface> {
    let mut interface = ActionInterface::default();
    let mut exists = false;
    for (at, line) in block.lines().take(lines).enumerate() {
        if at == 0 {
            columns(line).1.clone_into(&mut interface.name);
            continue;
        }
        let mut letters = line.chars();
        match letters.next() {
            Some('@' | '=') => exists = true,
            Some('%') => exists = false,
            Some(mark) => change(&mut interface, mark, letters.as_str()),
            None => {}
        }
    }
    exists.then_some(interface)
}

fn change(interface: &mut ActionInterface, mark: char, rest: &str) {
    let (name, detail) = columns(rest);
    let key = name.to_ascii_lowercase();
    match mark {
        ':' => name.clone_into(&mut interface.using),
        '*' if name == "inputs" => interface.openness.inputs = true,
        '*' if name == "outputs" => interface.openness.outputs = true,
        '+' => {
            let input = input(name);
            interface.inputs.insert(input.name.to_ascii_lowercase(), input);
        }
        '~' => {
            let input = interface.inputs.entry(key).or_insert_with(|| input(name));
            input.deprecated = Some(advice(detail));
        }
        '-' => drop(interface.inputs.remove(&key)),
        '>' => drop(interface.outputs.insert(key, name.to_owned())),
        '<' => drop(interface.outputs.remove(&key)),
        _ => {}
    }
}

fn columns(line: &str) -> (&str, &str) {
    line.split_once('\t').unwrap_or((line, ""))
}

fn input(written: &str) -> InputInterface {
    let name = written.strip_suffix('!').unwrap_or(written);
    let must_be_given = name.len() < written.len();
    InputInterface { name: name.to_owned(), must_be_given, deprecated: None, kind: "string".to_owned() }
}

/// Says what to do instead of giving a deprecated input.
fn advice(detail: &str) -> String {
    match detail {
        "" => String::new(),
        "-" => "it is not needed any more".to_owned(),
        names => {
            let quoted: Vec<String> = names.split(' ').map(|name| format!("`{name}`")).collect();
            format!("use {}", quoted.join(" or "))
        }
    }
}

/// Keeps of two interfaces what holds whichever of them it is; the newer one tells how it runs.
fn either(mut older: ActionInterface, newer: &ActionInterface) -> ActionInterface {
    for (key, input) in &mut older.inputs {
        let other = newer.inputs.get(key);
        input.must_be_given &= other.is_some_and(|other| other.must_be_given);
        if let Some(other) = other {
            input.deprecated = input.deprecated.take().and(other.deprecated.clone());
        }
    }
    for (key, input) in &newer.inputs {
        let added = || InputInterface { must_be_given: false, ..input.clone() };
        older.inputs.entry(key.clone()).or_insert_with(added);
    }
    older.outputs.extend(newer.outputs.clone());
    older.using.clone_from(&newer.using);
    older
}

/// Keeps of an interface what will hold of later releases of its line too.
fn loosened(mut interface: ActionInterface) -> ActionInterface {
    interface.using.clear();
    interface.openness = Openness { inputs: true, outputs: true };
    for input in interface.inputs.values_mut() {
        input.must_be_given = false;
    }
    interface
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::workflow::ActionReference;

    const COMMIT: &str = "0123456789012345678901234567890123456789";

    fn ask(uses: &str, version: Option<&str>) -> Option<&'static ActionInterface> {
        let ActionReference::Repository(reference) = ActionReference::parse(uses) else { return None };
        interface(&reference, version)
    }

    fn using(uses: &str) -> Option<&'static str> {
        ask(uses, None).map(|interface| interface.using.as_str())
    }

    fn of_commit(action: &str, version: &str) -> Option<&'static ActionInterface> {
        ask(&format!("{action}@{COMMIT}"), Some(version))
    }

    fn small(text: &'static str) -> Block {
        blocks(text).map(Block::new).next().unwrap()
    }

    const SMALL: &str = "o/r\tTitle\n*outputs\twhy\n@1.0.0\n:node12\n+a!\n+b\n~b\ta c\n>x\n@1.2.0\n-a\n+c!\n@1.5.0\n:node16\n~c\t-\n@2.0.0\n%\n@2.1.0\n<x\n>y\n=v1\n+d\n=main\n~d\t\n";

    fn inputs(interface: Option<&ActionInterface>) -> Option<String> {
        let shown = interface?.inputs.values().map(|input| {
            let deprecated = input.deprecated.as_ref().map(|advice| format!("~{advice}")).unwrap_or_default();
            format!("{}{}{deprecated}", input.name, if input.must_be_given { "!" } else { "" })
        });
        Some(shown.collect::<Vec<_>>().join(","))
    }

    #[test]
    fn states_follow_from_what_releases_change() {
        let block = small(SMALL);
        let at = |reference: &str| inputs(block.of_reference(reference));
        assert_eq!(at("v1.0.0").as_deref(), Some("a!,b~use `a` or `c`"));
        assert_eq!(at("v1.1.9"), at("v1.0.0"));
        assert_eq!(at("1.2"), Some("b~use `a` or `c`,c!".to_owned()));
        assert_eq!(at("v1.5.0"), Some("b~use `a` or `c`,c!~it is not needed any more".to_owned()));
        assert_eq!(at("v1"), Some("b~use `a` or `c`,c!~it is not needed any more,d".to_owned()));
        assert_eq!(at("releases/v1"), at("v1.5.0"));
        assert_eq!(at("main"), Some("b~use `a` or `c`,c!~it is not needed any more,d~".to_owned()));
        for unknown in ["v1.5.1", "v1.6", "v2.0.0", "v2.0.9", "v2.2.0", "v3", "v0", "v0.9", "master", ""] {
            assert_eq!(at(unknown), None, "{unknown}");
        }
        let newest = block.of_reference("v2").unwrap();
        assert_eq!((newest.name.as_str(), newest.using.as_str()), ("Title", "node16"));
        assert_eq!(newest.outputs.keys().collect::<Vec<_>>(), ["y"]);
        assert!(newest.openness.outputs && !newest.openness.inputs);
    }

    #[test]
    fn a_commit_of_a_line_may_be_any_of_its_releases() {
        let block = small(SMALL);
        let at = |version: &str| inputs(block.of_commit(version));
        assert_eq!(at("v1.2.0"), Some("b~use `a` or `c`,c!".to_owned()));
        assert_eq!(at("v1.3"), at("v1.2.0"));
        assert_eq!(at("v1"), Some("a,b~use `a` or `c`,c,d".to_owned()));
        assert_eq!(at("main"), None);
        assert_eq!(at("v9"), None);
        let line = block.of_commit("v1").unwrap();
        assert_eq!(line.using, "node16");
    }

    #[test]
    fn part_of_a_line_is_not_known_where_it_changes() {
        let block = small("o/r\n@1.0.0\n:docker\n@1.2.1\n+a\n@1.2.5\n+b\n@1.9.0\n");
        assert_eq!(block.of_commit("v1.2"), None);
        assert_eq!(inputs(block.of_commit("v1.1")), Some(String::new()));
        assert_eq!(inputs(block.of_commit("v1.3")), Some("a,b".to_owned()));
        assert_eq!(inputs(block.of_reference("v1.2")), Some("a,b".to_owned()));
    }

    #[test]
    fn what_was_looked_at_long_ago_may_have_moved_on() {
        let block = small(
            "o/r\n*moving\tseen 2020-01-01\n@1.0.0\n:node12\n+a!\n@1.1.0\n+b\n~b\tc\n@2.0.0\n+c!\n@2.3.0\n=main\n",
        );
        let at = |reference: &str| {
            let interface = block.of_reference(reference)?;
            assert_eq!(interface.using.is_empty(), interface.openness.inputs && interface.openness.outputs);
            Some((inputs(Some(interface)).unwrap(), interface.openness.inputs))
        };
        let strict = |inputs: &str| Some((inputs.to_owned(), false));
        let loose = Some(("a,b~use `c`,c".to_owned(), true));
        assert_eq!(at("v1"), strict("a!,b~use `c`"));
        assert_eq!(at("v2.3.0"), strict("a!,b~use `c`,c!"));
        assert_eq!((at("v2"), at("v2.3"), at("main")), (loose.clone(), loose.clone(), loose));
        assert_eq!(at("v2.3.1"), None);
        assert!(block.of_commit("v2").unwrap().openness.inputs);
        assert!(!block.of_commit("v2.3.0").unwrap().openness.inputs);
    }

    #[test]
    fn the_reference_tells_the_release() {
        assert_eq!(using("actions/checkout@v3"), Some("node16"));
        assert_eq!(using("actions/checkout@v4"), Some("node20"));
        assert_eq!(using("Actions/Checkout@v4.2.2"), Some("node20"));
        assert_eq!(using("actions/cache/restore@v4.0.0"), Some("node20"));
        assert_eq!(using("actions/cache/restore@v1"), None);
        assert_eq!(using("pypa/gh-action-pypi-publish@v1.8.14"), Some("docker"));
        assert_eq!(using("dtolnay/rust-toolchain@stable"), Some("composite"));
        assert_eq!(using("actions/checkout@v999"), None);
        assert_eq!(using("actions/checkout"), None);
        assert_eq!(using("actions/unheard-of@v1"), None);
        assert_eq!(using(&format!("actions/checkout@{COMMIT}")), None);
    }

    #[test]
    fn the_first_version_with_a_runtime_is_told() {
        let since = |uses: &str, runtime: &str| match ActionReference::parse(uses) {
            ActionReference::Repository(reference) => major_since(&reference, |using| using == runtime),
            ActionReference::Local(_)
            | ActionReference::SelfRepository(_)
            | ActionReference::Docker(_)
            | ActionReference::Unknown => None,
        };
        assert_eq!(since("actions/checkout@v2", "node24"), Some(5));
        assert_eq!(since("actions/checkout@v2", "node20"), None);
        assert_eq!(since("actions/unheard-of@v2", "node24"), None);
    }

    #[test]
    fn only_numbers_name_a_release() {
        let is = |uses: &str| matches!(ActionReference::parse(uses), ActionReference::Repository(reference) if is_release(&reference));
        assert!(is("a/b@v1.2.3") && is("a/b@1.2.3.4"));
        assert!(!is("a/b@v1.2") && !is("a/b@v1") && !is("a/b@main") && !is("a/b") && !is(&format!("a/b@{COMMIT}")));
        assert!(is("actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683"));
    }

    #[test]
    fn the_comment_tells_the_release_of_a_commit() {
        let inputs = |version| of_commit("actions/checkout", version).map(|found| found.inputs.contains_key("filter"));
        assert_eq!(inputs("v4"), Some(true));
        assert_eq!(inputs("checkout/v4"), Some(true));
        assert_eq!(inputs("main"), None);
        // Releases whose commits are known, and are others.
        assert_eq!(inputs("v4.1.0"), None);
        let old = |version| of_commit("actions/checkout", version).map(|found| found.using.as_str());
        assert_eq!(old("v2.3.0"), Some("node12"));
        let exact = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683";
        assert_eq!(ask(exact, Some("v1.0.0")).map(|found| found.using.as_str()), Some("node20"));
        assert_eq!(ask(exact, None), ask("actions/checkout@v4.2.2", None));
        assert_eq!(
            ask("actions/checkout@v4.0.0", Some("v4.1.0")).map(|found| found.inputs.contains_key("filter")),
            Some(false)
        );
    }

    #[test]
    fn inputs_and_outputs_are_as_the_manifests_say() {
        let cache = ask("actions/cache@v4", None).unwrap();
        let needed = cache.inputs.values().filter(|input| input.must_be_given).map(|input| input.name.as_str());
        assert_eq!(needed.collect::<Vec<_>>(), ["key", "path"]);
        assert_eq!(cache.outputs.keys().collect::<Vec<_>>(), ["cache-hit"]);
        let publish = ask("PyPA/gh-action-pypi-publish@release/v1", None).unwrap();
        assert_eq!(publish.inputs["packages_dir"].deprecated.as_deref(), Some("use `packages-dir`"));
        assert!(ask("dorny/paths-filter@v3", None).unwrap().openness.outputs);
        assert!(ask("octokit/request-action@v2.x", None).unwrap().openness.inputs);
    }

    #[test]
    fn the_table_is_in_order_and_can_be_read() {
        let header: Vec<&str> =
            include_str!("data/actions.tsv").lines().take_while(|line| line.starts_with('#')).collect();
        for fact in ["# source: ", "# date: 20"] {
            assert!(header.iter().any(|line| line.starts_with(fact)), "{fact}");
        }
        assert!(TABLE.is_sorted_by(|one, other| one.name < other.name), "names must be unique and in order");
        assert!(TABLE.len() >= 750, "{}", TABLE.len());
        for block in TABLE.iter() {
            let lines = block.text.lines().skip(1);
            let marks = lines.map(|line| line.chars().next().unwrap_or('?')).collect::<String>();
            assert!(marks.chars().all(|mark| "*@=:+~-><%".contains(mark)), "{}: {marks}", block.name);
            let releases: Vec<Release> = block
                .states()
                .iter()
                .filter_map(|state| if let Place::Release(release) = state.place { Some(release) } else { None })
                .collect();
            assert!(releases.is_sorted_by(|one, other| one < other), "{}", block.name);
            assert!(block.states().iter().any(|state| block.interface(state).is_some()), "{}", block.name);
            for interface in block.states().iter().filter_map(|state| block.interface(state)) {
                assert!(!interface.using.is_empty(), "{}", block.name);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn hostile_references_are_unknown_or_known(action in "(actions/checkout|[a-z./ü]{0,9})", name in "\\PC{0,12}|v?[0-9]{0,11}(\\.[0-9x]{0,3}){0,6}", version in "\\PC{0,12}|v?[0-9.x]{0,12}") {
            let _ = ask(&format!("{action}@{name}"), Some(&version));
            let _ = of_commit(&action, &version);
        }
    }
}
