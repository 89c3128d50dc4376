//! Writes of PowerShell and of the Windows command prompt, line by line.

use super::{COMMAND, HOLE, Outputs, Stream, VARIABLE};

/// Reads a script of PowerShell. It is complete only where each line is a write or nothing.
pub(super) fn powershell(script: &str) -> Outputs {
    read(script, |line| {
        let is_write = [">>", "Out-File", "Add-Content", "Tee-Object"].iter().any(|word| line.contains(word));
        is_write.then(|| quoted(line)).flatten()
    })
}

/// Reads a script of the command prompt.
pub(super) fn cmd(script: &str) -> Outputs {
    read(script, |line| {
        let start = line.get(..5).filter(|start| start.trim_start_matches('@').eq_ignore_ascii_case("echo "))?;
        let (text, _) = line.get(start.len()..)?.split_once('>')?;
        Some(text.trim_end().to_owned())
    })
}

/// Reads line by line; `write` returns the text that a line writes.
fn read(script: &str, write: impl Fn(&str) -> Option<String>) -> Outputs {
    let mut stream = Stream::default();
    let mut is_closed = true;
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty() && !is_comment(line)) {
        if line.contains(COMMAND) {
            stream.printed(line);
        } else if line.to_ascii_uppercase().contains(VARIABLE) {
            match write(line) {
                Some(text) => stream.text(&format!("{text}\n")),
                None => stream.is_open = true,
            }
        } else {
            is_closed = false;
        }
    }
    stream.finish(is_closed)
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#')
        || line.starts_with("::")
        || line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("rem "))
}

/// Returns the first text in quotes, with variables and the like left out.
fn quoted(line: &str) -> Option<String> {
    let start = line.find(['"', '\''])?;
    let quote = line.get(start..)?.chars().next()?;
    let (text, _) = line.get(start + 1..)?.split_once(quote)?;
    let text = if quote == '"' { text.replace('$', &HOLE.to_string()) } else { text.to_owned() };
    Some(text.replace("`n", "\n"))
}
