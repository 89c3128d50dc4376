//! What stands in scripts and inputs: images, values behind names, lines for evidence.

use super::super::inside::Image;
use super::super::program::unwrapped;
use super::super::targets::Target;
use super::super::values::Values;
use crate::model::repository::{Repository, folder_of, join, name_of};

/// Stands between inputs of an action while names in them are replaced.
pub(super) const SEPARATOR: char = '\u{1F}';

/// Reads the image that the inputs of an action name, and its tags.
pub(super) fn image(inputs: &str) -> Option<(Image, &str)> {
    let mut inputs = inputs.split(SEPARATOR);
    let mut next = || inputs.next().unwrap_or_default();
    let (context, file, target, tags) = (next(), next(), next(), next());
    // Without a context the repository itself is built.
    let context = if context.is_empty() || context.contains("${{") { "." } else { context };
    let file = if file.is_empty() { None } else { Some(join("", file)?) };
    Some((Image::new(join("", context)?, file, Some(target))?, tags))
}

/// Returns the commands that a command stands for whose words name a matrix's row, a variable or
/// an input.
pub(super) fn unfolded(texts: &[&str], folder: &str, values: &Values) -> Vec<Target> {
    if !texts.iter().any(|word| word.contains('$')) {
        return Vec::new();
    }
    let scripts = values.unfold(&texts.join(" "));
    scripts.into_iter().map(|script| Target::new(folder, script)).collect()
}

/// Returns the image of a `docker run`.
pub(super) fn image_of<'word>(words: &[&'word str]) -> Option<&'word str> {
    let (program, rest) = words.split_first()?;
    let is_run = matches!(*program, "docker" | "podman" | "nerdctl") && rest.first() == Some(&"run");
    let looks_like_image =
        |word: &&&str| word.contains('/') && !word.starts_with(['-', '/', '.', '$', '"']) && !word.contains('=');
    rest.iter().skip(1).filter(|_| is_run).find(looks_like_image).copied()
}

pub(super) fn one_line(text: &str) -> String {
    let mut line = text.replace("\\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = line.char_indices().nth(100) {
        line.truncate(at);
        line.push('…');
    }
    line
}
/// Tells whether a command is a script of the repository that is only called as a tool is: `support/mkdocs`. What
/// stands in `bin` starts the tool of its name.
pub(super) fn is_own_script(repository: &Repository, texts: &[&str], folder: &str) -> bool {
    let program = unwrapped(texts).first().copied().unwrap_or_default();
    let program = ["$GITHUB_WORKSPACE/", "${GITHUB_WORKSPACE}/", "${{ github.workspace }}/"]
        .iter()
        .find_map(|root| program.strip_prefix(root))
        .unwrap_or(program);
    let path = join(folder, program).filter(|_| program.contains('/') && !name_of(program).contains('.'));
    path.is_some_and(|path| {
        let around = name_of(folder_of(&path));
        !matches!(around, "" | "bin" | "exe" | ".bin" | "sbin") && repository.paths.contains(&path)
    })
}
