"""Receives events with the vendor's official client in Python, each market from a vendor of its own, and prints each
as a line of JSON: its market and its fields as the client names them."""

import asyncio
import json
import sys

from massive import WebSocketClient


async def receive(market, port, topics):
    client = WebSocketClient("key", f"127.0.0.1:{port}", market, subscriptions=topics, secure=False)

    async def print_each(events):
        for event in events:
            fields = {**vars(type(event)()), **vars(event)}
            print(json.dumps({"market": market, "fields": fields}), flush=True)

    await client.connect(print_each)


async def main(wanted):
    await asyncio.gather(*(receive(each["market"], each["port"], each["topics"]) for each in wanted))


asyncio.run(main(json.loads(sys.argv[1])))
