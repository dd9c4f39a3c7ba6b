"""A client and a server that send secrets in every way that frames allow.

`serve` prints {"port": N}, `connect PORT` plays the client. Each prints, when all is over, digests of what it
sent and received, and which byte strings a capture without secrets must not hold: the secrets as they
stood on the wire, under every turn of their mask and compressed.
"""

import hashlib
import json
import random
import signal
import socket
import sys
import zlib

from wire import BINARY, CLOSE, CONTINUATION, PING, SWITCHING, TEXT, UPGRADE, frame

DEADLINE_SECONDS = 60
SEED = 20261122
OPEN_MASK = b"\0\0\0\0"
COMPRESSION = b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"


class Script:
    """Frames of one peer, and what they hide."""

    def __init__(self, name: str, is_client: bool):
        self.dice = random.Random(f"{SEED} {name}")
        self.name = name
        self.is_client = is_client
        self.count = 0
        self.hidden: list[bytes] = []

    def mask(self) -> bytes | None:
        """A key, now and then one that hides nothing."""
        if not self.is_client:
            return None
        return OPEN_MASK if self.dice.random() < 0.3 else self.dice.randbytes(4)

    def secret(self) -> str:
        """A text that stands nowhere else."""
        self.count += 1
        return f"{self.name}-s3cret-{self.count:04}-{self.dice.randrange(10**12):012}"

    def hide(self, secret: bytes, mask: bytes | None):
        """The capture must not hold these bytes as the wire had them."""
        for turn in range(4 if mask else 1):
            key = (mask or OPEN_MASK)[turn:] + (mask or OPEN_MASK)[:turn]
            self.hidden.append(bytes(b ^ key[i % 4] for i, b in enumerate(secret)))

    def message(self, payload: bytes, secrets: list[str], opcode: int = TEXT) -> bytes:
        """A message in one frame."""
        mask = self.mask()
        for secret in secrets:
            self.hide(secret.encode(), mask)
        return frame(opcode, payload, mask=mask)

    def texts(self) -> bytes:
        """Messages in one frame: all kinds of values, names, places and faults."""
        out = b""
        for pattern in (
            '{"api_key":"%s","a":1}', '{"a":{"b":[1,2]},"api\\u005fkey" : "%s"}', '{"api_key":"x","api_key":"%s"}',
            '{"api_key":{"nested":["%s"]},"a":true}', '{"orders":[1,{"pin":"%s"}]}', '42["event"]{"api_key":"%s"}',
            '{"a":1}\n{"api_key":"%s"}\n', '{"a":1,api_key:"%s"}', "{'api_key':'%s'}", '{"a":"\u00e9","api_key":"%s',
        ):
            secret = self.secret()
            out += self.message((pattern % secret).encode(), [secret])
        secret = self.secret()
        return out + self.message(b' {"api_key":"%s"}' % secret.encode(), [secret], BINARY)

    def fragments(self) -> bytes:
        """A message torn within its name and its value, with a ping between."""
        secret = self.secret()
        pieces = [b'{"text":"x","api_', b'key":"', secret[:9].encode(), secret[9:].encode(), b'"}']
        out = b""
        for index, piece in enumerate(pieces):
            mask = self.mask()
            if index in (2, 3):
                self.hide(piece, mask)
            fin = index == len(pieces) - 1
            out += frame(TEXT if index == 0 else CONTINUATION, piece, fin=fin, mask=mask)
            hidden = self.secret()
            out += self.message(b'{"api_key":"%s"}' % hidden.encode(), [hidden], PING)
        return out

    def compressed(self) -> bytes:
        """A compressed message in two frames (RFC 7692)."""
        text = b'{"api_key":"%s"}' % self.secret().encode()
        deflate = zlib.compressobj(wbits=-15)
        data = (deflate.compress(text) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]
        half = len(data) // 2
        out = b""
        for index, piece in enumerate((data[:half], data[half:])):
            mask = self.mask()
            self.hide(piece, mask)
            out += frame(CONTINUATION if index else TEXT, piece, fin=bool(index), mask=mask,
                         reserved=0 if index else 4)
        return out

    def long(self) -> bytes:
        """A message that no single read brings."""
        secrets = [self.secret() for _ in range(500)]
        body = ",".join('{"x":"%s","api_key":"%s"}' % ("y" * 300, secret) for secret in secrets)
        members = '{"api_key":[%s],"orders":[0,{"pin":"%s"}]}' % (body, secrets[0])
        return self.message(members.encode(), secrets[:20])

    def close(self) -> bytes:
        """The end, with a reason that is JSON."""
        secret = self.secret()
        return self.message(b'\x03\xe8{"api_key":"%s"}' % secret.encode(), [secret], CLOSE)

    def all(self) -> bytes:
        """Everything but what comes early."""
        return self.texts() + self.fragments() + self.compressed() + self.long() + self.close()


def send(connection: socket.socket, data: bytes, dice: random.Random):
    """Sends in pieces of all sizes, so that reads tear frames and values apart."""
    start = 0
    while start < len(data):
        end = start + dice.choice((1, 2, 3, 7, 50, 1400, 20_000))
        connection.sendall(data[start:end])
        start = end


def receive(connection: socket.socket) -> bytes:
    """Everything to the end."""
    data = b""
    while piece := connection.recv(1 << 16):
        data += piece
    return data


def tell(script: Script, sent: bytes, received: bytes):
    """What the test compares."""
    print(json.dumps({
        "sent": hashlib.sha256(sent).hexdigest(),
        "received": hashlib.sha256(received).hexdigest(),
        "hidden": [secret.hex() for secret in script.hidden],
    }), flush=True)


def serve():
    """One connection."""
    script = Script("server", False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
        connection, _ = listener.accept()
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        received = b""
        # The early frame is waited for, so that it is early for the proxy as well.
        while b"\r\n\r\n" not in received or received.index(b"\r\n\r\n") + 4 == len(received):
            received += connection.recv(1 << 16)
        sent = SWITCHING[:-2] + COMPRESSION + script.all()
        send(connection, sent, script.dice)
        received += receive(connection)
        connection.shutdown(socket.SHUT_WR)
    tell(script, sent, received)


def connect(port: int):
    """The other end."""
    script = Script("client", True)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secret = script.secret()
        early = script.message(b'{"api_key":"%s"}' % secret.encode(), [secret])
        sent = UPGRADE[:-2] + COMPRESSION + early
        connection.sendall(sent)
        received = connection.recv(1)
        later = script.all()
        send(connection, later, script.dice)
        connection.shutdown(socket.SHUT_WR)
        sent += later
        received += receive(connection)
    tell(script, sent, received)


if __name__ == "__main__":
    signal.alarm(DEADLINE_SECONDS)  # No peer outlives its test.
    if sys.argv[1] == "serve":
        serve()
    else:
        connect(int(sys.argv[2]))
