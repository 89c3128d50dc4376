//! Scripts that are written below a command and read by the shell that it starts: `bash <<EOF`, `ssh HOST <<EOF`.

use std::ops::Range;

use super::super::program::plain;
use crate::shell::{Command, heredocs};

const SHELLS: &[&str] = &["bash", "sh", "zsh", "dash"];

/// Options of `ssh` that take a value.
const WITH_VALUE: &[&str] = &["-i", "-o", "-p", "-l", "-F", "-J", "-L", "-R"];

/// Returns the scripts below commands, each with the number of the command whose shell reads it.
pub(super) fn fed<'command>(
    script: &str,
    commands: impl Iterator<Item = &'command Command>,
) -> Vec<(usize, Range<usize>)> {
    let bodies = heredocs(script);
    if bodies.is_empty() {
        return Vec::new();
    }
    let commands: Vec<&Command> = commands.collect();
    let found = bodies.into_iter().filter_map(|heredoc| {
        let at = commands.iter().rposition(|command| command.range.start < heredoc.named.start)?;
        let command = commands.get(at).filter(|command| reads_script(&plain(&command.texts())))?;
        (command.range.start < heredoc.named.start && heredoc.is_closed).then_some((at, heredoc.body))
    });
    found.collect()
}

/// Returns such a script as its shell gets it.
pub(super) fn unescaped(body: &str) -> String {
    body.replace("\\$", "$").replace("\\`", "`")
}

/// Tells whether a command is a shell, here or on another machine, that reads what it runs.
fn reads_script(words: &[&str]) -> bool {
    let mut takes_value = false;
    let plain_words = words.iter().skip(1).filter(|word| {
        let is_value = std::mem::replace(&mut takes_value, WITH_VALUE.contains(*word));
        !is_value && !word.starts_with('-')
    });
    let own: Vec<&&str> = plain_words.collect();
    match words.first() {
        Some(program) if SHELLS.contains(program) => own.is_empty() && !words.contains(&"-c"),
        // Behind the host stands nothing, or the shell.
        Some(&"ssh") => own.len() == 1 || own.len() > 1 && own.last().is_some_and(|last| SHELLS.contains(*last)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::commands;

    #[test]
    fn shells_read_what_stands_below_them() {
        for (script, expected) in [
            ("bash <<EOF\nmake\nEOF\n", vec!["make\n"]),
            ("ssh -p 22 a@b <<'EOF'\nmake\nEOF\n", vec!["make\n"]),
            ("ssh $o -t \"$host\" bash -s <<EOF\nmake\nEOF\ntrue\n", vec!["make\n"]),
            ("cat <<EOF > x\nmake\nEOF\n", vec![]),
            ("ssh host cat <<EOF\nmake\nEOF\n", vec![]),
            ("bash run.sh <<EOF\nmake\nEOF\n", vec![]),
        ] {
            let commands = commands(script);
            let found: Vec<&str> =
                fed(script, commands.iter()).into_iter().filter_map(|(_, body)| script.get(body)).collect();
            assert_eq!(found, expected, "{script}");
        }
    }
}
