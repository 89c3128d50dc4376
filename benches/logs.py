#!/usr/bin/env python3
"""Measures what reading the log archive of a run costs: memory has to be the same for one of any size.

Needs Python 3.9. A server on this machine stands in for GitHub's API and serves archives whose text hardly compresses, so
that the archive itself is as large as it says. The last line of each log tells of a cache: its row proves that the whole of
it was read.
"""

import argparse
import base64
import json
import os
import random
import sys
import tempfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from history import measure

RUN, JOB = 7_000_000_001, 30_000_000_001
TIME = "2026-03-01T12:00:00.1234567Z"
RUN_RECORD = {
    "id": RUN, "name": "CI", "path": ".github/workflows/ci.yml", "run_number": 1, "run_attempt": 1, "event": "push",
    "head_branch": "main", "head_sha": "0" * 40, "status": "completed", "conclusion": "success", "workflow_id": 1,
    "created_at": "2026-03-01T11:59:00Z", "run_started_at": "2026-03-01T11:59:00Z", "updated_at": "2026-03-01T12:10:00Z",
    "pull_requests": [], "repository": {"full_name": "octo/widgets", "name": "widgets", "owner": {"login": "octo"}},
}
JOB_RECORD = {
    "id": JOB, "run_id": RUN, "run_attempt": 1, "name": "build", "workflow_name": "CI", "head_branch": "main",
    "head_sha": "0" * 40, "status": "completed", "conclusion": "success", "created_at": "2026-03-01T11:59:10Z",
    "started_at": "2026-03-01T12:00:00Z", "completed_at": "2026-03-01T12:10:00Z", "labels": ["ubuntu-latest"],
    "runner_name": "GitHub Actions 1", "runner_group_name": "GitHub Actions", "steps": [
        {"name": "Set up job", "number": 1, "status": "completed", "conclusion": "success",
         "started_at": "2026-03-01T12:00:00Z", "completed_at": "2026-03-01T12:00:01Z"},
        {"name": "Cache", "number": 2, "status": "completed", "conclusion": "success",
         "started_at": "2026-03-01T12:00:01Z", "completed_at": "2026-03-01T12:09:59Z"},
    ],
}


def write_archive(path, megabytes):
    """Writes an archive with the log of one job, which ends with a restored cache."""
    random.seed(7)
    # Text of random bytes shrinks to three quarters.
    chunk = "".join(f"{TIME} {base64.b64encode(random.randbytes(90)).decode()}\n" for _ in range(8_000)).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("0_build.txt", "w", force_zip64=True) as log:
            log.write(f"{TIME} ##[group]Run actions/cache@v4\n{TIME} with:\n{TIME}   path: target\n{TIME}   key: linux-1\n{TIME} ##[endgroup]\n".encode())
            while path.stat().st_size < megabytes << 20:
                log.write(chunk)
            log.write(f"{TIME} Cache hit for: linux-1\n{TIME} Cache restored successfully\n{TIME} Cache restored from key: linux-1\n".encode())


class GitHub(BaseHTTPRequestHandler):
    """Answers what a collection of one run asks."""

    archive = None
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0].removeprefix("/api/v3")
        if path == "/archive":
            self.send_response(200)
            self.send_header("Content-Length", str(self.archive.stat().st_size))
            self.end_headers()
            with self.archive.open("rb") as file:
                while block := file.read(1 << 20):
                    self.wfile.write(block)
            return
        if path.endswith("/logs"):
            self.send_response(302)
            self.send_header("Location", f"http://{self.headers['Host']}/archive")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        answers = {
            f"/repos/octo/widgets/actions/runs/{RUN}": RUN_RECORD,
            f"/repos/octo/widgets/actions/runs/{RUN}/attempts/1": RUN_RECORD,
            f"/repos/octo/widgets/actions/runs/{RUN}/attempts/1/jobs": {"total_count": 1, "jobs": [JOB_RECORD]},
            f"/repos/octo/widgets/actions/runs/{RUN}/jobs": {"total_count": 1, "jobs": [JOB_RECORD]},
        }
        answer = answers.get(path)
        body = json.dumps(answer or {"message": "Not Found"}).encode()
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plimsoll", default="target/release/plimsoll", help="the program")
    parser.add_argument("--megabytes", type=int, nargs="+", default=[5, 50, 500], help="sizes of archives")
    options = parser.parse_args()
    program = str(Path(options.plimsoll).resolve())
    server = ThreadingHTTPServer(("127.0.0.1", 0), GitHub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ.update(GITHUB_API_URL=f"http://127.0.0.1:{server.server_port}", GITHUB_REPOSITORY="octo/widgets", GITHUB_TOKEN="x")
    print("| archive MB | wall s | CPU s | peak MiB |\n|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RUNNER_TEMP"] = folder
        for megabytes in options.megabytes:
            GitHub.archive = Path(folder) / "logs.zip"
            write_archive(GitHub.archive, megabytes)
            metrics = Path(folder) / f"metrics-{megabytes}"
            command = [program, "collect", "--no-config", "--run", str(RUN), "--logs", "--metrics", str(metrics)]
            run = measure(command)
            rows = (metrics / "cache_hits.csv").read_text().splitlines()
            assert len(rows) == 2 and ",exact," in rows[1], rows
            print(f"| {megabytes} | {run['wall']:.2f} | {run['cpu']:.2f} | {run['peak']:.0f} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
