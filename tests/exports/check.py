#!/usr/bin/env python3
"""Read gauges, dashboards and telemetry with the schemas that others wrote.

usage: check.py GAUGES DASHBOARDS MESSAGES
"""
import json
import pathlib
import sys

from google.protobuf import json_format
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.openmetrics.parser import text_string_to_metric_families


def gauges(path):
    families = list(text_string_to_metric_families(path.read_text()))
    assert len(families) > 5 and all(family.type == "gauge" for family in families)
    print(f"gauges: prometheus_client reads {len(families)} families")


def lost(ours, theirs, place):
    """Tell what the schema does not know: what is gone after reading and writing it."""
    if isinstance(ours, dict):
        assert isinstance(theirs, dict), place
        for key, value in ours.items():
            if value in (None, "", [], {}, False, 0):
                continue
            assert key in theirs, f"{place}.{key} is unknown to the schema"
            lost(value, theirs[key], f"{place}.{key}")
    elif isinstance(ours, list):
        assert isinstance(theirs, list) and len(ours) == len(theirs), place
        for number, (one, other) in enumerate(zip(ours, theirs)):
            lost(one, other, f"{place}[{number}]")
    else:
        assert ours == theirs, f"{place}: {ours!r} became {theirs!r}"


def dashboards(folder):
    for path in sorted(folder.glob("*.json")):
        ours = json.loads(path.read_text())
        theirs = json.loads(json.dumps(Dashboard.from_json(ours), cls=JSONEncoder))
        lost(ours, theirs, path.stem)
        places = [panel["gridPos"] for panel in ours["panels"]]
        cells = [(x, y) for place in places for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])]
        assert len(cells) == len(set(cells)), f"{path.stem}: panels overlap"
        print(f"dashboard {path.stem}: Grafana's schema reads {len(places)} panels")


def messages(path):
    spans, metrics = 0, 0
    ids = {}
    for line in path.read_text().splitlines():
        ours = json.loads(line)
        request = ExportTraceServiceRequest() if "resourceSpans" in ours else ExportMetricsServiceRequest()
        # Hexadecimal ids are the protocol's exception from Protobuf's JSON; everything else must parse as it is.
        for source in ours.get("resourceSpans", []):
            for span in (span for scope in source["scopeSpans"] for span in scope["spans"]):
                assert len(bytes.fromhex(span["traceId"])) == 16 and len(bytes.fromhex(span["spanId"])) == 8
                assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
                key = (span["traceId"], span["spanId"])
                assert key not in ids, f"the id of {span['name']} stands twice"
                ids[key] = span.get("parentSpanId")
                for name in ("traceId", "spanId", "parentSpanId"):
                    span.pop(name, None)
                spans += 1
        json_format.ParseDict(ours, request)
        for source in ours.get("resourceMetrics", []):
            metrics += sum(len(scope["metrics"]) for scope in source["scopeMetrics"])
    for (trace, span), parent in ids.items():
        assert parent is None or (trace, parent) in ids, f"the parent of {span} is missing"
    assert spans and metrics
    print(f"telemetry: the protocol's schema reads {spans} spans and {metrics} metrics")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    gauges(pathlib.Path(sys.argv[1]))
    dashboards(pathlib.Path(sys.argv[2]))
    messages(pathlib.Path(sys.argv[3]))
