//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::Site;
use crate::knowledge::contexts::Key;
use crate::knowledge::functions::{self, Reach};

declare_rule! {
    /// A function is called where GitHub does not offer it
    ///
    /// ## Why is this bad?
    /// GitHub refuses the whole file. `success()`, `failure()`, `always()` and `cancelled()` tell
    /// about what ran before and exist in conditions only; `hashFiles()` needs the workspace and
    /// exists in steps only.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: echo ${{ success() }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: echo ${{ job.status }}
    /// - if: success()
    ///   run: echo done
    /// ```
    ///
    /// ## How to fix
    /// Move the call to an `if`, use `job.status`, or compute the hash in a step and hand it on
    /// as an output.
    "function-not-available",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"], "github": ["parser"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    if site.key == Key::Other {
        return;
    }
    site.calls(&mut |part, call| {
        let Some(function) = functions::named(&format!("{:?}", call.func)) else { return };
        let (offered, home) = match function.reach {
            Reach::Everywhere => return,
            Reach::Conditions => (site.key.has_status(), "in `if` of jobs and steps"),
            Reach::Steps => (site.key.has_files(), "in steps"),
        };
        if !offered {
            let range = site.range_of(part);
            let span = reporter.inside(site.text, range.start..range.start + function.name.len());
            reporter.report(span, format!("`{}()` cannot be called here, only {home}", function.name));
        }
    });
}
