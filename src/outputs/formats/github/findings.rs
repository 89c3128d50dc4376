//! A linter run as annotations.

use super::room::{Kind, Room};
use crate::model::finding::{Finding, LintReport, Problem, Region, Severity};
use crate::outputs::formats::{escape, not_checked, totals};

/// The runner cuts a message after so many characters.
const LONGEST: usize = 4096;

/// Renders the findings that count as workflow commands, the most severe first.
///
/// A step has room for ten errors, warnings and notices. What comes after them
/// is printed as plain lines, and the last lines say how many those are and what there is in
/// total. Files that could not be read are warnings.
pub fn render(report: &LintReport, room: &mut Room) -> String {
    let mut out = String::new();
    let mut plain = 0;
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let findings = report.active().filter(|finding| finding.severity == severity).map(Line::from);
        let problems = report.problems.iter().filter(|_| severity == Severity::Warning).map(Line::from);
        for line in problems.chain(findings) {
            let fits = room.take(kind(severity));
            out.push_str(&if fits { line.command(severity) } else { line.plain(severity) });
            out.push('\n');
            plain += usize::from(!fits);
        }
    }
    if plain > 0 {
        let are = if plain == 1 { "1 of these is" } else { &format!("{plain} of these are") };
        out.push_str(are);
        out.push_str(" only in this log: GitHub keeps 10 annotations of a kind for a step\n");
    }
    for (what, why) in not_checked::missing(report) {
        out.push_str(&escape::log_line(&escape::terminal(&format!("not checked: {what}: {why}"))));
        out.push('\n');
    }
    out.push_str(&totals::sentence(report));
    out.push('\n');
    out
}

/// One line of the log, as a command or not.
struct Line<'report> {
    title: &'report str,
    path: &'report str,
    region: Option<&'report Region>,
    message: &'report str,
    help: Option<&'report str>,
}

impl<'report> From<&'report Finding> for Line<'report> {
    fn from(finding: &'report Finding) -> Self {
        Self {
            title: finding.rule,
            path: &finding.region.path,
            region: Some(&finding.region),
            message: &finding.message,
            help: finding.help.as_deref(),
        }
    }
}

impl<'report> From<&'report Problem> for Line<'report> {
    fn from(problem: &'report Problem) -> Self {
        Self { title: "not checked", path: &problem.path, region: None, message: &problem.message, help: None }
    }
}

impl Line<'_> {
    fn command(&self, severity: Severity) -> String {
        let mut properties = vec![format!("file={}", escape::command_property(&escape::terminal(self.path)))];
        if let Some(Region { start, end, path: _ }) = self.region {
            properties.push(format!("line={},endLine={}", start.line, end.line));
            // The runner drops columns when the lines differ, and says so in a debug line.
            if start.line == end.line {
                properties.push(format!("col={},endColumn={}", start.column, end.column.max(start.column)));
            }
        }
        properties.push(format!("title={}", escape::command_property(self.title)));
        let mut message = escape::terminal(self.message);
        if let Some(help) = self.help {
            message.push_str("\nhelp: ");
            message.push_str(&escape::terminal(help));
        }
        format!("::{} {}::{}", kind(severity).command(), properties.join(","), escape::command_data(&cut(&message)))
    }

    fn plain(&self, severity: Severity) -> String {
        let place = match self.region {
            Some(Region { start, path, .. }) => format!("{path}:{}:{}", start.line, start.column),
            None => self.path.to_owned(),
        };
        let text = format!("{severity}[{}] {place}: {}", self.title, self.message);
        escape::log_line(&text.replace(['\n', '\r'], " "))
    }
}

fn kind(severity: Severity) -> Kind {
    match severity {
        Severity::Error => Kind::Error,
        Severity::Warning => Kind::Warning,
        Severity::Info => Kind::Notice,
    }
}

