//! What runs cost, and whom that is for.

use jiff::civil::Date;

/// Billed minutes and money of a report's rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Costs {
    /// By what started the runs, by workflow, and by runner; the most expensive first in each.
    pub by_event: Vec<Cost>,
    /// By workflow.
    pub by_workflow: Vec<Cost>,
    /// By runner.
    pub by_runner: Vec<Cost>,
    /// All of it.
    pub total: Cost,
    /// The month of the newest row; `None` where it began less than a day before that.
    pub month: Option<MonthCost>,
    /// The dollars that a month may cost.
    pub budget: Option<f64>,
    /// The minutes that the plan includes each month.
    pub included: Option<f64>,
}

/// Billed minutes and money of something.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cost {
    /// What it is of.
    pub name: String,
    /// Jobs.
    pub jobs: usize,
    /// Billed minutes.
    pub minutes: f64,
    /// US dollars at list price, of the jobs whose price is known.
    pub dollars: f64,
    /// Jobs whose price is not known.
    pub unpriced: usize,
}

/// A month that is not over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MonthCost {
    /// Its first day.
    pub first: Date,
    /// So far.
    pub minutes: f64,
    /// US dollars so far.
    pub dollars: f64,
    /// At the end, if it goes on as in the days so far.
    pub projected_minutes: f64,
    /// US dollars at the end, if it goes on as in the days so far.
    pub projected_dollars: f64,
    /// Minutes of the plan that are used so far: those of standard runners, times 1 on Linux, 2 on Windows, 10 on macOS.
    pub plan_minutes: f64,
}
