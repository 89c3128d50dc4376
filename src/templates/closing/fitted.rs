//! How the files are fitted to a repository.

use super::Written;
use crate::exports::{self, Settings};
use crate::model::outline::{Docs, Outline};
use crate::templates::{USUAL_PORT, quoted};

fn fill(text: &str, outline: &Outline) -> String {
    let port = outline.port.unwrap_or(USUAL_PORT).to_string();
    let compose = outline.compose.as_deref().unwrap_or("compose.yaml");
    let dockerfile = outline.dockerfile.as_deref().unwrap_or("Dockerfile");
    text.replace("{default-branch}", &quoted(&outline.default_branch))
        .replace("{port}", &port)
        .replace("{compose}", compose)
        .replace("{dockerfile}", dockerfile)
}

/// Tells whether a path can stand in a script and in YAML as it is.
fn is_plain(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'))
}

/// `CodeQL`'s names for the languages of ecosystems.
const LANGUAGES: &[(&str, &str)] = &[
    ("bundler", "ruby"),
    ("cargo", "rust"),
    ("gomod", "go"),
    ("gradle", "java-kotlin"),
    ("maven", "java-kotlin"),
    ("npm", "javascript-typescript"),
    ("nuget", "csharp"),
    ("pip", "python"),
];

pub(super) fn security(outline: &Outline) -> Written {
    let mut languages = vec!["actions"];
    for (_, language) in LANGUAGES.iter().filter(|(ecosystem, _)| outline.uses(ecosystem)) {
        if !languages.contains(language) {
            languages.push(language);
        }
    }
    let text = fill(include_str!("security.yml"), outline).replace("{languages}", &languages.join(", "));
    vec![(".github/workflows/security.yml".into(), text)]
}

pub(super) fn dependabot(outline: &Outline) -> Written {
    let mut text = "# Updates once a week, some days after a release, so that a bad one is found by others first.\n\
                    version: 2\nupdates:\n"
        .to_owned();
    for (ecosystem, folder) in outline.ecosystems.iter().filter(|(_, folder)| is_plain(folder)) {
        let entry = [
            "  - package-ecosystem: ",
            ecosystem,
            "\n    directory: /",
            folder,
            "\n    schedule:\n      interval: weekly\n    cooldown:\n      default-days: 7\n    groups:\n      ",
            ecosystem,
            ":\n        patterns: ['*']\n",
        ];
        text.extend(entry);
    }
    vec![(".github/dependabot.yml".into(), text)]
}

pub(super) fn release(outline: &Outline) -> Written {
    let build = match &outline.program {
        Some(program) => {
            format!("          cargo build --release --locked\n          cp target/release/{program} dist/{program}-linux-x86_64")
        }
        None => "          git archive --format tar.gz --prefix \"$GITHUB_REF_NAME/\" --output \"dist/$GITHUB_REF_NAME.tar.gz\" HEAD".to_owned(),
    };
    vec![(".github/workflows/release.yml".into(), include_str!("release.yml").replace("{build}", &build))]
}

pub(super) fn coverage(outline: &Outline) -> Written {
    let at_root = |name: &str| outline.ecosystems.iter().any(|(own, folder)| own == name && folder.is_empty());
    let steps = if at_root("cargo") {
        include_str!("coverage-cargo.yml")
    } else if at_root("npm") {
        include_str!("coverage-npm.yml")
    } else if at_root("pip") {
        include_str!("coverage-pip.yml")
    } else {
        return Vec::new();
    };
    let text = fill(include_str!("coverage.yml"), outline).replace("{steps}\n", steps);
    let mut files: Written = vec![(".github/workflows/coverage.yml".into(), text)];
    if steps.contains(".github/requirements/") {
        files.push((".github/requirements/coverage.txt".into(), "pytest==8.4.1\npytest-cov==6.2.1\n".to_owned()));
    }
    files
}

pub(super) fn container(outline: &Outline) -> Written {
    match &outline.dockerfile {
        Some(path) if is_plain(path) => {
            vec![(".github/workflows/container.yml".into(), fill(include_str!("container.yml"), outline))]
        }
        _ => Vec::new(),
    }
}

fn has_compose(outline: &Outline) -> bool {
    outline.compose.as_deref().is_some_and(is_plain)
}

pub(super) fn deploy(outline: &Outline) -> Written {
    if !has_compose(outline) {
        return Vec::new();
    }
    vec![
        (".github/workflows/deploy.yml".into(), fill(include_str!("deploy.yml"), outline)),
        (".github/workflows/deploy-to.yml".into(), fill(include_str!("deploy-to.yml"), outline)),
    ]
}

pub(super) fn rollback(outline: &Outline) -> Written {
    if !has_compose(outline) {
        return Vec::new();
    }
    // The branch's name is part of a revision here, where YAML takes the whole of it for text.
    let drill = include_str!("rollback-drill.yml").replace("{default-branch}", &outline.default_branch);
    vec![
        (".github/workflows/rollback.yml".into(), include_str!("rollback.yml").to_owned()),
        (".github/workflows/rollback-drill.yml".into(), drill),
        (".github/workflows/deploy-to.yml".into(), fill(include_str!("deploy-to.yml"), outline)),
    ]
}