fn cut(message: &str) -> String {
    if message.chars().count() <= LONGEST {
        return message.to_owned();
    }
    message.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::formats::samples;

    #[test]
    fn findings_become_annotations() {
        insta::assert_snapshot!(render(&samples::report(), &mut Room::default()), @r"
        ::error file=.github/workflows/ci.yml,line=5,endLine=5,col=13,endColumn=18,title=needs-cycle::`test` and `build` need each other%0Ahelp: remove one of the two
        ::warning file=.github/workflows/ci.yml,line=9,endLine=9,col=15,endColumn=34,title=unpinned-action::`actions/checkout@v4` is not pinned to a commit%0Ahelp: pin it: `plimsoll lint --fix`
        ::warning file=.github/workflows/ci.yml,line=14,endLine=14,col=15,endColumn=34,title=unpinned-action::`actions/checkout@v4` is not pinned to a commit%0Ahelp: pin it: `plimsoll lint --fix`
        1 error, 2 warnings in 1 file; 1 suppressed
        ");
    }

    #[test]
    fn hostile_text_makes_no_command() {
        let text = render(&samples::hostile(), &mut Room::default());
        insta::assert_snapshot!(text, @r#"
        ::error file=.github/workflows/a%2Cb%3Ac%25|<b>`%0A%3A%3Aerror%3A%3Ax\u{1b}[1m ü.yml,line=3,endLine=3,col=1,endColumn=4,title=unpinned-action::a%0A::error::b\u{d}##%5Berror]c\u{1b}[2J|<script>`x`\u{202e}&"'%250A]]>\u{0}%0Ahelp: a%0A::error::b\u{d}##%5Berror]c\u{1b}[2J|<script>`x`\u{202e}&"'%250A]]>\u{0}
        ::warning file=.github/workflows/a%2Cb%3Ac%25|<b>`%0A%3A%3Aerror%3A%3Ax\u{1b}[1m ü.yml,title=not checked::a%0A::error::b\u{d}##%5Berror]c\u{1b}[2J|<script>`x`\u{202e}&"'%250A]]>\u{0}
        1 error in 1 file; 1 suppressed; 1 file not checked
        "#);
        let commands = text.lines().filter(|line| line.trim_start().starts_with("::"));
        assert_eq!(commands.count(), 2);
        assert!(!text.contains("##["), "{text}");
    }

    #[test]
    fn no_more_than_ten_of_a_kind_are_commands() {
        let path = "a.yml";
        let many = |severity| {
            (1..=12).map(move |line| samples::finding(severity, samples::region(path, line, (1, 2)), "::add-mask::x"))
        };
        let findings = many(Severity::Info).chain(many(Severity::Error)).collect();
        let text = render(&LintReport { files: 1, findings, ..LintReport::default() }, &mut Room::default());
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[..10].iter().all(|line| line.starts_with("::error file=a.yml,line=")), "{text}");
        assert_eq!(lines[10], "error[unpinned-action] a.yml:11:1: ::add-mask::x");
        assert_eq!(text.matches("::notice ").count(), 10);
        let end = "4 of these are only in this log: GitHub keeps 10 annotations of a kind for a step";
        assert_eq!(lines[24..], [end, "12 errors, 12 notices in 1 file"]);
    }

    #[test]
    fn columns_are_left_out_when_the_lines_differ() {
        let mut finding = samples::finding(Severity::Info, samples::region("a.yml", 3, (5, 1)), "x");
        finding.region.end.line = 4;
        let report = LintReport { files: 1, findings: vec![finding], ..LintReport::default() };
        assert!(
            render(&report, &mut Room::default())
                .starts_with("::notice file=a.yml,line=3,endLine=4,title=unpinned-action::x\n")
        );
    }

    #[test]
    fn long_messages_are_cut_where_the_runner_would() {
        let finding = samples::finding(Severity::Error, samples::region("a.yml", 1, (1, 2)), &"ü".repeat(5000));
        let text =
            render(&LintReport { files: 1, findings: vec![finding], ..LintReport::default() }, &mut Room::default());
        let message = text.lines().next().unwrap().rsplit("::").next().unwrap();
        assert_eq!((message.chars().count(), message.ends_with('…')), (LONGEST, true));
    }
}
