//! `plimsoll score`: what files say of images, infrastructure and releases, each beside what only looks like it.

use crate::score::{card, card_of, json, of, status};
use crate::support::program::Program;

/// A workflow with one job.
fn workflow(on: &str, job: &str, steps: &str) -> String {
    format!("on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n{job}    steps:\n{steps}")
}

/// Scores a workflow of one job, and returns a criterion's status.
fn with(on: &str, job: &str, steps: &str, files: &[(&str, &str)], id: &str) -> String {
    let ci = workflow(on, job, steps);
    of(&[&[(".github/workflows/ci.yml", ci.as_str())], files].concat(), id)
}

#[test]
fn heredocs_of_dockerfiles_are_scripts() {
    let image = |text: &str| of(&[("Dockerfile", text)], "image-hardening");
    assert_eq!(image("FROM php\nRUN <<EOR\ndocker-php-ext-install gd\nEOR\n"), "missing");
    assert_eq!(image("FROM php\nRUN <<EOR\nadduser app\nEOR\nCOPY x /x\n"), "present");
    assert_eq!(of(&[("Dockerfile", "FROM a\nRUN <<EOR\nUSER app\nEOR\n")], "non-root-images"), "missing");
    assert_eq!(of(&[("Dockerfile", "FROM a\nRUN <<EOR\nUSER root\nEOR\nUSER app\n")], "non-root-images"), "present");
}

#[test]
fn containers_for_developers_are_not_what_is_run() {
    let image = "FROM php\nRUN apt-get install -y git\n";
    let whole = "FROM python:3\nCOPY . .\nCMD [\"serve\"]\n";
    let mounted = "services:\n  app:\n    build: {context: ., dockerfile: docker/Dockerfile}\n    volumes: ['./:/app']\n  db: {image: mysql}\n";
    let run =
        "services:\n  app:\n    build: {context: ., dockerfile: docker/Dockerfile}\n    volumes: ['./data:/data']\n";
    for (files, hardening, infrastructure) in [
        (vec![("dev/docker/Dockerfile", image)], "n/a", "missing"),
        (vec![("deploy/dev/Dockerfile", image)], "missing", "missing"),
        (vec![("docker/Dockerfile", image), ("docker-compose.yml", mounted)], "n/a", "missing"),
        (vec![("docker/Dockerfile", image), ("docker-compose.yml", run)], "missing", "partial"),
        // What holds the project can be run without the folder of who works on it.
        (vec![("docker/Dockerfile", whole), ("docker-compose.yml", mounted)], "present", "missing"),
        (vec![("docker/Dockerfile", image), ("docker-compose.dev.yml", run)], "n/a", "missing"),
        (vec![("podman-compose.yml", run)], "missing", "partial"),
        // Another file beside it says how it is run.
        (
            vec![("docker/Dockerfile", image), ("docker-compose.yml", mounted), ("docker-compose.prod.yml", run)],
            "missing",
            "partial",
        ),
    ] {
        let judged = card(&files);
        let names: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
        assert_eq!(status(&judged, "image-hardening").0, hardening, "{names:?}");
        assert_eq!(status(&judged, "iac-present").0, infrastructure, "{names:?}");
    }
    let aside = card(&[("dev.Dockerfile", image)]);
    for id in ["container-publish", "multi-arch", "image-tested", "non-root-images"] {
        let (judged, because) = status(&aside, id);
        assert!(judged == "n/a" && because.contains("for tests or developers only"), "{id}: {because}");
    }
    assert!(status(&card(&[]), "container-publish").1.contains("no image is built"));
    // A store that developers start is one that the service uses.
    assert_eq!(of(&[("docker-compose.yml", mounted)], "backups-scheduled"), "missing");
}

