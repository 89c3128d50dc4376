//! The list of rules as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::finding::RuleInfo;

/// Renders the rules in the order they are given.
pub fn render(rules: &[RuleInfo]) -> String {
    super::document(&Document { rules: rules.iter().map(Rule::from).collect() })
}

#[derive(Serialize)]
struct Document {
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Rule {
    id: &'static str,
    group: &'static str,
    summary: &'static str,
    severity: &'static str,
    persona: &'static str,
    since: &'static str,
    network: bool,
    fixable: &'static str,
    peers: BTreeMap<&'static str, &'static [&'static str]>,
}

impl From<&RuleInfo> for Rule {
    fn from(info: &RuleInfo) -> Self {
        Self {
            id: info.id,
            group: info.group,
            summary: info.summary,
            severity: info.severity.word(),
            persona: info.persona.word(),
            since: info.since,
            network: info.network,
            fixable: info.fixable.word(),
            peers: info.peers.iter().copied().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::formats::samples;

    #[test]
    fn rules_say_all_there_is_to_choose_by() {
        insta::assert_snapshot!(render(&samples::RULES[1..]), @r#"
        {
          "rules": [
            {
              "id": "unpinned-action",
              "group": "security/supply-chain",
              "summary": "An action is not pinned to a commit",
              "severity": "warning",
              "persona": "auditor",
              "since": "0.1.0",
              "network": true,
              "fixable": "safe",
              "peers": {
                "octoscan": [
                  "a",
                  "b"
                ],
                "zizmor": [
                  "unpinned-uses"
                ]
              }
            }
          ]
        }
        "#);
    }
}
