#!/usr/bin/env python3
"""Runs the queries of docs/queries.md over tables that the program wrote, and holds the answers against the rows.

Needs `pip install duckdb`, and for the queries of Spark `pip install pyspark` and Java; what is not installed is left out
and said so.
"""

import argparse
import collections
import csv
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/queries.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def collect(program, folder, repository, seed, jobs):
    """Lets the program write the tables of a repository: four months of jobs, some in closed months."""
    chance = random.Random(seed)
    answers = folder / f"answers-{seed}"
    answers.mkdir()
    start = datetime(2026, 1, 5, tzinfo=timezone.utc)
    said = lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    runs, records = [], []
    for at in range(jobs):
        begin = start + timedelta(seconds=at * 120 * 86400 // jobs)
        seconds, run = chance.randrange(20, 900), seed * 1_000_000 + at
        runs.append({"id": run, "name": "CI", "run_attempt": 1, "head_sha": f"{run:040d}", "head_branch": "main", "event": "push",
                     "status": "completed", "conclusion": "success", "created_at": said(begin), "run_started_at": said(begin),
                     "repository": {"full_name": repository}})
        records.append({"id": run * 10, "run_id": run, "run_attempt": 1, "name": f'"build", {at % 3}', "status": "completed",
                        "conclusion": "failure" if at % 11 == 0 else "success", "created_at": said(begin), "labels": ["ubuntu-latest"],
                        "started_at": said(begin + timedelta(seconds=at % 40)), "runner_id": 1, "runner_name": "x",
                        "completed_at": said(begin + timedelta(seconds=at % 40 + seconds))})
    (answers / "runs.json").write_text(json.dumps({"workflow_runs": runs}))
    (answers / "jobs.json").write_text(json.dumps({"jobs": records}))
    (folder / "plimsoll.yml").write_text("collect: {rotate: monthly}\n" if seed == 1 else "{}\n")
    command = [program, "collect", "--from", answers, "--repository", repository, "--metrics", f"metrics/{repository}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def rows(folder):
    files = sorted((folder / "metrics").rglob("build_metrics.csv"))
    return [row for file in files for row in csv.DictReader(file.open(newline=""))]


def quantile(values, share):
    values = sorted(values)
    place = (len(values) - 1) * share
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def slowest(jobs):
    """What the first query should answer: repository and family to runs and p95."""
    groups = collections.defaultdict(list)
    for job in jobs:
        if job["conclusion"] == "success" and job["run_attempt"] == "1":
            groups[job["repository"], job["family"]].append(float(job["duration_s"]))
    return {key: (len(times), quantile(times, 0.95)) for key, times in groups.items()}


def check_slowest(answer, expected):
    found = {(row[0], row[1]): (row[2], row[-1]) for row in answer}
    assert found.keys() == expected.keys(), (found.keys(), expected.keys())
    for key, (count, p95) in expected.items():
        # The queries round to a tenth.
        assert found[key][0] == count and abs(found[key][1] - p95) <= 0.0501, (key, found[key], count, p95)


def duck(jobs):
    import duckdb

    print(f"duckdb {duckdb.__version__}")
    connection = duckdb.connect()
    answers = []
    for query in blocks("sql"):
        answers.append(connection.execute(query).fetchall())
        print(f"  {' '.join(query.split())[:70]}…: {len(answers[-1])} rows")
    _, slow, costs, slower, monthly = answers
    check_slowest([row[:3] + (row[4],) for row in slow], slowest(jobs))
    assert sum(row[2] for row in costs) == sum(int(job["billed_minutes"]) for job in jobs)
    assert abs(sum(row[3] for row in costs) - sum(float(job["cost_usd"]) for job in jobs)) < 0.01 * len(costs)
    newest = max(job["started_at"] for job in jobs)
    age = lambda job: (datetime.fromisoformat(newest[:10]) - datetime.fromisoformat(job["started_at"][:10])).days // 28
    for repository, _, family, now, before in slower:
        for wanted, median in ((0, now), (1, before)):
            times = [float(job["duration_s"]) for job in jobs if (job["repository"], job["family"]) == (repository, family)
                     and job["conclusion"] == "success" and age(job) == wanted]
            assert abs(statistics.median(times) - median) <= 0.0501, (family, wanted)
    assert slower
    months = collections.Counter((int(job["started_at"][:4]), int(job["started_at"][5:7])) for job in jobs)
    assert {(row[0], row[1]): row[2] for row in monthly} == months, monthly
    return months


def spark(jobs, months):
    first, second = blocks("python")
    scope = {}
    exec(first, scope)  # noqa: S102: the page's own code
    check_slowest([tuple(row) for row in scope["slow"].collect()], slowest(jobs))
    exec(second, scope)  # noqa: S102
    assert {(row[0], row[1]): row[2] for row in scope["monthly"].collect()} == months
    print(f"spark {scope['spark'].version}: both queries")
    scope["spark"].stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plimsoll", default=str(ROOT / "target/release/plimsoll"), help="the program")
    parser.add_argument("--jobs", type=int, default=3000, help="how many jobs each repository has")
    options = parser.parse_args()
    options.plimsoll = str(Path(options.plimsoll).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed, repository in enumerate(["octo/a", "octo/b", "acme/c"], 1):
            collect(options.plimsoll, folder, repository, seed, options.jobs)
        jobs = rows(folder)
        assert len(jobs) == 3 * options.jobs, len(jobs)
        os.chdir(folder)
        subprocess.run([options.plimsoll, "export", "parquet", "--output", "lake"], check=True)
        try:
            months = duck(jobs)
        except ImportError:
            sys.exit("duckdb is not installed: pip install duckdb")
        try:
            import pyspark  # noqa: F401
        except ImportError:
            print("pyspark is not installed: the queries of Spark were not run")
        else:
            spark(jobs, months)
    print("all answers agree with the rows")


if __name__ == "__main__":
    main()
