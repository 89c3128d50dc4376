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
        if (character.is_control() && !matches!(character, '\n' | '\t')) || misleads(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Tells whether a character is none at all, or a mark that changes the direction of the text around
/// it, and so can make it read as something else.
fn misleads(character: char) -> bool {
    matches!(character, '\u{FFFE}' | '\u{FFFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
}

/// Makes text safe for a terminal and for the runner's log, and puts it on one line, which may be
/// broken anew before any word: no word begins like a workflow command.
pub fn log_words(text: &str) -> String {
    let flat = text.trim_end().replace("\r\n", " ").replace(['\n', '\r', '\t'], " ");
    log_line(&flat).replace(" ::", " :\u{200B}:")
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
            mark if misleads(mark) => safe.push('\u{FFFD}'),
            other => safe.push(other),
        }
    }
    safe.replace("##[", "#&#35;[")
}

/// Escapes text for XML content and for attributes in double quotes. Control characters, and
/// others that XML cannot hold, are left out; line breaks survive in attributes too.
pub fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' => safe.push_str("&#10;"),
            '\t' => safe.push_str("&#9;"),
            control if control.is_control() || matches!(control, '\u{FFFE}' | '\u{FFFF}') => {}
            mark if misleads(mark) => safe.push('\u{FFFD}'),
            other => safe.push(other),
        }
    }
    safe.replace("##[", "#&#35;[")
}

/// Escapes a path for a relative URI reference (RFC 3986): everything but letters, digits,
/// `-._~` and the slashes becomes percent-encoded UTF-8.
pub fn uri_path(path: &str) -> String {
    let mut safe = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            safe.push(char::from(byte));
        } else {
            safe.extend(format!("%{byte:02X}").chars());
        }
    }
    safe
}

/// Escapes text for a Markdown paragraph or table cell: no markup, no HTML, no mention, no link
/// comes out of it, and it stays on one line. GitHub makes links to issues of rendered text, where no
/// backslash is left: a zero-width space keeps them from forming, since each would be told of in the issue.
pub fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '#' if characters.peek().is_some_and(char::is_ascii_digit) => safe.push_str("\\#\u{200B}"),
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
            odd if odd.is_control() || misleads(odd) => safe.push('\u{FFFD}'),
            other => safe.push(other),
        }
    }
    let safe = safe.replace("://", ":\u{200B}//");
    // The other forms of links that need no markup.
    [("GH-", "GH\u{200B}-"), ("gh-", "gh\u{200B}-"), ("www.", "www\u{200B}.")]
        .into_iter()
        .fold(safe, |safe, (link, apart)| safe.replace(link, apart))
}

/// Puts text into a Markdown code span, with a fence longer than any run of backticks inside.
pub fn markdown_code(text: &str) -> String {
    let flat = text.chars().map(|character| match character {
        control if control.is_control() => ' ',
        mark if misleads(mark) => '\u{FFFD}',
        other => other,
    });
    let flat = flat.collect::<String>().replace("##[", "#\u{200B}#[");
    // Two backticks with nothing between them are no span.
    let flat = if flat.is_empty() { " ".to_owned() } else { flat };
    let longest = flat.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if flat.starts_with('`') || flat.ends_with('`') { " " } else { "" };
    // GitHub splits table cells at a bare bar even inside code.
    format!("{fence}{pad}{}{pad}{fence}", flat.replace('|', "\\|"))
}

/// Escapes a sentence that has names in backticks, as messages have: those become code spans,
/// all else is escaped by [`markdown`]. Without a partner, backticks are ordinary characters.
pub fn markdown_sentence(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return markdown(text);
    }
    let part = |(at, part): (usize, &&str)| match (at % 2, part.is_empty()) {
        (0, _) => markdown(part),
        (_, true) => markdown("``"),
        (_, false) => markdown_code(part),
    };
    parts.iter().enumerate().map(part).collect()
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
        assert_eq!(log_words("::a b\n::c\t::d e::f"), ":\u{200B}:a b :\u{200B}:c :\u{200B}:d e::f");
    }

    #[test]
    fn terminals_see_no_control_characters() {
        assert_eq!(terminal("a\u{1b}[2Jb\u{202e}c\td"), "a\\u{1b}[2Jb\\u{202e}c\td");
    }

    #[test]
    fn xml_holds_only_what_xml_can() {
        assert_eq!(xml("##[error]"), "#&#35;[error]");
        assert_eq!(xml("<a b=\"c&d\">\n\u{1b}\u{0}\u{FFFF}é"), "&lt;a b=&quot;c&amp;d&quot;&gt;&#10;é");
    }

    #[test]
    fn uris_hold_no_other_characters() {
        assert_eq!(uri_path(".github/a b:%ü.yml"), ".github/a%20b%3A%25%C3%BC.yml");
    }

    #[test]
    fn markdown_and_html_hold_no_markup() {
        assert_eq!(markdown("<b>|@me [x](y)\n`z`"), "&lt;b&gt;\\|@\u{200B}me \\[x\\](y) \\`z\\`");
        // None of GitHub's links without markup forms.
        assert_eq!(markdown("#12 GH-7 www.x.y # a"), "\\#\u{200B}12 GH\u{200B}-7 www\u{200B}.x.y \\# a");
        assert_eq!(html("<a href=\"'&\u{1}"), "&lt;a href=&quot;&#39;&amp;\u{FFFD}");
        assert_eq!(markdown_code("a``b"), "```a``b```");
        assert_eq!(markdown_code("`"), "`` ` ``");
        assert_eq!(markdown_code(""), "` `");
        assert_eq!(markdown_code("##[error]"), "`#\u{200B}#[error]`");
        assert_eq!(
            markdown("a\u{202e}b") + &html("\u{2066}") + &markdown_code("\u{200f}"),
            "a\u{FFFD}b\u{FFFD}`\u{FFFD}`"
        );
        assert_eq!(markdown_sentence("`a@b|c` is *not* `d`"), "`a@b\\|c` is \\*not\\* `d`");
        assert_eq!(markdown_sentence("a ` b `` c"), "a \\` b \\`\\` c");
        assert_eq!(markdown_sentence("an empty `` name"), "an empty \\`\\` name");
    }
}
