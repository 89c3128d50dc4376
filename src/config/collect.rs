//! The section `collect`.

use std::collections::BTreeMap;

use super::section::Value;

/// What is collected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collect {
    /// Globs of `JUnit` files.
    pub junit: Vec<String>,
    /// Files whose size is kept: name, then path or glob.
    pub sizes: BTreeMap<String, String>,
}

pub(super) fn read(value: Value<'_>) -> Collect {
    let section = value.section(&["junit", "sizes"]);
    let mut collect = Collect::default();
    section.set("junit", &mut collect.junit, |value| Some(value.texts()));
    section.set("sizes", &mut collect.sizes, |value| Some(sizes(value)));
    collect
}

fn sizes(value: Value<'_>) -> BTreeMap<String, String> {
    let mut sizes = BTreeMap::new();
    for (key, value) in value.entries() {
        // These characters would end the name where gates and tables write it as a label.
        if key.text().is_empty() || key.text().contains([',', '=', '{', '}']) {
            key.wrong("a name must not be empty nor hold , = { or }");
        }
        if let Some(path) = value.text() {
            sizes.insert(key.text().to_owned(), path);
        }
    }
    sizes
}
