//! Commands of the configuration and of the command line.

use crate::commands::append;
use crate::error::{Failure, FailureKind};
use crate::model::deployment::{Deployment, Kind};
use crate::monitor::supervised::{self, End, SupervisedError};
use crate::world::World;

use super::site::Site;
use super::steps::Went;

/// Makes a program with arguments of a shell's command.
pub(super) fn command(text: &str) -> Vec<String> {
    ["sh", "-c", text].map(str::to_owned).to_vec()
}

/// Shows a command: one that a shell takes as it was written.
pub(super) fn shown(command: &[String]) -> String {
    match command {
        [shell, option, text] if shell == "sh" && option == "-c" => text.clone(),
        _ => command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "),
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Runs a command of a step. Its process is kept before anything of it runs.
///
/// # Errors
/// The file cannot be written, or there is no shell.
pub(super) fn run(command: &[String], site: &Site, deployment: &mut Deployment) -> Result<Went, Failure> {
    let variables = variables(site, deployment);
    let mut saved = Ok(());
    let begun = |process| {
        deployment.process = Some(process);
        saved = site.save(deployment);
        saved.as_ref().map(drop).map_err(|failure| std::io::Error::other(failure.to_string()))
    };
    let end = supervised::run(command, &site.root, &variables, site.settings.timeout, begun);
    saved?;
    match end {
        Ok(End::Code(0)) => Ok(Went::passed("")),
        Ok(End::Code(code)) => Ok(Went::failed(format!("`{}` ended with exit code {code}", shown(command)))),
        Ok(End::TooLong) => {
            Ok(Went::failed(format!("`{}` took longer than {:?} and was ended", shown(command), site.settings.timeout)))
        }
        Ok(End::Asked) => Ok(Went::Halted),
        Err(error) => Err(refused(error)),
    }
}

/// Refuses to begin where no command can be run: nothing is left that somebody would have to settle.
///
/// # Errors
/// There is no shell.
pub(super) fn check() -> Result<(), Failure> {
    supervised::check_shell().map_err(refused)
}

fn refused(error: SupervisedError) -> Failure {
    match error {
        SupervisedError::NoShell => Failure::new(FailureKind::Usage, error).hint(
            "let steps of a workflow deploy, between `deploy start` and `deploy verify`, and a workflow roll back: \
             docs/deploy.md says how",
        ),
        SupervisedError::System { .. } => Failure::new(FailureKind::Input, error),
    }
}

/// Ends what a killed call has left behind.
pub(super) fn end_left_behind(deployment: &Deployment, world: &mut World) {
    if let Some(process) = deployment.process
        && supervised::end_left_behind(process)
    {
        let message = format!("process {} of a call that was killed still ran, and was ended", process.id);
        append::warn(&Failure::message(FailureKind::Input, message), world);
    }
}

fn variables(site: &Site, deployment: &Deployment) -> Vec<(String, String)> {
    let there = deployment.intended();
    let other = if deployment.goes_back() { Some(deployment.itself()) } else { deployment.previous.clone() };
    let mut variables = vec![
        ("PLIMSOLL_ENVIRONMENT", deployment.environment.clone()),
        ("PLIMSOLL_DEPLOYMENT", deployment.id.to_string()),
        ("PLIMSOLL_VERSION", there.version),
        ("PLIMSOLL_COMMIT", there.commit),
        ("PLIMSOLL_REF", there.reference),
    ];
    if let Some(archive) = deployment.archive.as_ref().filter(|_| !deployment.goes_back()) {
        variables.push(("PLIMSOLL_ARCHIVE", site.root.join(archive).display().to_string()));
    }
    let is_back = deployment.goes_back() || deployment.kind == Kind::Rollback;
    let name = if is_back { "PLIMSOLL_FAILED_VERSION" } else { "PLIMSOLL_PREVIOUS_VERSION" };
    variables.extend(other.map(|other| (name, other.version)));
    variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_shown_as_they_are_typed() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(shown(&command("make deploy && echo ok")), "make deploy && echo ok");
        assert_eq!(shown(&words(&["./deploy.sh", "--to", "a b", "it's"])), r"./deploy.sh --to 'a b' 'it'\''s'");
        assert_eq!(shown(&[]), "");
    }
}
