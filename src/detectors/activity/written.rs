//! What stands in scripts and inputs: images, values behind names, lines for evidence.

use super::super::inside::Image;
use super::super::program::unwrapped;
use super::super::targets::{Target, path_from};
use super::super::values::Values;
use crate::knowledge::tools::{Tool, tools};
use crate::model::repository::{Repository, folder_of, join, name_of};
use crate::model::workflow::Step;
use crate::model::yaml::Text;

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

/// Returns the path of a script of the repository that is only called as a tool is: `support/mkdocs`. What stands in
/// `bin` starts the tool of its name.
pub(super) fn own_script(repository: &Repository, texts: &[&str], folder: &str) -> Option<String> {
    let program = unwrapped(texts).first().copied().unwrap_or_default();
    path_from(folder, program).filter(|path| {
        let around = name_of(folder_of(path));
        program.contains('/')
            && !name_of(program).contains('.')
            && !matches!(around, "" | "bin" | "exe" | ".bin" | "sbin")
            && repository.paths.contains(path)
    })
}

/// Returns the tools that a script in Python starts by lists of words, as in `call(['mike'] + args)`, with what it is
/// called with where something is added to the list.
pub(super) fn started_by(repository: &Repository, path: &str, arguments: &[&str]) -> Vec<&'static Tool> {
    let text = repository.text(path).map_or("", |file| file.text.as_str());
    if !text.lines().next().is_some_and(|first| first.starts_with("#!") && first.contains("python")) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for rest in text.split("([").skip(1) {
        let Some((list, behind)) = rest.split_once(']') else { continue };
        let plain = |word: &str| {
            let inner = ['\'', '"'].iter().find_map(|quote| word.strip_prefix(*quote)?.strip_suffix(*quote));
            inner.map(str::to_owned)
        };
        let words: Vec<String> = list.split(',').map_while(|word| plain(word.trim())).collect();
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        if behind.trim_start().starts_with('+') {
            words.extend(arguments);
        }
        found.extend(tools().of_command(&words));
    }
    found
}

/// Returns what an action is by what it is told to do: Trivy looks through files or at an image, release-plz makes a
/// pull request or the release, with or without entries of a changelog.
pub(super) fn by_inputs(repository: &Repository, step: &Step, found: Vec<&'static Tool>) -> Vec<&'static Tool> {
    let input = |name: &str| step.input(name).map(Text::as_str);
    if step.is_action("aquasecurity/trivy-action") {
        let kind = input("scan-type").filter(|kind| !kind.is_empty()).unwrap_or("image");
        let mut words = vec!["trivy", kind];
        // Without a list it looks for both (trivy.dev, "Filesystem").
        let scanners = input("scanners").unwrap_or("vuln,secret");
        words.extend(scanners.split(',').map(str::trim).flat_map(|scanner| ["--scanners", scanner]));
        return if kind == "image" { found } else { tools().of_command(&words) };
    }
    if step.is_action("release-plz/action") || step.is_action("MarcoIeni/release-plz-action") {
        let files = ["release-plz.toml", ".release-plz.toml"].into_iter().filter_map(|path| repository.text(path));
        let mut lines = files.flat_map(|file| file.text.lines()).map(|line| line.replace(' ', ""));
        // Then people write the changelog, and a release has no notes.
        let entries = if lines.any(|line| line.starts_with("changelog_update=false")) { "--no-changelog" } else { "" };
        return tools().of_command(&["release-plz", input("command").unwrap_or("release"), entries]);
    }
    found
}
