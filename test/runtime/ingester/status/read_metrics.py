"""Reads metrics from standard input with the parser of Prometheus' own client. Prints a JSON list: of each sample its type, name, labels and value."""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

families = text_string_to_metric_families(sys.stdin.read())
print(json.dumps([[each.type, sample.name, sample.labels, sample.value] for each in families for sample in each.samples]))
