#!/usr/bin/env python3
"""Deploys a small service behind nginx under constant load, good and bad versions, and kills the deployment.

usage: deploy.py BINARY [--kills N] [--seconds N] [--only PART,...]

BINARY is plimsoll. Needs nginx, wrk, curl; the parts `postgres` and `redis` need their servers. Everything runs below a
temporary folder on free ports of 127.0.0.1. Prints the tables of docs/deploy.md as Markdown; ends with 1 where something
is not as it must be.

Parts: blue-green, canary, systemd, kills, postgres, redis.
"""
import argparse
import http.server
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

SERVICE = r'''#!/usr/bin/env python3
import http.server, os, signal, sys, threading, time
version = pathlib = os.path.basename(os.getcwd())
if version.startswith("dead"):
    sys.exit(1)
hoard = []
def leak():
    while True:
        hoard.append(bytes(500_000) + os.urandom(500_000))
        time.sleep(0.1)
if version.startswith("leak"):
    threading.Thread(target=leak, daemon=True).start()
def resident():
    for line in open("/proc/self/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    def do_GET(self):
        if version.startswith("slow"):
            time.sleep(0.3)
        bad = version.startswith("bad") and self.path != "/health" or version.startswith("worse")
        text = ("process_resident_memory_bytes %d\n" % resident()) if self.path == "/metrics" else version
        self.send_response(500 if bad else 200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
    def log_message(self, *_): pass
class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
'''

CONFIGURATION = '''preset: none
health:
  environments:
    staging:
      endpoints:
        web: {{url: "http://127.0.0.1:{port}/", timeout: 2s}}
deploy:
  environments:
    staging:
      command: {command} deploy
      rollback: {command} rollback
      smoke: test "$(curl --silent http://127.0.0.1:{port}/)" = "$PLIMSOLL_VERSION"
      verify:
        ready: 5s
        for: {seconds}s
        every: 250ms
        metrics: [{{url: "http://127.0.0.1:{port}/metrics", name: process_resident_memory_bytes, growth: 100 MB}}]
      watch: 2s
'''

NGINX = '''worker_processes 2;
pid {state}/nginx.pid;
error_log {state}/nginx.log warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {state}/body; proxy_temp_path {state}/proxy; fastcgi_temp_path {state}/fastcgi;
  uwsgi_temp_path {state}/uwsgi; scgi_temp_path {state}/scgi;
  {service}
}}
'''

failures = []


