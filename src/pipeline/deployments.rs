//! Deployments that GitHub knows of become rows.

use jiff::{SignedDuration, Timestamp};

use crate::model::deployment::Shipped;
use crate::model::history::{Cell, Row, TableId};

/// States that say how a deployment went. `inactive` does not: GitHub sets it by itself once a newer one has come.
const ENDED: [&str; 3] = ["success", "failure", "error"];

/// Makes a row of each deployment, but of those that only became inactive, of which nobody knows how they went, and of
/// those that GitHub makes for a job around a deployment which `plimsoll deploy` makes in it: they are the same one.
pub fn rows(shipped: &[Shipped], repository: &str) -> Vec<Row> {
    let is_around = |job: &Shipped| {
        let within =
            |own: &&Shipped| job.created_at <= own.created_at && ended(job).is_none_or(|at| own.created_at <= at);
        let same = |own: &&Shipped| own.environment == job.environment && own.commit == job.commit;
        job.version.is_none() && shipped.iter().filter(|own| own.version.is_some()).filter(same).any(|own| within(&own))
    };
    shipped.iter().filter(|one| !is_around(one)).filter_map(|one| row(one, repository)).collect()
}

fn row(shipped: &Shipped, repository: &str) -> Option<Row> {
    let ended_at = ended(shipped);
    let state = match (how(shipped), shipped.statuses.last()) {
        (Some(state), _) => state,
        (None, Some((state, _))) if state == "inactive" => return None,
        (None, Some((state, _))) => state,
        (None, None) => "pending",
    };
    let took = ended_at.map(|at| at.duration_since(shipped.created_at).max(SignedDuration::ZERO).as_secs_f64());
    // What this program takes back names the incident that it was, as its own rows do.
    let incident = shipped.rollback_of.map(|of| format!("{}/{of}", shipped.environment));
    Some(
        Row::new(TableId::Deployments)
            .with("repository", Cell::text(repository))
            .with("deployment_id", Cell::integer(shipped.id))
            .with("environment", Cell::text(shipped.environment.as_str()))
            .with("ref", Cell::text(shipped.reference.as_str()))
            .with("commit", Cell::text(shipped.commit.as_str()))
            .with("created_at", Cell::time(shipped.created_at))
            .with("finished_at", Cell::from_option(ended_at, Cell::time))
            .with("state", Cell::text(state))
            .with("duration_s", Cell::from_option(took, Cell::rounded))
            .with("rollback_of", Cell::from_option(shipped.rollback_of, |of| Cell::text(of.to_string())))
            .with("incident", Cell::from_option(incident, Cell::text))
            .with("source", Cell::text("deployments"))
            .with("version", Cell::from_option(shipped.version.as_deref(), Cell::text)),
    )
}

/// Returns the last state that says how it went.
fn how(shipped: &Shipped) -> Option<&str> {
    shipped.statuses.iter().rev().map(|(state, _)| state.as_str()).find(|state| ENDED.contains(state))
}

/// Returns since when it is known how it went: a state that is told again changes nothing.
fn ended(shipped: &Shipped) -> Option<Timestamp> {
    let state = how(shipped)?;
    let told = shipped.statuses.iter().rev().filter(|(state, _)| ENDED.contains(&state.as_str()));
    told.take_while(|(other, _)| other == state).last().map(|(_, at)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped(id: u64, at: i64, version: Option<&str>, statuses: &[(&str, i64)]) -> Shipped {
        let moment = |second: i64| Timestamp::from_second(1_770_000_000 + second).unwrap();
        Shipped {
            id,
            environment: "production".to_owned(),
            reference: "main".to_owned(),
            commit: "c".to_owned(),
            version: version.map(str::to_owned),
            rollback_of: None,
            created_at: moment(at),
            statuses: statuses.iter().map(|(state, at)| ((*state).to_owned(), moment(*at))).collect(),
        }
    }

    fn told(shipped: &[Shipped]) -> Vec<(i64, String, Option<f64>)> {
        let told =
            |row: &Row| (row.integer("deployment_id").unwrap(), row.text("state").to_owned(), row.number("duration_s"));
        rows(shipped, "o/r").iter().map(told).collect()
    }

    #[test]
    fn the_last_state_that_tells_how_it_went_counts_from_when_it_was_told_first() {
        let check = |statuses: &[(&str, i64)], state: &str, took: Option<f64>| {
            assert_eq!(told(&[shipped(1, 0, None, statuses)]), [(1, state.to_owned(), took)], "{statuses:?}");
        };
        check(&[("in_progress", 1), ("success", 60), ("inactive", 900)], "success", Some(60.0));
        check(&[("success", 60), ("success", 90)], "success", Some(60.0));
        check(&[("success", 60), ("failure", 300), ("failure", 400), ("inactive", 500)], "failure", Some(300.0));
        check(&[("failure", 60), ("in_progress", 70), ("success", 90)], "success", Some(90.0));
        check(&[("queued", 60)], "queued", None);
        check(&[], "pending", None);
        // A clock that runs behind takes no time away.
        check(&[("error", -5)], "error", Some(0.0));
        assert_eq!(told(&[shipped(1, 0, None, &[("in_progress", 1), ("inactive", 9)])]), []);
    }

    #[test]
    fn the_deployment_around_one_of_our_own_is_the_same_one() {
        let ours = shipped(2, 10, Some("1.2"), &[("success", 60)]);
        let around = shipped(1, 0, None, &[("in_progress", 1), ("success", 70)]);
        let other = Shipped { environment: "staging".to_owned(), ..shipped(3, 0, None, &[("success", 70)]) };
        let before = shipped(4, 0, None, &[("success", 5)]);
        let ids: Vec<i64> = told(&[ours, around, other, before]).iter().map(|(id, ..)| *id).collect();
        assert_eq!(ids, [2, 3, 4]);
    }

    #[test]
    fn what_was_taken_back_is_named() {
        let back = Shipped { rollback_of: Some(7), ..shipped(8, 0, Some("1"), &[("success", 5)]) };
        let row = &rows(&[back], "o/r")[0];
        assert_eq!((row.text("rollback_of"), row.text("incident"), row.text("version")), ("7", "production/7", "1"));
    }
}
