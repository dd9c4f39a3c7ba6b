"""What the peers of the recordings say: made-up market messages, the same in every recording."""

import json
from random import Random

SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")


def market(count: int) -> list[str]:
    """What a client publishes: numbered per symbol, as the reference bot does."""
    return [_message("market_data", number, price=Random(number).randint(100_000, 9_999_999) / 100)
            for number in range(count)]


def orders(count: int) -> list[str]:
    """What a server answers with."""
    return [_message("order_update", number, state=Random(number).choice(["new", "filled", "cancelled"]))
            for number in range(count)]


def binary(label: str, length: int) -> bytes:
    """Bytes that no compressor shortens."""
    return Random(label).randbytes(length)


def text(label: str, length: int) -> str:
    """Text of exactly this many UTF-8 bytes, with characters of one to four bytes."""
    dice, letters = Random(label), []
    while length > 0:
        letter = dice.choice("abcdefghijklmnopqrstuvwxyz 0123456789é☃😀")
        if len(letter.encode()) <= length:
            letters.append(letter)
            length -= len(letter.encode())
    return "".join(letters)


def thirds(message: str) -> list[str]:
    """A message in three fragments."""
    third = len(message) // 3
    return [message[:third], message[third:2 * third], message[2 * third:]]


def _message(kind: str, number: int, **more) -> str:
    return json.dumps({
        "type": kind,
        "timestamp": f"2026-01-01T00:{number // 60:02}:{number % 60:02}.000Z",
        "sequence": number // len(SYMBOLS) + 1,
        "symbol": SYMBOLS[number % len(SYMBOLS)],
        **more,
    })
