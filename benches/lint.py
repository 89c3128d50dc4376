#!/usr/bin/env python3
"""Measures `plimsoll lint` beside zizmor and actionlint, in one run over the same files.

Needs Python 3.9 and nothing else. Each case is run by the tools in turn, so that a busy machine
slows all of them; the table shows medians and what the others take for one of Plimsoll's.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator, Optional

REPOSITORY = Path(__file__).resolve().parent.parent
LAUNCH = REPOSITORY / "benches" / "launch.py"

SHORT = """name: short
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
"""

HEAD = """name: generated
on:
  push:
    branches: [main]
  pull_request:
    paths: ["src/**", "!docs/**"]
permissions:
  contents: read
env:
  RUST_BACKTRACE: 1
jobs:
"""

JOB = """  job{number}:
    name: Build ${{{{ matrix.os }}}} with ${{{{ matrix.version }}}}
    needs: [{needs}]
    if: github.event_name == 'push' || contains(github.event.pull_request.labels.*.name, 'full')
    runs-on: ${{{{ matrix.os }}}}
    timeout-minutes: 20
    strategy:
      fail-fast: false
      matrix:
        os: [ubuntu-latest, windows-latest, macos-latest]
        version: ["3.{number}", 3.12]
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-python@v5
        with:
          python-version: ${{{{ matrix.version }}}}
      - id: version
        env:
          TITLE: ${{{{ github.event.pull_request.title }}}}
        run: |
          # Finds out what is built.
          version="$(python --version | cut -d ' ' -f 2)"
          echo "version=$version" >> "$GITHUB_OUTPUT"
          if [ -n "$TITLE" ]; then
            echo "building $TITLE on ${{{{ runner.os }}}}"
          fi
      - name: Test ${{{{ steps.version.outputs.version }}}}
        if: ${{{{ always() && steps.version.outcome == 'success' }}}}
        run: |
          python -m pip install -r requirements.txt
          python -m pytest --junitxml=report.xml tests | tee log.txt
      - uses: actions/upload-artifact@v4
        with:
          name: report-{number}-${{{{ matrix.os }}}}
          path: report.xml
"""


def generated(size: int) -> str:
    """Returns a workflow of about so many bytes, whose jobs form a chain."""
    parts = [HEAD, JOB.format(number=0, needs="")]
    length = sum(map(len, parts))
    while length < size:
        number = len(parts) - 1
        parts.append(JOB.format(number=number, needs=f"job{number - 1}"))
        length += len(parts[-1])
    return "".join(parts)


@dataclass(frozen=True)
class Tool:
    """A program and how it is called."""

    name: str
    program: str
    arguments: Callable[[str], list]
    """The arguments before the paths, by persona."""
    reads: Callable[[Path], bool] = lambda path: True
    """Whether the program takes a file."""
    walks: bool = True
    """Whether the program finds the files of a folder by itself."""


def is_workflow(path: Path) -> bool:
    return path.parent.name == "workflows"


def plimsoll(persona: str) -> list:
    alone = ["--shellcheck", "off", "--pyflakes", "off"]
    return ["lint", "--no-config", *alone, "--format", "json", "--fail-on", "never", "--persona", persona]


def zizmor(persona: str) -> list:
    return ["--offline", "--no-config", "--no-progress", "--quiet", "--format", "json", "--no-exit-codes", "--persona", persona]


def actionlint(_: str) -> list:
    return ["-no-color", "-shellcheck=", "-pyflakes=", "-format", "{{json .}}"]


@dataclass
class Case:
    """Files, as one call of each tool gets them."""

    name: str
    folder: Path
    paths: list
    persona: str = "regular"
    runs: int = 5
    walked: bool = False
    """Whether the tools get the folder and find the files by themselves."""

    def files(self, tool: Tool) -> Optional[list]:
        """Returns what a tool is given, or nothing where it would judge fewer files than the others."""
        if self.walked:
            return ["."] if tool.walks else None
        return list(map(str, self.paths)) if all(map(tool.reads, self.paths)) else None


@dataclass
class Figures:
    """What the runs of a tool took."""

    wall: list = field(default_factory=list)
    cpu: list = field(default_factory=list)
    peak: int = 0
    """The largest resident set, in KiB."""
    code: int = 0
    complaint: str = ""


def run(tool: Tool, case: Case, figures: Figures) -> None:
    """Runs a tool once and adds what it took."""
    command = [sys.executable, "-I", "-S", str(LAUNCH), tool.program, *tool.arguments(case.persona), *(case.files(tool) or [])]
    ran = subprocess.run(command, cwd=case.folder, capture_output=True, text=True, errors="replace", check=False)
    wall, cpu, peak, code = ran.stdout.split()
    figures.wall.append(float(wall))
    figures.cpu.append(float(cpu))
    # macOS counts bytes, Linux KiB.
    figures.peak = max(figures.peak, int(peak) // (1024 if sys.platform == "darwin" else 1))
    figures.code, figures.complaint = int(code), ran.stderr


def failed(tool: Tool, figures: Figures) -> bool:
    """Tells whether a tool gave up; 1 is actionlint's word for findings."""
    return figures.code != 0 and not (tool.name == "actionlint" and figures.code == 1)


