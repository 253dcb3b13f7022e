"""The manifest that a driver signs, and the proof of hand-over once it is signed: cartons, signature, time, photos."""

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.database.shipping import ListedCarton, Manifest
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.reports.paper import (
    A4,
    GREY,
    INK,
    Block,
    Canvas,
    Cell,
    Column,
    Sheet,
    facts,
    ink,
    numbered,
    pdf,
    space,
    table,
    write,
)
from app.texts import Texts

_PAPER = A4
_SIGNING_PT, _PHOTO_PT = 92.0, 190.0
_HALF = _PAPER.body / 2 - 8


def write_manifest(path: Path, manifest: Manifest, texts: Texts, *, printed_at: datetime) -> None:
    """Write a manifest, or the proof of hand-over, as PDF; raises `export.not_written` and leaves nothing behind."""
    made = manifest_pdf(manifest, texts, printed_at=printed_at)
    with replacing(path) as file:
        file.write(made)


def manifest_pdf(manifest: Manifest, texts: Texts, *, printed_at: datetime) -> bytes:
    """The manifest to be signed as the bytes of a PDF; of a truck that has left, the proof of hand-over."""
    writer = _Writer(manifest, texts, printed_at)
    title = f"{writer.title} {manifest.shipment.number}"
    return pdf([writer.sheet()], title=title, author=manifest.shipment.company)


class _Writer:
    """One manifest in one language."""

    def __init__(self, manifest: Manifest, texts: Texts, printed_at: datetime) -> None:
        self.manifest, self.shipment = manifest, manifest.shipment
        self._texts = texts
        self._zone = ZoneInfo(self.shipment.time_zone)
        self._printed_at = printed_at
        self.title = self.words("handover" if self.shipment.departed_at else "manifest")

    def words(self, code: str, **told: object) -> str:
        return self._texts.text("captions", f"reports.{code}", told)

    def sheet(self) -> Sheet:
        moment = self._moment(self._printed_at)
        return Sheet(
            paper=_PAPER,
            head=self._head,
            blocks=self._blocks(),
            running=f"{self.title}  {self.shipment.number}",
            foot="   ·   ".join((self.shipment.company, self.words("printed", moment=moment))),
            page_of=lambda page, pages: self.words("page", page=page, pages=pages),
        )

    def _moment(self, at: datetime | None) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M %Z}" if at else ""

    def _head(self, canvas: Canvas) -> float:
        one = self.shipment
        address = ", ".join(part for part in (one.warehouse, one.warehouse_address) if part and part != one.company)
        above = self.words("manifest_number")
        y = numbered(
            canvas, _PAPER, title=self.title, sender=one.company, address=address, above=above, number=one.number
        )
        here = [each for each in self.manifest.cartons if each.left_out_at is None]
        weight = sum(each.weight_kg or 0 for each in here)
        pairs = (
            (self.words("carrier"), one.carrier_name),
            (self.words("service"), one.service_name or self.words("all_services")),
            (self.words("truck"), one.truck),
            (self.words("closed_at"), f"{self._moment(one.created_at)} · {one.made_by}"),
            (self.words("departed_at"), f"{self._moment(one.departed_at)} · {one.departed_by}" * bool(one.departed_at)),
            (self.words("cartons_and_weight"), f"{len(here)} · {weight:.3f} kg"),
        )
        return facts(canvas, _PAPER.left, y - 58, pairs, label=120, width=_PAPER.body) - 14

    def _blocks(self) -> list[Block]:
        here = [one for one in self.manifest.cartons if one.left_out_at is None]
        behind = [one for one in self.manifest.cartons if one.left_out_at is not None]
        blocks = [*table(_PAPER, self._columns(), [self._row(n, one) for n, one in enumerate(here, 1)]), space(12)]
        if behind and self.shipment.departed_at:
            title = _title(self.words("left_behind"))
            rows = [self._row(n, one) for n, one in enumerate(behind, 1)]
            blocks += [*table(_PAPER, self._columns(), rows, before=title), space(12)]
        blocks.append(Block(_SIGNING_PT, self._signing))
        return [*blocks, *self._photos()]

    def _columns(self) -> Sequence[Column]:
        return (
            Column(self.words("line"), 7),
            Column(self.words("tracking"), 27),
            Column(self.words("order"), 19),
            Column(self.words("ship_to"), 27),
            Column(self.words("service"), 12),
            Column(self.words("weight"), 13, number=True),
        )

    def _row(self, n: int, one: ListedCarton) -> list[Cell]:
        town = " ".join(part for part in (one.ship_to.country, one.ship_to.postal_code, one.ship_to.city) if part)
        return [
            Cell(str(n)),
            Cell(one.tracking, one.sscc, bold=True),
            Cell(one.number),
            Cell(one.ship_to.name or one.partner, town),
            Cell(one.service_name),
            Cell(format_quantity(one.weight_kg, "kg") if one.weight_kg is not None else "–"),
        ]

    def _signing(self, canvas: Canvas, y: float) -> None:
        """Lines to sign on; what was signed stands on them."""
        one, base = self.shipment, y - 62
        canvas.setStrokeColor(ink(INK))
        canvas.setLineWidth(0.7)
        for left, caption in ((_PAPER.left, "taken_over_by"), (_PAPER.left + _HALF + 16, "signature")):
            canvas.line(left, base, left + _HALF, base)
            write(canvas, self.words(caption), left, base - 11, size=7.8, color=GREY)
        if one.signed_at is None:
            return
        write(canvas, one.signed_by, _PAPER.left + 4, base + 6, size=11, bold=True)
        write(canvas, self._moment(one.signed_at), _PAPER.left, base - 23, size=8)
        if one.signature is not None:
            _picture(canvas, one.signature, _PAPER.left + _HALF + 20, base + 2, _HALF - 8, 52)
        else:
            write(canvas, self.words("name_typed"), _PAPER.left + _HALF + 20, base + 6, size=8, color=GREY)

    def _photos(self) -> list[Block]:
        def block(photo: bytes) -> Block:
            return Block(
                _PHOTO_PT + 10,
                lambda canvas, y: _picture(canvas, photo, _PAPER.left, y - _PHOTO_PT, _PAPER.body, _PHOTO_PT),
            )

        return [block(photo) for photo in self.manifest.photos]


def _picture(canvas: Canvas, picture: bytes, x: float, y: float, width: float, height: float) -> None:
    """A picture in its own proportions, at the lower left of the room that it has."""
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415  (heavy: loaded on first use)

    canvas.drawImage(
        ImageReader(io.BytesIO(picture)), x, y, width, height, mask="auto", preserveAspectRatio=True, anchor="sw"
    )


def _title(text: str) -> Block:
    return Block(18, lambda canvas, y: write(canvas, text, _PAPER.left, y - 11, size=9.5, bold=True), keep=30)
