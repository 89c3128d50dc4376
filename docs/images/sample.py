#!/usr/bin/env python3
"""Write sixteen weeks of made-up API answers, from which the pictures of the report are made.

usage: docs/images/sample.py DIR
       plimsoll collect --from DIR --metrics DIR/metrics
       plimsoll report --metrics DIR/metrics --weeks 16 --format html --output DIR/report.html
"""
import datetime
import json
import math
import pathlib
import random
import sys

START = datetime.datetime(2026, 3, 2, 8, tzinfo=datetime.timezone.utc)
WORKFLOWS = {
    "CI": {"runs": 34, "jobs": {"lint": 65, "build (linux)": 310, "build (windows)": 480, "test (linux, 3.12)": 420, "test (linux, 3.13)": 400, "end-to-end": 640}},
    "Docs": {"runs": 9, "jobs": {"build": 95, "links": 40}},
    "Release": {"runs": 2, "jobs": {"package": 540, "sign": 45, "publish": 120}},
}


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(7)
    runs, jobs, number = [], [], 0
    for week in range(16):
        # The build grows slowly, and a cache that was mended in week 11 makes it faster.
        trend = 1 + 0.035 * week - (0.32 if week >= 11 else 0)
        for workflow, shape in WORKFLOWS.items():
            for _ in range(max(1, round(shape["runs"] * dice.uniform(0.7, 1.2)))):
                number += 1
                begin = START + datetime.timedelta(weeks=week, seconds=dice.randrange(5 * 86400))
                failed = dice.random() < (0.11 if workflow == "CI" else 0.04)
                conclusion = "failure" if failed else "success"
                run = {"id": number, "name": workflow, "path": f".github/workflows/{workflow.lower()}.yml", "run_number": number,
                       "run_attempt": 1, "event": "push", "status": "completed", "conclusion": conclusion, "head_branch": "main",
                       "head_sha": f"{number:040x}", "created_at": stamp(begin), "run_started_at": stamp(begin),
                       "repository": {"full_name": "example/harbor"}}
                runs.append(run)
                names = list(shape["jobs"])
                broken = dice.choice(names) if failed else None
                for index, (name, seconds) in enumerate(shape["jobs"].items()):
                    start = begin + datetime.timedelta(seconds=round(4 + dice.expovariate(1 / 9)))
                    took = seconds * trend * math.exp(dice.gauss(0, 0.09))
                    end = start + datetime.timedelta(seconds=round(took))
                    jobs.append({"id": number * 100 + index, "run_id": number, "run_attempt": 1, "name": name, "status": "completed",
                                 "conclusion": "failure" if name == broken else "success", "created_at": stamp(begin),
                                 "started_at": stamp(start), "completed_at": stamp(end), "labels": ["ubuntu-latest"],
                                 "runner_group_name": "GitHub Actions", "workflow_name": workflow, "head_branch": "main",
                                 "head_sha": run["head_sha"], "steps": []})
    (folder / "runs.json").write_text(json.dumps({"total_count": len(runs), "workflow_runs": runs}))
    (folder / "jobs.json").write_text(json.dumps({"total_count": len(jobs), "jobs": jobs}))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