#[test]
fn templates_are_read_by_their_endings() {
    let erb = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a-<%= id %>\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          <% if environment == 'production' %>\n          resources: {limits: {cpu: 1}, requests: {cpu: 1}}\n          <% else %>\n          resources: {}\n          <% end %>\n          livenessProbe: {httpGet: {port: 1}}\n          readinessProbe: {httpGet: {port: 1}}\n";
    let jinja =
        erb.replace("<%= id %>", "{{ id }}").replace("<% end", "{% endif").replace("<%", "{%").replace("%>", "%}");
    let go = erb
        .replace("<%= id %>", "{{ .Id }}")
        .replace("<% if environment == 'production' %>", "{{- if .Production }}")
        .replace("<%", "{{")
        .replace("%>", "}}");
    for (path, text) in
        [("deploy/web.yaml.erb", erb), ("deploy/web.yml.j2", jinja.as_str()), ("deploy/web.yaml.tmpl", go.as_str())]
    {
        let judged = card(&[(path, text)]);
        for (id, expected) in [
            ("k8s-manifests", "present"),
            ("iac-present", "present"),
            ("health-probes", "present"),
            ("k8s-policies", "missing"),
            ("helm-or-kustomize", "missing"),
        ] {
            assert_eq!(status(&judged, id).0, expected, "{path} {id}");
        }
    }
    assert_eq!(of(&[("deploy/web.txt.erb", erb)], "k8s-manifests"), "n/a");
    let commented = erb.replace("kind: Deployment", "<%# kind: Deployment %>");
    assert_eq!(of(&[("deploy/web.yaml.erb", &commented)], "k8s-manifests"), "n/a");
    let annotated = erb.replace("metadata:\n", "metadata:\n  annotations: {ad.datadoghq.com/a.logs: '[]'}\n");
    assert_eq!(of(&[("deploy/web.yaml.erb", &annotated)], "log-aggregation"), "present");
    assert_eq!(of(&[("deploy/web.yaml.erb", erb)], "log-aggregation"), "missing");
    let krane = "      - run: gem exec --silent krane render -f config\n";
    assert_eq!(with("pull_request", "", krane, &[], "iac-plan-on-pr"), "present");
    assert_eq!(with("pull_request", "", "      - run: gem exec krane version\n", &[], "iac-plan-on-pr"), "missing");
}

#[test]
fn a_base_of_kustomize_makes_no_service_of_a_released_program() {
    let profile = |files: &[(&str, &str)]| {
        let program = files.iter().fold(Program::new(), |program, (path, text)| program.file(path, *text));
        let judged = json(&program.run(&["score", "--format=json"]));
        judged["profile"]["name"].as_str().unwrap_or_default().to_owned()
    };
    let base = ("manifests/kustomization.yaml", "resources: [https://example.com/a.yaml]\n");
    let workload = ("manifests/a.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n");
    let releaser = (".goreleaser.yml", "builds: []\n");
    assert_eq!(profile(&[base, releaser]), "cli");
    // A library that has its notes written by GoReleaser builds nothing, and a workflow is no configuration.
    let module = ("go.mod", "module github.com/octo/x\n");
    let package = ("x.go", "package x\n");
    let ci = (".github/workflows/goreleaser.yml", "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n");
    assert_eq!(profile(&[module, package, ci]), "library");
    assert_eq!(profile(&[module, package, (".goreleaser.yaml", "builds:\n  - skip: true\n")]), "library");
    assert_eq!(profile(&[module, package, (".goreleaser.yaml", "builds:\n  - skip: true\n  - id: x\n")]), "cli");
    assert_eq!(profile(&[base]), "service");
    assert_eq!(profile(&[base, workload, releaser]), "service");
    let push = "      - run: flux push artifact oci://ghcr.io/o/r:1 --path=.\n";
    assert_eq!(with("push", "", push, &[], "production-deploy"), "missing");
    assert_eq!(with("push", "", "      - uses: fluxcd/flux2/action@v2\n", &[], "production-deploy"), "missing");
    assert_eq!(with("{push: {tags: ['v*']}}", "", push, &[], "release-workflow"), "present");
    let local = push.replace("ghcr.io/o", "localhost:5000/o");
    assert_eq!(with("{push: {tags: ['v*']}}", "", &local, &[], "release-workflow"), "missing");
}

#[test]
fn lists_of_python_packages_go_by_many_names() {
    let install = "      - run: pip install -r docs/doc-requirements.txt\n";
    for (path, expected) in
        [("docs/doc-requirements.txt", "missing"), ("requirements/dev.in", "missing"), ("docs/requirements.md", "n/a")]
    {
        assert_eq!(with("push", "", install, &[(path, "mkdocs\n")], "dependency-audit"), expected, "{path}");
    }
    let locked = |via: &str| format!("opentelemetry-sdk==1.0 \\\n    --hash=sha256:0\n    # via{via}\n");
    for (via, expected) in
        [(" opentelemetry-distro", "missing"), ("\n    #   a\n    #   -r requirements.in", "partial")]
    {
        assert_eq!(of(&[("requirements.txt", &locked(via))], "metrics-endpoint"), expected, "{via}");
    }
    assert_eq!(of(&[("requirements.txt", "opentelemetry-sdk==1.0\n")], "metrics-endpoint"), "partial");
    assert_eq!(of(&[("Gemfile", "gem \"datadog\", \"~> 2.4\"\n")], "tracing"), "present");
    assert_eq!(of(&[("requirements.txt", "datadog==1\n")], "tracing"), "missing");
}

