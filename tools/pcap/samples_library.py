"""Recordings of peers that speak through the `websockets` library."""

import ssl
import subprocess
from functools import partial

from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory

import talk
from library_peers import LibraryPeer, LibraryServer
from studio import Sample, Studio

_BOTH_KNOW = "Both peers noted what they sent and received, and agree."


def fragments(studio: Studio, name: str):
    """Fragments with pings in between, every length field, empty messages, and a close from each side."""
    with LibraryServer(_fragments_server) as server:
        with studio.tap(name, server.port):
            connections = [server.meet(_fragments_client), server.meet(_leave_the_close_to_the_server)]
    studio.keep_connections(name, [server.port], connections, _BOTH_KNOW)


def _fragments_client(peer: LibraryPeer):
    peer.send_fragments(talk.thirds(talk.text("text in three", 300)), pings=True)
    peer.send_fragments([b"\0\x01", b"", b"\xfe\xff"], pings=True)
    for length in (0, 1, 125, 126, 65_535):
        peer.send(talk.binary(f"client {length}", length))
    peer.send("")
    peer.send_fragments(["", ""])
    peer.send("that was all")
    while peer.receive() != "that was all":
        pass
    peer.close(4000, "done for today ☃")


def _fragments_server(peer: LibraryPeer):
    message = peer.receive()
    if message == "please close":
        return peer.close(1001, "going away")
    while message != "that was all":
        message = peer.receive()
    peer.send_fragments(talk.thirds(talk.text("text back in three", 300)), pings=True)
    for length in (0, 125, 126):
        peer.send(talk.text(f"server {length}", length))
    # Fragmented, so that the longest length field and a continuation meet.
    peer.send_fragments([talk.binary("server", 65_536), b"and a rest"])
    peer.send("that was all")


def _leave_the_close_to_the_server(peer: LibraryPeer):
    peer.send("please close")
    peer.receive_until_end()


def deflate(studio: Studio, name: str, **offer):
    """Compressed messages both ways, some of them fragmented."""
    client = {"extensions": [ClientPerMessageDeflateFactory(client_max_window_bits=True, **offer)]}
    server_side = {"extensions": [ServerPerMessageDeflateFactory()]}
    with LibraryServer(_deflate_server, **server_side) as server:
        with studio.tap(name, server.port):
            connections = [server.meet(_deflate_client, **client)]
    studio.keep_connections(name, [server.port], connections, _BOTH_KNOW)


def _deflate_client(peer: LibraryPeer):
    for number, message in enumerate(talk.market(25)):
        _send_in_one_or_three(peer, message, number)
        peer.receive()
    peer.send(talk.binary("does not shrink", 600))
    peer.send("")
    peer.close(1000, "compressed enough")


def _deflate_server(peer: LibraryPeer):
    for number, message in enumerate(talk.orders(25)):
        peer.receive()
        _send_in_one_or_three(peer, message, number + 2)


def _send_in_one_or_three(peer: LibraryPeer, message: str, number: int):
    if number % 5 == 4:
        peer.send_fragments(talk.thirds(message), pings=number == 9)
    else:
        peer.send(message)


def small_talk(studio: Studio, name: str, host: str = "127.0.0.1", **how):
    """A short conversation, for captures that differ in how they were taken."""
    with LibraryServer(_small_talk_server, host) as server:
        with studio.tap(name, server.port, **how):
            connections = [server.meet(_small_talk_client)]
    studio.keep_connections(name, [server.port], connections, _BOTH_KNOW)


def _small_talk_client(peer: LibraryPeer):
    for message in talk.market(12):
        peer.send(message)
        peer.receive()
    peer.ping(b"still there?")
    peer.close(1000, "goodbye")


def _small_talk_server(peer: LibraryPeer):
    for message in talk.orders(12):
        peer.receive()
        peer.send(message)


def tls(studio: Studio, name: str):
    """The short conversation over TLS, with a key that lives as long as the recording."""
    server_side, client_side = _contexts(studio)
    with LibraryServer(_small_talk_server, ssl=server_side) as server:
        with studio.tap(name, server.port):
            options = {"ssl": client_side, "server_hostname": "localhost"}
            connections = [server.meet(_small_talk_client, outcome="tls", scheme="wss", **options)]
    note = f"{_BOTH_KNOW} Nobody kept the keys: what passed cannot be read from the capture."
    studio.keep_connections(name, [server.port], connections, note)


def _contexts(studio: Studio) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    key, certificate = studio.scratch / "tls.key", studio.scratch / "tls.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "1", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate, key)
    key.unlink()
    return server_side, ssl.create_default_context(cafile=certificate)


SAMPLES = [
    Sample("fragments", fragments),
    Sample("deflate-takeover", deflate),
    Sample("deflate-client-fresh", partial(deflate, client_no_context_takeover=True)),
    Sample("deflate-server-fresh", partial(deflate, server_no_context_takeover=True)),
    Sample("ipv6", partial(small_talk, host="::1")),
    Sample("any-sll2", partial(small_talk, interface="any")),
    Sample("sll1", partial(small_talk, interface="any", options=("-y", "LINUX_SLL"))),
    Sample("nano", partial(small_talk, options=("--time-stamp-precision=nano",))),
    Sample("tls", tls),
]
