"""Bin names and the short way to write many of them.

A range has two ends of the same shape, in which letters and digits may differ: `R01-R10` is ten bins, `A01-Z99` is 26
letters by 99 numbers. Each run of letters or digits counts by itself, the last one fastest; widths must agree,
because `A1` and `A001` are different labels.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import product
from math import prod

from app.domain.errors import Refusal

MOST_BINS = 100_000
"""More than one range, or one warehouse, may have: above it, the file is mistaken."""

LONGEST_NAME = 20

_NAME = re.compile(r"[A-Z0-9][A-Z0-9._-]*\Z")
_RUN = re.compile(r"[A-Z]+|[0-9]+|[^A-Z0-9]+")
_EXPLICIT = re.compile(r"\s+TO\s+|\s*\.\.\s*|\s*[–—]\s*|\s+-\s+")


def expand(text: str) -> tuple[str, ...]:
    """The bins that one entry of a file stands for: a single name, or a range of them, in walking order of names.

    The ends of a range are joined by a hyphen, `..` or `to`. Refuses `sites.bin_name`, `sites.bin_range_shape` (the
    ends differ in shape or width), `sites.bin_range_backwards` and `sites.too_many_bins` (more than 100,000).
    """
    entry = text.strip().upper()
    ends = _ends(entry)
    if ends is None:
        return (_checked_name(entry),)
    return _between(entry, _checked_name(ends[0]), _checked_name(ends[1]))


def compressed(names: Iterable[str]) -> str:
    """Names as short as people write them: `R01–R10, S05` for eleven names; runs that differ in the last number."""
    parts: list[tuple[str, str]] = []
    for name in names:
        if parts and _follows(parts[-1][1], name):
            parts[-1] = (parts[-1][0], name)
        else:
            parts.append((name, name))
    return ", ".join(first if first == last else f"{first}–{last}" for first, last in parts)


def ranges(names: Sequence[str]) -> tuple[str, ...]:
    """Names as entries that `expand` takes, in the same order: `A01..Z99` for a whole block, else one a run."""
    if len(names) > 1 and _is_block(names):
        return (f"{names[0]}..{names[-1]}",)
    return tuple(part.replace("–", "..") for part in compressed(names).split(", ")) if names else ()


def _is_block(names: Sequence[str]) -> bool:
    try:
        return expand(f"{names[0]}..{names[-1]}") == tuple(names)
    except Refusal:
        return False


def _ends(entry: str) -> tuple[str, str] | None:
    """The two ends where the entry is a range; None where it is one name, such as `A-01`."""
    explicit = _EXPLICIT.split(entry)
    if len(explicit) > 1:
        if len(explicit) > 2:
            raise Refusal("sites.bin_range_shape", text=entry)
        return explicit[0], explicit[1]
    parts = entry.split("-")
    if len(parts) % 2:
        return None
    middle = len(parts) // 2
    left, right = "-".join(parts[:middle]), "-".join(parts[middle:])
    one_name = left.isalpha() and right[:1].isdigit()
    return None if one_name else (left, right)


def _checked_name(name: str) -> str:
    if len(name) > LONGEST_NAME or not _NAME.match(name):
        raise Refusal("sites.bin_name", text=name[:40], longest=LONGEST_NAME)
    return name


def _between(entry: str, first: str, last: str) -> tuple[str, ...]:
    starts, stops = _RUN.findall(first), _RUN.findall(last)
    if [_shape(run) for run in starts] != [_shape(run) for run in stops]:
        raise Refusal("sites.bin_range_shape", text=entry)
    spans = [(_number(start), _number(stop)) for start, stop in zip(starts, stops, strict=True)]
    if any(start > stop for start, stop in spans):
        raise Refusal("sites.bin_range_backwards", text=entry)
    count = prod(stop - start + 1 for start, stop in spans)
    if count > MOST_BINS:
        raise Refusal("sites.too_many_bins", text=entry, count=count, most=MOST_BINS)
    columns: list[Sequence[str]] = [
        [_written(number, run) for number in range(start, stop + 1)]
        for (start, stop), run in zip(spans, starts, strict=True)
    ]
    return tuple("".join(parts) for parts in product(*columns))


def _shape(run: str) -> tuple[str, int]:
    """What must agree at both ends: letters or digits and how many; anything else literally."""
    kind = "letters" if run[0].isalpha() else "digits" if run[0].isdigit() else run
    return kind, len(run)


def _number(run: str) -> int:
    """The place of a run in its order: digits as a number, letters as in A, B, … Z, AA; 0 for what does not vary."""
    if run[0].isdigit():
        return int(run)
    if run[0].isalpha():
        place = 0
        for letter in run:
            place = place * 26 + ord(letter) - ord("A")
        return place
    return 0


def _written(number: int, run: str) -> str:
    """The run that stands at a place of the order, as wide as the run at the range's start."""
    if run[0].isdigit():
        return f"{number:0{len(run)}d}"
    if not run[0].isalpha():
        return run
    letters = ""
    for _ in run:
        number, rest = divmod(number, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _follows(name: str, following: str) -> bool:
    """Whether the second name is the first with its last number one higher."""
    before, after = _RUN.findall(name), _RUN.findall(following)
    return (
        before[:-1] == after[:-1]
        and len(name) == len(following)
        and before[-1].isdigit()
        and after[-1].isdigit()
        and int(after[-1]) == int(before[-1]) + 1
    )
