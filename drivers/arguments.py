"""What numbers and words the commands of `python -m drivers` take; anything else is wrong usage, said in a sentence."""

import argparse
import math

from drivers.transports.serial_port import LINE_FORMAT

_LONGEST_S = 86_400.0
_FASTEST_BAUD = 4_000_000


def seconds(word: str) -> float:
    """A time in seconds, more than nothing and a day at most."""
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not 0 < value <= _LONGEST_S:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of seconds from more than 0 to {_LONGEST_S:.0f}")
    return value


def pause_s(word: str) -> float:
    """A time in seconds that may be none at all, an hour at most."""
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number of seconds from 0 to 3600")
    return value


def tcp_port(word: str) -> int:
    """A port of this machine; 0 is any that is free."""
    return _whole(word, 0, 65535)


def baud(word: str) -> int:
    """Bits a second of a serial port."""
    return _whole(word, 1, _FASTEST_BAUD)


def how_many(word: str) -> int:
    """A count of labels or codes, one at least."""
    return _whole(word, 1, 1_000_000)


def line_format(word: str) -> str:
    """Data bits, parity and stop bits, as in 8N1."""
    if not LINE_FORMAT.fullmatch(word):
        raise argparse.ArgumentTypeError(f"{word!r} is no serial format; expected something like 8N1 or 7E1")
    return word


def _whole(word: str, least: int, most: int) -> int:
    if not (word.isascii() and word.isdigit() and len(word) < 12 and least <= int(word) <= most):
        raise argparse.ArgumentTypeError(f"{word!r} is not a whole number from {least} to {most}")
    return int(word)
