"""permessage-deflate whose window lives from message to message."""

import json

from scenario import Family, Peer, Scenario, binary, text


async def repetitive(client: Peer):
    """Messages that compress well, badly, to nothing, and beyond the window."""
    for number in range(40):
        await client.send(json.dumps({"type": "market_data", "symbol": "BTCUSDT",
                                      "price": 65_000 + number, "sequence": number}))
        await client.receive()
    for message in ["", b"", b"\x00" * 200_000, binary("noise", 100_000), text("t", 70_000)]:
        await client.send(message)
        await client.receive()
    await client.close(1000)


async def fragmented(client: Peer):
    """Compressed messages in fragments, where the library fragments."""
    for number in range(3):
        if client.can_fragment:
            await client.send_fragments([f"part {number} " * 50, "", "tail " * 500], [b"between"])
        else:
            await client.send(f"whole {number} " * 50)
        await client.receive()
    await client.close(1000)


SCENARIOS = [
    Scenario("/deflate/repetitive", repetitive, deflate=True),
    Scenario("/deflate/fragmented", fragmented, deflate=True),
    Scenario("/deflate/declined", repetitive, deflate=False),
]

FAMILY = Family(SCENARIOS)
