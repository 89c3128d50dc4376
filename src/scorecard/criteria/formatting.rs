//! Whether the layout of source text is checked: by a formatter that only looks, by a linter that looks at it, too, or
//! by one that writes where a difference then fails the job.

use crate::detectors::activity::{Activity, Silence};
use crate::knowledge::tools::Kind;
use crate::model::repository::name_of;
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::model::yaml::Node;
use crate::scorecard::evidence::{at, of, present};
use crate::scorecard::facts::{Facts, is_failure};

pub(super) fn format_check(facts: &Facts<'_>) -> Verdict {
    let verdict = facts.tool(&[Kind::Format], "a formatter runs in check mode");
    if verdict.status == Status::Present {
        return verdict;
    }
    if let Some((formatter, check)) = facts.written_and_compared().first() {
        return present("a formatter runs, and a difference fails the job", vec![of(formatter), of(check)]);
    }
    match among_go_linters(facts).or_else(|| by_eslint(facts)) {
        Some(evidence) => present("a linter checks the format, too", evidence),
        None => facts.or_elsewhere(verdict, &["format", "fmt", "prettier", "style", "lint", "validation"]),
    }
}

impl<'model> Facts<'model> {
    /// Returns the formatters that write, each with what fails in its job when there is a difference then.
    pub(super) fn written_and_compared(&self) -> Vec<(&Activity<'model>, &Activity<'model>)> {
        let mut formatters = self.of(&[Kind::FormatWrite]);
        formatters.retain(|formatter| !formatter.in_image_build);
        let found = formatters.into_iter().filter_map(|formatter| {
            let mut behind = self.activities.all.iter().filter(|other| {
                other.run == formatter.run && other.number > formatter.number && !other.in_image_build && !other.foreign
            });
            // What is committed, or put back, is no difference any more.
            let mut kept = behind.by_ref().take_while(|other| !hides_differences(other));
            let check = kept.find(|other| self.fails_on_difference(other, formatter))?;
            Some((formatter, check))
        });
        found.collect()
    }

    /// Tells whether a command fails, or its step does, when files differ from what is committed.
    fn fails_on_difference(&self, check: &Activity<'_>, formatter: &Activity<'_>) -> bool {
        // It commits what was mended to the pull request, and fails until then (autofix.ci, "Setup").
        if check.step.is_some_and(|step| step.is_action("autofix-ci/action")) && check.words.is_empty() {
            return check.silence.is_none();
        }
        if git(check, GIT_DIFF).is_some() {
            return self.compared(check).is_some_and(|arguments| is_about_all(arguments, formatter));
        }
        let is_test = matches!(check.words.first().map(String::as_str), Some("[" | "[[" | "test"));
        if !is_test || !check.words.iter().any(|word| self.lists_differences(word, check)) {
            return false;
        }
        let wants_none = check.has_word(|word| matches!(word, "-z" | "=" | "=="));
        let by_itself = wants_none && !check.tested && check.silence.is_none();
        by_itself || self.ends_behind(check)
    }

    /// Returns the arguments of a `git diff` whose step fails when there is a difference.
    pub(super) fn compared<'activity>(&self, check: &'activity Activity<'_>) -> Option<&'activity [String]> {
        let arguments = git(check, GIT_DIFF)?;
        let says = arguments.iter().any(|word| matches!(word.as_str(), "--exit-code" | "--quiet"));
        // `|| (echo …; exit 1)` looks as if it excused the failure.
        let fails = match check.silence {
            _ if check.tested => self.ends_behind(check),
            None => true,
            Some(Silence::Excused) => self.ends_at_once_behind(check),
            Some(_) => false,
        };
        (says && fails).then_some(arguments)
    }

    /// Tells whether a word of a test is what `git status` or `git diff` prints, or a variable that holds it.
    fn lists_differences(&self, word: &str, check: &Activity<'_>) -> bool {
        let lists = |text: &str| {
            let asks = ["git status --porcelain", "git status -s", "git status --short", "git diff", "git ls-files -m"];
            (text.contains("$(") || text.contains('`')) && asks.iter().any(|command| text.contains(command))
        };
        let name = word.trim_matches('"').trim_start_matches('$').trim_matches(['{', '}']);
        let holds = |other: &&Activity<'_>| {
            other.run == check.run
                && other.order == check.order
                && other.number < check.number
                && other
                    .assignments
                    .iter()
                    .any(|set| set.split_once('=').is_some_and(|(variable, value)| variable == name && lists(value)))
        };
        lists(word) || (word.contains('$') && self.activities.all.iter().any(|other| holds(&other)))
    }

    /// Tells whether the step of a test ends with a failure behind it.
    pub(super) fn ends_behind(&self, test: &Activity<'_>) -> bool {
        self.behind(test).any(is_failure)
    }

    fn ends_at_once_behind(&self, test: &Activity<'_>) -> bool {
        self.behind(test).take(2).any(is_failure)
    }

    /// Returns what follows a command in its step.
    fn behind(&self, command: &Activity<'_>) -> impl Iterator<Item = &Activity<'model>> {
        let (run, order, number) = (command.run, command.order, command.number);
        let all = self.activities.all.iter();
        all.filter(move |other| other.run == run && other.order == order && other.number > number)
    }
}

