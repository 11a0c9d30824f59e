#!/usr/bin/env python3
"""Prints every envelope of a stream: `python3 zmq_sub.py [ENDPOINT] [TOPIC]`, with `SINK=zmq npm run stream` beside it.

Needs pyzmq alone. It listens at the endpoint, for the stream connects to it; a topic such as `T:` or `Q:AAPL` is what
topics must begin with. On standard error it says where it listens, and which events never came: where all topics are
taken, a hole in `seq` is a drop.
"""
import json
import sys

import zmq

endpoint = sys.argv[1] if len(sys.argv) > 1 else "tcp://127.0.0.1:5556"
prefix = sys.argv[2] if len(sys.argv) > 2 else ""

subscriber = zmq.Context().socket(zmq.SUB)
subscriber.bind(endpoint)
subscriber.setsockopt_string(zmq.SUBSCRIBE, prefix)
print("listening at", subscriber.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0"), file=sys.stderr, flush=True)
last = None
while True:
    _topic, line = subscriber.recv_multipart()
    seq = json.loads(line)["seq"]
    if prefix == "" and last is not None and seq > last + 1:
        print(f"{seq - last - 1} events never came", file=sys.stderr, flush=True)
    last = seq
    print(line.decode(), flush=True)
