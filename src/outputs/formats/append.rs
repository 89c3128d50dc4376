//! Text that is put together piece by piece.

use std::fmt;

/// Appends formatted text. Unlike `write!` into a `String` it has no result to look at, since it
/// cannot fail.
pub(crate) fn append(text: &mut String, arguments: fmt::Arguments<'_>) {
    match arguments.as_str() {
        Some(fixed) => text.push_str(fixed),
        None => text.push_str(&arguments.to_string()),
    }
}
