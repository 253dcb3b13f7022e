"""The list in the parcel: what an order's parcels hold, by lot and serial number, where they go, and what is missing.

One order begins a page; its number stands on it as Code 128, so that the paper can be scanned.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from app.database.orders import ListedLine, ListedParcel, PackedGoods, PackingList
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.reports.paper import (
    A4,
    ACCENT,
    BAND,
    GREY,
    Block,
    Canvas,
    Cell,
    Column,
    Sheet,
    facts,
    ink,
    numbered,
    pdf,
    sentence,
    space,
    table,
    wrapped,
    write,
)
from app.texts import Texts

_PAPER = A4
_HALF = _PAPER.body / 2 + _PAPER.left + 10
_BAND = 34.0


def write_packing_lists(path: Path, lists: Sequence[PackingList], texts: Texts, *, printed_at: datetime) -> None:
    """Write packing lists as one PDF; raises the Fault `export.not_written` and then leaves nothing behind."""
    made = packing_list_pdf(lists, texts, printed_at=printed_at)
    with replacing(path) as file:
        file.write(made)


def packing_list_pdf(
    lists: Sequence[PackingList], texts: Texts, *, printed_at: datetime, carton: str = ""
) -> bytes:  # fmt: skip
    """Packing lists as the bytes of one PDF, one order after the other; of one `carton` (its SSCC) only where named."""
    writer = _Writer(texts, printed_at, carton)
    names = ", ".join(each.number for each in lists)
    author = lists[0].company if lists else ""
    return pdf([writer.sheet(each) for each in lists], title=f"{writer.words('packing_list')} {names}", author=author)


class _Writer:
    """Packing lists in one language, printed at one moment."""

    def __init__(self, texts: Texts, printed_at: datetime, carton: str) -> None:
        self._texts = texts
        self._printed_at = printed_at
        self._carton = carton

    def words(self, code: str, **facts: object) -> str:
        return self._texts.text("captions", f"reports.{code}", facts)

    def sheet(self, listed: PackingList) -> Sheet:
        moment = f"{self._printed_at.astimezone(ZoneInfo(listed.time_zone)):%Y-%m-%d %H:%M %Z}"
        return Sheet(
            paper=_PAPER,
            head=lambda canvas: self._head(canvas, listed),
            blocks=self._blocks(listed),
            running=f"{self.words('packing_list')}  {listed.number}",
            foot="   ·   ".join((listed.company or listed.warehouse, self.words("printed", moment=moment))),
            page_of=lambda page, pages: self.words("page", page=page, pages=pages),
        )

    def _head(self, canvas: Canvas, listed: PackingList) -> float:
        sender = listed.company or listed.warehouse
        address = ", ".join(part for part in (listed.warehouse, listed.warehouse_address) if part and part != sender)
        title, above = self.words("packing_list"), self.words("order")
        y = numbered(canvas, _PAPER, title=title, sender=sender, address=address, above=above, number=listed.number)
        y -= 64
        write(canvas, self.words("ship_to"), _PAPER.left, y, size=7.8, bold=True, color=ACCENT)
        write(canvas, self.words("details"), _HALF, y, size=7.8, bold=True, color=ACCENT)
        return min(self._address(canvas, listed, y - 4), self._details(canvas, listed, y - 4)) - 16

    def _address(self, canvas: Canvas, listed: PackingList, y: float) -> float:
        lines = listed.ship_to.lines or ((listed.customer,) if listed.customer else (self.words("no_address"),))
        for n, line in enumerate(lines):
            for part in wrapped(line, _PAPER.body / 2 - 20, size=10, bold=n == 0):
                write(canvas, part, _PAPER.left, y - 12, size=10, bold=n == 0)
                y -= 14
        return y

    def _details(self, canvas: Canvas, listed: PackingList, y: float) -> float:
        parcels = listed.parcels
        weights = [parcel.weight_kg for parcel in parcels]
        known = [weight for weight in weights if weight is not None]
        service = parcels[0] if parcels else None
        pairs = (
            (
                self.words("customer"),
                " · ".join(dict.fromkeys(p for p in (listed.customer, listed.customer_code) if p)),
            ),
            (self.words("your_reference"), listed.reference if listed.reference != listed.number else ""),
            (self.words("ordered_on"), f"{listed.created_at.astimezone(ZoneInfo(listed.time_zone)):%Y-%m-%d}"),
            (
                self.words("service"),
                " · ".join(p for p in (service.carrier, service.service) if p) if service else "",
            ),
            (self.words("parcels"), str(len(parcels))),
            (
                self.words("total_weight"),
                f"{_kg(sum(known, Decimal(0)))} kg" if known and len(known) == len(weights) else "",
            ),
        )
        return facts(canvas, _HALF, y - 2, pairs, label=82, width=_PAPER.right - _HALF)

    def _blocks(self, listed: PackingList) -> list[Block]:
        blocks: list[Block] = []
        if not listed.parcels:
            blocks += [sentence(_PAPER, self.words("no_parcels")), space(8)]
        for number, parcel in enumerate(listed.parcels, start=1):
            if self._carton not in ("", parcel.sscc):
                continue
            band = self._band(parcel, number, len(listed.parcels))
            if parcel.goods:
                blocks += table(
                    _PAPER, self._goods_columns(), [self._goods(goods) for goods in parcel.goods], before=band
                )
            else:
                blocks += [band, sentence(_PAPER, self.words("empty_parcel"))]
            blocks.append(space(16))
        missing = [line for line in listed.lines if line.open]
        if missing and listed.parcels:
            columns = (
                Column(self.words("line"), 6),
                Column(self.words("item"), 52),
                Column(self.words("ordered"), 14, number=True),
                Column(self.words("packed"), 14, number=True),
                Column(self.words("open"), 14, number=True),
            )
            title = _title(self.words("still_open"))
            blocks += table(_PAPER, columns, [_missing(line) for line in missing], before=title)
        return blocks

    def _goods_columns(self) -> tuple[Column, ...]:
        return (
            Column(self.words("line"), 6),
            Column(self.words("item"), 48),
            Column(self.words("lot_or_serial"), 20),
            Column(self.words("expiry"), 12),
            Column(self.words("quantity"), 14, number=True),
        )

    def _goods(self, goods: PackedGoods) -> list[Cell]:
        return [
            Cell(str(goods.number)),
            Cell(goods.name, goods.sku, bold=True),
            Cell(" / ".join(part for part in (goods.lot, goods.serial) if part) or "–"),
            Cell(goods.expiry.isoformat() if goods.expiry else "–"),
            Cell(format_quantity(goods.qty, goods.unit), bold=True),
        ]

    def _band(self, parcel: ListedParcel, number: int, count: int) -> Block:
        weighed = (
            self.words("weights", gross=_kg(parcel.weight_kg), tare=_kg(parcel.tare_kg))
            if parcel.weight_kg is not None
            else self.words("not_weighed")
        )
        tracking = f"{self.words('tracking')} {parcel.tracking}" if parcel.tracking else ""

        def draw(canvas: Canvas, y: float) -> None:
            canvas.setFillColor(ink(BAND))
            canvas.rect(_PAPER.left, y - _BAND, _PAPER.body, _BAND, stroke=0, fill=1)
            canvas.setFillColor(ink(ACCENT))
            canvas.rect(_PAPER.left, y - _BAND, 2.5, _BAND, stroke=0, fill=1)
            title = self.words("parcel_of", number=number, count=count)
            write(canvas, title, _PAPER.left + 9, y - 14, size=9.5, bold=True)
            write(canvas, f"SSCC {grouped_sscc(parcel.sscc)}", _PAPER.right - 8, y - 14, size=9, right=True)
            write(
                canvas,
                " · ".join(p for p in (_spoken(parcel.carton), weighed) if p),
                _PAPER.left + 9,
                y - 26.5,
                size=8,
                color=GREY,
            )
            write(canvas, tracking, _PAPER.right - 8, y - 26.5, size=8, color=GREY, right=True)

        return Block(_BAND + 4, draw)


def grouped_sscc(sscc: str) -> str:
    """An SSCC as people read it, in groups: (00) 3 4012345 000000001 7; any other number as it is."""
    if len(sscc) != 18 or not sscc.isdigit():
        return sscc
    return f"(00) {sscc[0]} {sscc[1:8]} {sscc[8:17]} {sscc[17]}"


def _spoken(code: str) -> str:
    """A code such as `two_person` or `MEDIUM` as people say it."""
    return code.replace("_", " ").capitalize()


def _title(text: str) -> Block:
    return Block(18, lambda canvas, y: write(canvas, text, _PAPER.left, y - 11, size=9.5, bold=True), keep=30)


def _missing(line: ListedLine) -> list[Cell]:
    amounts = (line.ordered, line.packed, line.open)
    return [Cell(str(line.number)), Cell(line.name, line.sku)] + [Cell(format_quantity(a, line.unit)) for a in amounts]


def _kg(weight: Decimal) -> str:
    return f"{weight:.3f}"