/// The commands of Git that compare.
const GIT_DIFF: &[&str] = &["diff", "diff-index", "diff-files"];

/// Returns the arguments of a command of Git, by the names it may have.
fn git<'activity>(activity: &'activity Activity<'_>, names: &[&str]) -> Option<&'activity [String]> {
    let (program, rest) = activity.words.split_first()?;
    let at = rest.iter().position(|word| names.contains(&word.as_str()))?;
    // Options, and what some take, stand before the command's name.
    let options = rest.get(..at).unwrap_or_default();
    let mut valued = false;
    let only_options = options.iter().all(|word| {
        let takes = matches!(word.as_str(), "-C" | "-c");
        word.starts_with('-') | std::mem::replace(&mut valued, takes)
    });
    (program == "git" && only_options).then(|| rest.get(at + 1..).unwrap_or_default())
}

fn hides_differences(activity: &Activity<'_>) -> bool {
    git(activity, &["commit", "stash", "reset", "restore", "checkout", "clean"]).is_some()
        || activity.step.is_some_and(|step| step.is_action("actions/checkout"))
}

/// Tells whether a comparison looks at more than single files that no formatter writes.
fn is_about_all(arguments: &[String], formatter: &Activity<'_>) -> bool {
    let mut paths = arguments.iter().filter(|word| !word.starts_with('-') && !is_revision(word)).peekable();
    paths.peek().is_none()
        || paths
            .any(|path| path == "." || path.starts_with(':') || path.contains('*') || formatter.words.contains(path))
}

fn is_revision(word: &str) -> bool {
    word.starts_with("HEAD") || word.starts_with("origin/")
}

/// Formatters that golangci-lint runs among its linters, and reports differences of.
const GO_FORMATTERS: &[&str] = &["gofmt", "gofumpt", "goimports", "gci", "golines", "swaggo"];

/// Finds a run of golangci-lint with a formatter among what it checks: by its command line, or by its configuration
/// (golangci-lint.run, "Formatters" and "Linters").
fn among_go_linters(facts: &Facts<'_>) -> Option<Vec<Evidence>> {
    let mut runs = facts.of(&[Kind::Lint]);
    runs.retain(|lint| lint.silence.is_none() && lint.tools.iter().any(|tool| tool.name == "golangci-lint"));
    let names_one = |list: &str| list.split([',', ' ', '=']).any(|name| GO_FORMATTERS.contains(&name));
    let by_option = |lint: &&&Activity<'_>| {
        let given = lint.input("args").map(|args| args.value.split_whitespace().map(str::to_owned).collect());
        let words: Vec<String> = given.unwrap_or_else(|| lint.words.clone());
        words.iter().enumerate().any(|(at, word)| {
            let (option, value) = word.split_once('=').unwrap_or((word, words.get(at + 1).map_or("", String::as_str)));
            matches!(option, "--enable" | "-E") && names_one(value)
        })
    };
    if let Some(lint) = runs.iter().find(by_option) {
        return Some(vec![of(lint)]);
    }
    let lint = runs.first()?;
    let paths = [".golangci.yml", ".golangci.yaml"];
    let (path, file) =
        facts.repository.texts.get_key_value(*paths.iter().find(|path| facts.repository.text(path).is_some())?)?;
    let root = file.roots().next()?;
    let enabled = ["linters", "formatters"].into_iter().filter_map(|key| root.get(key)?.get("enable"));
    let name = enabled.flat_map(Node::texts).find(|name| GO_FORMATTERS.contains(&name.as_str()))?;
    Some(vec![at(path, file.position(name.span.start), format!("enable: {}", name.value)), of(lint)])
}

/// Finds a run of `eslint` whose configuration makes every difference from Prettier an error
/// (<https://github.com/prettier/eslint-plugin-prettier>, "Configuration").
fn by_eslint(facts: &Facts<'_>) -> Option<Vec<Evidence>> {
    let mut runs = facts.of(&[Kind::Lint]);
    runs.retain(|lint| lint.silence.is_none() && lint.words.first().is_some_and(|program| program == "eslint"));
    let lint = runs.first()?;
    let is_setting = |path: &str| {
        let name = name_of(path);
        name.starts_with("eslint.config.") || name.starts_with(".eslintrc") || name == "package.json"
    };
    let rules = ["'prettier/prettier': 'error'", "\"prettier/prettier\": \"error\"", "'prettier/prettier': ['error'"];
    let rules_of_lists = ["\"prettier/prettier\": [\"error\"", "'prettier/prettier': 2", "\"prettier/prettier\": 2"];
    let sets = ["plugin:prettier/recommended", "eslint-plugin-prettier/recommended"];
    let words: Vec<&str> = [&rules[..], &rules_of_lists, &sets].concat();
    Some(vec![facts.line_in(is_setting, &words)?, of(lint)])
}
