//! What committing came to, as Markdown.

use crate::outputs::formats::escape;

/// Renders why rows are not on the branch, for the summary of the job: what to do, and the folder that
/// keeps them, where there is one.
pub fn stopped(why: &str, hints: &[String], kept: &str) -> String {
    let mut lines = vec!["## The metrics were not committed".to_owned(), String::new(), escape::markdown(why)];
    lines.extend((!hints.is_empty()).then(String::new));
    lines.extend(hints.iter().map(|hint| format!("- {}", escape::markdown(hint))));
    if !kept.is_empty() {
        let kept = escape::markdown_code(kept);
        lines.push(format!(
            "\nThe rows are kept in {kept} as long as the job runs. \
             A step behind this one with `if: failure()` and `actions/upload-artifact` of that folder keeps them longer."
        ));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_said_is_no_markup() {
        let told = stopped("declined: <script>*x*", &["try `again`".to_owned()], "a`b");
        assert!(!told.contains("<script>") && told.contains("kept in ``a`b``"), "{told}");
        assert!(!stopped("x", &[], "").contains("kept"));
    }
}
