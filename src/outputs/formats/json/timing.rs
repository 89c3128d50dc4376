//! Where time goes, what would change it, and what it costs, as JSON.

use serde_json::{Value, json};

use crate::model::costs::{Cost, Costs};
use crate::model::timing::{Accuracy, Forecast, Gantt, Recommendation, Taken, TimeSpent};

pub(super) fn spent(spent: &TimeSpent) -> Value {
    let path: Vec<Value> =
        spent.path.iter().map(|job| json!({"job": job.job, "share": job.share, "p50_s": job.p50_s})).collect();
    json!({
        "workflow": spent.workflow, "runs": spent.runs, "wall_s": spent.wall_s, "critical_path": path,
        "parallelism": spent.parallelism, "efficiency": spent.efficiency, "work_s": spent.work_s,
        "lost": {"queue_s": spent.lost.queue_s, "critical_queue_s": spent.lost.path_queue_s, "setup_s": spent.lost.setup_s,
            "cache_misses_s": spent.lost.cache_s, "retries_s": spent.lost.retry_s},
    })
}

pub(super) fn gantt(gantt: &Gantt) -> Value {
    let bars: Vec<Value> = gantt
        .bars
        .iter()
        .map(|bar| json!({"job": bar.job, "queued_s": bar.queued_s, "started_s": bar.started_s, "ended_s": bar.ended_s, "critical": bar.is_critical}))
        .collect();
    json!({"workflow": gantt.workflow, "run_id": gantt.run_id, "started_at": gantt.started_at.to_string(), "jobs": bars})
}

pub(super) fn recommendation(one: &Recommendation) -> Value {
    json!({"title": one.title, "workflow": one.workflow, "evidence": one.evidence, "change": one.change, "saves_s": one.saves_s,
        "saves_minutes_a_month": one.saves_minutes, "saves_usd_a_month": one.saves_dollars})
}

pub(super) fn costs(costs: &Costs) -> Value {
    let cost = |cost: &Cost| json!({"name": cost.name, "jobs": cost.jobs, "minutes": cost.minutes, "usd": cost.dollars, "unpriced_jobs": cost.unpriced});
    let all = |costs: &[Cost]| costs.iter().map(cost).collect::<Vec<_>>();
    let month = costs.month.map(|month| {
        json!({"first": month.first.to_string(), "minutes": month.minutes, "usd": month.dollars, "projected_minutes": month.projected_minutes,
            "projected_usd": month.projected_dollars, "plan_minutes": month.plan_minutes})
    });
    json!({"total": cost(&costs.total), "by_event": all(&costs.by_event), "by_workflow": all(&costs.by_workflow),
        "by_runner": all(&costs.by_runner), "month": month, "budget_usd": costs.budget, "included_minutes": costs.included})
}

fn taken(taken: &Taken) -> Value {
    json!({"wall_s": taken.wall_s, "minutes": taken.minutes, "usd": taken.dollars})
}

/// Renders what changes would make of workflows, version 1.
pub fn forecasts(changes: &[String], forecasts: &[Forecast]) -> String {
    let one = |one: &Forecast| {
        json!({"workflow": one.workflow, "runs": one.runs, "runs_a_month": one.runs_per_month, "now": taken(&one.now), "then": taken(&one.then),
            "saves_minutes_a_month": one.saved_minutes(), "saves_usd_a_month": one.saved_dollars()})
    };
    super::document(
        &json!({"version": 1, "changes": changes, "workflows": forecasts.iter().map(one).collect::<Vec<_>>()}),
    )
}

/// Renders how far the simulator is from runs that are known, version 1.
pub fn accuracy(found: &[Accuracy]) -> String {
    let one = |one: &Accuracy| json!({"workflow": one.workflow, "runs": one.runs, "median_error": one.replayed, "p90_error": one.replayed_p90, "forecast_error": one.forecast});
    super::document(&json!({"version": 1, "workflows": found.iter().map(one).collect::<Vec<_>>()}))
}
