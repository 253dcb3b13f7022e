"""Labels of goods at the dock: with the booking where a rule wants them, or on request for what does not scan."""

from collections.abc import Mapping
from decimal import Decimal

from app.dialogs.dialog import Feedback
from app.dialogs.grammar import ok, warning
from app.dialogs.receiving.commands import LabelGoods
from app.dialogs.receiving.state import Booked
from app.domain.label_batches import MOST_LABELS
from app.domain.receiving import GoodsLabels, StockStatus
from app.services.goods_labels import LabelledGoods
from app.services.receiving import OrderLine


def with_booking(
    wish: GoodsLabels, line: OrderLine, goods: Booked, quantity: Decimal, status: StockStatus
) -> tuple[LabelGoods, ...]:
    """The labels that a rule wants printed for goods that are booked: one, or one for each packaging scanned."""
    if wish is GoodsLabels.NONE:
        return ()
    count = 1 if wish is GoodsLabels.ONE else min(MOST_LABELS, max(1, int(quantity / goods.factor)))
    return (labels_for(line, goods, count, status),)


def labels_for(line: OrderLine, goods: Booked, count: int, status: StockStatus) -> LabelGoods:
    """So many labels of the goods of a line."""
    about = LabelledGoods(line.item, goods.uom, goods.lot, goods.expiry, goods.best_before)
    held = "" if status is StockStatus.AVAILABLE else status.value.upper()
    return LabelGoods(line.document if line.document.int else None, about, count, held)


def how_many(text: str) -> int | None:
    """A number of labels as typed; None where it is none, or more than a roll has."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= MOST_LABELS else None


def goods_labelled(told: Mapping[str, str]) -> Feedback:
    """Where the labels print, or that there is no printer: the goods are booked either way."""
    return ok("receiving.goods_labelled", **told) if told["printer"] else warning("receiving.no_label_printer")
