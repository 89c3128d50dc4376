//! What programs say of themselves.

use std::path::Path;
use std::time::Duration;

use super::process::{Limits, Program};

/// A program that answers at all answers within this time.
const LIMITS: Limits = Limits { time: Duration::from_secs(10), bytes: 1 << 16 };

/// Returns the first line that a program prints when it is asked like this, or why there is none.
///
/// # Errors
/// The program cannot be started, takes too long, or fails; the text says which, in its own words
/// where it has some.
pub fn first_line(program: &Program, arguments: &[&str], folder: &Path) -> Result<String, String> {
    let ended = program.run(arguments, folder, &[], LIMITS).map_err(|error| error.to_string())?;
    let line = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.lines().find(|line| !line.trim().is_empty()).map(|line| line.trim().chars().take(200).collect::<String>())
    };
    let said = line(&ended.stdout);
    if ended.status.success() {
        return said.ok_or_else(|| "says nothing".to_owned());
    }
    Err(line(&ended.stderr).or(said).unwrap_or_else(|| format!("ends with {}", ended.status)))
}
