//! Where commas and line breaks stand.
//!
//! Fields of a table are a few bytes long, so a search that begins anew behind each of them spends most of its time on
//! beginning. Here sixty-four bytes are compared at once, and what was found is taken out of one number bit by bit.

/// How many bytes are looked at together: one for each bit of a number.
const WINDOW: usize = 64;

/// Goes through the places of all commas and line breaks of some bytes.
#[derive(Debug)]
pub(super) struct Separators<'bytes> {
    bytes: &'bytes [u8],
    /// Where the bytes begin that were looked at last.
    window: usize,
    /// What they still have, a bit for each byte, the first one lowest.
    left: u64,
}

impl<'bytes> Separators<'bytes> {
    pub(super) fn new(bytes: &'bytes [u8]) -> Self {
        Self { bytes, window: 0, left: found(bytes) }
    }
}

impl Iterator for Separators<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            let rest = self.bytes.get(self.window + WINDOW..)?;
            self.window += WINDOW;
            self.left = found(rest);
        }
        let place = self.window + self.left.trailing_zeros() as usize;
        // Takes the lowest bit away.
        self.left &= self.left - 1;
        Some(place)
    }
}

/// Finds the commas and line breaks among the first bytes.
fn found(bytes: &[u8]) -> u64 {
    if let Some(window) = bytes.first_chunk() {
        return found_in(window);
    }
    let mut window = [0; WINDOW];
    window.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    found_in(&window)
}

fn found_in(window: &[u8; WINDOW]) -> u64 {
    let is_separator = window.map(|byte| u8::from(byte == b',') | u8::from(byte == b'\n'));
    let (words, _) = is_separator.as_chunks();
    words.iter().rev().fold(0, |found, word| found << 8 | gathered(u64::from_le_bytes(*word)))
}

/// Gathers the lowest bits of eight bytes. Multiplied by these powers of two, the bit of byte `n` stands at place
/// `56 + n`, and no two bits meet anywhere (Warren, Hacker's Delight, on gathering with a multiplication).
fn gathered(word: u64) -> u64 {
    word.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_comma_and_line_break_is_found(bytes in proptest::collection::vec(
            proptest::sample::select(b"ab\x2D\x0B\xAC\x8A,\n".to_vec()), 0..300,
        )) {
            let places = bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, b',' | b'\n')).map(|(at, _)| at);
            assert!(Separators::new(&bytes).eq(places));
        }
    }
}