def expect(holds, what):
    if not holds:
        failures.append(what)
        print(f"NOT AS EXPECTED: {what}", file=sys.stderr)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """A service behind nginx, with the files that `plimsoll init --close` writes."""

    def __init__(self, binary, strategy, seconds):
        self.binary, self.seconds = binary, seconds
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="plimsoll-deploy-"))
        # nginx's workers look at files below it.
        self.root.chmod(0o755)
        self.state, self.port = self.root / "state", free_port()
        self.environment = dict(os.environ, STATE=str(self.state), RELEASES=str(self.root / "releases"),
                                BLUE_PORT=str(free_port()), GREEN_PORT=str(free_port()), PATIENCE="5", STEP="3",
                                LOG=str(self.state / "sides.log"), PATH=os.environ["PATH"] + ":/usr/sbin")
        self.nginx = ["nginx", "-c", f"{self.root}/nginx.conf"]
        for name in ("GITHUB_ACTIONS", "GITHUB_TOKEN", "GH_TOKEN"):
            self.environment.pop(name, None)
        self.state.mkdir()
        subprocess.run(["git", "init", "-q", str(self.root)], check=True)
        closed = subprocess.run([binary, "init", f"--close={strategy}", str(self.root)], text=True, capture_output=True)
        assert closed.returncode == 0, closed.stderr
        self.command = f"deploy/{strategy}.sh"
        service = (self.root / "deploy/nginx.conf").read_text()
        for before, after in [("/var/lib/service", str(self.state)), ("/var/log/nginx", str(self.state)),
                              ("listen 80;", f"listen 127.0.0.1:{self.port};"),
                              ("8081", self.environment["BLUE_PORT"]), ("8082", self.environment["GREEN_PORT"])]:
            service = service.replace(before, after)
        (self.root / "nginx.conf").write_text(NGINX.format(state=self.state, service=service))
        (self.root / "plimsoll.yml").write_text(
            CONFIGURATION.format(port=self.port, command=self.command, seconds=seconds))

    def release(self, version):
        folder = self.root / "releases" / version
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "run").write_text(SERVICE)
        (folder / "run").chmod(0o755)

    def __enter__(self):
        self.release("first")
        subprocess.run(self.nginx, env=self.environment, check=True)
        report, _ = self.deploy("first")
        assert report["state"] == "success", report
        return self

    def __exit__(self, *_):
        for side in ("blue", "green"):
            subprocess.run(["sh", "deploy/service.sh", "stop", side, "0"], cwd=self.root, env=self.environment)
        subprocess.run([*self.nginx, "-s", "quit"], env=self.environment, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.root, ignore_errors=True)

    def call(self, *arguments):
        return subprocess.run([self.binary, "deploy", *arguments, "--env", "staging", "--format", "json"],
                              cwd=self.root, env=self.environment, text=True, capture_output=True)

    def deploy(self, version):
        self.release(version)
        start = time.monotonic()
        ran = self.call("run", "--version", version)
        assert ran.returncode in (0, 1), ran.stderr
        return json.loads(ran.stdout), time.monotonic() - start

    def serves(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
                return answer.read().decode()
        except OSError as error:
            return str(error)


class Load:
    """wrk for as long as a block takes."""

    def __init__(self, port):
        self.command = ["wrk", "-t1", "-c8", "-d600s", "--timeout", "5s", f"http://127.0.0.1:{port}/"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        return self

    def __exit__(self, *_):
        time.sleep(1)
        self.process.send_signal(signal.SIGINT)
        told = self.process.communicate()[0]
        number = lambda pattern: int((re.search(pattern, told) or [0, "0"])[1])
        self.requests = number(r"(\d+) requests in")
        self.bad = number(r"Non-2xx or 3xx responses: (\d+)")
        self.socket = sum(number(rf"Socket errors:.*{kind} (\d+)") for kind in ("connect", "read", "write", "timeout"))


def back_in(report):
    """Seconds from the end of the command that deployed to the version before being verified."""
    steps = {step["step"]: step for step in report["steps"]}
    moment = lambda step: time_of(step["began_at"]) + step["seconds"]
    return moment(steps["recover"]) - moment(steps["deploy"]) if "recover" in steps else None


def time_of(text):
    import datetime
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def strategy(binary, name, seconds):
    print(f"\n{name}: wrk with 8 connections all the time, verification for {seconds} s\n")
    print("| version | caught by | why | seconds from traffic to the old version, verified | requests | failed | connections lost |")
    print("|---|---|---|--:|--:|--:|--:|")
    with Site(binary, name, seconds) as site:
        good = "first"
        cases = [("good", None), ("dead", "deploy"), ("bad", None), ("slow", None), ("leak", None), ("better", None)]
        for version, _ in cases:
            with Load(site.port) as load:
                report, _ = site.deploy(version)
            ended = report["state"]
            if version in ("good", "better"):
                expect(ended == "success" and site.serves() == version, f"{name}: {version} is {ended}, {site.serves()} is there")
                expect(load.bad == 0 and load.socket == 0, f"{name}: {version} lost {load.bad} requests, {load.socket} connections")
                good = version
            else:
                expect(ended == "failure" and site.serves() == good, f"{name}: {version} is {ended}, {site.serves()} is there")
            back = back_in(report)
            expect(back is None or back < 120, f"{name}: {version} took {back} s back")
            fields = report["deployment"]
            if name == "canary" and version in ("bad", "slow"):
                # The side with little of the traffic is told by its own requests.
                expect(fields["failed_step"] == "deploy", f"canary: {version} got all the traffic")
            why = (fields["reason"] or "").replace("|", "\\|")
            back = "" if back is None else f"{back:.1f}"
            print(f"| {version} | {fields['failed_step'] or ''} | {why} | {back} | {load.requests} | {load.bad} | {load.socket} |")
            sys.stdout.flush()


def kills(binary, count, seconds):
    chance, ended = random.Random(7), {}
    with Site(binary, "blue-green", seconds) as site:
        good = "first"
        took = []
        for number in range(count):
            version = f"{'bad' if number % 3 == 2 else 'v'}{number}"
            site.release(version)
            process = subprocess.Popen([binary, "deploy", "run", "--version", version, "--env", "staging"], cwd=site.root,
                                       env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.02, seconds + 6))
            process.kill()
            process.wait()
            state = json.loads((site.root / ".plimsoll/deploy/staging/deployment.json").read_text())["step"]
            start = time.monotonic()
            ran = site.call("run", "--version", version)
            took.append(time.monotonic() - start)
            expected = good if version.startswith("bad") else version
            expect(site.serves() == expected, f"killed in {state}: {site.serves()} is there, not {expected}: {ran.stderr}")
            good = expected
            ended[state] = ended.get(state, 0) + 1
    steps = ", ".join(f"{step} {times}" for step, times in sorted(ended.items()))
    print(f"\nkills: {count} at random moments ({steps}); the next call ended with the right version every time, "
          f"after {max(took):.1f} s at most" if not failures else "\nkills: NOT all ended well")


def systemd(binary, seconds):
    """The script with a stand-in for systemctl: there is no systemd in a container."""
    root = pathlib.Path(tempfile.mkdtemp(prefix="plimsoll-systemd-"))
    port = free_port()
    (root / ".git").mkdir()
    closed = subprocess.run([binary, "init", "--close=systemd", str(root)], text=True, capture_output=True)
    assert closed.returncode == 0, closed.stderr
    stand_in = root / "systemctl"
    stand_in.write_text(f'#!/bin/sh\nkill "$(cat {root}/pid 2>/dev/null)" 2>/dev/null; sleep 0.3\ncd {root}/service/current || exit 1\n'
                        f'PORT={port} setsid ./run </dev/null >/dev/null 2>&1 &\necho $! > {root}/pid\n')
    stand_in.chmod(0o755)
    text = CONFIGURATION.format(port=port, command="deploy/systemd.sh", seconds=seconds)
    (root / "plimsoll.yml").write_text(text.replace("deploy:\n", "deploy:\n  package: {name: service, files: [run]}\n", 1))
    (root / "run").write_text(SERVICE.replace('os.path.basename(os.getcwd())', 'os.path.basename(os.path.realpath(os.getcwd()))'))
    (root / "run").chmod(0o755)
    environment = dict(os.environ, ROOT=str(root / "service"), SYSTEMCTL=str(stand_in), PATIENCE="5",
                       HEALTH=f"http://127.0.0.1:{port}/health")
    (root / "service/releases").mkdir(parents=True)
    seen = []
    for version in ("1", "2", "bad", "dead", "3"):
        ran = subprocess.run([binary, "deploy", "run", "--version", version, "--env", "staging", "--format", "json"],
                             cwd=root, env=environment, text=True, capture_output=True)
        report = json.loads(ran.stdout)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            seen.append((version, report["state"], answer.read().decode()))
    expect(seen == [("1", "success", "1"), ("2", "success", "2"), ("bad", "failure", "2"), ("dead", "failure", "2"),
                    ("3", "success", "3")], f"systemd: {seen}")
    os.kill(int((root / "pid").read_text()), signal.SIGTERM)
    if shutil.which("systemd-analyze"):
        unit = (root / "deploy/service.service").read_text().replace("/srv/service/current/run", "/bin/true")
        (root / "service.service").write_text(unit)
        checked = subprocess.run(["systemd-analyze", "verify", str(root / "service.service")], text=True, capture_output=True)
        expect(checked.returncode == 0, f"systemd-analyze: {checked.stderr}")
    print("\nsystemd: " + ", ".join(f"{version} {state}, then {there} is there" for version, state, there in seen))
    shutil.rmtree(root, ignore_errors=True)


def as_postgres(*command):
    return (["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []) + list(command)


def postgres(binary):
    """Migrations with checks, and a backup with its restore, against a real server."""
    root = pathlib.Path(tempfile.mkdtemp(prefix="plimsoll-postgres-"))
    root.chmod(0o777)
    (root / ".git").mkdir()
    closed = subprocess.run([binary, "init", "--close=migration", "--close=backup", str(root)], text=True, capture_output=True)
    assert closed.returncode == 0, closed.stderr
    bin_folder = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    subprocess.run(as_postgres(f"{bin_folder}/initdb", "-D", f"{root}/data", "-A", "trust", "-U", "me"), check=True,
                   stdout=subprocess.DEVNULL)
    control = lambda *more: subprocess.run(as_postgres(f"{bin_folder}/pg_ctl", "-D", f"{root}/data", "-w", *more), check=True,
                                           stdout=subprocess.DEVNULL)
    control("-l", f"{root}/log", "-o", f"-c listen_addresses='' -c unix_socket_directories='{root}'", "start")
    environment = dict(os.environ, DATABASE_URL=f"postgresql:///postgres?host={root}&user=me", BACKUPS=str(root / "backups"))
    run = lambda *command: subprocess.run(["sh", *command], cwd=root, env=environment, text=True, capture_output=True)
    sql = lambda text: subprocess.run(["psql", "-qAt", environment["DATABASE_URL"], "-c", text], text=True,
                                      capture_output=True, check=True).stdout.strip()
    try:
        migrations = root / "migrations"
        (migrations / "checks").mkdir(parents=True)
        (migrations / "001_people.sql").write_text("create table people (id serial primary key, name text);\n"
                                                   "insert into people (name) select 'p' || n from generate_series(1, 1000) n;\n")
        (migrations / "checks/nobody.sql").write_text("select 1 from pg_tables where tablename = 'forbidden'\n")
        expect("would apply" in run("deploy/migrate.sh", "check").stdout, "migrate: check says what would be applied")
        applied = run("deploy/migrate.sh", "apply")
        expect(applied.returncode == 0 and sql("select count(*) from people") == "1000", f"migrate: {applied.stderr}")
        # A migration after which a check fails leaves nothing behind, and neither does one that is wrong itself.
        for name, text in [("002_bad.sql", "create table forbidden (id int);"), ("002_bad.sql", "create table other (id int); selec 1;")]:
            (migrations / name).write_text(text)
            broken = run("deploy/migrate.sh", "apply")
            left = sql("select count(*) from pg_tables where tablename in ('forbidden', 'other')")
            expect(broken.returncode != 0 and left == "0", f"migrate: {text} left {left}: {broken.stderr}")
        (migrations / "002_bad.sql").unlink()
        (migrations / "001_people.sql").write_text("-- another\n")
        changed = run("deploy/migrate.sh", "check")
        expect("was changed after it was applied" in changed.stderr, f"migrate: {changed.stderr}")
        print("\nmigrations: applied; a failing check, a wrong statement and a changed file refused, nothing left of them")
        # Rows come and go while it is backed up.
        stop = threading.Event()
        def write():
            while not stop.is_set():
                sql("insert into people (name) select 'x' from generate_series(1, 50)")
        writer = threading.Thread(target=write)
        writer.start()
        time.sleep(0.5)
        start = time.monotonic()
        backed = run("deploy/backup.sh")
        took = time.monotonic() - start
        stop.set()
        writer.join()
        expect(backed.returncode == 0 and "was restored" in backed.stdout, f"backup: {backed.stdout}{backed.stderr}")
        backup = next((root / "backups").iterdir())
        rows = next(line for line in (backup / "postgres.counts").read_text().splitlines() if "people" in line).split()[-1]
        # What is damaged, or was cut short, is told.
        sound = (backup / "postgres.dump").read_bytes()
        (backup / "SHA256SUMS").unlink()
        for damaged in (sound[:len(sound) // 2], sound[:-200] + bytes(200)):
            (backup / "postgres.dump").write_bytes(damaged)
            expect(run("deploy/backup.sh", "verify", str(backup)).returncode != 0, "backup: a damaged dump was believed")
        (backup / "postgres.dump").write_bytes(sound)
        (backup / "postgres.counts").write_text(f"public.people {int(rows) + 1}\npublic.schema_migrations 1\n")
        expect(run("deploy/backup.sh", "verify", str(backup)).returncode != 0, "backup: missing rows were not seen")
        print(f"backup of PostgreSQL: {rows} rows of a table that grew meanwhile, restored and counted in {took:.1f} s; "
              f"two damaged dumps and a missing row told")
    finally:
        control("-m", "immediate", "stop")
        shutil.rmtree(root, ignore_errors=True)


def redis(binary):
    root = pathlib.Path(tempfile.mkdtemp(prefix="plimsoll-redis-"))
    (root / ".git").mkdir()
    subprocess.run([binary, "init", "--close=backup", str(root)], check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    server = subprocess.Popen(["redis-server", "--port", str(port), "--dir", str(root), "--save", ""], stdout=subprocess.DEVNULL)
    environment = dict(os.environ, REDIS_URL=f"redis://127.0.0.1:{port}", BACKUPS=str(root / "backups"))
    environment.pop("DATABASE_URL", None)
    run = lambda *command: subprocess.run(["sh", *command], cwd=root, env=environment, text=True, capture_output=True)
    try:
        time.sleep(0.5)
        filled = "".join(f"SET key{number} value{number}\r\n" for number in range(10_000))
        subprocess.run(["redis-cli", "-p", str(port), "--pipe"], input=filled, text=True, check=True, capture_output=True)
        backed = run("deploy/backup.sh")
        expect(backed.returncode == 0, f"redis: {backed.stdout}{backed.stderr}")
        backup = next((root / "backups").iterdir())
        keys = (backup / "redis.keys").read_text().strip()
        expect(keys == "10000", f"redis: {keys} keys")
        sound = (backup / "redis.rdb").read_bytes()
        (backup / "SHA256SUMS").unlink()
        (backup / "redis.rdb").write_bytes(sound[:len(sound) // 2])
        expect(run("deploy/backup.sh", "verify", str(backup)).returncode != 0, "redis: a damaged file was believed")
        print(f"backup of Redis: {keys} keys restored and counted; a damaged file told")
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(root, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--only", default="blue-green,canary,systemd,kills,postgres,redis")
    arguments = parser.parse_args()
    binary, parts = os.path.abspath(arguments.binary), arguments.only.split(",")
    for name in ("blue-green", "canary"):
        if name in parts:
            strategy(binary, name, arguments.seconds)
    if "systemd" in parts:
        systemd(binary, 3)
    if "kills" in parts:
        kills(binary, arguments.kills, 3)
    if "postgres" in parts:
        postgres(binary)
    if "redis" in parts:
        redis(binary)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
