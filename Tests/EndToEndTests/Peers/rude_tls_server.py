"""A TLS server that accepts one WebSocket, sends a message and ends TCP without close_notify:
rude_tls_server.py CERTIFICATE KEY"""
import base64
import hashlib
import socket
import ssl
import sys

context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(sys.argv[1], sys.argv[2])
listener = socket.create_server(("127.0.0.1", 0))
print("listening on wss://127.0.0.1:%d/" % listener.getsockname()[1], flush=True)
plain, _ = listener.accept()
connection = context.wrap_socket(plain, server_side=True)
head = b""
while b"\r\n\r\n" not in head:
    head += connection.recv(4096)
key = next(line.split(b":")[1].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:"))
accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + b"\x81\x0alast words")
connection.close()  # closes the socket; only unwrap() would say goodbye
