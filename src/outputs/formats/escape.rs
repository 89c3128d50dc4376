//! Escaping, one function a destination. Everything that was read from somewhere goes through
//! the one for where it is going.

/// Escapes a workflow command's message, as `@actions/core` does
/// (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>). Also
/// breaks up `##[`, the older form that the runner recognises anywhere in a line.
pub fn command_data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    text.replace("##[", "##%5B")
}

/// Escapes a workflow command's property, such as `file` or `title`.
pub fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Makes text safe for a terminal: control characters other than line breaks and tabs, and the
/// marks that reorder text, become visible escapes.
pub fn terminal(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        let reorders = matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}');
        if (character.is_control() && !matches!(character, '\n' | '\t')) || reorders {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Makes one log line safe for the runner, which reads commands from `::` at the start of a line
/// and from `##[` anywhere in it: both are broken up by a zero-width space.
pub fn log_line(text: &str) -> String {
    let safe = terminal(text).replace("##[", "#\u{200B}#[");
    let blanks = safe.len() - safe.trim_start().len();
    match safe.get(blanks..) {
        Some(rest) if rest.starts_with("::") => safe.replacen("::", ":\u{200B}:", 1),
        _ => safe,
    }
}

/// Escapes text for HTML content and for attributes in double quotes.
pub fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            control if control.is_control() && !matches!(control, '\n' | '\t') => safe.push('\u{FFFD}'),
            other => safe.push(other),
        }
    }
    safe
}

/// Escapes text for a Markdown paragraph or table cell: no markup, no HTML, no mention, no link
/// comes out of it, and it stays on one line.
pub fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => safe.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '$' => {
                safe.push('\\');
                safe.push(character);
            }
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            // A zero-width space keeps a mention from notifying and a bare link from forming.
            '@' => safe.push_str("@\u{200B}"),
            control if control.is_control() => safe.push('\u{FFFD}'),
            other => safe.push(other),
        }
    }
    safe.replace("://", ":\u{200B}//")
}

/// Puts text into a Markdown code span, with a fence longer than any run of backticks inside.
pub fn markdown_code(text: &str) -> String {
    let flat: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let longest = flat.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if flat.starts_with('`') || flat.ends_with('`') { " " } else { "" };
    // GitHub splits table cells at a bare bar even inside code.
    format!("{fence}{pad}{}{pad}{fence}", flat.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_cannot_be_broken_out_of() {
        assert_eq!(
            command_data("50%\r\n::error::x ##[set-env name=A]b"),
            "50%25%0D%0A::error::x ##%5Bset-env name=A]b"
        );
        assert_eq!(command_property("a,b:c%"), "a%2Cb%3Ac%25");
    }

    #[test]
    fn log_lines_hold_no_command() {
        for hostile in ["::add-mask::x", "  ::error::x", "see ##[error]x", "##[add-path]/x"] {
            let safe = log_line(hostile);
            assert!(!safe.trim_start().starts_with("::") && !safe.contains("##["), "{safe}");
        }
        assert_eq!(log_line("a::b"), "a::b");
    }

    #[test]
    fn terminals_see_no_control_characters() {
        assert_eq!(terminal("a\u{1b}[2Jb\u{202e}c\td"), "a\\u{1b}[2Jb\\u{202e}c\td");
    }

    #[test]
    fn markdown_and_html_hold_no_markup() {
        assert_eq!(markdown("<b>|@me [x](y)\n`z`"), "&lt;b&gt;\\|@\u{200B}me \\[x\\](y) \\`z\\`");
        assert_eq!(html("<a href=\"'&\u{1}"), "&lt;a href=&quot;&#39;&amp;\u{FFFD}");
        assert_eq!(markdown_code("a``b"), "```a``b```");
        assert_eq!(markdown_code("`"), "`` ` ``");
    }
}
