//! A diagnosis as JSON, version 1.

use serde::Serialize;

use crate::model::diagnosis::{Check, Diagnosis};

/// Renders the checks in their order.
pub fn render(diagnosis: &Diagnosis) -> String {
    let checks = diagnosis.checks.iter().map(Item::from).collect();
    super::document(&Document { version: 1, ok: !diagnosis.is_wrong(), checks })
}

#[derive(Serialize)]
struct Document<'text> {
    version: u32,
    ok: bool,
    checks: Vec<Item<'text>>,
}

#[derive(Serialize)]
struct Item<'text> {
    id: &'static str,
    standing: &'static str,
    found: &'text str,
    advice: Option<&'text str>,
}

impl<'text> From<&'text Check> for Item<'text> {
    fn from(check: &'text Check) -> Self {
        let Check { id, standing, found, advice } = check;
        Self { id, standing: standing.word(), found, advice: advice.as_deref() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_can_tell_what_is_wrong() {
        let checks = vec![Check::good("git", "git version 2"), Check::wrong("clock", "late", "set it")];
        insta::assert_snapshot!(render(&Diagnosis { checks }), @r#"
        {
          "version": 1,
          "ok": false,
          "checks": [
            {
              "id": "git",
              "standing": "good",
              "found": "git version 2",
              "advice": null
            },
            {
              "id": "clock",
              "standing": "wrong",
              "found": "late",
              "advice": "set it"
            }
          ]
        }
        "#);
    }
}
