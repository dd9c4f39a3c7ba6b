"""Fragmented messages with pings between the fragments, in both directions."""

from scenario import Family, Peer, Scenario, binary, text


async def send_or_fragment(peer: Peer, parts: list, pings: list[bytes] = ()):
    """Fragments where the library can, and sends the whole message where it cannot."""
    if peer.can_fragment:
        await peer.send_fragments(parts, pings)
    else:
        await peer.send(parts[0][:0].join(parts))


async def fragment_to_echo(client: Peer):
    """Fragments of many sizes, empty ones among them, each message echoed whole."""
    await send_or_fragment(client, ["split ", "in ", "three"])
    await client.receive()
    await send_or_fragment(client, [b"", b"\x01", b"", b"\x02", b""], [b"between", b"", b"x" * 125])
    await client.receive()
    await send_or_fragment(client, [binary(f"part {n}", n * 1_000) for n in range(1, 40)],
                           [b"ping %d" % n for n in range(20)])
    await client.receive()
    await client.close(1000)


async def fragment_from_server(server: Peer):
    """The server fragments and pings."""
    await server.receive()
    await send_or_fragment(server, ["é", "☃", "😀", text("rest", 70_000)], [b"1", b"2", b"3"])
    await server.receive()
    await server.ping(b"alone")
    await server.send("pinged")
    await server.receive_until_end()


async def listen_and_answer(client: Peer):
    """The client's half of `fragment_from_server`."""
    await client.send("begin")
    await client.receive()
    await client.send("got the fragments")
    await client.receive()
    await client.close(1000)


FAMILY = Family([
    Scenario("/fragments/client", fragment_to_echo),
    Scenario("/fragments/server", listen_and_answer, fragment_from_server),
])
