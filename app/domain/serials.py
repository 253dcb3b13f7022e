"""Serial numbers typed as a list or a range, such as `A1, A2` or `SN-0010 .. SN-0019`."""

import re

from app.domain.errors import Refusal

MOST_SERIALS = 500
"""How many pieces one list may name."""
MOST_CHARACTERS = 20
"""The longest lot or serial number: what GS1 allows (AI 10 and 21)."""

_PARTS = re.compile(r"[,;\n]")
_RANGE = re.compile(r"(\S+)\s*(?:\.\.|…|\s[-–]\s)\s*(\S+)")
_COUNTED = re.compile(r"(.*?)(\d+)")


def serial_numbers(text: str) -> tuple[str, ...]:
    """The numbers that a list names, in its order: single ones, and ranges of which only the last digits differ.

    Refuses `serials.none`, `serials.range` (the ends do not fit together), `serials.too_many`, `serials.twice` and
    `serials.too_long`.
    """
    found: list[str] = []
    for part in filter(None, (each.strip() for each in _PARTS.split(text))):
        found += _range(part) if _RANGE.fullmatch(part) else part.split()
        if len(found) > MOST_SERIALS:
            raise Refusal("serials.too_many", most=MOST_SERIALS)
    if not found:
        raise Refusal("serials.none")
    for number in found:
        checked_number(number)
    if twice := next((one for one in found if found.count(one) > 1), ""):
        raise Refusal("serials.twice", serial=twice)
    return tuple(found)


def checked_number(number: str) -> str:
    """A lot or serial number without spaces around it; refuses `serials.too_long`, as a shortened one is another."""
    number = number.strip()
    if len(number) > MOST_CHARACTERS:
        raise Refusal("serials.too_long", number=number, most=MOST_CHARACTERS)
    return number


def _range(part: str) -> list[str]:
    matched = _RANGE.fullmatch(part)
    assert matched is not None
    first, last = (_COUNTED.fullmatch(end) for end in matched.groups())
    if first is None or last is None or first[1] != last[1] or len(first[2]) != len(last[2]):
        raise Refusal("serials.range", text=part)
    begin, end = int(first[2]), int(last[2])
    if end < begin:
        raise Refusal("serials.range", text=part)
    if end - begin >= MOST_SERIALS:
        raise Refusal("serials.too_many", most=MOST_SERIALS)
    return [f"{first[1]}{number:0{len(first[2])}}" for number in range(begin, end + 1)]
