//! SARIF 2.1.0, which GitHub's code scanning reads
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>).

pub mod findings;
pub mod scorecard;

mod document;
