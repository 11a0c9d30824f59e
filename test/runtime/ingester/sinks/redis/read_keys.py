"""Reads keys as a user of the Python client does. Arguments: the port, and the keys. Prints one JSON object."""
import json
import sys

import redis

client = redis.Redis(port=int(sys.argv[1]), decode_responses=True)


def content(key):
    if client.type(key) == "stream":
        return [list(map(list, fields.items())) for _, fields in client.xrange(key)]
    return client.get(key)


print(json.dumps({key: {"type": client.type(key), "ttl": client.ttl(key), "content": content(key)} for key in sys.argv[2:]}))
