"""What happened to a carton, as paper: what was scanned, refused, weighed and taken back; labels and photos.

Each carton begins a page; its SSCC stands on it as Code 128. Labels are drawn again from what they said; the bytes that
went to the printer are named by their SHA-256.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from app.database.evidence import CartonEvidence, NotedExtra, PrintedLabel, Weighing
from app.domain.catalog import DEFAULT_UNIT, amount
from app.domain.packing.unpacking import step_named
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.reports.paper import (
    A4,
    ACCENT,
    FAINT,
    GREY,
    Block,
    Canvas,
    Cell,
    Column,
    Sheet,
    code_128,
    facts,
    ink,
    letterhead,
    pdf,
    pictures,
    sentence,
    space,
    table,
    write,
)
from app.texts import Texts

_PAPER = A4
_HALF = _PAPER.body / 2 + _PAPER.left + 10
_HEADING, _CURVE_PT = 24.0, 92.0
_GRAM = Decimal("0.001")


def write_evidence(
    path: Path,
    cartons: Sequence[CartonEvidence],
    texts: Texts,
    *,
    photos: Mapping[str, bytes],
    labels: Mapping[UUID, bytes],
    printed_at: datetime,
) -> None:
    """Write the evidence of cartons as one PDF; raises the Fault `export.not_written` and leaves nothing behind then.

    `photos` are pictures by their hash, `labels` drawn labels (PNG) by their print job.
    """
    made = evidence_pdf(cartons, texts, photos=photos, labels=labels, printed_at=printed_at)
    with replacing(path) as file:
        file.write(made)


def evidence_pdf(
    cartons: Sequence[CartonEvidence],
    texts: Texts,
    *,
    photos: Mapping[str, bytes],
    labels: Mapping[UUID, bytes],
    printed_at: datetime,
) -> bytes:
    """The evidence of cartons as the bytes of one PDF."""
    writer = _Writer(texts, photos, labels, printed_at)
    names = ", ".join(one.sscc for one in cartons)
    author = cartons[0].company if cartons else ""
    return pdf([writer.sheet(one) for one in cartons], title=f"{writer.words('evidence')} {names}", author=author)


class _Writer:
    """Evidence in one language, printed at one moment."""

    def __init__(
        self, texts: Texts, photos: Mapping[str, bytes], labels: Mapping[UUID, bytes], printed_at: datetime
    ) -> None:
        self._texts, self._photos, self._labels, self._printed_at = texts, photos, labels, printed_at
        self._zone = ZoneInfo("UTC")

    def words(self, code: str, **known: object) -> str:
        own = self._texts.has("captions", f"evidence.{code}")
        return self._texts.text("captions", f"evidence.{code}" if own else f"reports.{code}", known)

    def sheet(self, one: CartonEvidence) -> Sheet:
        self._zone = ZoneInfo(one.time_zone)
        return Sheet(
            paper=_PAPER,
            head=lambda canvas: self._head(canvas, one),
            blocks=self._blocks(one),
            running=f"{self.words('evidence')}  {one.sscc}",
            foot="   ·   ".join((one.company, self.words("printed", moment=self._moment(self._printed_at)))),
            page_of=lambda page, pages: self.words("page", page=page, pages=pages),
        )

    def _moment(self, at: datetime, form: str = "%Y-%m-%d %H:%M:%S") -> str:
        return f"{at.astimezone(self._zone):{form}}"

    def _head(self, canvas: Canvas, one: CartonEvidence) -> float:
        address = one.warehouse if one.warehouse != one.company else ""
        y = letterhead(canvas, _PAPER, title=self.words("evidence"), sender=one.company, address=address) - 18
        write(canvas, self.words("carton"), _PAPER.left, y - 4, size=7.8, color=GREY)
        write(canvas, one.sscc, _PAPER.left, y - 22, size=16, bold=True)
        code_128(canvas, _PAPER, one.sscc, y)
        y -= 56
        left = facts(canvas, _PAPER.left, y, self._about_order(one), label=82, width=_PAPER.body / 2 - 10)
        right = facts(canvas, _HALF, y, self._about_carton(one), label=82, width=_PAPER.right - _HALF)
        return min(left, right) - 14

    def _about_order(self, one: CartonEvidence) -> Sequence[tuple[str, str]]:
        return (
            (self.words("order"), one.number),
            (self.words("carton_of_order"), str(one.number_of_order)),
            (self.words("your_reference"), one.reference if one.reference != one.number else ""),
            (self.words("customer"), one.customer),
            (self.words("ship_to"), ", ".join(one.ship_to.lines)),
        )

    def _about_carton(self, one: CartonEvidence) -> Sequence[tuple[str, str]]:
        service = " · ".join(part for part in (one.carrier, one.service) if part)
        typed = f" ({self.words('typed')})" if one.manual else ""
        approved = ", ".join(part for part in (one.approved_by, self._texts.word("reason", one.approved_for)) if part)
        return (
            (self.words("carton_kind"), one.carton_name or self._texts.state("box", one.carton)),
            (self.words("evidence_state"), self._texts.state("parcel_state", one.state)),
            (self.words("service"), service),
            (self.words("tracking"), one.tracking),
            (self.words("tare"), _kg(one.tare_kg)),
            (self.words("expected"), _kg(one.expected_kg)),
            (self.words("weighed"), f"{_kg(one.weight_kg)}{typed}" if one.weight_kg is not None else ""),
            (self.words("approved_by"), approved),
        )

    def _blocks(self, one: CartonEvidence) -> list[Block]:
        return [
            *self._states(one),
            *self._goods(one),
            *self._refused(one),
            *self._taken_back(one),
            *self._extras(one.extras),
            *self._weighings(one.weighings),
            *self._of_photos(one.extras),
            *self._of_labels(one.labels),
        ]

    def _heading(self, code: str) -> Block:
        words = self.words(code)

        def draw(canvas: Canvas, y: float) -> None:
            write(canvas, words, _PAPER.left, y - 16, size=10.5, bold=True, color=ACCENT)

        return Block(_HEADING, draw, keep=60.0)

    def _states(self, one: CartonEvidence) -> list[Block]:
        columns = self._columns(("when", 24, False), ("by", 24, False), ("station", 14, False),
                                ("evidence_state", 16, False), ("tracking", 20, False),
                                ("weight_kg", 12, True))  # fmt: skip
        rows = [
            [Cell(self._moment(each.at)), Cell(each.person), Cell(each.station),
             Cell(self._texts.state("parcel_state", each.state), bold=True), Cell(each.tracking), Cell(_kg(each.kg))]
            for each in one.states
        ]  # fmt: skip
        return [self._heading("evidence_states"), *table(_PAPER, columns, rows), space(8)]

    def _goods(self, one: CartonEvidence) -> list[Block]:
        if not one.goods:
            return [self._heading("evidence_goods"), sentence(_PAPER, self.words("nothing_packed"))]
        columns = self._columns(("when", 21, False), ("by", 20, False), ("item", 36, False), ("scanned", 27, False),
                                ("quantity", 13, True))  # fmt: skip
        rows = []
        for each in one.goods:
            number = " · ".join(part for part in (each.name, each.lot, each.serial) if part)
            quantity = format_quantity(each.quantity, each.unit)
            rows.append([Cell(self._moment(each.at)), Cell(each.person, each.station), Cell(each.sku, number),
                         Cell(each.scanned), Cell(quantity, bold=each.quantity < 0)])  # fmt: skip
        return [self._heading("evidence_goods"), *table(_PAPER, columns, rows), space(8)]

    def _refused(self, one: CartonEvidence) -> list[Block]:
        """What was scanned and not taken, with the words that people read then."""
        if not one.refused:
            return []
        columns = self._columns(("when", 21, False), ("by", 20, False), ("scanned", 27, False),
                                ("why_refused", 49, False))  # fmt: skip
        rows = [
            [Cell(self._moment(each.at)), Cell(each.person, each.station), Cell(each.scanned, bold=True),
             Cell(self._texts.error(each.code, each.facts)[0])]
            for each in one.refused
        ]  # fmt: skip
        return [self._heading("evidence_refused"), *table(_PAPER, columns, rows), space(8)]

    def _taken_back(self, one: CartonEvidence) -> list[Block]:
        if not one.taken_back:
            return []
        columns = self._columns(("when", 21, False), ("by", 20, False), ("step", 19, False), ("reason", 20, False),
                                ("concerns", 37, False))  # fmt: skip
        rows = []
        for each in one.taken_back:
            approved = self.words("approved", person=each.approved_by) if each.approved_by else ""
            rows.append([Cell(self._moment(each.at)), Cell(each.person, each.station),
                         Cell(self._texts.text("captions", f"unpacking.{each.what}"), approved, bold=True),
                         Cell(self._texts.word("reason", each.reason)), Cell(step_named(each.detail))])  # fmt: skip
        return [self._heading("evidence_taken_back"), *table(_PAPER, columns, rows), space(8)]

    def _extras(self, extras: Sequence[NotedExtra]) -> list[Block]:
        if not extras:
            return []
        columns = self._columns(("when", 22, False), ("by", 22, False), ("evidence_extra", 36, False),
                                ("evidence_how", 30, False))  # fmt: skip
        rows = []
        for each in extras:
            kind = self._texts.state("extra_kind", each.kind)
            name = self._texts.word("extra", each.name)
            how = self.words(f"answer_{each.answer}", scanned=each.scanned)
            booked = self.words("booked_out") if each.booked else ""
            if each.quantity < 0:
                how = self.words("undone")
            if abs(each.quantity) != 1:
                name = amount(each.quantity, DEFAULT_UNIT, name)
            kind = " · ".join(part for part in (kind, each.sku, booked) if part)
            rows.append([Cell(self._moment(each.at)), Cell(each.person, each.station),
                         Cell(name, kind), Cell(how)])  # fmt: skip
        return [self._heading("evidence_extras"), *table(_PAPER, columns, rows), space(8)]

    def _weighings(self, weighings: Sequence[Weighing]) -> list[Block]:
        if not weighings:
            return []
        columns = self._columns(("when", 22, False), ("by", 20, False), ("device", 15, False), ("weighed", 13, True),
                                ("expected", 13, True), ("tolerance", 13, True), ("verdict", 24, False))  # fmt: skip
        rows = [
            [Cell(self._moment(each.at)), Cell(each.person, each.station),
             Cell(self.words("typed") if each.manual else each.device), Cell(_kg(each.kg), bold=True),
             Cell(_kg(each.expected_kg)), Cell(f"± {_kg(each.tolerance_kg)}"),
             Cell(self._texts.state("weighing", each.verdict), each.suspects, bold=True)]
            for each in weighings
        ]  # fmt: skip
        curves = [self._curve(each) for each in weighings if len(each.curve_ms) > 1]
        return [self._heading("evidence_weighings"), *table(_PAPER, columns, rows), space(8), *curves]

    def _curve(self, one: Weighing) -> Block:
        """How a weight came to rest: grams over the time before it was taken, and the band in which it is right."""
        words = self.words("curve", at=self._moment(one.at), kg=_kg(one.kg))
        return Block(_CURVE_PT + 26, partial(_draw_curve, one, words, self.words("seconds_before")))

    def _of_photos(self, extras: Sequence[NotedExtra]) -> list[Block]:
        shown = [
            (self._photos[one.photo], f"{self._moment(one.at)} · {one.person} · {one.name}")
            for one in extras
            if self._photos.get(one.photo)
        ]
        return [self._heading("evidence_photos"), *pictures(_PAPER, shown)] if shown else []

    def _of_labels(self, labels: Sequence[PrintedLabel]) -> list[Block]:
        if not labels:
            return []
        columns = self._columns(("when", 20, False), ("label", 38, False), ("printer", 16, False),
                                ("evidence_state", 16, False), ("sha256", 50, False))  # fmt: skip
        rows = []
        for each in labels:
            again = self.words("print_no", number=each.reprint_no) if each.reprint_no else ""
            fits = self.words("bytes_kept" if each.whole else "bytes_missing", count=each.bytes)
            kind = " · ".join(part for part in (each.template, again) if part)
            rows.append([Cell(self._moment(each.at)), Cell(each.uid, kind), Cell(each.printer),
                         Cell(self._texts.text("captions", f"printing.state.{each.state}")),
                         Cell(each.sha256, fits)])  # fmt: skip
        drawn = [
            (self._labels[each.job], f"{each.template} {each.uid}") for each in labels if self._labels.get(each.job)
        ]
        return [self._heading("evidence_labels"), *table(_PAPER, columns, rows), space(8), *_large(drawn)]

    def _columns(self, *told: tuple[str, float, bool]) -> list[Column]:
        return [Column(self.words(code), share, number=number) for code, share, number in told]


def _kg(kg: Decimal | None) -> str:
    return "" if kg is None else format_quantity(kg.quantize(_GRAM), "kg")


_LABEL_PT = 330.0


def _large(shown: Sequence[tuple[bytes, str]]) -> list[Block]:
    """Labels two abreast, large enough that their codes can be read off the paper."""
    rows = [shown[begun : begun + 2] for begun in range(0, len(shown), 2)]
    return [Block(_LABEL_PT + 26, partial(_draw_labels, row)) for row in rows]


def _draw_labels(row: Sequence[tuple[bytes, str]], canvas: Canvas, y: float) -> None:
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415  (heavy: loaded on first use)

    room = _PAPER.body / 2 - 8
    for n, (content, words) in enumerate(row):
        x = _PAPER.left + n * (room + 16)
        image = ImageReader(io.BytesIO(content))
        canvas.drawImage(image, x, y - _LABEL_PT, room, _LABEL_PT, preserveAspectRatio=True, anchor="nw")
        write(canvas, words, x, y - _LABEL_PT - 10, size=7.2, color=GREY)


def _draw_curve(one: Weighing, words: str, axis: str, canvas: Canvas, y: float) -> None:
    left, right, bottom, top = _PAPER.left + 34, _PAPER.right - 8, y - _CURVE_PT + 12, y - 18
    first, last = one.curve_ms[0], one.curve_ms[-1]
    low, high = min(0, *one.curve_g), max(*one.curve_g, round(one.expected_kg * 1000)) or 1

    def at(ms: int, grams: float) -> tuple[float, float]:
        x = left + (ms - first) / max(last - first, 1) * (right - left)
        return x, bottom + (grams - low) / max(high - low, 1) * (top - bottom)

    write(canvas, words, _PAPER.left, y - 10, size=7.8, color=GREY)
    expected, tolerance = int(one.expected_kg * 1000), int(one.tolerance_kg * 1000)
    lower, upper = at(first, expected - tolerance)[1], at(first, expected + tolerance)[1]
    canvas.setFillColor(ink(FAINT))
    canvas.rect(left, lower, right - left, max(upper - lower, 1.0), stroke=0, fill=1)
    canvas.setStrokeColor(ink(GREY))
    canvas.setLineWidth(0.6)
    canvas.line(left, bottom, right, bottom)
    canvas.line(left, bottom, left, top)
    canvas.setStrokeColor(ink(ACCENT))
    canvas.setLineWidth(1.2)
    before = None
    for point in zip(one.curve_ms, one.curve_g, strict=True):
        here = at(*point)
        if before is not None:
            canvas.line(*before, *here)
        before = here
    for grams in (low, high):
        write(canvas, f"{grams} g", left - 3, at(first, grams)[1] - 3, size=6.5, color=GREY, right=True)
    write(canvas, f"{first / 1000:.1f} s", left, bottom - 9, size=6.5, color=GREY)
    write(canvas, axis, (left + right) / 2 - 30, bottom - 9, size=6.5, color=GREY)
    write(canvas, "0 s", right, bottom - 9, size=6.5, color=GREY, right=True)
