#!/usr/bin/env python3
"""Prints every bar of a stream, the highest version of each: `python3 reader.py STREAM`.

Needs boto3 alone. Credentials and region are those of the AWS command line; for a pipeline on this machine (npm start)
the endpoint that it prints goes into AWS_ENDPOINT_URL_KINESIS.
"""
import json
import os
import sys

import boto3


def records(kinesis, stream):
    """All records that the stream retains; a shard after those that it continues."""
    pages = kinesis.get_paginator("list_shards").paginate(StreamName=stream)
    waiting = {shard["ShardId"]: shard for page in pages for shard in page["Shards"]}
    while waiting:
        for shard_id, shard in list(waiting.items()):
            if {shard.get("ParentShardId"), shard.get("AdjacentParentShardId")} & waiting.keys():
                continue
            iterator = kinesis.get_shard_iterator(
                StreamName=stream, ShardId=shard_id, ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while iterator:
                page = kinesis.get_records(ShardIterator=iterator)
                yield from page["Records"]
                is_read = not page["Records"] and page["MillisBehindLatest"] == 0
                iterator = None if is_read else page.get("NextShardIterator")
            del waiting[shard_id]


kinesis = boto3.client("kinesis", endpoint_url=os.environ.get("AWS_ENDPOINT_URL_KINESIS"))
highest = {}
for record in records(kinesis, sys.argv[1]):
    bar = json.loads(record["Data"])
    if bar["type"] != "bar":
        continue
    identity = bar["symbol"], bar["timeframe"], bar["start"]
    rank = bar["version"], bar["final"]
    if identity not in highest or rank > highest[identity][0]:
        highest[identity] = rank, record["Data"].decode()
for identity in sorted(highest):
    print(highest[identity][1])
