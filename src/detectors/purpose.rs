//! What files are there for, as their paths say.

use crate::model::repository::{folder_of, has_ending, name_of};

/// Folders whose own folders are named for the stages that something is deployed to.
const STAGED: &[&str] =
    &["overlays", "environments", "environment", "envs", "env", "stages", "clusters", "live", "values"];

/// Folders in which one that is named for developers may well be a stage's, too.
const DEPLOYED: &[&str] = &[
    "deploy",
    "deployment",
    "deployments",
    "infra",
    "infrastructure",
    "k8s",
    "kubernetes",
    "config",
    "configs",
    "stacks",
    "hosts",
    "servers",
];

/// Tells whether a Dockerfile or a Compose file is for those who work on the project, as its folder or its name says:
/// nothing that is run for users.
pub fn is_for_developers(path: &str) -> bool {
    let lower = path.to_lowercase();
    let folders: Vec<&str> = folder_of(&lower).split('/').collect();
    let before = |at: usize| at.checked_sub(1).and_then(|at| folders.get(at)).copied().unwrap_or_default();
    let in_folder = folders.iter().enumerate().any(|(at, folder)| {
        let is_stage = STAGED.contains(&before(at)) || DEPLOYED.contains(&before(at));
        matches!(*folder, "dev" | "development") && !is_stage
    });
    let name = name_of(&lower);
    let named = has_ending(name, &["yml", "yaml"])
        && name.split(['.', '-', '_']).any(|part| matches!(part, "dev" | "develop" | "development" | "local"));
    in_folder || named
}

/// Tells whether a path stands in a folder of tests, of a development container, or is a Dockerfile
/// for developers: what is described there is not what is run for users.
pub fn is_for_tests(path: &str) -> bool {
    let lower = path.to_lowercase();
    let mut before = "";
    for folder in folder_of(&lower).split('/') {
        let is_stage = STAGED.contains(&before);
        let is_test = matches!(
            folder,
            "test"
                | "tests"
                | "unittests"
                | "unit-tests"
                | "unit_tests"
                | "spec"
                | "specs"
                | "e2e"
                | "cypress"
                | "__tests__"
                | "integration-test"
                | "integration-tests"
                | "integration_test"
                | "integration_tests"
                | "testing"
                | "test-fixtures"
                | "mocks"
                | ".devcontainer"
                | "devcontainer"
                | "dev-env"
                | "devenv"
        );
        if (is_test || folder.starts_with("test-")) && !is_stage {
            return true;
        }
        before = folder;
    }
    let name = name_of(&lower);
    let purposes = ["dev", "develop", "development", "test", "tests", "testing", "debug", "ci", "local", "bench"];
    let is_dockerfile = name.contains("dockerfile") || name.contains("containerfile");
    let is_compose =
        has_ending(name, &["yml", "yaml"]) && (name.starts_with("docker-compose") || name.starts_with("compose"));
    if is_compose {
        return name
            .split(['.', '-', '_'])
            .any(|part| matches!(part, "test" | "tests" | "testing" | "ci" | "integration" | "e2e"));
    }
    is_dockerfile && !has_ending(name, &["md"]) && name.split(['.', '-', '_']).any(|part| purposes.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_told_from_stages() {
        assert!(
            is_for_tests("tests/Dockerfile") && is_for_tests("a/e2e/compose.yml") && is_for_tests("dev.Dockerfile")
        );
        assert!(is_for_tests(".devcontainer/Dockerfile") && is_for_tests("src/Dockerfile.debug"));
        assert!(!is_for_tests("deploy/overlays/test/kustomization.yaml") && !is_for_tests("Dockerfile"));
        assert!(!is_for_tests("Dockerfile.alpine") && !is_for_tests("latest/Dockerfile"));
    }

    #[test]
    fn what_is_for_developers_is_told_from_stages() {
        for path in [
            "dev/docker/Dockerfile",
            "docker/dev/Dockerfile",
            ".docker/dev/compose.yml",
            "development/docker-compose.yml",
            "docker-compose.dev.yml",
            "compose.local.yaml",
            "docker-compose-development.yml",
        ] {
            assert!(is_for_developers(path), "{path}");
        }
        for path in [
            "overlays/dev/Dockerfile",
            "deploy/environments/dev/docker-compose.yml",
            "deploy/dev/docker-compose.yml",
            "Dockerfile",
            "devices/Dockerfile",
            "docker-compose.prod.yml",
        ] {
            assert!(!is_for_developers(path), "{path}");
        }
    }
}
