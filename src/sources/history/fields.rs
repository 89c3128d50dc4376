//! The fields of a table's rows, seen one after the other without making rows of them.

use std::cmp::Ordering;
use std::fs::File;
use std::path::Path;

use super::blocks::{Block, Blocks};
use super::header::Header;
use super::order::{Order, Sorting};
use super::scan::{check, header_of};
use super::{Damage, ReadError};
use crate::model::history::TableFile;
pub use crate::sources::formats::csv::Fields;
use crate::sources::formats::csv::Records;

/// How a table's files were found.
#[derive(Debug, Default)]
pub struct Walked {
    /// Lines that are no rows.
    pub damages: Vec<Damage>,
    /// Whether rows stand in more than one place, or not in their order: then a row may be told twice, and
    /// only merging all of them says what is so.
    pub is_unsorted: bool,
}

/// What was seen in a block.
struct Part<T> {
    value: T,
    damages: Vec<Damage>,
    is_unsorted: bool,
    first: Option<Order>,
    last: Order,
}

/// Shows every row of some files of one table, those of closed months first, block by block on every
/// processor, and takes what was made of each block in the order of the files.
///
/// # Errors
/// The system refuses to read a file.
#[expect(clippy::disallowed_methods, reason = "sources read files")]
pub fn walk<T: Default + Send>(
    folder: &Path,
    files: &[TableFile],
    see: impl Fn(&mut T, &Fields<'_>) + Sync + Send,
    mut take: impl FnMut(T),
) -> Result<Walked, ReadError> {
    let mut walked = Walked::default();
    let mut last: Option<Order> = None;
    for file in files {
        let path = folder.join(file.to_string());
        let refused = |source| ReadError::Refused { path: path.clone(), source };
        let mut blocks = Blocks::new(File::open(&path).map_err(refused)?);
        let Some(mut first) = blocks.next_block().map_err(refused)? else {
            walked.damages.push(Damage::empty(*file, b""));
            continue;
        };
        let header = match header_of(*file, &mut first, &[]) {
            Ok((header, _)) => header,
            Err(damage) => {
                walked.damages.push(damage);
                continue;
            }
        };
        let sorting = Sorting::of(file.table.table());
        let looking = Looking { file: *file, header: &header, sorting: &sorting };
        let mut done = |part: Part<T>| {
            walked.damages.extend(part.damages);
            walked.is_unsorted |= part.is_unsorted;
            if let Some(first) = part.first {
                walked.is_unsorted |= last.as_ref().is_some_and(|last| sorting.compare(last, &first) != Ordering::Less);
                last = Some(part.last);
            }
            take(part.value);
        };
        done(looking.look(&first, &see));
        blocks.each(|block| looking.look(&block, &see), done).map_err(refused)?;
    }
    Ok(walked)
}

struct Looking<'all> {
    file: TableFile,
    header: &'all Header,
    sorting: &'all Sorting,
}

impl Looking<'_> {
    fn look<T: Default>(&self, block: &Block, see: &impl Fn(&mut T, &Fields<'_>)) -> Part<T> {
        let mut part =
            Part { value: T::default(), damages: Vec::new(), is_unsorted: false, first: None, last: Order::default() };
        let mut order = Order::default();
        let mut records = Records::new(&block.bytes, block.line);
        while let Some(record) = records.next_record() {
            match check(self.header, self.sorting, &record) {
                Ok(is_usual) => part.is_unsorted |= !is_usual,
                Err(wrong) => {
                    part.damages.push(Damage::new(self.file, wrong, record.raw));
                    continue;
                }
            }
            let Ok(fields) = &record.fields else { continue };
            self.sorting.read(fields, &mut order);
            if part.first.is_none() {
                part.first = Some(order.clone());
            } else {
                part.is_unsorted |= self.sorting.compare(&part.last, &order) != Ordering::Less;
            }
            std::mem::swap(&mut part.last, &mut order);
            see(&mut part.value, fields);
        }
        part
    }
}
