#!/usr/bin/env python3
"""Run the injection cases of tests/fixtures/injection through Plimsoll and zizmor, and write what each
says to docs/injection-cases.md.

usage: tools/injection/compare.py [--plimsoll BIN] [--zizmor BIN]

An unsafe case is found where a tool reports one of its rules for injection on the line that the case
names; a safe one is reported where it reports one of them anywhere in the file. Both run offline, at
the persona that they have by default.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests/fixtures/injection"
RULES = {"artifact-poisoning", "github-env-injection", "template-injection", "untrusted-checkout", "untrusted-machine"}
AUDITS = {"template-injection", "github-env"}
HEAD = """# Injection cases, side by side

The cases lie in [tests/fixtures/injection](../tests/fixtures/injection): each unsafe workflow has a safe
twin that differs in what matters. `tests/integration/lint_injection.rs` holds the linter to them; the
table is written by `tools/injection/compare.py`, which runs them through the peer, too
({versions}, offline, each at its default persona).

An unsafe case counts where the line that does harm is reported as an injection, a safe one where
nothing in the file is. A peer that reports every `steps.*` or `env.*` in a script finds many unsafe
cases by that, and reports their safe twins as well: the last two columns show it. That a trigger is
dangerous, which zizmor says of every `pull_request_target` and `workflow_run`, safe or not, counts on
neither side.

| | unsafe found | safe left alone |
|---|---|---|
"""


def lay_out(root):
    """Put the cases where both tools look for them."""
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for case in sorted((CASES / "workflows").glob("*.yml")):
        target = root / ".github/workflows" / case.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(case.read_text())
    for action in sorted((CASES / "actions").glob("*.yml")):
        target = root / ".github/actions" / action.stem / "action.yml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(action.read_text())


def run(command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    return json.loads(done.stdout)


def plimsoll(binary, root):
    """Yield file, first and last line of each finding."""
    for finding in run([binary, "lint", "--format", "json", "--no-config"], root)["findings"]:
        if finding["rule"] in RULES:
            yield pathlib.PurePath(finding["path"]).name, finding["start"]["line"], finding["end"]["line"]


def zizmor(binary, root):
    """Yield file, first and last line of each place of a finding."""
    for finding in run([binary, "--offline", "--format", "json-v1", "."], root):
        if finding["ident"] not in AUDITS or finding.get("ignored"):
            continue
        for location in finding["locations"]:
            symbolic, concrete = location["symbolic"], location["concrete"]["location"]
            if symbolic["kind"] == "Primary":
                path = symbolic["key"]["Local"]["verbatim_path"]
                yield pathlib.PurePath(path).name, concrete["start_point"]["row"] + 1, concrete["end_point"]["row"] + 1


def marked(text):
    """Return the lines that a case names: those behind `finds: …`."""
    return [at + 2 for at, line in enumerate(text.splitlines()) if " finds: " in line]


def judge(found, case):
    """Tell for an unsafe case whether it is found, and for a safe one whether it is left alone."""
    here = [(first, last) for name, first, last in found if name == case.name]
    lines = marked(case.read_text())
    if not lines:
        return not here
    return all(any(first <= line <= last for first, last in here) for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plimsoll", default=str(ROOT / "target/debug/plimsoll"))
    parser.add_argument("--zizmor", default="zizmor")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        lay_out(root)
        tools = {
            "Plimsoll": list(plimsoll(str(pathlib.Path(options.plimsoll).resolve()), root)),
            "zizmor": list(zizmor(options.zizmor, root)),
        }
    version = subprocess.run([options.zizmor, "--version"], capture_output=True, text=True).stdout.strip()
    topics = sorted({case.name.split(".")[0] for case in (CASES / "workflows").glob("*.yml")})
    cell = {True: "yes", False: "**no**"}
    counts = {tool: {"unsafe": 0, "safe": 0} for tool in tools}
    rows = []
    for topic in topics:
        cases = {kind: CASES / "workflows" / f"{topic}.{kind}.yml" for kind in ("unsafe", "safe")}
        what = cases["unsafe"].read_text().splitlines()[0].removeprefix("# ")
        results = []
        for kind, case in cases.items():
            for tool, found in tools.items():
                result = judge(found, case)
                counts[tool][kind] += result
                results.append(cell[result])
        what = what.replace("|", "\\|")
        rows.append(f"| `{topic}` | {what} | {' | '.join(results)} |")
    text = HEAD.replace("{versions}", version)
    for tool, count in counts.items():
        text += f"| {tool} | {count['unsafe']} of {len(topics)} | {count['safe']} of {len(topics)} |\n"
    text += "\n| case | the unsafe one | found by Plimsoll | found by zizmor | twin left alone by Plimsoll | twin left alone by zizmor |\n"
    text += "|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    text += "\n```sh\npip install zizmor && tools/injection/compare.py\n```\n"
    (ROOT / "docs/injection-cases.md").write_text(text)
    print(counts)


if __name__ == "__main__":
    main()
