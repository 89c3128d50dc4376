//! A file in blocks of whole records, worked on side by side.
//!
//! A history may be larger than the memory there is: nothing here holds more of it than a few
//! blocks.

use std::io::{self, Read};

use memchr::{memchr_iter, memrchr, memrchr_iter};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

/// How many bytes are read at once.
const SIZE: usize = 1 << 20;

/// How far a block may grow in search of a place to cut. Behind it the file is cut at a line break,
/// wherever that stands: a record of this length is damaged.
const LARGEST: usize = 4 << 20;

/// Some whole records of a file.
#[derive(Debug)]
pub(crate) struct Block {
    /// Their bytes.
    pub(crate) bytes: Vec<u8>,
    /// Where the first one stands in the file.
    pub(crate) offset: u64,
    /// The line it begins on, from 1.
    pub(crate) line: usize,
}

/// Cuts what is read into blocks.
pub(crate) struct Blocks<R> {
    reader: R,
    /// What was read behind the last block.
    rest: Vec<u8>,
    offset: u64,
    line: usize,
}

impl<R: Read + Send> Blocks<R> {
    /// Reads from the start of a file.
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, rest: Vec::new(), offset: 0, line: 1 }
    }

    /// Works on all blocks, on every processor, and takes the results in the order of the file.
    ///
    /// # Errors
    /// The system refuses to read on.
    pub(crate) fn each<T: Send>(
        mut self,
        work: impl Fn(Block) -> T + Sync + Send,
        mut take: impl FnMut(T),
    ) -> io::Result<()> {
        let mut batch = self.batch()?;
        while !batch.is_empty() {
            let worked = || batch.into_par_iter().map(&work).collect::<Vec<T>>();
            let (done, next) = rayon::join(worked, || self.batch());
            done.into_iter().for_each(&mut take);
            batch = next?;
        }
        Ok(())
    }

    fn batch(&mut self) -> io::Result<Vec<Block>> {
        let mut batch = Vec::new();
        while batch.len() < 2 * rayon::current_num_threads() {
            let Some(block) = self.next_block()? else { break };
            batch.push(block);
        }
        Ok(batch)
    }

    /// Reads the next block; nothing where the file ends.
    ///
    /// # Errors
    /// The system refuses to read on.
    pub(crate) fn next_block(&mut self) -> io::Result<Option<Block>> {
        let mut bytes = std::mem::take(&mut self.rest);
        loop {
            let before = bytes.len();
            bytes.reserve_exact(SIZE);
            self.reader.by_ref().take(SIZE as u64).read_to_end(&mut bytes)?;
            let cut = if bytes.len() < before + SIZE { Some(bytes.len()) } else { Self::cut(&bytes) };
            let too_large = || memrchr(b'\n', &bytes).map(|newline| newline + 1).filter(|_| bytes.len() >= LARGEST);
            if let Some(cut) = cut.or_else(too_large) {
                self.rest = bytes.get(cut..).unwrap_or_default().to_vec();
                bytes.truncate(cut);
                return Ok(self.hand_out(bytes));
            }
        }
    }

    fn hand_out(&mut self, bytes: Vec<u8>) -> Option<Block> {
        if bytes.is_empty() {
            return None;
        }
        let block = Block { offset: self.offset, line: self.line, bytes };
        self.offset += block.bytes.len() as u64;
        self.line += memchr_iter(b'\n', &block.bytes).count();
        Some(block)
    }

    /// Finds the last place between two records. A line break with an odd number of quotes before
    /// it belongs to a field.
    fn cut(bytes: &[u8]) -> Option<usize> {
        let mut quotes = memchr_iter(b'"', bytes).count();
        let mut end = bytes.len();
        for newline in memrchr_iter(b'\n', bytes) {
            quotes -= memchr_iter(b'"', bytes.get(newline..end).unwrap_or_default()).count();
            end = newline;
            if quotes.is_multiple_of(2) {
                return Some(newline + 1);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &[u8]) -> Vec<Block> {
        let mut blocks = Blocks::new(text);
        std::iter::from_fn(|| blocks.next_block().unwrap()).collect()
    }

    fn check(text: &str) {
        let blocks = blocks(text.as_bytes());
        assert!(blocks.len() > 2, "{}", blocks.len());
        let together: Vec<u8> = blocks.iter().flat_map(|block| block.bytes.clone()).collect();
        assert_eq!(together, text.as_bytes());
        for pair in blocks.windows(2) {
            let [one, two] = pair else { continue };
            assert!(one.bytes.ends_with(b"\n") && memchr_iter(b'"', &one.bytes).count().is_multiple_of(2));
            assert_eq!(one.offset + one.bytes.len() as u64, two.offset);
            assert_eq!(one.line + memchr_iter(b'\n', &one.bytes).count(), two.line);
        }
    }

    #[test]
    fn blocks_end_between_records_and_hold_every_byte() {
        let lines = |line: &str| line.repeat(3 * SIZE / line.len());
        check(&lines("some,fields,of,a,table\n"));
        check(&lines("a,\"two\nlines, and \"\"quotes\"\"\"\n"));
    }

    #[test]
    fn what_has_no_place_to_cut_is_cut_in_the_end() {
        let text = [b"\"open\n".as_slice(), &b"x\n".repeat(LARGEST)].concat();
        let blocks = blocks(&text);
        assert!(blocks.iter().all(|block| block.bytes.len() <= LARGEST + SIZE), "{}", blocks.len());
        assert_eq!(blocks.iter().map(|block| block.bytes.len()).sum::<usize>(), text.len());
    }

    #[test]
    fn results_come_in_the_order_of_the_file() {
        let text = "0123456\n".repeat(500_000);
        let mut offsets = Vec::new();
        Blocks::new(text.as_bytes()).each(|block| block.offset, |offset| offsets.push(offset)).unwrap();
        assert!(offsets.len() > 2 && offsets.is_sorted(), "{offsets:?}");
    }
}
