"""Labels of goods as they come: for pieces or cases without a code that scans, and for lots; wanted where they stand.

The print journal proves each of them like any other label, and holds them while a printer is without paper.
"""

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
    """Goods that get labels: an item in a packaging (`uom`), and what is known of their lot."""

    item: UUID
    uom: str
    lot: str = ""
    expiry: date | None = None
    best_before: date | None = None


def labels_of(
    goods: LabelledGoods, line: LabelLine, count: int, *, status: str, batch: str
) -> tuple[LabelContent, ...]:
    """So many labels of goods: with their lot where they have one, else of the item; held goods say so."""
    fields = dict(line.fields)
    if not goods.lot:
        return contents([LabelLine(line.code, line.name, fields)], [count], template="item", batch=batch)
    dates = {"expiry": goods.expiry, "best_before": goods.best_before}
    fields |= {name: day.isoformat() for name, day in dates.items() if day}
    fields |= {"lot": goods.lot, "status": status}
    known = {name: value for name, value in fields.items() if value and name != "quantity"}
    return contents([LabelLine(f"{line.code}/{goods.lot}", line.name, known)], [count], template="lot", batch=batch)


def want(
    unit: UnitOfWork,
    goods: LabelledGoods,
    count: int,
    *,
    warehouse: UUID,
    run: UUID,
    document: UUID | None,
    status: str = "",
) -> str:
    """Put labels of goods on the journal of the printer of this station; returns its name, empty where there is none.

    The same request wants them once. Refuses `labels.none_wanted` and `labels.too_many`.
    """
    printer = handling_units.read_facts(unit, warehouse=warehouse, units=[]).printer
    if printer is None:
        return ""
    lines = catalog.label_lines(unit.session, [goods.item])
    line = next((one for one in lines if one.code.endswith(f" {goods.uom}")), lines[0])
    for content in labels_of(goods, line, count, status=status, batch=unit.request_id.hex[-8:].upper()):
        printing.queue_label(unit, content, printer=printer.id, warehouse=warehouse, document=document, run=run)
    return printer.name
