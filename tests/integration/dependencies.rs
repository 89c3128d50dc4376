//! Holds what is linked into the program to what `deny.toml` allows, without network: licences,
//! sources, and how many packages there are.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The most packages that the program for Linux on x86-64 may be built from, itself included.
const BUDGET: usize = 260;

/// The platform of the image and of the budget.
const TARGET: &str = "x86_64-unknown-linux-gnu";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the strings of the list in `deny.toml` that opens with the given line.
fn allowed(opening: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let (_, rest) = text.split_once(opening).unwrap_or_else(|| panic!("deny.toml has no `{opening}`"));
    let (list, _) = rest.split_once(']').unwrap();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Tells whether a licence expression can be met with the allowed licences.
///
/// Covers what manifests hold: identifiers, `AND`, `OR`, parentheses, and the old `A/B` for `OR`.
fn permitted(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let met = any(&mut rest, allowed);
    met && rest.is_empty()
}

fn any(rest: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut met = all(rest, allowed);
    while let ["OR", after @ ..] = *rest {
        *rest = after;
        met |= all(rest, allowed);
    }
    met
}

fn all(rest: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut met = one(rest, allowed);
    while let ["AND", after @ ..] = *rest {
        *rest = after;
        met &= one(rest, allowed);
    }
    met
}

fn one(rest: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let [word, after @ ..] = *rest else { return false };
    *rest = after;
    if *word != "(" {
        // An exception only widens what the licence permits.
        if let ["WITH", _, after @ ..] = *rest {
            *rest = after;
        }
        return allowed.contains(*word);
    }
    let met = any(rest, allowed);
    let [")", after @ ..] = *rest else { return false };
    *rest = after;
    met
}

#[test]
fn every_licence_is_allowed() {
    let allowed = allowed("\nallow = [");
    let metadata = cargo(&["metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 50, "cargo metadata lists only {} packages", packages.len());
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(|license| permitted(license, &allowed)))
        .map(|package| format!("{}: {}", package["name"], package["license"]))
        .collect();
    assert_eq!(refused, Vec::<String>::new());
}

#[test]
fn licence_expressions_are_understood() {
    let allowed: BTreeSet<String> = ["MIT", "ISC"].map(str::to_owned).into();
    for expression in ["MIT", "GPL-3.0 OR MIT", "MIT/GPL-2.0", "(GPL-3.0 OR MIT) AND ISC", "GPL-3.0 OR ISC AND MIT"] {
        assert!(permitted(expression, &allowed), "{expression}");
    }
    for expression in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR GPL-3.0", "MIT ISC", "", "(MIT OR ISC) AND GPL-3.0"] {
        assert!(!permitted(expression, &allowed), "{expression}");
    }
}

/// The lock file lists all platforms, so nothing is hidden behind a `cfg`.
#[test]
fn every_source_is_allowed() {
    let allowed = allowed("\nallow-registry = [");
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let sources: BTreeSet<&str> = lock.lines().filter_map(|line| line.strip_prefix("source = \"")).collect();
    assert!(!sources.is_empty(), "Cargo.lock names no source");
    for source in sources {
        let registry = source.trim_end_matches('"').strip_prefix("registry+");
        assert!(registry.is_some_and(|registry| allowed.contains(registry)), "{source}");
    }
}

#[test]
fn packages_stay_within_the_budget() {
    let tree = cargo(&["tree", "--locked", "--edges", "normal", "--target", TARGET, "--prefix", "none"]);
    let packages: BTreeSet<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    println!("{} packages of {BUDGET}", packages.len());
    assert!(packages.len() > 20, "cargo tree lists only {} packages", packages.len());
    assert!(
        packages.len() <= BUDGET,
        "{} packages, but the budget is {BUDGET}: a new one needs its reason",
        packages.len()
    );
}
