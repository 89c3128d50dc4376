//! Writes what mending made of files, prints it, or shows the difference.

use std::path::Path;

use super::inputs::Inputs;
use super::linter::Linter;
use super::mended::Mended;
use super::{Mending, Terms, say};
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
    let linter = Linter::new(&inputs.root, terms)?;
    let mended = |file| Mended::new(file, mending.most, &|file| linter.file(file));
    let pipe = inputs.piped.as_ref();
    let piped = linter.each(pipe.as_slice(), |piped| mended(piped.file.clone())).pop();
    let files = linter.each(&inputs.files, |(path, _)| {
        // What cannot be read is told when the findings are.
        linter.read(path).ok().map(mended)
    });
    let paths = inputs.files.iter().map(|(path, _)| path.as_path());
    let changed =
        paths.zip(files).filter_map(|(path, mended)| Some((path, mended?))).filter(|(_, file)| file.fixes > 0);
    match mending.writing {
        Writing::Dry => {
            let mut shown: Vec<ChangedFile> =
                pipe.map(|piped| piped.mark).zip(piped).map(|(mark, file)| shown(file, mark)).into_iter().collect();
            for (path, mended) in changed {
                let (mark, _) = repository::read_marked(path).kind(FailureKind::Input)?;
                shown.push(self::shown(mended, mark));
            }
            let difference = diff::render(&shown, reader(world));
            world.stdout.write_all(difference.as_bytes()).kind(FailureKind::Output)?;
            Ok(Stdout::Taken)
        }
        Writing::Real => {
            let mut written = Count::default();
            for (path, mended) in changed {
                match write(&inputs.root, path, &mended)? {
                    None => written.add(&mended),
                    Some(why) => say(&format!("{} was not mended: {why}", mended.file.path), world)?,
                }
            }
            let stdout = match (piped, &mut inputs.piped) {
                (Some(mended), Some(piped)) => {
                    written.add(&mended);
                    let text = format!("{}{}", piped.mark, mended.file.text);
                    world.stdout.write_all(text.as_bytes()).kind(FailureKind::Output)?;
                    piped.file = mended.file;
                    Stdout::Taken
                }
                _ => Stdout::Free,
            };
            written.tell(world)?;
            Ok(stdout)
        }
    }
}

fn shown(mended: Mended, mark: &'static str) -> ChangedFile {
    ChangedFile { path: mended.file.path, mark, text: mended.text }
}

/// Writes a file, or tells why that may not be.
fn write(root: &Path, path: &Path, mended: &Mended) -> Result<Option<String>, Failure> {
    if repository::is_link(path) {
        return Ok(Some("it is a link".to_owned()));
    }
    let folder = path.parent().unwrap_or(root);
    if !repository::below(root, folder).is_ok_and(|inside| inside.is_some()) {
        return Ok(Some("it lies outside of the repository".to_owned()));
    }
    let (mark, present) = repository::read_marked(path).kind(FailureKind::Input)?;
    if present != mended.text.original() {
        return Ok(Some("it was changed meanwhile".to_owned()));
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
