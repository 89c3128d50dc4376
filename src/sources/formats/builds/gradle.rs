//! The build results that gradle/actions keeps in `$RUNNER_TEMP/.gradle-actions/build-results/`.

use serde::Deserialize;

use crate::model::tool_output::{CacheCount, ToolOutput};
use crate::sources::formats::input::{FormatError, Input};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Build {
    root_project_name: String,
    config_cache_hit: bool,
}

/// Reads whether the configuration cache answered.
pub(in crate::sources::formats) fn read(input: &Input<'_>) -> Result<ToolOutput, FormatError> {
    let build: Build = input.json()?;
    let (hits, misses) = if build.config_cache_hit { (1, 0) } else { (0, 1) };
    let cache = format!("configuration cache of {}", build.root_project_name);
    Ok(ToolOutput { caches: vec![CacheCount::new("gradle", cache, hits, misses)], ..ToolOutput::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_cache_is_read() {
        let text = br#"{"rootProjectName":"acme","rootProjectDir":"/x","requestedTasks":"build","gradleVersion":"9.0","buildFailed":false,"configCacheHit":true}"#;
        let caches = read(&Input::of_bytes("g", text)).unwrap().caches;
        assert_eq!(caches, [CacheCount::new("gradle", "configuration cache of acme", 1, 0)]);
    }
}
