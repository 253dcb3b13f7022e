"""Labels of goods at the dock: with the booking where a rule wants them, or on request for what does not scan."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback
from app.dialogs.grammar import ok, warning
from app.dialogs.receiving.commands import LabelGoods
from app.dialogs.receiving.state import Booked
from app.domain.label_batches import MOST_LABELS
from app.domain.receiving import Acceptance, GoodsLabels, StockStatus
from app.services.goods_labels import LabelledGoods, Wish
from app.services.receiving import AnnouncedUnit, OrderLine


def with_booking(
    wish: GoodsLabels, line: OrderLine, goods: Booked, quantity: Decimal, status: StockStatus
) -> tuple[LabelGoods, ...]:
    """The labels that a rule wants printed for goods that are booked: one, or one for each packaging scanned."""
    if wish is GoodsLabels.NONE:
        return ()
    return (LabelGoods(_paper(line), (_wish(wish, line, goods, quantity, status),)),)


def with_unit(
    document: UUID, unit: AnnouncedUnit, judged: Sequence[tuple[OrderLine, Acceptance]], statuses: Sequence[str]
) -> tuple[LabelGoods, ...]:
    """The labels that rules want printed for the goods of an announced unit that is received as a whole.

    Of more than a roll holds, each of its lines gets one; of more lines than that none: whoever unpacks it asks.
    """
    rows = [
        (verdict.labels, line, Booked(line.id, line.unit, Decimal(1), one.lot, one.serial, one.expiry, one.best_before),
         one.qty, StockStatus(status))
        for one, (line, verdict), status in zip(unit.goods, judged, statuses, strict=True)
        if verdict.labels is not GoodsLabels.NONE
    ]  # fmt: skip
    wishes = tuple(_wish(*row) for row in rows)
    if sum(count for _, count in wishes) > MOST_LABELS:
        wishes = tuple((goods, 1) for goods, _ in wishes)
    return (LabelGoods(document, wishes),) if 0 < len(wishes) <= MOST_LABELS else ()


def _wish(wish: GoodsLabels, line: OrderLine, goods: Booked, quantity: Decimal, status: StockStatus) -> Wish:
    count = 1 if wish is GoodsLabels.ONE else min(MOST_LABELS, max(1, int(quantity / goods.factor)))
    return about(line, goods, status), count


def labels_for(line: OrderLine, goods: Booked, count: int) -> LabelGoods:
    """So many labels of the goods of a line that were booked."""
    return LabelGoods(_paper(line), ((about(line, goods, StockStatus(goods.status)), count),))


def _paper(line: OrderLine) -> UUID | None:
    """The document of a line; goods that came without an order have none."""
    return line.document if line.document.int else None


def about(line: OrderLine, goods: Booked, status: StockStatus) -> LabelledGoods:
    """Goods of a line as they stand on their label."""
    held = "" if status is StockStatus.AVAILABLE else status.value.upper()
    return LabelledGoods(line.item, goods.uom, goods.lot, goods.expiry, goods.best_before, goods.serial, held)


def how_many(text: str) -> int | None:
    """A number of labels as typed; None where it is none, or more than a roll has."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= MOST_LABELS else None


def goods_labelled(told: Mapping[str, str]) -> Feedback:
    """Where the labels print, or that there is no printer: the goods are booked either way."""
    if not told["printer"]:
        return warning("receiving.no_label_printer")
    return warning("receiving.held_labelled", **told) if told["held"] else ok("receiving.goods_labelled", **told)