#[test]
fn infrastructure_of_tests_is_none() {
    let terraform = "provider \"a\" {}\n";
    assert_eq!(of(&[("tests/a/main.tf", terraform)], "remote-state"), "n/a");
    assert_eq!(of(&[("infra/main.tf", terraform)], "remote-state"), "missing");
    for (text, expected) in [
        ("enable_autopilot    = true\n", "present"),
        ("enable_autopilot = false\n", "missing"),
        ("  cluster_autoscaling {\n", "present"),
        ("  autoscaling {\n    min_node_count = 1\n", "present"),
        ("# autoscaling {\n", "missing"),
    ] {
        assert_eq!(of(&[("infra/main.tf", text)], "autoscaling"), expected, "{text}");
    }
    assert_eq!(of(&[("tests/main.tf", "enable_autopilot = true\n")], "autoscaling"), "missing");
    let policy = "# why\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n";
    let judged = card(&[("policies/a.yaml", policy)]);
    assert_eq!(status(&judged, "k8s-policies").0, "partial");
    let text = judged.to_string();
    assert!(
        text.contains("\"line\":3,\"path\":\"policies/a.yaml\"")
            || text.contains("\"path\":\"policies/a.yaml\",\"line\":3")
    );
}

#[test]
fn uploads_to_a_release_make_none() {
    let upload = "      - run: gh release upload \"$TAG\" a.zip\n";
    let create = "      - run: gh release create \"$TAG\" a.zip --generate-notes\n";
    let by_hand = "{release: {types: [created]}, workflow_dispatch: }";
    for (on, steps, id, expected) in [
        (by_hand, upload, "release-workflow", "partial"),
        (by_hand, upload, "release-notes", "n/a"),
        (by_hand, upload, "approval", "present"),
        ("{push: {tags: ['v*']}}", upload, "release-workflow", "partial"),
        ("{push: {tags: ['v*']}}", upload, "release-notes", "n/a"),
        ("{push: {tags: ['v*']}}", upload, "approval", "missing"),
        ("{push: {tags: ['v*']}}", create, "release-workflow", "present"),
        ("{push: {tags: ['v*']}}", create, "release-notes", "present"),
        (
            "{push: {branches: [main]}}",
            "      - run: docker push ghcr.io/o/r:$GITHUB_SHA\n",
            "release-workflow",
            "partial",
        ),
        ("{push: {branches: [main]}}", "      - run: docker push localhost:5000/r\n", "release-workflow", "missing"),
        ("pull_request", "      - run: docker push ghcr.io/o/r:$GITHUB_SHA\n", "release-workflow", "missing"),
    ] {
        assert_eq!(with(on, "", steps, &[], id), expected, "{id}: {on} {steps}");
    }
    let release = |body: &str| {
        let steps = format!("      - uses: softprops/action-gh-release@v2\n        with: {{body: '{body}'}}\n");
        with("{push: {tags: ['v*']}}", "", &steps, &[], "release-notes")
    };
    assert_eq!(release("Run the drafter to fill this in"), "missing");
    assert_eq!(release("${{ steps.notes.outputs.text }}"), "present");
    let immutable = "      - uses: actions/publish-immutable-action@v1\n";
    for id in ["release-workflow", "artifact-signing", "provenance", "approval"] {
        assert_eq!(with("{release: {types: [published]}}", "", immutable, &[], id), "present", "{id}");
    }
}

#[test]
fn npm_trusts_a_job_without_a_token() {
    let identity = "    permissions: {id-token: write}\n";
    let publish = "      - run: npm publish\n";
    let token = "      - {run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM }}'}}\n";
    let written = "      - run: echo \"//registry.npmjs.org/:_authToken=$T\" > .npmrc\n      - run: npm publish\n";
    let elsewhere = "      - run: npm publish --registry https://npm.example.com\n";
    for (job, steps, expected) in [
        (identity, publish, "present"),
        (identity, "      - run: pnpm -r publish\n", "present"),
        ("", publish, "missing"),
        (identity, token, "missing"),
        (identity, written, "missing"),
        (identity, elsewhere, "missing"),
        (identity, "      - run: npm publish --dry-run\n", "missing"),
    ] {
        for id in ["provenance", "artifact-signing"] {
            assert_eq!(with("{push: {tags: ['v*']}}", job, steps, &[], id), expected, "{id} {job}{steps}");
        }
    }
    assert_eq!(with("push", identity, publish, &[], "secrets-rotation"), "present");
}

