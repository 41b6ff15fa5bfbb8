"""An echo server on PyPI's `websockets`: echo_server.py [--unix PATH] [--tls CERTIFICATE KEY] [--delay SECONDS]"""
import argparse
import asyncio
import os
import ssl

os.environ.setdefault("WEBSOCKETS_MAX_FRAGMENTS", "1000000")  # read at import; Autobahn's 9.3.* send 65536

from websockets.asyncio.server import serve, unix_serve  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--unix")
parser.add_argument("--tls", nargs=2)
parser.add_argument("--delay", type=float, default=0)
arguments = parser.parse_args()


async def echo(connection):
    async for message in connection:
        await asyncio.sleep(arguments.delay)
        await connection.send(message)


async def main():
    options = {"max_size": 256 << 20, "ping_interval": None, "ssl": None}
    if arguments.tls:
        options["ssl"] = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        options["ssl"].load_cert_chain(*arguments.tls)
    if arguments.unix:
        server = await unix_serve(echo, arguments.unix, **options)
        print("listening on ws+unix:%s" % arguments.unix, flush=True)
    else:
        server = await serve(echo, "127.0.0.1", 0, **options)
        port = server.sockets[0].getsockname()[1]
        print("listening on %s://127.0.0.1:%d/" % ("wss" if arguments.tls else "ws", port), flush=True)
    await server.serve_forever()


asyncio.run(main())
