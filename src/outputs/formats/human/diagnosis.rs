//! A diagnosis for people.

use super::table::{Align, Cell, Table};
use super::text::Tone;
use crate::model::color::Color;
use crate::model::diagnosis::{Check, Diagnosis, Standing};
use crate::outputs::formats::totals;

/// Renders a line for each check, and a second one with what to do.
pub fn render(diagnosis: &Diagnosis, width: usize, color: Color) -> String {
    let mut table = Table::new(&["", "", ""].map(|heading| (heading, Align::Left)));
    for Check { id, standing, found, advice } in &diagnosis.checks {
        let (mark, tone) = match standing {
            Standing::Good => ("✓", Tone::Good),
            Standing::Unknown => ("?", Tone::Faint),
            Standing::Warning => ("!", Tone::Warning),
            Standing::Wrong => ("✗", Tone::Error),
        };
        table.row([Cell::new(mark, tone), (*id).into(), found.as_str().into()]);
        if let Some(advice) = advice.as_ref().filter(|advice| !advice.is_empty()) {
            table.row(["".into(), "".into(), Cell::new(&format!("→ {advice}"), Tone::Strong)]);
        }
    }
    let wrong = diagnosis.count(Standing::Wrong);
    let warnings = totals::number(diagnosis.count(Standing::Warning), "warning");
    let verdict = match wrong {
        0 => format!("nothing is wrong; {warnings}"),
        1 => format!("1 thing is wrong; {warnings}"),
        wrong => format!("{wrong} things are wrong; {warnings}"),
    };
    format!("{}\n{verdict}\n", table.render(width, color))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_check_has_its_line() {
        let checks = vec![
            Check::good("git", "git version 2.50.0"),
            Check::unknown("token", "none"),
            Check::wrong("clock", "400 s ahead of the server's", "set the machine's clock"),
        ];
        insta::assert_snapshot!(render(&Diagnosis { checks }, 80, Color::Never), @r"
        ✓  git    git version 2.50.0
        ?  token  none
        ✗  clock  400 s ahead of the server's
                  → set the machine's clock

        1 thing is wrong; 0 warnings
        ");
    }
}
