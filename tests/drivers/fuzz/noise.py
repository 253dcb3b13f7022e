"""Inputs for the fuzz tests: real messages, and what a bad cable, a wrong speed or a pulled plug makes of them.

Hypothesis draws a seed; each seed makes `BATCH` inputs, so that hundreds of thousands take minutes. A failure names
the seed and the input.
"""

import os
import random
from collections.abc import Callable, Iterator, Sequence

from hypothesis import HealthCheck, settings

BATCH = 50
INPUTS = int(os.environ.get("STOCKHAND_FUZZ_INPUTS", "1000"))  # a parser; 200000 on demand

fuzzed = settings(
    max_examples=max(1, INPUTS // BATCH),
    database=None,
    suppress_health_check=list(HealthCheck),
)


def flip(message: bytes, chance: random.Random) -> bytes:
    """One bit turned over."""
    place = chance.randrange(len(message))
    return message[:place] + bytes([message[place] ^ 1 << chance.randrange(8)]) + message[place + 1 :]


def drop(message: bytes, chance: random.Random) -> bytes:
    """A byte lost."""
    place = chance.randrange(len(message))
    return message[:place] + message[place + 1 :]


def insert(message: bytes, chance: random.Random) -> bytes:
    """A byte too many."""
    place = chance.randrange(len(message) + 1)
    return message[:place] + bytes([chance.randrange(256)]) + message[place:]


def replace(message: bytes, chance: random.Random) -> bytes:
    """A character exchanged for one that could stand there."""
    place = chance.randrange(len(message))
    return (
        message[:place] + chance.choice([b"0", b"9", b".", b"-", b"+", b" ", b",", b"?", b"S"]) + message[place + 1 :]
    )


def cut(message: bytes, chance: random.Random) -> bytes:
    """The end lost."""
    return message[: chance.randrange(len(message))]


def behead(message: bytes, chance: random.Random) -> bytes:
    """The beginning lost."""
    return message[chance.randrange(len(message)) :]


def parity(message: bytes, chance: random.Random) -> bytes:
    """Even parity in the eighth bit, as 7E1 sends it, sometimes with a bit turned over."""
    sent = bytes(byte % 128 | (bin(byte % 128).count("1") % 2) << 7 for byte in message)
    return flip(sent, chance) if chance.random() < 0.3 else sent


def as_it_is(message: bytes, _chance: random.Random) -> bytes:
    return message


DAMAGES: Sequence[Callable[[bytes, random.Random], bytes]] = (
    as_it_is,
    as_it_is,
    flip,
    drop,
    insert,
    replace,
    replace,
    cut,
    behead,
    parity,
)


def streams(seed: int, messages: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Inputs of one seed, each in the pieces in which it arrives."""
    chance = random.Random(seed)  # noqa: S311 - noise, not a secret
    for _ in range(BATCH):
        stream = b"".join(_part(chance, messages) for _ in range(chance.randint(1, 4)))
        yield list(_pieces(stream, chance))


def reports(seed: int, messages: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Inputs for HID: whole reports, damaged or not."""
    chance = random.Random(seed)  # noqa: S311 - noise, not a secret
    for _ in range(BATCH):
        yield [_part(chance, messages) for _ in range(chance.randint(1, 4))]


def _part(chance: random.Random, messages: Sequence[bytes]) -> bytes:
    if chance.random() < 0.15:
        return chance.randbytes(chance.randint(0, 40))
    return chance.choice(DAMAGES)(chance.choice(messages), chance)


def _pieces(stream: bytes, chance: random.Random) -> Iterator[bytes]:
    while stream:
        size = chance.choice([1, 2, 3, 7, len(stream), len(stream)])
        yield stream[:size]
        stream = stream[size:]
