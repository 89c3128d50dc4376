//! What was used, for people.

use crate::model::resources::Profile;
use crate::model::unit::Unit;
use crate::outputs::formats::escape;

/// Renders profiles with the names of their scopes, a line each.
pub fn render(profiles: &[(String, Profile)]) -> String {
    profiles.iter().map(|(scope, profile)| line(scope, profile)).collect()
}

fn line(scope: &str, profile: &Profile) -> String {
    let seconds = profile.ended_at.duration_since(profile.started_at).as_secs_f64();
    let mut parts = vec![Unit::Seconds.show(seconds)];
    if let (Some(mean), Some(p95)) = (profile.cpu_mean, profile.cpu_p95) {
        parts.push(format!("CPU {} (p95 {})", Unit::Ratio.show(mean), Unit::Ratio.show(p95)));
    }
    if let (Some(most), Some(total)) = (profile.memory_max, profile.memory_total) {
        parts.push(format!("memory {} of {}", bytes(most), bytes(total)));
    }
    let flows = [
        ("read", profile.disk_read),
        ("written", profile.disk_write),
        ("received", profile.net_rx),
        ("sent", profile.net_tx),
    ];
    parts.extend(flows.into_iter().filter_map(|(word, flow)| Some(format!("{} {word}", bytes(flow?)))));
    if let Some(top) = &profile.top_process {
        parts.push(format!("busiest {top}"));
    }
    escape::log_line(&format!("{scope}: {}", parts.join(", "))) + "\n"
}

/// Writes a size; people need no more digits than a float has.
pub(in crate::outputs::formats) fn bytes(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "it is shown with three digits")]
    Unit::Bytes.show(bytes as f64)
}