#[test]
fn versions_and_changelogs_are_the_projects_own() {
    let library = |files: &[(&str, &str)], id: &str| status(&card_of("library", files), id).0;
    let page = "# Releases\n\nWe release often.\n";
    assert_eq!(library(&[("docs/releases.md", page)], "changelog"), "missing");
    assert_eq!(library(&[("docs/releases.md", "# Releases\n\n## 1.2.0\n\n- a\n")], "changelog"), "present");
    let package = ("packages/a/package.json", "{\n  \"version\": \"1.2.0\"\n}");
    let old = ("packages/a/CHANGELOG.md", "## 1.1.0\n");
    assert_eq!(library(&[package, ("packages/a/CHANGELOG.md", "## 1.2.0\n")], "changelog"), "present");
    assert_eq!(library(&[package, old], "changelog"), "partial");
    assert_eq!(library(&[package, ("packages/b/CHANGELOG.md", "## 1.2.0\n")], "changelog"), "missing");
    assert_eq!(library(&[package], "semver-tags"), "present");
    let private = ("playground/package.json", "{\n  \"version\": \"1.0\",\n  \"private\": true\n}");
    assert_eq!(library(&[private, package], "semver-tags"), "present");
    let ci = |on: &str| workflow(on, "", "      - run: 'true'\n");
    for (on, expected) in
        [("{push: {branches: ['v[0-9]']}}", "n/a"), ("{push: {branches: ['releases/v*'], tags: ['v*']}}", "present")]
    {
        assert_eq!(library(&[(".github/workflows/a.yml", &ci(on))], "semver-tags"), expected, "{on}");
    }
    let pom = "<project>\n<parent>\n<version>3.5.1</version>\n</parent>\n<version>1.0</version>\n</project>\n";
    assert_eq!(library(&[("pom.xml", pom)], "semver-tags"), "missing");
}

#[test]
fn migrations_run_where_the_service_does() {
    let migration = ("db/migrate/1_a.rb", "a");
    let pod = |args: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - {{name: a, image: a, args: {args}}}\n"
        )
    };
    assert_eq!(of(&[migration, ("deploy/m.yaml", &pod("[rails, 'db:migrate']"))], "db-migrations"), "present");
    assert_eq!(of(&[migration, ("deploy/m.yaml", &pod("[echo, 'db:migrate']"))], "db-migrations"), "partial");
    assert_eq!(of(&[migration, ("deploy/m.yaml", &pod("[manage.py, migrate, --check]"))], "db-migrations"), "partial");
    let image = ("Dockerfile", "FROM a\nCOPY . .\nENTRYPOINT [\"./bin/start.sh\"]\n");
    let start = ("bin/start.sh", "bin/rails db:migrate\nexec \"$@\"\n");
    let because = |files: &[(&str, &str)]| status(&card(files), "db-migrations");
    let (judged, why) = because(&[migration, image, start]);
    assert!(judged == "partial" && why.contains("when the service starts"), "{judged} {why}");
    let deploy = workflow("push", "", "      - run: kubectl apply -f deploy\n");
    let (judged, why) = because(&[migration, image, start, (".github/workflows/deploy.yml", &deploy)]);
    assert!(judged == "present" && why.contains("at its start"), "{judged} {why}");
    let (judged, why) = because(&[migration, image, ("bin/start.sh", "exec serve\n")]);
    assert!(judged == "partial" && why.contains("no command in CI"), "{judged} {why}");
}

#[test]
fn smaller_things_are_told_apart() {
    let compose = |needs: &str| {
        format!(
            "services:\n  a:\n    image: a\n    healthcheck: {{test: x}}\n    depends_on: {needs}\n  once: {{image: b}}\n"
        )
    };
    let ended = compose("{once: {condition: service_completed_successfully}}");
    assert_eq!(of(&[("compose.yml", &ended)], "health-probes"), "present");
    assert_eq!(of(&[("compose.yml", &compose("[once]"))], "health-probes"), "partial");
    let kept = |text: &str| of(&[("docs/a.md", text)], "retention");
    assert_eq!(kept("Deliveries are kept for 180 days.\n"), "missing");
    assert_eq!(kept("Logs are kept for 180 days.\n"), "present");
    assert_eq!(kept("## Backups\n\nThey are kept for 30 days.\n"), "present");
    assert_eq!(of(&[("docs/backup.md", "Retention: 30 days.\n")], "retention"), "present");
    let scan = |steps: &str| with("pull_request", "", steps, &[], "iac-scan");
    assert_eq!(scan("      - uses: kubevious/cli@v1\n"), "present");
    assert_eq!(scan("      - uses: kubevious/other@v1\n"), "missing");
    let package = ("package.json", "{}");
    let list = ("requirements.txt", "a\n");
    let dependabot = (".github/dependabot.yml", "updates:\n  - package-ecosystem: pip\n");
    for (renovate, files, expected) in [
        ("{}", vec![package, list], "present"),
        ("{\"ignorePaths\": [\"requirements.txt\"]}", vec![package, list], "partial"),
        ("{\"ignorePaths\": [\"requirements.txt\"]}", vec![package, list, dependabot], "present"),
        ("{\"enabledManagers\": [\"npm\"]}", vec![package, list], "partial"),
        ("{\"ignorePaths\": [\"docs/**\"]}", vec![package, list], "present"),
    ] {
        let files = [files, vec![("renovate.json", renovate)]].concat();
        assert_eq!(of(&files, "dependency-updates"), expected, "{files:?}");
    }
}
