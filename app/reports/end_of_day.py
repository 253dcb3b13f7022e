"""The end of a day of shipping on paper: the trucks with their cartons, and what is left over with its reasons."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.database.shipping import EndOfDay, LeftOver, Shipment
from app.domain.values import format_quantity
from app.reports.files import replacing
from app.reports.letter import PAPER, Letter, heading
from app.reports.paper import Block, Cell, Column, Sheet, pdf, sentence, space, table
from app.texts import Texts


def write_end_of_day(path: Path, day: EndOfDay, texts: Texts, *, printed_at: datetime) -> None:
    """Write the end of a day as PDF; raises the Fault `export.not_written` and then leaves nothing behind."""
    made = end_of_day_pdf(day, texts, printed_at=printed_at)
    with replacing(path) as file:
        file.write(made)


def end_of_day_pdf(day: EndOfDay, texts: Texts, *, printed_at: datetime) -> bytes:
    """The end of a day as the bytes of a PDF."""
    writer = _Writer(day, texts)
    title = writer.words("end_of_day")
    return pdf([writer.sheet(title, printed_at)], title=f"{title} {day.day}", author=day.house.company)


class _Writer:
    """The end of one day in one language."""

    def __init__(self, day: EndOfDay, texts: Texts) -> None:
        self._day, self._texts, self._zone = day, texts, ZoneInfo(day.house.time_zone)

    def words(self, code: str, **told: object) -> str:
        return self._texts.text("captions", f"reports.{code}", told)

    def sheet(self, title: str, printed_at: datetime) -> Sheet:
        day = self._day
        gone = [one for one in day.trucks if one.departed_at]
        letter = Letter(
            title=title,
            of=day.house,
            above=self.words("shipping_day"),
            number=day.day.isoformat(),
            pairs=(
                (self.words("trucks_left"), str(len(gone))),
                (self.words("cartons_left"), str(sum(one.loaded for one in gone))),
                (self.words("left_over"), str(len(day.left))),
            ),
        )
        return letter.sheet(self._blocks(), self.words, printed_at=printed_at)

    def _blocks(self) -> list[Block]:
        trucks, left = self._day.trucks, self._day.left
        blocks = [heading(self.words("trucks"))]
        if trucks:
            blocks += table(PAPER, self._truck_columns(), [self._truck(one) for one in trucks])
        else:
            blocks.append(sentence(PAPER, self.words("no_trucks")))
        blocks += [space(14), heading(self.words("left_over"))]
        if left:
            return [*blocks, *table(PAPER, self._left_columns(), [self._left(one) for one in left])]
        return [*blocks, sentence(PAPER, self.words("nothing_left_over"))]

    def _truck_columns(self) -> tuple[Column, ...]:
        return (
            Column(self.words("manifest"), 20),
            Column(self.words("carrier"), 24),
            Column(self.words("truck"), 18),
            Column(self.words("cartons"), 12, number=True),
            Column(self.words("departed_at"), 26),
        )

    def _truck(self, one: Shipment) -> list[Cell]:
        left = f"{one.departed_at.astimezone(self._zone):%H:%M}" if one.departed_at else self.words("still_here")
        signed = one.signed_by or self.words("not_signed") if one.departed_at else ""
        return [
            Cell(one.number, bold=True),
            Cell(one.carrier_name, one.service_name),
            Cell(one.truck or "–"),
            Cell(f"{one.loaded} / {one.cartons}"),
            Cell(left, signed),
        ]

    def _left_columns(self) -> tuple[Column, ...]:
        return (
            Column(self.words("order"), 20),
            Column(self.words("carton"), 26),
            Column(self.words("carrier"), 18),
            Column(self.words("weight"), 11, number=True),
            Column(self.words("why_left"), 25),
        )

    def _left(self, one: LeftOver) -> list[Cell]:
        carton = one.carton
        due = f"{carton.cut_off.astimezone(self._zone):%Y-%m-%d %H:%M}" if carton.cut_off else ""
        carrier = " · ".join(part for part in (carton.carrier_name, carton.service_name) if part)
        return [
            Cell(carton.number, carton.partner, bold=True),
            Cell(carton.tracking or carton.sscc, carton.sscc if carton.tracking else ""),
            Cell(carrier or "–", due),
            Cell(format_quantity(carton.weight_kg, "kg") if carton.weight_kg is not None else "–"),
            Cell(self._texts.text("captions", f"shipments.left_{one.why}"), carton.manifest),
        ]
