//! The `plimsoll` program: read the environment, run, turn the outcome into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    plimsoll::cli::main()
}
