//! What stands at GitHub under the program's name: a comment, an issue, a check's page. Each has a limit
//! that is kept: what is least important stands last, is cut first, and that is said.

use crate::model::marker::Marker;
use crate::model::notice::Notice;
use crate::model::run_summary::PartVerdict;
use crate::outputs::formats::escape;

/// The most that GitHub takes of a comment or an issue: so many characters. Bytes are counted here, of
/// which there are never fewer.
pub const MOST_BYTES: usize = 65_536;

/// The most that GitHub takes of a check's summary, one less.
pub const MOST_CHECK_BYTES: usize = 65_535;

/// What is known of where a notice comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The commit that was judged.
    pub commit: Option<String>,
    /// The address of the run.
    pub run: Option<String>,
}

/// Renders a comment or an issue: its marker, the verdict, all sections, and where it comes from.
pub fn body(marker: &Marker, notice: &Notice, source: &Source) -> String {
    let head =
        format!("{marker}\n### {} {}: {}\n", sign(notice.verdict), notice.title, escape::markdown(&notice.headline));
    let foot = foot(source);
    let room = MOST_BYTES.saturating_sub(head.len() + foot.len());
    format!("{head}{}{foot}", fitted(&notice.sections, room, source))
}

/// Renders a check's page, which has a heading of its own.
pub fn check(notice: &Notice, source: &Source) -> String {
    fitted(&notice.sections, MOST_CHECK_BYTES, source)
}

/// Renders the comment that says what is new about an issue.
pub fn change(notice: &Notice, source: &Source) -> String {
    format!("{} {}{}", sign(notice.verdict), escape::markdown(&notice.headline), foot(source))
}

/// Returns the mark of a verdict.
pub fn sign(verdict: PartVerdict) -> &'static str {
    match verdict {
        PartVerdict::Pass => "✅",
        PartVerdict::Warn => "⚠️",
        PartVerdict::Fail => "❌",
        PartVerdict::Unknown => "❓",
    }
}

fn foot(source: &Source) -> String {
    let commit = source.commit.as_deref().and_then(|commit| commit.get(..12)).map(escape::markdown_code);
    let commit = commit.map(|commit| format!("Commit {commit}"));
    let run = source.run.as_deref().map(|run| format!("[the run]({run})"));
    let parts: Vec<String> = [commit, run].into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!("\n\n{}\n", parts.join(" · ")) }
}

/// Puts sections under each other as far as there is room. Where there is none a section is cut between
/// lines, what is folded or fenced there is closed, and the lines that are missing are counted.
fn fitted(sections: &[String], room: usize, source: &Source) -> String {
    let all: Vec<String> = sections.iter().map(|section| format!("\n{}\n", section.trim_end())).collect();
    if all.iter().map(String::len).sum::<usize>() <= room {
        return all.concat();
    }
    let lines: Vec<&str> = all.iter().flat_map(|section| section.split_inclusive('\n')).collect();
    // Every number of lines has fewer digits.
    let room = room.saturating_sub(cut(usize::MAX, source).len());
    let (mut text, mut open) = (String::new(), Open::default());
    for (at, line) in lines.iter().enumerate() {
        let then = open.after(line);
        if text.len() + line.len() + then.closing().len() > room {
            text.push_str(&open.closing());
            text.push_str(&cut(lines.len() - at, source));
            return text;
        }
        text.push_str(line);
        open = then;
    }
    text
}

fn cut(lines: usize, source: &Source) -> String {
    let whole = source.run.as_deref().map(|run| format!(" All of it is in the summary of [the run]({run})."));
    let are = if lines == 1 { "1 line did" } else { &format!("{lines} lines did") };
    format!("\n\n**{are} not fit here.**{}\n", whole.unwrap_or_default())
}

/// What a text has opened and not closed so far.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    folds: usize,
    is_fenced: bool,
}

impl Open {
    fn after(self, line: &str) -> Self {
        let fences = line.trim_start().starts_with("```");
        if self.is_fenced || fences {
            return Self { is_fenced: self.is_fenced != fences, ..self };
        }
        let folds = self.folds + line.matches("<details>").count();
        Self { folds: folds.saturating_sub(line.matches("</details>").count()), ..self }
    }

    fn closing(self) -> String {
        let fence = if self.is_fenced { "```\n" } else { "" };
        format!("{fence}{}", "\n</details>\n".repeat(self.folds))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::marker::MarkerKind;

    fn marker() -> Marker {
        Marker { kind: MarkerKind::Comment, key: "a".to_owned(), run: (1, 1), state: String::new() }
    }

    fn notice(sections: Vec<String>) -> Notice {
        Notice {
            title: "Gates",
            verdict: PartVerdict::Fail,
            headline: "1 failed <b> @you".to_owned(),
            sections,
            annotations: Vec::new(),
            troubles: Vec::new(),
        }
    }

    fn source() -> Source {
        let run = Some("https://github.com/o/r/actions/runs/7".to_owned());
        Source { commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()), run }
    }

    #[test]
    fn a_comment_has_verdict_sections_and_source() {
        let text = body(&marker(), &notice(vec!["| a |\n".to_owned(), "more".to_owned()]), &source());
        insta::assert_snapshot!(text, @"
        <!-- plimsoll comment a run=1 attempt=1 state= -->
        ### ❌ Gates: 1 failed &lt;b&gt; @\u{200b}you

        | a |

        more


        Commit `0123456789ab` · [the run](https://github.com/o/r/actions/runs/7)
        ");
    }

    #[test]
    fn what_does_not_fit_is_cut_at_the_end_and_said() {
        let row = format!("| {} |\n", "x".repeat(995));
        let folded = format!("<details><summary>100 passed</summary>\n\n{}\n</details>\n", row.repeat(100));
        let text = body(&marker(), &notice(vec!["first".to_owned(), folded]), &source());
        assert!(text.len() <= MOST_BYTES && text.len() > MOST_BYTES - 1100, "{}", text.len());
        assert!(text.contains("\nfirst\n") && text.contains("\n</details>\n\n\n**3"), "{text}");
        assert!(text.contains(" lines did not fit here.** All of it is in the summary of [the run](https://"));
        assert!(text.ends_with("actions/runs/7)\n"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nothing_is_longer_than_github_takes(
            line in "\\PC{0,60}|<details>|</details>|```", other in "[a-ü|` ]{0,40}\n(<details>|```|</details>)?", times in 1..4000_usize,
        ) {
            let notice = notice(vec![format!("{line}\n{other}\n").repeat(times)]);
            prop_assert!(body(&marker(), &notice, &source()).len() <= MOST_BYTES);
            prop_assert!(check(&notice, &source()).len() <= MOST_CHECK_BYTES);
        }
    }
}
