//! Writes what mending made of files, prints it, or shows the difference.

use std::path::{Path, PathBuf};

use super::inputs::{Inputs, Piped};
use super::linter::Linter;
use super::mended::Mended;
use super::terms::Terms;
use super::{Mending, say};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::collected::Writing;
use crate::outputs::formats::diff::{self, ChangedFile, Reader};
use crate::outputs::formats::totals;
use crate::outputs::sinks::file;
use crate::sources::repository;
use crate::world::{Color, World};

/// Whether something else than the findings was written to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stdout {
    /// Nothing was.
    Free,
    /// A difference, or the text that was piped in.
    Taken,
}

/// Mends the files, and what was piped in.
///
/// # Errors
/// A file or the stream cannot be written.
pub(super) fn mend(inputs: &mut Inputs, mending: Mending, terms: &Terms, world: &mut World) -> Result<Stdout, Failure> {
    let (piped, files) = {
        let linter = Linter::new(&inputs.root, terms)?;
        let mended = |file| Mended::new(file, mending.most, &|file| linter.file(file));
        let piped = linter.each(inputs.piped.as_slice(), |piped| {
            let file = piped.file.clone();
            if piped.is_excluded { Mended::unchanged(file) } else { mended(file) }
        });
        // What cannot be read is told when the findings are.
        let files = linter.each(&inputs.files, |(path, _)| linter.read(path).ok().map(mended));
        let changed = inputs.files.iter().zip(files).filter_map(|((path, _), file)| Some((path.clone(), file?)));
        let changed: Vec<(PathBuf, Mended)> = changed.filter(|(_, file)| file.fixes > 0).collect();
        (piped.into_iter().next().zip(inputs.piped.as_mut()), changed)
    };
    match mending.writing {
        Writing::Dry => show(piped, files, world),
        Writing::Real => write_all(piped, files, &inputs.root, world),
    }
}

/// Prints the difference.
fn show(
    piped: Option<(Mended, &mut Piped)>,
    files: Vec<(PathBuf, Mended)>,
    world: &mut World,
) -> Result<Stdout, Failure> {
    let mut changed: Vec<ChangedFile> = piped.into_iter().map(|(mended, piped)| shown(mended, piped.mark)).collect();
    for (path, mended) in files {
        let (mark, _) = repository::read_marked(&path).kind(FailureKind::Input)?;
        changed.push(shown(mended, mark));
    }
    let difference = diff::render(&changed, reader(world));
    world.stdout.write_all(difference.as_bytes()).kind(FailureKind::Output)?;
    Ok(Stdout::Taken)
}

/// Writes the files, and prints what was piped in.
fn write_all(
    piped: Option<(Mended, &mut Piped)>,
    files: Vec<(PathBuf, Mended)>,
    root: &Path,
    world: &mut World,
) -> Result<Stdout, Failure> {
    let mut written = Count::default();
    for (path, mended) in files {
        match write(root, &path, &mended)? {
            None => written.add(&mended),
            Some(why) => say(&format!("{} was not mended: {why}", mended.file.path), world)?,
        }
    }
    let mut stdout = Stdout::Free;
    if let Some((mended, piped)) = piped {
        written.add(&mended);
        let text = format!("{}{}", piped.mark, mended.file.text);
        world.stdout.write_all(text.as_bytes()).kind(FailureKind::Output)?;
        piped.file = mended.file;
        stdout = Stdout::Taken;
    }
    written.tell(world)?;
    Ok(stdout)
}

fn shown(mended: Mended, mark: &'static str) -> ChangedFile {
    ChangedFile { path: mended.file.path, mark, text: mended.text }
}

/// Writes a file, or tells why that may not be.
fn write(root: &Path, path: &Path, mended: &Mended) -> Result<Option<&'static str>, Failure> {
    if repository::is_link(path) {
        return Ok(Some("it is a link"));
    }
    let folder = path.parent().unwrap_or(root);
    if !repository::below(root, folder).is_ok_and(|inside| inside.is_some()) {
        return Ok(Some("it lies outside of the repository"));
    }
    let (mark, present) = repository::read_marked(path).kind(FailureKind::Input)?;
    if present != mended.text.original() {
        return Ok(Some("it was changed meanwhile"));
    }
    let content = format!("{mark}{}", mended.file.text);
    file::write(path, content.as_bytes()).kind(FailureKind::Output)?;
    Ok(None)
}

/// Tells who reads what goes to standard output.
fn reader(world: &World) -> Reader {
    match world.color {
        Color::Always => Reader::Terminal,
        Color::Never if world.environment.in_actions() => Reader::Log,
        Color::Never => Reader::Program,
    }
}

/// What was mended so far.
#[derive(Default)]
struct Count {
    fixes: usize,
    files: usize,
    unfinished: Vec<String>,
}

impl Count {
    fn add(&mut self, mended: &Mended) {
        self.fixes += mended.fixes;
        self.files += usize::from(mended.fixes > 0);
        self.unfinished.extend(mended.is_unfinished.then(|| mended.file.path.clone()));
    }

    fn tell(&self, world: &mut World) -> Result<(), Failure> {
        for path in &self.unfinished {
            say(&format!("{path} has more to mend than one run does: run it again"), world)?;
        }
        let mended = totals::number(self.fixes, "finding");
        say(&format!("mended {mended} in {}", totals::number(self.files, "file")), world)
    }
}
