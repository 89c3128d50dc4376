//! An example of who is told of which alert.

/// Renders Alertmanager's configuration: what is urgent rings, the rest is written.
pub(super) fn render() -> String {
    include_str!("alertmanager.yml").to_owned()
}
