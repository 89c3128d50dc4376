//! What the runner makes of a step's log and of its environment files.

use std::collections::BTreeMap;

/// An annotation that the runner would show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Annotation {
    /// `error`, `warning` or `notice`.
    pub(crate) kind: String,
    /// `file`, `line`, `col`, `title` and their like.
    pub(crate) properties: BTreeMap<String, String>,
    /// The message, unescaped.
    pub(crate) message: String,
}

/// The commands that the runner knows; others are plain text to it.
const COMMANDS: &[&str] = &[
    "debug",
    "notice",
    "warning",
    "error",
    "group",
    "endgroup",
    "add-mask",
    "add-matcher",
    "remove-matcher",
    "echo",
    "stop-commands",
    "set-output",
    "save-state",
    "set-env",
    "add-path",
];

/// Finds the annotations in a log.
///
/// A command that our program has no reason to print was smuggled in by something it read, and so
/// was one in the old form, which the runner finds anywhere in a line.
pub(crate) fn annotations(log: &str) -> Vec<Annotation> {
    let mut found = Vec::new();
    for line in log.lines() {
        let old = line.match_indices("##[").map(|(at, _)| &line[at + 3..]);
        let old: Vec<&str> = old.filter(|rest| known(rest.split([' ', ']']).next().unwrap_or_default())).collect();
        assert_eq!(old, Vec::<&str>::new(), "the runner would obey: {line}");
        let Some((head, data)) = line.trim_start().strip_prefix("::").and_then(|rest| rest.split_once("::")) else {
            continue;
        };
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        match name.to_lowercase().as_str() {
            kind @ ("error" | "warning" | "notice") => {
                let properties = properties.split(',').filter_map(|pair| pair.trim().split_once('='));
                let properties = properties.map(|(key, value)| (key.to_lowercase(), unescape_property(value)));
                found.push(Annotation {
                    kind: kind.to_owned(),
                    properties: properties.collect(),
                    message: unescape(data),
                });
            }
            "group" | "endgroup" | "debug" | "add-mask" => {}
            name => assert!(!known(name), "the runner would obey: {line}"),
        }
    }
    found
}

fn known(name: &str) -> bool {
    COMMANDS.contains(&name.to_lowercase().as_str())
}

fn unescape(data: &str) -> String {
    data.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
}

fn unescape_property(value: &str) -> String {
    unescape(&value.replace("%3A", ":").replace("%2C", ","))
}

/// Parses an environment file; what the runner would refuse is a failed test.
pub(crate) fn environment_file(text: &str) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let mut lines = text.split('\n');
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let heredoc = line.find("<<").filter(|at| line.find('=').is_none_or(|equals| *at < equals));
        let (name, value) = if let Some(at) = heredoc {
            let delimiter = &line[at + 2..];
            assert!(!delimiter.is_empty(), "no delimiter: {line}");
            assert!(text.contains(&format!("\n{delimiter}\n")), "{delimiter} does not end its value");
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            (&line[..at], value.join("\n"))
        } else {
            let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("neither = nor <<: {line}"));
            (name, value.to_owned())
        };
        assert!(!name.is_empty(), "no name: {line}");
        values.insert(name.to_owned(), value);
    }
    values
}

#[test]
fn annotations_are_read_as_the_runner_reads_them() {
    let log = "text\n  ::Error file=a%2Cb.yml,line=3,title=T%3A::50%25%0Adone\n::nosuch::x\n::group::g\n";
    let found = annotations(log);
    let properties = [("file", "a,b.yml"), ("line", "3"), ("title", "T:")];
    let properties = properties.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    assert_eq!(found, [Annotation { kind: "error".to_owned(), properties, message: "50%\ndone".to_owned() }]);
}

#[test]
fn environment_files_are_read_as_the_runner_reads_them() {
    let values = environment_file("a=1=2\n\nb<<E\nx=1\n\ny\nE\nc=<<E\n");
    let expected = [("a", "1=2"), ("b", "x=1\n\ny"), ("c", "<<E")];
    assert_eq!(values, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}
