"""A client on PyPI's `websockets`: echo_client.py URL [--ca FILE] [--unix PATH] MESSAGE...

Without a message it echoes what comes. With some it sends them all, prints as many answers and closes."""
import argparse
import os
import ssl

os.environ.setdefault("WEBSOCKETS_MAX_FRAGMENTS", "1000000")  # read at import; Autobahn's 9.3.* send 65536

from websockets.exceptions import ConnectionClosed  # noqa: E402
from websockets.sync.client import connect, unix_connect  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("url")
parser.add_argument("--ca")
parser.add_argument("--unix")
parser.add_argument("messages", nargs="*")
arguments = parser.parse_args()
options = {"max_size": 256 << 20, "ping_interval": None}
if arguments.ca:
    options["ssl"] = ssl.create_default_context(cafile=arguments.ca)
if arguments.unix:
    opened = unix_connect(arguments.unix, uri=arguments.url, **options)
else:
    opened = connect(arguments.url, proxy=None, **options)
try:
    with opened as connection:
        if not arguments.messages:
            for message in connection:
                connection.send(message)
        for message in arguments.messages:
            connection.send(message)
        for _ in arguments.messages:
            print(connection.recv(), flush=True)
except ConnectionClosed as end:
    # Echoing, any end will do: a conformance suite breaks connections on purpose.
    if arguments.messages:
        raise SystemExit("closed: %s" % end)
