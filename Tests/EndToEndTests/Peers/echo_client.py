"""A client on PyPI's `websockets`: echo_client.py URL [--ca FILE] [--unix PATH] MESSAGE...

Without a message it echoes what comes. With some it sends them all, prints as many answers and closes. One thread does it all: of
the blocking client's two, one reads TLS 1.3's session tickets while the other writes, and on CPython 3.11 that now and then hangs,
whatever the server."""
import argparse
import asyncio
import os
import ssl

os.environ.setdefault("WEBSOCKETS_MAX_FRAGMENTS", "1000000")  # read at import; Autobahn's 9.3.* send 65536

from websockets.asyncio.client import connect, unix_connect  # noqa: E402
from websockets.exceptions import ConnectionClosed  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("url")
parser.add_argument("--ca")
parser.add_argument("--unix")
parser.add_argument("messages", nargs="*")
arguments = parser.parse_args()
options = {"max_size": 256 << 20, "ping_interval": None}
if arguments.ca:
    options["ssl"] = ssl.create_default_context(cafile=arguments.ca)


def opened():
    if arguments.unix:
        return unix_connect(arguments.unix, uri=arguments.url, **options)
    return connect(arguments.url, proxy=None, **options)


async def talk():
    async with opened() as connection:
        if not arguments.messages:
            async for message in connection:
                await connection.send(message)
        for message in arguments.messages:
            await connection.send(message)
        for _ in arguments.messages:
            print(await connection.recv(), flush=True)


try:
    asyncio.run(talk())
except ConnectionClosed as end:
    # Echoing, any end will do: a conformance suite breaks connections on purpose.
    if arguments.messages:
        raise SystemExit("closed: %s" % end)
