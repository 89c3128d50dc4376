#!/usr/bin/env bash
# Shows what `plimsoll export`, `plimsoll report --format openmetrics` and `plimsoll init --close=kubernetes` write to the
# programs that read it.
#
#   tests/exports/run.sh [PROGRAM]
#
# promtool checks the rules, runs their unit tests and reads the gauges; amtool reads the routing; Grafana's own
# schema reads the dashboards; promtool, amtool and the schemas of Compose, Dependabot and GitHub's workflows read what
# `plimsoll init --plan` writes; the schema of the OpenTelemetry protocol reads every message, and a collector gets
# them; Kubernetes' own schemas, of the oldest and the newest release that count, read the manifests; DuckDB answers the
# queries of docs/queries.md from tables and Parquet. The tables are those of docs/images/sample.py. promtool and amtool must
# be installed (Debian: prometheus,
# prometheus-alertmanager); the rest comes from PyPI into a folder outside the tree's own files.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
program=$(realpath "${1:-$root/target/release/plimsoll}")
cache=${PLIMSOLL_EXPORTS_CACHE:-$root/target/exports}
manifests=1.37.0
readonly here root program cache manifests

for needed in promtool amtool python3; do
  command -v "$needed" >/dev/null || { echo "error: $needed is missing" >&2; exit 1; }
done

if ! cmp -s "$here/requirements.txt" "$cache/installed.txt"; then
  python3 -m venv "$cache/python"
  "$cache/python/bin/pip" install --quiet --retries 5 --requirement "$here/requirements.txt"
  # Of its 17,000 files two releases' schemas are enough.
  "$cache/python/bin/pip" download --quiet --retries 5 --no-deps --dest "$cache" "kubernetes-validate==$manifests"
  "$cache/python/bin/python" - "$cache/kubernetes_validate-$manifests-py3-none-any.whl" "$cache/manifests" <<'PYTHON'
import re, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if re.search(r"/[^/]+\.py$|/v1\.(31|37)\.0-local-strict/", name)])
PYTHON
  cp "$here/requirements.txt" "$cache/installed.txt"
fi

work=$(mktemp -d)
collector=
trap '[ -z "$collector" ] || kill "$collector" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
mkdir .git
python3 "$root/docs/images/sample.py" answers
"$program" collect --from answers >/dev/null

"$program" export alerts --output monitoring
promtool check rules monitoring/rules.yml
promtool test rules monitoring/rules.test.yml
amtool check-config monitoring/alertmanager.yml >/dev/null
echo 'routing: amtool reads it'
for priority in P0:on-call P1:team P2:daily; do
  receiver=$(amtool config routes test --config.file monitoring/alertmanager.yml "priority=${priority%:*}")
  [ "$receiver" = "${priority#*:}" ] || { echo "error: ${priority%:*} goes to $receiver" >&2; exit 1; }
done

"$program" report --format openmetrics --output plimsoll.prom
promtool check metrics <plimsoll.prom
"$program" export dashboard --output dashboards
"$program" export otlp --output otlp.jsonl
"$cache/python/bin/python" "$here/check.py" plimsoll.prom dashboards otlp.jsonl

mkdir -p cluster/.git
(cd cluster && "$program" init --close=kubernetes >/dev/null)
validate() {
  PYTHONPATH=$cache/manifests "$cache/python/bin/python" -m kubernetes_validate --strict --quiet --no-warn \
    --kubernetes-version "$1" "$2"
}
for release in 1.31 1.37; do
  validate "$release" cluster/deploy/kubernetes.yaml
done
sed 's/readinessProbe:/readyProbe:/' cluster/deploy/kubernetes.yaml >misspelt.yaml
if validate 1.37 misspelt.yaml >/dev/null 2>&1; then
  echo "error: Kubernetes' schema reads what is misspelt" >&2
  exit 1
fi
echo "manifests: Kubernetes' schemas read $(grep -c ^kind: cluster/deploy/kubernetes.yaml) of them"

mkdir -p stack/.git
(cd stack && printf 'FROM scratch\nEXPOSE 80\n' >Dockerfile && "$program" init --plan >/dev/null)
promtool check config stack/monitoring/prometheus.yml >/dev/null
amtool check-config stack/monitoring/alertmanager.yml >/dev/null
reads() {
  "$cache/python/bin/check-jsonschema" --quiet --builtin-schema "vendor.$1" "${@:2}"
}
reads compose-spec stack/monitoring/compose.yaml
reads dependabot stack/.github/dependabot.yml
reads github-workflows stack/.github/workflows/*.yml
sed 's/healthcheck:/healthcheque:/' stack/monitoring/compose.yaml >misspelt.yaml
if reads compose-spec misspelt.yaml >/dev/null 2>&1; then
  echo "error: the schema of Compose reads what is misspelt" >&2
  exit 1
fi
echo "monitoring: promtool, amtool and the schemas of Compose, Dependabot and workflows read what init --plan writes"

"$cache/python/bin/python" "$root/benches/queries.py" --plimsoll "$program" --jobs 300

agent=$("$cache/python/bin/python" -c 'import pathlib, rotel; print(pathlib.Path(rotel.__file__).parent / "rotel-agent")')
port=$("$cache/python/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$agent" start --otlp-http-endpoint "127.0.0.1:$port" --otlp-grpc-endpoint 127.0.0.1:0 --exporter blackhole \
  --debug-log traces --debug-log metrics --debug-log-verbosity basic >collector.log 2>&1 &
collector=$!
for _ in $(seq 50); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  sleep 0.1
done
"$program" export otlp --endpoint "http://127.0.0.1:$port"
kill "$collector"
wait "$collector" || true
collector=
python3 - collector.log otlp.jsonl <<'PYTHON'
import json, pathlib, re, sys
log = re.sub(r"\x1b\[[0-9;]*m", "", pathlib.Path(sys.argv[1]).read_text())
sent = [json.loads(line) for line in pathlib.Path(sys.argv[2]).read_text().splitlines()]
spans = sum(len(scope["spans"]) for one in sent for source in one.get("resourceSpans", []) for scope in source["scopeSpans"])
metrics = [metric for one in sent for source in one.get("resourceMetrics", []) for scope in source["scopeMetrics"] for metric in scope["metrics"]]
# What the collector calls metrics are their data points.
points = sum(len(data["dataPoints"]) for metric in metrics for data in metric.values() if isinstance(data, dict))
got = [sum(map(int, re.findall(rf"\b{word}=(\d+)", log))) for word in ("spans", "metrics")]
if got != [spans, points]:
    sys.exit(f"the collector got {got[0]} spans and {got[1]} data points of {spans} and {points}\n{log}")
print(f"collector: {spans} spans and {points} data points of {len(metrics)} metrics received")
PYTHON
