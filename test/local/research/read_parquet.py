"""Reads Parquet files as users of pandas do. Arguments: their paths. Prints of each a line of JSON: its types and its rows."""

import json
import sys

import pandas
import pyarrow.parquet

for path in sys.argv[1:]:
    types = {field.name: str(field.type) for field in pyarrow.parquet.read_schema(path)}
    rows = pandas.read_parquet(path, engine="pyarrow").to_json(orient="records", date_format="iso", double_precision=15)
    print(json.dumps({"types": types, "rows": json.loads(rows)}))
