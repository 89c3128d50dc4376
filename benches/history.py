#!/usr/bin/env python3
"""Measures what a long history costs: aggregating it beside DuckDB, merging into it, and reading a huge test report.

Needs Python 3.9, and for the comparison `pip install duckdb`. The tools take turns over the same file; the first turn only
warms up. Quantiles of both are compared, row by row.
"""

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
QUERY = """
import duckdb, sys
duckdb.sql(f"SET threads={sys.argv[3]}")
duckdb.sql(f'''
COPY (SELECT workflow, family AS job, CAST(date_trunc('week', started_at) AS DATE) AS week, count(*) AS runs,
  count(*) FILTER (WHERE conclusion <> 'success') AS failed,
  quantile_cont(duration_s, 0.5) AS p50_s, quantile_cont(duration_s, 0.95) AS p95_s, avg(duration_s) AS mean_s
FROM read_csv('{sys.argv[1]}', types = {{'commit': 'VARCHAR', 'branch': 'VARCHAR'}})
WHERE conclusion IN ('success', 'failure', 'timed_out', 'startup_failure') AND run_attempt = 1
GROUP BY ALL ORDER BY ALL) TO '{sys.argv[2]}' (HEADER)''')
"""


def write_history(path, rows, header):
    """Writes jobs of two years: 5 workflows, 10 jobs in each, 3 legs."""
    random.seed(7)
    start = datetime(2025, 1, 6, tzinfo=timezone.utc)
    step = 2 * 365 * 86400 / rows
    with path.open("w", buffering=1 << 20) as file:
        file.write(header)
        for at in range(rows):
            day = (start + timedelta(seconds=int(at * step))).strftime("%Y-%m-%dT%H:%M:%SZ")
            bits = random.getrandbits(64)
            workflow, job, leg = bits % 5, (bits >> 8) % 10, (bits >> 16) % 3
            millis = 20_000 + (bits >> 20) % 900_000
            attempt = 2 if (bits >> 50) % 20 == 0 else 1
            conclusion = "failure" if (bits >> 44) % 12 == 0 else "success"
            run = 7_000_000_000 + at // 8
            file.write(
                f"octo/widgets,wf-{workflow},{run},{attempt},{30_000_000_000 + at},build-{job} ({leg}),push,main,{bits:040x},"
                f"{day},,{at // 8},build-{job},{leg},build,{conclusion},{(bits >> 30) % 60},{millis / 1000:g},linux,x64,"
                f"ubuntu-latest,,{millis // 60_000 + 1},\n"
            )