def without_stoppers(tool: Tool, case: Case) -> list:
    """Leaves out the files that make a tool give up on all others, which none of them then gets."""
    left_out = []
    while case.paths:
        figures = Figures()
        run(tool, case, figures)
        stoppers = [path for path in case.paths if str(path) in figures.complaint] if failed(tool, figures) else []
        if not stoppers:
            break
        left_out += stoppers
        case.paths = [path for path in case.paths if path not in stoppers]
    return left_out


def measure(case: Case, tools: list) -> dict:
    """Runs a case with each tool in turn; the first turn only warms up."""
    taking = [tool for tool in tools if case.files(tool) is not None]
    figures = {}
    for turn in range(case.runs + 1):
        for tool in taking:
            if turn <= 1:
                figures[tool.name] = Figures()
            run(tool, case, figures[tool.name])
    return {tool.name: figures[tool.name] for tool in taking if not failed(tool, figures[tool.name])}


def row(case: Case, name: str, figures: Figures, first: Figures) -> str:
    size = sum((case.folder / path).stat().st_size for path in case.paths)
    wall, cpu = statistics.median(figures.wall), statistics.median(figures.cpu)
    ratio = lambda ours, own: f"{own / ours:.1f}" if ours else "–"
    cells = [
        case.name,
        f"{len(case.paths):,}",
        f"{size / 1e6:.2f}",
        name,
        f"{wall:.3f}",
        f"{min(figures.wall):.3f}",
        f"{cpu:.3f}",
        f"{figures.peak / 1024:.0f}",
        ratio(statistics.median(first.wall), wall),
        ratio(statistics.median(first.cpu), cpu),
    ]
    return "| " + " | ".join(cells) + " |"


def print_table(cases: list, tools: list) -> list:
    """Measures the cases, and prints each as soon as it is done; returns Plimsoll's own figures."""
    print("| case | files | MB | tool | wall s | least | CPU s | peak MiB | wall × | CPU × |")
    print("|---|--:|--:|---|--:|--:|--:|--:|--:|--:|")
    own = []
    for case in cases:
        measured = measure(case, tools)
        for name, figures in measured.items():
            print(row(case, name, figures, measured["plimsoll"]), flush=True)
        own.append(measured["plimsoll"])
    return own


def print_growth(cases: list, own: list) -> None:
    """Prints what twice the bytes cost Plimsoll; 2.0 and less is linear."""
    for earlier, later, before, after in zip(cases, cases[1:], own, own[1:]):
        wall = statistics.median(after.wall) / statistics.median(before.wall)
        cpu = statistics.median(after.cpu) / statistics.median(before.cpu)
        peak = after.peak / before.peak
        print(f"{earlier.name} → {later.name}: wall × {wall:.2f}, CPU × {cpu:.2f}, peak × {peak:.2f}")


