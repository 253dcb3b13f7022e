"""Files of ZPL that people bring: what is one, how many labels it prints, and what is wrong with one that is none.

Nothing of a file is understood but where its formats begin and end and how many labels they ask for; whether a label is
good is seen on paper.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from drivers.files import FileError, content_of

MOST_BYTES = 16_000_000
"""More than that no printer keeps."""

_ENDS = re.compile(rb"\^X[AZ]", re.IGNORECASE)
_COPIES = re.compile(rb"\^PQ(\d{1,8})", re.IGNORECASE)
_PRINTS = re.compile(rb"\^(FD|FV|G[BCDEFS]|X[FG]|I[LM]|PQ)", re.IGNORECASE)
_IS_KEPT = re.compile(rb"\^DF", re.IGNORECASE)
_OTHER_SIGNS = re.compile(rb"[\^~]C[CT]", re.IGNORECASE)
_OTHER_FILES = {
    b"%PDF": "a PDF",
    b"%!PS": "PostScript",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"PK\x03\x04": "a ZIP or an office document",
    b"\xff\xfe": "a text in UTF-16 (to be saved as UTF-8)",
    b"\xfe\xff": "a text in UTF-16 (to be saved as UTF-8)",
}


@dataclass(frozen=True)
class ZplFile:
    """What is to be sent, and how many labels come out of it."""

    data: bytes
    labels: int


def read_zpl(path: Path) -> ZplFile:
    """Read a file of whole labels; raises `FileError` for one that is none, saying why."""
    return as_zpl(content_of(path, most=MOST_BYTES), path)


def as_zpl(data: bytes, path: object) -> ZplFile:
    """The same of bytes that were read from a file of this name."""
    if not data.strip():
        raise FileError(f"{path} is empty")
    if other := next((name for begin, name in _OTHER_FILES.items() if data.startswith(begin)), ""):
        raise FileError(f"{path} is {other}, not ZPL")
    if _OTHER_SIGNS.search(data):
        raise FileError(f"{path} changes the signs of commands (^CC or ^CT), so that its labels cannot be counted")
    return ZplFile(data, sum(_labels(one) for one in _formats(path, data)))


def _formats(path: object, data: bytes) -> list[bytes]:
    """The formats of a file, each from its `^XA` to its `^XZ`."""
    formats: list[bytes] = []
    begin: int | None = None
    for end in _ENDS.finditer(data):
        starts = end.group().upper() == b"^XA"
        if starts is (begin is not None):
            where = data.count(b"\n", 0, end.start()) + 1
            wrong = "a label begins within another" if starts else "a label ends that never began"
            raise FileError(f"{path} is no whole ZPL: line {where}, {wrong}")
        if begin is not None:
            formats.append(data[begin : end.end()])
        begin = end.start() if starts else None
    if begin is not None:
        raise FileError(f"{path} is cut off: its last label has no end (^XZ)")
    if not formats:
        raise FileError(f"{path} is no ZPL: there is no label in it (^XA ... ^XZ)")
    return formats


def _labels(one: bytes) -> int:
    """How many labels a format prints: none when it only sets the printer up, or is kept for later."""
    if _IS_KEPT.search(one) or not _PRINTS.search(one):
        return 0
    copies = _COPIES.findall(one)
    return int(copies[-1]) if copies else 1
