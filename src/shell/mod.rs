//! Scripts: which program reads them, and those of POSIX-like shells as commands, with the places of
//! their words.
//!
//! Nothing is expanded or run: a variable stays as it is written. What a shell would refuse is
//! read as well as it can be; reading never fails, and every range lies inside the script.

mod commands;
mod constructs;
mod expansions;
mod interpreter;
mod outputs;
mod parentheses;
mod pipelines;
mod plain;
mod powershell;
mod quoting;
pub mod remarks;
mod statements;
mod tokens;

pub use commands::{Command, Redirection, commands, redirections};
pub use expansions::{Expanded, Expansion, expansions, is_plain_class, literal_expressions};
pub use interpreter::{Interpreter, Origin, Shell};
pub use outputs::{Language, Outputs, outputs};
pub use pipelines::{Input, Sink, Stage, stages};
pub use plain::PlainScript;
pub use powershell::{PowerShellCode, powershell_code};
pub use quoting::{Quoting, quoting};
pub use statements::{Read, Statement, Target, Tongue, statements};
pub use tokens::{Heredoc, Word, heredocs};
