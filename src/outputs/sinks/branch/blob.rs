//! What git calls a file's content, and how large GitHub lets it be.

use sha1::{Digest as _, Sha1};

/// GitHub refuses larger files
/// (<https://docs.github.com/repositories/working-with-files/managing-large-files/about-large-files-on-github>).
pub const LARGEST_FILE: usize = 100 * 1024 * 1024;

/// Returns the name that git gives a file's content: the SHA-1 of a header and the content
/// (<https://git-scm.com/book/en/v2/Git-Internals-Git-Objects>), so that two files can be compared
/// without both being read. Repositories that name by SHA-256 have other names for the same
/// content.
pub fn blob_id(bytes: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", bytes.len()));
    hash.update(bytes);
    hash.finalize()
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_has_the_name_that_git_gives_it() {
        // As `git hash-object --stdin` says.
        assert_eq!(blob_id(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(blob_id(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
    }
}