def folder_cases(folder: Path, tools: list, runs: int) -> Iterator[Case]:
    """Yields the cases over a folder of real files."""
    is_yaml = lambda path: path.suffix in (".yml", ".yaml")
    is_read = lambda path: path.is_file() and (is_workflow(path) or path.stem == "action")
    paths = sorted(path.relative_to(folder) for path in folder.rglob("*") if is_yaml(path) and is_read(path))
    if not paths:
        sys.exit(f"{folder} holds no workflow and no action")
    whole = Case("folder", folder, paths, runs=runs)
    for tool in tools:
        for path in without_stoppers(tool, whole):
            print(f"left out, since {tool.name} gives up on it: {path}")
    workflows = list(filter(is_workflow, whole.paths))
    largest = max(workflows, key=lambda path: (folder / path).stat().st_size)
    yield whole
    yield Case("folder, auditor", folder, whole.paths, persona="auditor", runs=runs)
    yield Case("its workflows", folder, workflows, runs=runs)
    yield Case("its largest workflow", folder, [largest], runs=4 * runs)


def one_file(folder: Path, name: str, text: str, runs: int) -> Case:
    path = Path(".github/workflows") / (name.replace(" ", "-") + ".yml")
    (folder / path.parent).mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)
    return Case(name, folder, [path], runs=runs)


def tree(folder: Path, count: int, runs: int) -> Case:
    """Makes a monorepo of so many workflows."""
    paths = []
    for number in range(count):
        path = Path(f"packages/{number // 100}/{number}/.github/workflows/ci.yml")
        (folder / path.parent).mkdir(parents=True)
        (folder / path).write_text(HEAD + JOB.format(number=number, needs=""))
        paths.append(path)
    return Case(f"tree of {count:,}", folder, paths, runs=runs, walked=True)


def installed(arguments: argparse.Namespace) -> list:
    """Lists the tools that are there."""
    own = Path(arguments.plimsoll).resolve()
    if not own.is_file():
        sys.exit(f"{own} is not there: build it with `cargo build --release --locked`, or name one with --plimsoll")
    candidates = [
        Tool("plimsoll", str(own), plimsoll),
        Tool("zizmor", arguments.zizmor, zizmor),
        Tool("actionlint", arguments.actionlint, actionlint, reads=is_workflow, walks=False),
    ]
    found = [(tool, shutil.which(tool.program)) for tool in candidates]
    for tool, path in found:
        if path is None:
            print(f"{tool.name} is not installed, and left out")
    return [Tool(tool.name, path, tool.arguments, tool.reads, tool.walks) for tool, path in found if path]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of real workflows, at any depth; without it only generated files are measured")
    parser.add_argument("--plimsoll", default=REPOSITORY / "target/release/plimsoll", help="the program to measure")
    parser.add_argument("--zizmor", default="zizmor", help="zizmor's path, where it is not on PATH")
    parser.add_argument("--actionlint", default="actionlint", help="actionlint's path, where it is not on PATH")
    parser.add_argument("--runs", type=int, default=5, help="how often each case is run; short cases four times as often")
    arguments = parser.parse_args()
    tools = installed(arguments)
    for tool in tools:
        version = subprocess.run([tool.program, "--version"], capture_output=True, text=True).stdout.strip().splitlines()
        print(f"{tool.name}: {version[0] if version else 'unknown version'}")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {arguments.runs} runs\n")
    runs = arguments.runs
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        cases = list(folder_cases(arguments.folder.resolve(), tools, runs)) if arguments.folder else []
        short = one_file(scratch / "short", "7 lines", SHORT, 4 * runs)
        long = [one_file(scratch / "long", f"{size // 1000} KB", generated(size), runs) for size in (400_000, 800_000, 1_600_000)]
        trees = [tree(scratch / f"tree{count}", count, max(1, runs // 2)) for count in (5_000, 10_000, 20_000)]
        own = print_table([*cases, short, *long, *trees], tools)
        print()
        print_growth(long, own[-6:-3])
        print_growth(trees, own[-3:])


if __name__ == "__main__":
    main()
