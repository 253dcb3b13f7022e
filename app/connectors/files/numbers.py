"""Numbers in tables as people write them: 1,250.5 or 1.250,5. Which of the two a table means, all of its numbers tell.

Where they do not tell, the person is asked; nothing is guessed, because 1.250 may be a thousand times what was meant.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.domain.values import Findings, Node

MARKS = (".", ",")
"""What may stand before decimals."""
_GROUPS = "'’ \u00a0\u202f"
_FORMS = {
    mark: re.compile(rf"([+-]?)(\d+|[1-9]\d{{0,2}}(?:[{other}{_GROUPS}]\d{{3}})+)(?:{re.escape(mark)}(\d+))?\Z")
    for mark, other in ((".", ","), (",", r"\."))
}


def plain_number(text: str, mark: str) -> str | None:
    """A number that is written with this mark, as 1250.5; None where it is not written so."""
    fits = _FORMS[mark].match(text)
    if fits is None:
        return None
    sign, whole, rest = fits.groups()
    digits = re.sub(r"\D", "", whole)
    return f"{sign}{digits}.{rest}" if rest else f"{sign}{digits}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The first numbers of a table that can be read with one mark only, and the first that can be read with either."""

    point: Node | None = None
    comma: Node | None = None
    either: Node | None = None


def evidence(cells: Iterable[Node]) -> Evidence:
    """What the numbers of a table say about their marks."""
    found: dict[str, Node] = {}
    for cell in cells:
        fitting = [mark for mark in MARKS if plain_number(str(cell.value), mark) is not None]
        if fitting:
            found.setdefault("either" if len(fitting) > 1 else "point" if fitting == ["."] else "comma", cell)
    return Evidence(**found)


def mark_of(numbers: Evidence, *, delimiter: str, findings: Findings) -> str:
    """The mark that a table uses: as its numbers say, else as its `delimiter` does; what stays open is a fault.

    Cells that are parted by commas hold no decimal comma, unless somebody quoted them.
    """
    if numbers.comma is None:
        if numbers.point is None and numbers.either is not None and delimiter != ",":
            findings.error(numbers.either, "file.which_numbers")
        return "."
    if numbers.point is not None:
        findings.error(numbers.comma, "file.mixed_numbers", other=numbers.point.shown)
    else:
        findings.notice(numbers.comma, "file.decimal_comma", plain=plain_number(numbers.comma.shown, ","))
    return ","


def marked(cells: Iterable[Node]) -> Iterator[Node]:
    """The cells with anything but digits and a sign in them that may be numbers."""
    return (cell for cell in cells if isinstance(cell.value, str) and not cell.value.lstrip("+-").isdigit())
