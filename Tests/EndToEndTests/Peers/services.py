"""Small services on PyPI's `websockets`, one a path: /graphql, /rpc, /stomp, and /shop, whose identifiers are others
each time. The port is picked; the first line says where."""
import asyncio
import contextlib
import itertools
import json
import time
import uuid

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed


async def graphql(connection):
    """graphql-transport-ws: `countdown` is a subscription that ends, `clock` one that does not."""
    message = json.loads(await connection.recv())
    if message.get("type") != "connection_init":
        return await connection.close(4401, "Unauthorized")
    if (message.get("payload") or {}).get("token") == "wrong":
        return await connection.close(4403, "Forbidden")
    await connection.send(json.dumps({"type": "connection_ack", "payload": {"session": str(uuid.uuid4())}}))
    running = {}

    async def send(kind, identifier, payload=None):
        event = {"id": identifier, "type": kind}
        with contextlib.suppress(ConnectionClosed):  # a subscription may learn of it last
            await connection.send(json.dumps(event if payload is None else event | {"payload": payload}))

    async def countdown(identifier, start):
        for number in range(start, -1, -1):
            await send("next", identifier, {"data": {"countdown": number}})
        await send("complete", identifier)
        del running[identifier]

    async def clock(identifier):
        while True:
            await send("next", identifier, {"data": {"clock": time.time()}})
            await asyncio.sleep(0.01)

    async for text in connection:
        message = json.loads(text)
        kind, identifier = message["type"], message.get("id")
        if kind == "ping":
            await connection.send(json.dumps({"type": "pong"}))
        elif kind == "subscribe" and identifier in running:
            return await connection.close(4409, f"Subscriber for {identifier} already exists")
        elif kind == "subscribe":
            variables = message["payload"].get("variables") or {}
            if "clock" in message["payload"]["query"]:
                running[identifier] = asyncio.create_task(clock(identifier))
            elif "countdown" in message["payload"]["query"]:
                running[identifier] = asyncio.create_task(countdown(identifier, variables.get("from", 2)))
            else:
                await send("error", identifier, [{"message": "Cannot query this field"}])
        elif kind == "complete" and identifier in running:
            running.pop(identifier).cancel()
    for subscription in running.values():
        subscription.cancel()


accounts = itertools.count(int(time.time() * 1000))


async def rpc(connection):
    """JSON-RPC 2.0, with batches; accounts have numbers that nobody had before."""
    balances = {}

    def call(request):
        parameters = request.get("params") or {}
        try:
            match request["method"]:
                case "open":
                    account = next(accounts)
                    balances[account] = 0
                    result = {"account": account, "owner": parameters["owner"]}
                case "deposit":
                    balances[parameters["account"]] += parameters["amount"]
                    result = {"balance": balances[parameters["account"]]}
                case "balance":
                    result = {"balance": balances[parameters["account"]]}
                case other:
                    return {"error": {"code": -32601, "message": f"Method not found: {other}"}}
        except KeyError as key:
            return {"error": {"code": -32602, "message": f"Invalid params: {key}"}}
        return {"result": result}

    async for text in connection:
        try:
            request = json.loads(text)
        except ValueError:
            answer = {"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": None}
            await connection.send(json.dumps(answer))
            continue
        requests = request if isinstance(request, list) else [request]
        answers = [{"jsonrpc": "2.0"} | call(one) | {"id": one["id"]} for one in requests if "id" in one]
        if answers:
            await connection.send(json.dumps(answers if isinstance(request, list) else answers[0]))


async def stomp(connection):
    """STOMP 1.2, in text messages; what is sent to a destination comes to its subscribers, here only ourselves."""
    subscriptions = {}
    numbers = itertools.count(1)

    async def send(command, headers, body=""):
        lines = [command] + [f"{name}:{value}" for name, value in headers.items()]
        await connection.send("\n".join(lines) + "\n\n" + body + "\0")

    async for text in connection:
        if text in ("\n", "\r\n"):  # a heart-beat
            continue
        head, _, rest = text.partition("\n\n")
        command, *lines = head.split("\n")
        headers = dict(line.split(":", 1) for line in lines)
        body = rest.split("\0")[0]
        if command in ("CONNECT", "STOMP"):
            if "1.2" not in headers["accept-version"].split(","):
                await send("ERROR", {"version": "1.2", "message": "Supported version is 1.2"})
                return
            await send("CONNECTED", {"version": "1.2", "session": uuid.uuid4(), "heart-beat": "0,0"})
        elif command == "SUBSCRIBE":
            subscriptions[headers["id"]] = headers["destination"]
        elif command == "SEND":
            for identifier, destination in subscriptions.items():
                if destination == headers["destination"]:
                    number = f"{uuid.uuid4()}-{next(numbers)}"
                    await send("MESSAGE", {"subscription": identifier, "message-id": number,
                                           "destination": destination, "content-type": "text/plain"}, body)
        if "receipt" in headers:
            await send("RECEIPT", {"receipt-id": headers["receipt"]})
        if command == "DISCONNECT":
            return


orders = itertools.count(int(time.time()) % 100_000 * 100)


def clock():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


async def shop(connection):
    """A welcome with a token; orders have a number, a key and a time, and are asked for with them."""
    token, known = uuid.uuid4().hex, {}
    await connection.send(json.dumps({"type": "welcome", "session": {"token": token, "since": time.time()}}))
    async for text in connection:
        if not text.startswith("{"):
            # A text protocol beside it: "order" gives a ticket, "ticket T" takes it.
            word, _, ticket = text.partition(" ")
            if word == "order":
                known[ticket := f"T-{next(orders)}"] = True
                await connection.send(f"your ticket is {ticket}, issued {clock()}")
            else:
                await connection.send(f"{ticket} is served" if ticket in known else f"no ticket {ticket}")
            continue
        message = json.loads(text)
        if message.get("token") != token:
            await connection.close(4403, "another token")
        elif message["op"] == "order":
            order = {"orderId": next(orders), "key": str(uuid.uuid4()), "item": message["item"],
                     "created": clock()}
            known[order["orderId"]] = order
            await connection.send(json.dumps({"ok": True, "order": order}))
        else:
            order = known.get(message["orderId"])
            if order and order["key"] == message["key"]:
                await connection.send(json.dumps({"ok": True, "orders": [order], "at": int(time.time() * 1000)}))
            else:
                await connection.send(json.dumps({"ok": False}))


services = {"/graphql": graphql, "/rpc": rpc, "/stomp": stomp, "/shop": shop}


async def serve_path(connection):
    with contextlib.suppress(ConnectionClosed):
        await services[connection.request.path.split("?")[0]](connection)


def pick(_, offered):
    """Any subprotocol that is known, or none."""
    return next((one for one in offered if one in ("graphql-transport-ws", "v12.stomp")), None)


async def main():
    async with serve(serve_path, "127.0.0.1", 0, select_subprotocol=pick, subprotocols=[]) as server:
        print("listening on ws://127.0.0.1:%d/" % server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


asyncio.run(main())