def measure(command):
    """Returns wall seconds, CPU seconds and peak MiB of a command."""
    launched = [sys.executable, "-I", "-S", str(HERE / "launch.py"), *command]
    said = subprocess.run(launched, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    assert said[3] == "0", f"{command} ended with {said[3]}"
    return {"wall": float(said[0]), "cpu": float(said[1]), "peak": int(said[2]) / 1024}


def compare(one, two):
    """Compares two tables of results; numbers may differ by what adding up in another order gives."""
    read = lambda path: sorted(csv.DictReader(open(path)), key=lambda row: (row["workflow"], row["job"], row["week"]))
    ours, theirs = read(one), read(two)
    assert len(ours) == len(theirs), f"{len(ours)} rows and {len(theirs)}"
    for left, right in zip(ours, theirs):
        assert all(left[name] == right[name] for name in ("workflow", "job", "week", "runs", "failed")), (left, right)
        for name in ("p50_s", "p95_s", "mean_s"):
            assert abs(float(left[name]) - float(right[name])) <= 1e-9 * float(left[name]), (left, right)
    return len(ours)


def show(case, results):
    for tool, runs in results.items():
        wall, cpu, peak = (statistics.median(run[part] for run in runs) for part in ("wall", "cpu", "peak"))
        line = f"| {case} | {tool} | {wall:.2f} | {min(run['wall'] for run in runs):.2f} | {cpu:.2f} | {peak:.0f} |"
        print(line, flush=True)


def aggregate(options, folder, header, rows):
    metrics = folder / f"metrics-{rows}"
    metrics.mkdir()
    table = metrics / "build_metrics.csv"
    write_history(table, rows, header)
    ours, theirs = folder / "ours.csv", folder / "theirs.csv"
    plimsoll = [options.plimsoll, "report", "--no-config", "--metrics", metrics, "--weeks", "520", "--format", "csv", "--output", ours]
    commands = {"plimsoll": plimsoll}
    try:
        import duckdb  # noqa: F401

        commands["duckdb"] = [sys.executable, "-c", QUERY, table, theirs, str(os.cpu_count())]
    except ImportError:
        print("duckdb is not installed: nothing to compare with", file=sys.stderr)
    results = {tool: [] for tool in commands}
    for turn in range(options.runs + 1):
        for tool, command in commands.items():
            run = measure([str(part) for part in command])
            if turn > 0:
                results[tool].append(run)
    case = f"p50, p95, mean of {rows:,} rows ({table.stat().st_size / 1e6:.0f} MB)"
    show(case, results)
    if "duckdb" in results:
        same = compare(ours, theirs)
        ratio = lambda part: statistics.median(run[part] for run in results["plimsoll"]) / statistics.median(
            run[part] for run in results["duckdb"]
        )
        print(f"\n{same} rows are the same; plimsoll takes {ratio('wall'):.2f} of the time and {ratio('peak'):.2f} of the memory\n")
    return metrics


def pages(options, folder, metrics, rows):
    """Makes the whole report, which looks at all tables together, and the Parquet of them."""
    for form in ("markdown", "html"):
        command = [options.plimsoll, "report", "--no-config", "--metrics", metrics, "--format", form, "--output", folder / "page"]
        results = [measure([str(part) for part in command]) for _ in range(options.runs + 1)][1:]
        show(f"report as {form} over {rows:,} rows", {"plimsoll": results})
    command = [options.plimsoll, "export", "parquet", "--no-config", "--metrics", metrics, "--output", folder / "lake"]
    show(f"Parquet of {rows:,} rows", {"plimsoll": [measure([str(part) for part in command])]})
    size = sum(file.stat().st_size for file in (folder / "lake").rglob("*.parquet"))
    print(f"\nParquet: {size / 1e6:.0f} MB\n")


def merge(options, folder, metrics, rows):
    """Merges 1,000 jobs, a half of which are there already."""
    answers = folder / "answers"
    answers.mkdir()
    table = metrics / "build_metrics.csv"
    jobs = []
    for at in range(1000):
        number = rows - 500 + at if at % 2 else rows * at // 1000
        day = (datetime(2026, 12, 1, tzinfo=timezone.utc) + timedelta(seconds=at)).strftime("%Y-%m-%dT%H:%M:%SZ")
        jobs.append({"id": 30_000_000_000 + number, "run_id": 7_000_000_000 + number // 8, "run_attempt": 1, "name": f"late-{at}",
                     "status": "completed", "conclusion": "success", "started_at": day, "completed_at": day})
    (answers / "jobs.json").write_text(json.dumps({"jobs": jobs}))
    before = table.read_bytes()
    command = [options.plimsoll, "collect", "--no-config", "--metrics", str(metrics), "--from", str(answers), "--output", str(folder / "out")]
    results = []
    for _ in range(options.runs):
        table.write_bytes(before)
        results.append(measure(command))
    show(f"merge 1,000 rows into {rows:,}", {"plimsoll": results})
    again = measure(command)
    show("merge them again", {"plimsoll": [again]})


def report(options, folder):
    path = folder / "junit.xml"
    noise = "x" * 2000 + "\n"
    with path.open("w", buffering=1 << 20) as file:
        file.write('<testsuites><testsuite name="s">')
        for at in range(options.cases):
            file.write(f'<testcase classname="acme.Case{at % 100}" name="test {at}" time="0.00{at % 10}"><system-out>{noise}</system-out></testcase>\n')
        file.write("</testsuite></testsuites>")
    command = [options.plimsoll, "collect", "--no-config", "--metrics", str(folder / "tests"), "--junit", str(path), "--output", str(folder / "out")]
    show(f"JUnit of {path.stat().st_size / 1e6:.0f} MB", {"plimsoll": [measure(command) for _ in range(options.runs)]})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plimsoll", default=str(HERE.parent / "target/release/plimsoll"), help="the program")
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000_000], help="how many rows the histories have")
    parser.add_argument("--cases", type=int, default=100_000, help="how many test cases the report has")
    parser.add_argument("--runs", type=int, default=5, help="how often each is measured")
    options = parser.parse_args()
    header = subprocess.run([options.plimsoll, "schema", "build_metrics", "--header"], stdout=subprocess.PIPE, text=True, check=True).stdout
    print("| case | tool | wall s | least | CPU s | peak MiB |\n|---|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for rows in options.rows:
            metrics = aggregate(options, folder, header, rows)
            if rows == options.rows[0]:
                pages(options, folder, metrics, rows)
                merge(options, folder, metrics, rows)
        report(options, folder)


if __name__ == "__main__":
    main()
