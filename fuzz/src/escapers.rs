//! What must hold of every escaper, whatever the text: nothing that was read can break out of where it goes.

use plimsoll::outputs::formats::escape;

/// Holds every escaper against a text.
pub fn check(text: &str) {
    commands(text);
    terminals(text);
    markup(text);
    markdown(text);
    let uri = escape::uri_path(text);
    assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri:?}");
}

/// Workflow commands end with their line, and the older form of them is recognised anywhere.
fn commands(text: &str) {
    let data = escape::command_data(text);
    assert!(!data.contains(['\n', '\r']) && !data.contains("##["), "{data:?}");
    // The runner undoes what `@actions/core` does, the sign of escaping last.
    let read = data.replace("##%5B", "##[").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
    assert_eq!(read, text);
    let property = escape::command_property(text);
    assert!(!property.contains(['\n', '\r', ':', ',']), "{property:?}");
}

fn terminals(text: &str) {
    let is_sound = |character: char| matches!(character, '\n' | '\t') || !(character.is_control() || turns(character));
    let terminal = escape::terminal(text);
    assert!(terminal.chars().all(is_sound), "{terminal:?}");
    for line in text.lines() {
        let safe = escape::log_line(line);
        assert!(
            !safe.trim_start().starts_with("::") && !safe.contains("##[") && safe.chars().all(is_sound),
            "{safe:?}"
        );
    }
    let words = escape::log_words(text);
    assert!(!words.contains(['\n', '\r', '\t']) && !words.split(' ').any(|word| word.starts_with("::")), "{words:?}");
}

fn markup(text: &str) {
    for safe in [escape::html(text), escape::xml(text)] {
        assert!(!safe.contains(['<', '>', '"']) && !safe.contains("##["), "{safe:?}");
        assert!(
            safe.chars()
                .all(|character| matches!(character, '\n' | '\t') || !(character.is_control() || turns(character)))
        );
        for (at, _) in safe.match_indices('&') {
            let entity = safe[at + 1..].split(';').next().unwrap_or_default();
            assert!(["amp", "lt", "gt", "quot", "#39", "#35", "#10", "#9"].contains(&entity), "{safe:?}");
        }
    }
    assert!(!escape::html(text).contains('\''));
}

fn markdown(text: &str) {
    let safe = escape::markdown(text);
    assert!(!safe.contains(['\n', '\r', '<', '>']) && !safe.contains("://") && !safe.contains("##["), "{safe:?}");
    let mut before = ' ';
    let mut is_escaped = false;
    for character in safe.chars() {
        if "`*_[]|#~!$".contains(character) {
            assert!(is_escaped, "a bare {character} in {safe:?}");
        }
        assert!(before != '@' || character == '\u{200B}', "a mention in {safe:?}");
        is_escaped = character == '\\' && !is_escaped;
        before = character;
    }
    assert!(!is_escaped, "what follows is escaped: {safe:?}");
    let code = escape::markdown_code(text);
    let fence = code.chars().take_while(|character| *character == '`').count();
    let inside = &code[fence..code.len() - fence];
    let longest = inside.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    assert!(longest < fence && !inside.contains(['\n', '\r']) && !inside.contains("##["), "{code:?}");
    assert!(code.match_indices('|').all(|(at, _)| code[..at].ends_with('\\')), "{code:?}");
    let sentence = escape::markdown_sentence(text);
    assert!(!sentence.contains(['\n', '\r']) && !sentence.contains("##["), "{sentence:?}");
    assert!(sentence.match_indices('|').all(|(at, _)| sentence[..at].ends_with('\\')), "{sentence:?}");
}

/// Tells whether a mark changes the direction of the text around it.
fn turns(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
}
