//! Where measurements of a working folder belong: which repository, commit and job.

use sha2::{Digest as _, Sha256};

use super::history::{Cell, Row, TableId};

/// What is known of the job or the folder that files were found in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// `OWNER/NAME`.
    pub repository: Option<String>,
    /// The workflow's name.
    pub workflow: Option<String>,
    /// The run; `None` outside GitHub Actions.
    pub run_id: Option<u64>,
    /// Which attempt of the run.
    pub run_attempt: Option<u64>,
    /// The job's id, where somebody said.
    pub job_id: Option<u64>,
    /// The job's name.
    pub job: Option<String>,
    /// What started the run.
    pub event: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The commit.
    pub commit: Option<String>,
}

impl Origin {
    /// Makes a row with the run columns filled. Where the job's id is not known, a number made
    /// from the commit, the job and the input stands for it, so that taking the same input in
    /// again gives the same row.
    pub fn row(&self, table: TableId, input: &[u8]) -> Row {
        let text = |value: &Option<String>| Cell::from_option(value.as_ref(), Cell::text);
        Row::new(table)
            .with("repository", text(&self.repository))
            .with("workflow", text(&self.workflow))
            .with("run_id", Cell::integer(self.run_id.unwrap_or(0)))
            .with("run_attempt", Cell::integer(self.run_attempt.unwrap_or(1)))
            .with("job_id", Cell::integer(self.job_id.unwrap_or_else(|| self.number_for(input))))
            .with("job", text(&self.job))
            .with("event", text(&self.event))
            .with("branch", text(&self.branch))
            .with("commit", text(&self.commit))
    }

    /// Takes the number that is made from some input for the job's id: what is found with it stands
    /// together, as what one job left.
    #[must_use]
    pub fn numbered(self, input: &[u8]) -> Self {
        let number = self.number_for(input);
        Self { job_id: Some(self.job_id.unwrap_or(number)), ..self }
    }

    fn number_for(&self, input: &[u8]) -> u64 {
        let mut digest = Sha256::new();
        for part in [&self.commit, &self.job] {
            digest.update(part.as_deref().unwrap_or_default());
            digest.update([0]);
        }
        digest.update(input);
        let number = digest.finalize().iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte));
        // 53 bits survive every reader that keeps numbers as floats.
        number >> 11
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_input_at_the_same_commit_is_the_same_job() {
        let at = |commit: &str| Origin { commit: Some(commit.to_owned()), ..Origin::default() };
        let id = |origin: &Origin, input| origin.row(TableId::TestMetrics, input).integer("job_id").unwrap();
        assert_eq!(id(&at("a"), b"x"), id(&at("a"), b"x"));
        assert_ne!(id(&at("a"), b"x"), id(&at("b"), b"x"));
        assert_ne!(id(&at("a"), b"x"), id(&at("a"), b"y"));
        assert!((0..1 << 53).contains(&id(&at("a"), b"x")));
        assert_eq!(id(&Origin { job_id: Some(7), ..at("a") }, b"x"), 7);
    }
}
