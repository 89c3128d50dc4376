//! Whether findings fail the step that makes them: `data/findings.tsv`.

use std::sync::LazyLock;

/// When the findings of an action or a command fail its step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// The action in lower case, or a command as its words behind `$ `.
    name: &'static str,
    /// What makes findings fail it.
    by: By,
    /// What keeps them from doing so.
    without: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum By {
    Itself,
    Nothing,
    OneOf(Vec<Condition>),
}

/// An input or option, and what its value has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Condition {
    name: &'static str,
    value: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Any,
    Is(&'static str),
    IsNot(&'static str),
    Holds(&'static str),
}

static TABLE: LazyLock<Vec<Failing>> = LazyLock::new(|| {
    let lines = include_str!("data/findings.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(failing).collect()
});

fn failing(line: &'static str) -> Option<Failing> {
    let mut columns = line.split('\t');
    let (name, by, without) = (columns.next()?, columns.next()?, columns.next()?);
    let list = |text: &'static str| text.split(',').map(condition).collect::<Vec<_>>();
    let by = match by {
        "*" => By::Itself,
        "-" => By::Nothing,
        list_of => By::OneOf(list(list_of)),
    };
    Some(Failing { name, by, without: if without == "-" { Vec::new() } else { list(without) } })
}

fn condition(text: &'static str) -> Condition {
    let split = |mark: &str| text.split_once(mark);
    let (name, value) = match (split("!="), split("~"), split("=")) {
        (Some((name, value)), ..) => (name, Value::IsNot(value)),
        (None, Some((name, part)), _) => (name, Value::Holds(part)),
        (None, None, Some((name, value))) => (name, Value::Is(value)),
        (None, None, None) => (text, Value::Any),
    };
    Condition { name, value }
}

impl Condition {
    fn holds(self, given: Option<&str>) -> bool {
        given.is_some_and(|given| match self.value {
            Value::Any => true,
            Value::Is(value) => given == value,
            Value::IsNot(value) => given != value,
            Value::Holds(part) => given.contains(part),
        })
    }
}

impl Failing {
    /// Tells whether findings fail the step, given the values of its inputs or options.
    pub fn fails<'given>(&self, given: impl Fn(&str) -> Option<&'given str>) -> bool {
        let holds = |condition: &Condition| condition.holds(given(condition.name));
        let asked = match &self.by {
            By::Itself => true,
            By::Nothing => false,
            By::OneOf(conditions) => conditions.iter().any(holds),
        };
        asked && !self.without.iter().any(holds)
    }
}

/// Returns when findings of an action fail its step, whatever the case of its name; nothing where it is not known.
pub fn of_action(name: &str) -> Option<&'static Failing> {
    TABLE.iter().find(|failing| failing.name.eq_ignore_ascii_case(name))
}

/// Returns when findings of a command fail its step, given its words, the program's name first.
pub fn of_command(words: &[&str]) -> Option<&'static Failing> {
    TABLE.iter().find(|failing| {
        failing.name.strip_prefix("$ ").is_some_and(|command| {
            let mut wanted = command.split(' ');
            let program = wanted.next();
            // Options of the program may stand before its verb.
            let verb = wanted.next();
            let behind = words.iter().skip(1).find(|word| !word.starts_with('-')).copied();
            words.first().copied() == program && (verb.is_none() || verb == behind)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(name: &str, inputs: &[(&str, &str)]) -> bool {
        let given = |wanted: &str| inputs.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        of_action(name).unwrap().fails(given)
    }

    #[test]
    fn every_line_is_read() {
        let lines = include_str!("data/findings.tsv").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(lines.clone().count(), TABLE.len());
        assert!(lines.is_sorted());
        assert!(TABLE.iter().all(|failing| failing.name == failing.name.to_ascii_lowercase()));
    }

    #[test]
    fn inputs_say_whether_findings_fail_an_action() {
        assert!(!action("fossas/fossa-action", &[]) && action("FOSSAS/fossa-action", &[("run-tests", "true")]));
        assert!(
            !action("aquasecurity/trivy-action", &[]) && !action("aquasecurity/trivy-action", &[("exit-code", "0")])
        );
        assert!(action("aquasecurity/trivy-action", &[("exit-code", "1")]));
        assert!(action("anchore/scan-action", &[]) && !action("anchore/scan-action", &[("fail-build", "false")]));
        assert!(!action("securego/gosec", &[("args", "-no-fail ./...")]) && action("securego/gosec", &[]));
        assert!(!action("github/codeql-action/analyze", &[]));
        assert_eq!(of_action("actions/checkout"), None);
    }

    #[test]
    fn commands_are_found_by_program_and_verb() {
        let name = |command: &str| of_command(&command.split(' ').collect::<Vec<_>>()).map(|failing| failing.name);
        assert_eq!(name("trivy --quiet image x"), Some("$ trivy image"));
        assert_eq!(name("trivy sbom x"), None);
        assert_eq!(name("checkov -d ."), Some("$ checkov"));
    }
}
