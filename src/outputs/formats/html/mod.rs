//! HTML pages that need nothing but themselves: no script, no font, no request.

mod chart;
pub mod report;
