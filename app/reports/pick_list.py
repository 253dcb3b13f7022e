"""The pick list on paper: one walk, bin by bin in walking order, with its number and each bin as Code 128.

It is the way round where screens are away. What was picked by it is entered afterwards at the station Paper lists,
where the code of a line leads to it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.reports.files import replacing
from app.reports.paper import (
    A4,
    Block,
    Canvas,
    Cell,
    Column,
    Sheet,
    code_128,
    facts,
    letterhead,
    pdf,
    sentence,
    space,
    table,
    write,
)
from app.texts import Texts

_PAPER = A4


@dataclass(frozen=True, slots=True)
class ListedPick:
    """One line of the list: how much is taken where, and into which slot it goes; `number` is the lot or serial."""

    bin: str
    sku: str
    name: str
    number: str
    quantity: str
    unit: str
    slot: str
    order: str


@dataclass(frozen=True, slots=True)
class PickList:
    """A walk on paper; `place` is where the goods are brought, `totes` whether each order has one of its own."""

    number: str
    zone: str
    place: str
    totes: bool
    picks: tuple[ListedPick, ...]


def write_pick_list(path: Path, listed: Callable[[], PickList], texts: Texts, *, printed_at: datetime) -> PickList:
    """Write the list as PDF; raises the Fault `export.not_written` and then leaves nothing behind.

    The list is asked for once the file can be written: no walk goes to paper where there is none.
    """
    with replacing(path) as file:
        found = listed()
        file.write(pick_list_pdf(found, texts, printed_at=printed_at))
    return found


def pick_list_pdf(listed: PickList, texts: Texts, *, printed_at: datetime) -> bytes:
    """The list as the bytes of a PDF."""

    def words(code: str, **told: object) -> str:
        return texts.text("captions", f"pick_list.{code}", told)

    title, moment = words("title"), f"{printed_at.astimezone():%Y-%m-%d %H:%M %Z}"
    slots = dict.fromkeys((one.slot, one.order) for one in listed.picks if one.slot)

    def head(canvas: Canvas) -> float:
        y = letterhead(canvas, _PAPER, title=title, sender=listed.number, address="") - 18
        code_128(canvas, _PAPER, listed.number, y)
        pairs = (
            (words("zone"), listed.zone),
            (words("place"), listed.place),
            (words("orders"), str(len(slots) or 1)),
            (words("picks"), str(len(listed.picks))),
        )
        y = facts(canvas, _PAPER.left, y - 2, pairs, label=110, width=_PAPER.body / 2)
        return min(y, _PAPER.top - 96) - 12

    rows = [_row(number, one) for number, one in enumerate(listed.picks, 1)]
    blocks = [sentence(_PAPER, words("how" if listed.totes else "how_one_tote")), space(6)]
    if listed.totes:
        totes = [Column(words("slot"), 8), Column(words("order"), 30), Column(words("tote"), 62)]
        blocks += table(_PAPER, totes, [[Cell(slot, bold=True), Cell(order), Cell("")] for slot, order in slots])
        blocks.append(space(14))
    blocks += table(_PAPER, _columns(words), rows)
    sheet = Sheet(
        paper=_PAPER,
        head=head,
        blocks=[*blocks, space(24), _signed(words("picked_by"))],
        running=f"{title}  {listed.number}",
        foot=words("printed", moment=moment),
        page_of=lambda page, pages: texts.text("captions", "reports.page", {"page": page, "pages": pages}),
    )
    return pdf([sheet], title=f"{title} {listed.number}", author="Stockhand")


def _columns(words: Callable[[str], str]) -> Sequence[Column]:
    return (
        Column(words("line"), 6),
        Column(words("bin"), 30),
        Column(words("item"), 30),
        Column(words("quantity"), 12, number=True),
        Column(words("into"), 10, number=True),
        Column(words("taken"), 14, number=True),
    )


def _row(number: int, one: ListedPick) -> list[Cell]:
    return [
        Cell(str(number)),
        Cell(one.bin, bold=True, code=one.bin),
        Cell(one.sku, " · ".join(filter(None, (one.name, one.number)))),
        Cell(f"{one.quantity} {one.unit}", bold=True),
        Cell(one.slot, bold=True),
        Cell("______"),
    ]


def _signed(words: str) -> Block:
    def draw(canvas: Canvas, y: float) -> None:
        write(canvas, f"{words}  ______________________________", _PAPER.left, y - 12, size=9)

    return Block(20, draw)
