"""Labels of goods as they come: for pieces or cases without a code that scans, and for lots; wanted where they stand.

The print journal proves each of them like any other label, and holds them while a printer is without paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.database import products as catalog
from app.domain.label_batches import LabelLine, contents
from app.domain.labels import LabelContent
from app.services import handling_units, printing
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class LabelledGoods:
    """Goods that get labels: an item in a packaging (`uom`), and what is known of their lot or piece.

    `status` is said on the label where the goods are held, such as QUARANTINED; empty where anybody may use them.
    """

    item: UUID
    uom: str
    lot: str = ""
    expiry: date | None = None
    best_before: date | None = None
    serial: str = ""
    status: str = ""


Wish = tuple[LabelledGoods, int]
"""Goods, and how many labels of them are wanted."""


def labels_of(goods: LabelledGoods, line: LabelLine, count: int, *, batch: str) -> tuple[LabelContent, ...]:
    """So many labels of goods: of a piece with its serial number, of a lot, else of the item; held goods say so."""
    dates = {"expiry": goods.expiry, "best_before": goods.best_before}
    told = {name: day.isoformat() for name, day in dates.items() if day}
    told |= {"lot": goods.lot, "serial": goods.serial, "status": goods.status}
    fields = {name: value for name, value in {**line.fields, **told}.items() if value}
    template = "lot" if goods.lot and not goods.serial else "item"
    if template == "lot":
        fields.pop("quantity", None)
    code = "/".join(part for part in (line.code, goods.lot, goods.serial) if part)
    return contents([LabelLine(code, line.name, fields)], [count], template=template, batch=batch)


def want(unit: UnitOfWork, wishes: Sequence[Wish], *, warehouse: UUID, run: UUID, document: UUID | None = None) -> str:
    """Put labels of goods on the journal of the printer of this station; returns its name, empty where there is none.

    The same request wants them once. Refuses `labels.none_wanted` and `labels.too_many`.
    """
    printer = handling_units.read_facts(unit, warehouse=warehouse, units=[]).printer
    if printer is None:
        return ""
    items = list(dict.fromkeys(goods.item for goods, _ in wishes))
    known = {item: catalog.label_lines(unit.session, [item]) for item in items}
    for number, (goods, count) in enumerate(wishes):
        line = next((one for one in known[goods.item] if one.code.endswith(f" {goods.uom}")), known[goods.item][0])
        batch = unit.request_id.hex[-8:].upper() + (f"-{number}" if number else "")
        for content in labels_of(goods, line, count, batch=batch):
            printing.queue_label(unit, content, printer=printer.id, warehouse=warehouse, document=document, run=run)
    return printer.name
