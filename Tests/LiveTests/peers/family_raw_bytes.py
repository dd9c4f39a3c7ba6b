"""Bytes that no library would send: the proxy forwards what it does not understand."""

from random import Random
from threading import Thread

from wire import BINARY, SWITCHING, TEXT, UPGRADE, frame, odd_frames
from with_sockets import SocketPeer, SocketScenario

MASK = b"\x37\xfa\x21\x3d"


def turns(*spoken: tuple[str, bytes], pieces=None) -> tuple:
    """Parts of both ends who speak in turn; each turn begins when the one before has arrived.

    `pieces` gives the lengths of the writes for a turn, by default one write.
    """

    def part(speaker: str):
        def play(peer: SocketPeer):
            for who, data in spoken:
                if who != speaker:
                    peer.receive(len(data))
                elif pieces is None:
                    peer.send(data)
                else:
                    peer.send_in_pieces(data, pieces(data))
            # The server closes first, so that neither end waits in vain.
            if speaker == "server":
                peer.half_close()
            peer.receive_until_end()

        return play

    return part("client"), part("server")


def bulk_stream(speaker: str) -> bytes:
    """Frames of very different sizes, together more than any buffer on the way holds."""
    source = Random(f"bulk {speaker}")
    lengths = [source.choice([1, 125, 70_000, 1 << 20]) for _ in range(60)]
    mask = b"\0\0\0\0" if speaker == "client" else None
    return b"".join(frame(BINARY, source.randbytes(length), mask=mask) for length in lengths)


def bulk_part(speaker: str):
    """Speaks and listens at the same time."""

    def play(peer: SocketPeer):
        if speaker == "client":
            peer.send(UPGRADE)
            peer.receive(len(SWITCHING))
        else:
            peer.receive(len(UPGRADE))
            peer.send(SWITCHING)
        source = Random(f"bulk pieces {speaker}")
        pieces = [source.randint(1, 300_000) for _ in range(100)]
        sender = Thread(target=peer.send_in_pieces, args=(bulk_stream(speaker), pieces))
        sender.start()
        peer.receive(len(bulk_stream("server" if speaker == "client" else "client")))
        sender.join()
        if speaker == "server":
            peer.half_close()
        peer.receive_until_end()

    return play


def scatter(label: str):
    """Lengths of writes that cut a stream at random places."""
    def pieces(data: bytes) -> list[int]:
        source = Random(label)
        return [source.randint(1, 9) for _ in range(len(data) // 5)]

    return pieces


CLIENT_ODD = odd_frames(mask=MASK, wrong_mask=None)
SERVER_ODD = odd_frames(mask=None, wrong_mask=MASK)
ENDLESS = bytes([0x82, 0xFF]) + (1 << 62).to_bytes(8, "big") + MASK
NEGATIVE = bytes([0x82, 0x7F]) + b"\xff" * 8
NOISE = Random("noise").randbytes(200_000)

HTTP_FIRST = [
    ("client", b"GET /health HTTP/1.1\r\nHost: peers.test\r\n\r\n"),
    ("server", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    ("client", b"HEAD /health HTTP/1.1\r\nHost: peers.test\r\n\r\n"),
    ("server", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"),
    ("client", b"POST /orders HTTP/1.1\r\nHost: peers.test\r\nTransfer-Encoding: chunked\r\n"
               b"Expect: 100-continue\r\n\r\n"),
    ("server", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ("client", b"3;ext=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n"),
    ("server", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    ("client", b"GET /unchanged HTTP/1.1\r\nHost: peers.test\r\n\r\n"),
    ("server", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\nETag: \"1\"\r\n\r\n"),
    ("client", b"GET /one HTTP/1.1\r\nHost: peers.test\r\n\r\n"
               b"GET /two HTTP/1.1\r\nHost: peers.test\r\n\r\n"),
    ("server", b"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo"),
    ("client", UPGRADE),
    ("server", SWITCHING),
    ("client", frame(TEXT, b"after HTTP", mask=MASK)),
    ("server", frame(TEXT, b"after HTTP too")),
]

ODD = [
    ("client", UPGRADE),
    ("server", SWITCHING),
    ("client", CLIENT_ODD),
    ("server", SERVER_ODD),
    ("client", CLIENT_ODD),
]

FAMILY = [
    SocketScenario("odd frames", *turns(*ODD)),
    SocketScenario("odd frames in pieces", *turns(*ODD, pieces=scatter("odd"))),
    SocketScenario("odd frames byte by byte", *turns(*ODD, pieces=lambda data: [1] * len(data))),
    SocketScenario("frames beside the handshake", *turns(
        ("client", UPGRADE + CLIENT_ODD), ("server", SWITCHING + SERVER_ODD))),
    SocketScenario("frames in the first write of an answer", *turns(
        ("client", UPGRADE), ("server", SWITCHING + frame(TEXT, b"welcome")),
        ("client", frame(TEXT, b"thanks", mask=MASK)))),
    SocketScenario("a frame of 2^62 bytes", *turns(
        ("client", UPGRADE), ("server", SWITCHING), ("client", ENDLESS + NOISE),
        ("server", frame(TEXT, b"still here")))),
    SocketScenario("a frame of 2^64 - 1 bytes", *turns(
        ("client", UPGRADE), ("server", SWITCHING), ("server", NEGATIVE + NOISE),
        ("client", frame(TEXT, b"still here", mask=MASK)))),
    SocketScenario("noise after the upgrade", *turns(
        ("client", UPGRADE), ("server", SWITCHING), ("client", NOISE), ("server", NOISE))),
    SocketScenario("a wrong accept key", *turns(
        ("client", UPGRADE), ("server", SWITCHING.replace(b"s3pP", b"0000")),
        ("client", frame(TEXT, b"who cares", mask=MASK)), ("server", frame(TEXT, b"nobody")))),
    SocketScenario("lines that end in LF alone", *turns(
        ("client", UPGRADE.replace(b"\r\n", b"\n")), ("server", SWITCHING.replace(b"\r\n", b"\n")),
        ("client", frame(TEXT, b"bare", mask=MASK)), ("server", frame(TEXT, b"lines")))),
    SocketScenario("no HTTP at all", *turns(("client", NOISE), ("server", NOISE))),
    SocketScenario("the server speaks first", *turns(
        ("server", b"220 smtp.peers.test\r\n"), ("client", b"EHLO peers.test\r\n"))),
    SocketScenario("HTTP before the upgrade", *turns(*HTTP_FIRST)),
    SocketScenario("HTTP before the upgrade in pieces",
                   *turns(*HTTP_FIRST, pieces=scatter("http"))),
    SocketScenario("much in both directions at once", bulk_part("client"), bulk_part("server")),
]