pub(super) fn backup(outline: &Outline) -> Written {
    let Some(image) = &outline.postgres else { return Vec::new() };
    vec![(".github/workflows/backup.yml".into(), include_str!("backup.yml").replace("{store}", image))]
}

pub(super) fn monitoring(outline: &Outline) -> Written {
    // Rules and dashboards are those of `plimsoll export`.
    let settings = Settings { runbooks: "monitoring/runbooks".to_owned(), ..Settings::default() };
    let below =
        |folder: &'static str| move |file: exports::File| (format!("{folder}/{}", file.path).into(), file.content);
    let mut files: Written = exports::alert_files(&settings).into_iter().map(below("monitoring")).collect();
    files.extend(exports::dashboard_files(&settings).into_iter().map(below("monitoring/grafana/dashboards")));
    files.extend([
        ("monitoring/compose.yaml".into(), include_str!("monitoring-compose.yaml").to_owned()),
        ("monitoring/prometheus.yml".into(), fill(include_str!("prometheus.yml"), outline)),
        ("monitoring/loki.yml".into(), include_str!("loki.yml").to_owned()),
        ("monitoring/promtail.yml".into(), include_str!("promtail.yml").to_owned()),
        ("monitoring/textfile/README.md".into(), include_str!("textfile.md").to_owned()),
        ("monitoring/grafana/provisioning/datasources/all.yml".into(), include_str!("datasources.yml").to_owned()),
        (
            "monitoring/grafana/provisioning/dashboards/files.yml".into(),
            include_str!("dashboard-provider.yml").to_owned(),
        ),
        (".github/workflows/monitoring.yml".into(), fill(include_str!("monitoring.yml"), outline)),
    ]);
    files
}

pub(super) fn preview(outline: &Outline) -> Written {
    if !has_compose(outline) {
        return Vec::new();
    }
    vec![(".github/workflows/preview.yml".into(), fill(include_str!("preview.yml"), outline))]
}

pub(super) fn terraform(outline: &Outline) -> Written {
    let Some(folder) = outline.terraform.as_deref().filter(|folder| is_plain(folder)) else { return Vec::new() };
    let (folder, paths) =
        if folder.is_empty() { (".", "**/*.tf".to_owned()) } else { (folder, format!("{folder}/**")) };
    let text = with_branch(include_str!("terraform.yml"), outline);
    let text = text.replace("{terraform-paths}", &paths).replace("{terraform}", folder);
    vec![(".github/workflows/terraform.yml".into(), text)]
}

/// Fills the default branch in, too where it is compared in an expression.
fn with_branch(text: &str, outline: &Outline) -> String {
    fill(text, outline).replace("{branch}", &outline.default_branch.replace('\'', "''"))
}

pub(super) fn docs(outline: &Outline) -> Written {
    let folder = |folder: &str| if folder.is_empty() { ".".to_owned() } else { folder.to_owned() };
    let (steps, pages, tools) = match &outline.docs {
        Some(Docs::MkDocs) => {
            (include_str!("docs-mkdocs.yml").to_owned(), "_site", "mkdocs==1.6.1\nmkdocs-material==9.6.14\n")
        }
        Some(Docs::MdBook(own)) if is_plain(own) => {
            (include_str!("docs-mdbook.yml").replace("{docs}", &folder(own)), "_site", "")
        }
        Some(Docs::Sphinx(own)) if is_plain(own) => {
            (include_str!("docs-sphinx.yml").replace("{docs}", &folder(own)), "_site", "sphinx==8.2.3\n")
        }
        Some(Docs::Rustdoc) => (include_str!("docs-cargo.yml").to_owned(), "target/doc", ""),
        Some(Docs::MdBook(_) | Docs::Sphinx(_)) | None => return Vec::new(),
    };
    let text = with_branch(include_str!("docs.yml"), outline).replace("{steps}\n", &steps).replace("{pages}", pages);
    let mut files: Written = vec![(".github/workflows/docs.yml".into(), text)];
    if !tools.is_empty() {
        files.push((".github/requirements/docs.txt".into(), tools.to_owned()));
    }
    files
}

pub(super) fn owners(outline: &Outline) -> Written {
    let Some(owner) = &outline.owner else { return Vec::new() };
    let mut text = include_str!("codeowners.txt").replace("{owner}", owner);
    let terraform = outline.terraform.as_ref().filter(|folder| !folder.is_empty()).map(|folder| format!("{folder}/"));
    let files = [outline.dockerfile.clone(), outline.compose.clone(), terraform];
    for path in files.iter().flatten().filter(|path| is_plain(path)) {
        text.extend(["/", path.as_str(), " @", owner.as_str(), "\n"]);
    }
    vec![(".github/CODEOWNERS".into(), text)]
}

pub(super) fn runbook(outline: &Outline) -> Written {
    let runbook = include_str!("runbook.md").replace("{default-branch}", &outline.default_branch);
    vec![
        ("docs/runbook.md".into(), runbook),
        ("docs/incident-response.md".into(), include_str!("incident-response.md").to_owned()),
        ("docs/on-call.md".into(), include_str!("on-call.md").to_owned()),
        ("docs/go-live.md".into(), include_str!("go-live.md").to_owned()),
    ]
}
