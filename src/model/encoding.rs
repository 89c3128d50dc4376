//! How a file is written where its size is measured.

use std::str::FromStr;

/// A way to write a file smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// As `gzip -9` writes it.
    Gzip,
    /// As `brotli -q 11` writes it.
    Brotli,
    /// As `zstd -19` writes it.
    Zstd,
}

/// A word that no encoding has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no encoding `{0}`; known are gzip, brotli and zstd")]
pub struct UnknownEncoding(String);

impl Encoding {
    /// The words of all encodings.
    pub const WORDS: &[&str] = &["gzip", "brotli", "zstd"];

    /// Returns the encoding's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "brotli",
            Self::Zstd => "zstd",
        }
    }
}

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(word: &str) -> Result<Self, UnknownEncoding> {
        let all = [Self::Gzip, Self::Brotli, Self::Zstd];
        all.into_iter().find(|encoding| encoding.word() == word).ok_or_else(|| UnknownEncoding(word.to_owned()))
    }
}
