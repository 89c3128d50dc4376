//! Which actions restore or save a cache, and which publish.
//!
//! source: the actions' manifests and documentation
//! date: 2026-11-27

use crate::model::workflow::{ActionReference, Step};

/// How an action's input decides whether a cache is restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Switch {
    /// There is no switch.
    Always,
    /// On unless the input says `false`.
    OnUnless(&'static str),
    /// On unless the input says `true`.
    OffBy(&'static str),
    /// Off unless the input says `true`.
    OnBy(&'static str),
    /// Off unless the input names something, such as a package manager.
    Named(&'static str),
    /// On unless the first input says `false`, as long as the second is given.
    With(&'static str, &'static str),
}

const CACHES: &[(&str, Switch)] = &[
    ("actions-rust-lang/setup-rust-toolchain", Switch::OnUnless("cache")),
    ("actions/cache", Switch::OffBy("lookup-only")),
    ("actions/cache/restore", Switch::OffBy("lookup-only")),
    ("actions/setup-dotnet", Switch::OnBy("cache")),
    ("actions/setup-go", Switch::OnUnless("cache")),
    ("actions/setup-java", Switch::Named("cache")),
    ("actions/setup-node", Switch::OnUnless("package-manager-cache")),
    ("actions/setup-python", Switch::Named("cache")),
    ("astral-sh/setup-uv", Switch::OnUnless("enable-cache")),
    ("determinatesystems/magic-nix-cache-action", Switch::OnUnless("use-gha-cache")),
    ("docker/setup-buildx-action", Switch::With("cache-binary", "version")),
    ("golangci/golangci-lint-action", Switch::OffBy("skip-cache")),
    ("graalvm/setup-graalvm", Switch::Named("cache")),
    ("gradle/actions/setup-gradle", Switch::OffBy("cache-disabled")),
    ("jdx/mise-action", Switch::OnUnless("cache")),
    ("mlugg/setup-zig", Switch::OnUnless("use-cache")),
    ("mozilla-actions/sccache-action", Switch::Always),
    ("oven-sh/setup-bun", Switch::OffBy("no-cache")),
    ("pyo3/maturin-action", Switch::OnBy("sccache")),
    ("ramsey/composer-install", Switch::OffBy("ignore-cache")),
    ("ruby/setup-ruby", Switch::OnBy("bundler-cache")),
    ("swatinem/rust-cache", Switch::OffBy("lookup-only")),
];

/// Inputs that keep an action which restores a cache from saving one, too.
const SAVES: &[(&str, Switch)] = &[
    ("actions/setup-java", Switch::OffBy("cache-read-only")),
    ("astral-sh/setup-uv", Switch::OnUnless("save-cache")),
    ("golangci/golangci-lint-action", Switch::OffBy("skip-save-cache")),
    ("gradle/actions/setup-gradle", Switch::OffBy("cache-read-only")),
    ("jdx/mise-action", Switch::OnUnless("cache_save")),
    ("swatinem/rust-cache", Switch::OnUnless("save-if")),
];

/// Inputs by which builds of images name the caches that they save; those of GitHub are of the type `gha`.
const IMAGE_BUILDS: &[(&str, &str)] = &[("docker/bake-action", "set"), ("docker/build-push-action", "cache-to")];

const PUBLISHERS: &[&str] = &[
    "actions/create-release",
    "actions/deploy-pages",
    "azure/webapps-deploy",
    "cloudflare/pages-action",
    "cloudflare/wrangler-action",
    "docker/build-push-action",
    "goreleaser/goreleaser-action",
    "js-devtools/npm-publish",
    "ncipollo/release-action",
    "pypa/gh-action-pypi-publish",
    "rubygems/release-gem",
    "softprops/action-gh-release",
];

/// Returns the name of a step's action if it restores a cache.
pub fn restores(step: &Step) -> Option<String> {
    let ActionReference::Repository(reference) = step.reference()? else { return None };
    let name = reference.name();
    switch(CACHES, &name)?.is_on(step).then_some(name)
}

/// Returns the name of a step's action if it saves a cache, at once or when the job is done.
pub fn saves(step: &Step) -> Option<String> {
    let ActionReference::Repository(reference) = step.reference()? else { return None };
    let name = reference.name();
    let lower = name.to_ascii_lowercase();
    let image_build = IMAGE_BUILDS.iter().find(|(known, _)| *known == lower);
    let is_saving = match (lower.as_str(), image_build) {
        // One that looks whether there is a cache saves it where there is none.
        ("actions/cache" | "actions/cache/save", _) => true,
        ("actions/cache/restore", _) => false,
        (_, Some((_, input))) => {
            let given = step.input(input).map(|value| value.value.as_str()).unwrap_or_default();
            given.lines().any(|line| line.contains("type=gha") && (*input != "set" || line.contains("cache-to")))
        }
        (_, None) => {
            let is_kept = switch(SAVES, &name).is_none_or(|switch| switch.is_on(step));
            is_kept && switch(CACHES, &name).is_some_and(|switch| switch.is_on(step))
        }
    };
    is_saving.then_some(name)
}

fn switch(table: &[(&str, Switch)], action: &str) -> Option<Switch> {
    let known = table.iter().find(|(known, _)| known.eq_ignore_ascii_case(action));
    known.map(|(_, switch)| *switch)
}

impl Switch {
    fn is_on(self, step: &Step) -> bool {
        let given = |input: &str| step.input(input).map(|value| value.value.to_ascii_lowercase());
        let is_true = |value: &str| matches!(value, "true" | "yes" | "1" | "on");
        let is_false = |value: &str| matches!(value, "false" | "no" | "0" | "off" | "");
        match self {
            Self::Always => true,
            Self::OnUnless(input) => given(input).is_none_or(|value| !is_false(&value)),
            Self::OffBy(input) => given(input).is_none_or(|value| !is_true(&value)),
            Self::OnBy(input) => given(input).is_some_and(|value| is_true(&value)),
            Self::Named(input) => given(input).is_some_and(|value| !is_false(&value)),
            Self::With(input, other) => given(other).is_some() && given(input).is_none_or(|value| !is_false(&value)),
        }
    }
}

/// Tells whether an action publishes something.
pub fn is_publisher(action: &str) -> bool {
    PUBLISHERS.iter().any(|name| name.eq_ignore_ascii_case(action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_order() {
        assert!(CACHES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(SAVES.is_sorted_by(|a, b| a.0 < b.0) && IMAGE_BUILDS.is_sorted());
        assert!(SAVES.iter().all(|(name, _)| switch(CACHES, name).is_some()));
        assert!(PUBLISHERS.is_sorted());
    }

    #[test]
    fn what_is_restored_is_not_always_saved() {
        for (written, restored, saved) in [
            ("actions/cache@v4", true, true),
            ("actions/cache/restore@v4", true, false),
            ("actions/cache/save@v4, with: {key: a}", false, true),
            ("actions/cache@v4, with: {lookup-only: true}", false, true),
            ("actions/setup-node@v5, with: {package-manager-cache: false}", false, false),
            ("actions/setup-go@v5", true, true),
            ("Swatinem/rust-cache@v2, with: {save-if: false}", true, false),
            ("Swatinem/rust-cache@v2, with: {save-if: \"${{ github.ref == 'refs/heads/main' }}\"}", true, true),
            ("gradle/actions/setup-gradle@v4, with: {cache-read-only: true}", true, false),
            ("docker/build-push-action@v6, with: {cache-to: 'type=gha,mode=max'}", false, true),
            ("docker/build-push-action@v6, with: {cache-to: 'type=registry,ref=x'}", false, false),
            ("docker/bake-action@v6, with: {set: '*.cache-to=type=gha'}", false, true),
            ("docker/bake-action@v6, with: {set: '*.cache-from=type=gha'}", false, false),
        ] {
            let text = format!("jobs:\n  a:\n    steps:\n      - {{uses: {written}}}\n");
            let workflow = crate::detectors::testing::workflow(&text);
            let step = &workflow.jobs[0].steps[0];
            assert_eq!((restores(step).is_some(), saves(step).is_some()), (restored, saved), "{written}");
        }
    }
}
