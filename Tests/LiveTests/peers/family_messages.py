"""Text, binary and empty messages, and payloads at the edges of the frame header's length forms."""

from scenario import Family, Peer, Scenario, binary, text


def exchange(*messages):
    """A client's part: sends each message and waits for its echo."""

    async def part(client: Peer):
        for message in messages:
            await client.send(message)
            await client.receive()
        await client.close(1000)

    return part


EDGES = [125, 126, 65_535, 65_536]

FAMILY = Family([
    Scenario("/text", exchange("hello", "naïve ☃ 😀", text("long", 3_000))),
    Scenario("/binary", exchange(bytes(range(256)), b"\x00", binary("binary", 3_000))),
    Scenario("/empty", exchange("", b"", "", b"")),
    Scenario("/edges/text", exchange(*(text(f"edge {length}", length) for length in EDGES))),
    Scenario("/edges/binary", exchange(*(binary(f"edge {length}", length) for length in EDGES))),
    Scenario("/1MiB", exchange(text("1 MiB", 1 << 20), binary("1 MiB", 1 << 20))),
    Scenario("/16MiB", exchange(binary("16 MiB", 16 << 20))),
])
