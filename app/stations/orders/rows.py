"""The rows of the order desk: orders with how far they are, their lines, exceptions, when carriers leave."""

from collections.abc import Callable
from datetime import datetime

from app.domain.order_desk import Stage, Trouble
from app.domain.shipping import Service
from app.domain.values import format_quantity
from app.services.cut_offs import ClosedDay, CutOff
from app.services.order_board import DeskLine, Explained, Listed, OrderDetail, TroubleRow
from app.stations.kit.countdown import cut_off_time, cut_off_words
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

ORDERS = (
    Column("number", "stock.document", 120, identifier=True),
    Column("customer", "orders.customer", 190),
    Column("stage", "orders.stage", 190),
    Column("cut_off", "orders.cut_off", 210, identifier=True),
    Column("priority", "orders.priority", 70, numeric=True),
    Column("ready", "orders.ready", 90, identifier=True),
    Column("missing", "orders.missing", 80, numeric=True),
    Column("service", "orders.service", 120),
    Column("hands", "orders.hands", 150),
    Column("reference", "orders.reference", 120, identifier=True),
    Column("requested", "orders.requested", 110, identifier=True, shown=False),
    Column("value", "orders.value", 100, numeric=True, shown=False),
    Column("made", "orders.made", 150, identifier=True, shown=False),
)
LINES = (
    Column("line", "reports.line", 50, numeric=True),
    Column("sku", "reports.sku", 150, identifier=True),
    Column("name", "reports.name", 200),
    Column("quantity", "orders.ordered", 85, numeric=True),
    Column("unit", "reports.unit", 60, identifier=True),
    Column("price", "orders.price", 65, numeric=True),
    Column("missing", "orders.missing", 80, numeric=True),
    Column("reserved", "reports.reserved", 85, numeric=True),
    Column("picked", "orders.picked", 65, numeric=True),
    Column("packed", "orders.packed", 65, numeric=True),
    Column("shipped", "orders.shipped", 70, numeric=True),
    Column("wished", "orders.wished", 130, shown=False),
    Column("from", "orders.from", 270),
)
TROUBLES = (
    Column("kind", "orders.trouble", 190),
    Column("number", "stock.document", 130, identifier=True),
    Column("customer", "orders.customer", 135),
    Column("what", "orders.what", 380),
    Column("do", "orders.do", 310),
    Column("cut_off", "orders.cut_off", 180, identifier=True),
    Column("since", "orders.since", 140, identifier=True, shown=False),
)
BACKORDERS = (
    Column("number", "stock.document", 130, identifier=True),
    Column("customer", "orders.customer", 210),
    Column("sku", "reports.sku", 150, identifier=True),
    Column("open", "orders.open", 90, numeric=True),
    Column("unit", "reports.unit", 70, identifier=True),
    Column("missing", "orders.missing", 80, numeric=True),
    Column("due", "orders.due", 110, identifier=True),
    Column("requested", "orders.requested", 110, identifier=True),
    Column("awaited", "orders.awaited", 220, identifier=True),
)
TIMES = (
    Column("carrier", "orders.carrier", 200),
    Column("service", "orders.service", 200),
    Column("weekday", "orders.weekday", 180),
    Column("leaves", "orders.leaves", 120, identifier=True),
    Column("lead", "orders.lead", 190, numeric=True),
    Column("transit", "orders.transit", 190, numeric=True),
)
RESULTS = (Column("number", "stock.document", 160, identifier=True), Column("result", "orders.result", 900))
_TINTS = {
    Stage.HELD: "caution",
    Stage.WAITING: "bad",
    Stage.PARTLY_ALLOCATED: "caution",
    Stage.PACKED: "good",
    Stage.SHIPPED: "good",
}
_BAD = frozenset({Trouble.LATE, Trouble.ADDRESS, Trouble.SHORT, Trouble.LABEL_UNKNOWN, Trouble.LABEL_REFUSED,
                  Trouble.LEFT_BEHIND, Trouble.DELIVERY})  # fmt: skip


_CODED = frozenset({"request", "track"})
"""Facts of an exception that are codes of the shipping desk's words."""


def stage_words(order: Listed, texts: Texts) -> str:
    """How far an order is; what is held also says why."""
    words = texts.text("captions", f"orders.is_{order.stage}")
    if order.row.holds:
        words = f"{words}: {', '.join(texts.word('hold', one) for one in order.row.holds)}"
    if order.partly_left:
        words = texts.text("captions", "orders.partly_left", {"stage": words})
    return words


def leaves_words(order: Listed, now: datetime, texts: Texts) -> tuple[str, str]:
    """When it leaves and how long that is, with its tint; without a cut-off the day."""
    if order.stage in (Stage.SHIPPED, Stage.CLOSED, Stage.CANCELLED):
        return (order.row.due.isoformat() if order.row.due else "", "ink")
    if order.row.cut_off is None:
        return (order.row.due.isoformat() if order.row.due else "", "bad" if order.late else "ink")
    return cut_off_words(cut_off_time(order.cut_off_here), order.row.cut_off, now, texts)


def order_record(order: Listed, now: datetime, texts: Texts) -> Record:
    """An order on the board."""
    row = order.row
    leaves, tint = leaves_words(order, now, texts)
    cells = (
        row.number,
        row.customer or row.customer_code,
        stage_words(order, texts),
        leaves,
        str(row.priority) if row.priority else "",
        texts.text("captions", "orders.of", {"done": order.ready, "all": order.lines}),
        str(order.missing) if order.missing else "",
        row.service_name,
        row.hands,
        row.reference,
        row.requested.isoformat() if row.requested else "",
        format_quantity(row.value) if row.value else "",
        f"{row.created_at.astimezone():%Y-%m-%d %H:%M}",
    )
    tints = [(3, tint)] if tint != "ink" else []
    if order.stage in _TINTS:
        tints.append((2, _TINTS[order.stage]))
    if order.missing:
        tints.append((6, "bad"))
    return Record(row.number, cells, made_of=order, tints=tuple(tints))


def line_record(line: DeskLine, texts: Texts) -> Record:
    """A line of an order with where its goods are."""
    done = line.progress
    kept = ", ".join(
        f"{format_quantity(one.qty)} × {one.place}" + (f" {one.lot}" if one.lot else "") for one in line.kept
    )
    cells = (
        str(line.line),
        line.sku,
        f"{line.name} ({line.bundle})" if line.bundle else line.name,
        format_quantity(line.quantity),
        line.unit,
        format_quantity(line.price) if line.price is not None else "",
        *(format_quantity(one) if one else "" for one in (done.missing, done.reserved, done.picked, done.packed)),
        format_quantity(done.shipped) if done.shipped else "",
        wished_words(line, texts),
        texts.text("captions", "orders.line_dropped") if done.closed and not kept else kept,
    )
    tints = ((6, "bad"),) if done.missing else tuple((n, "muted") for n in range(len(cells))) if done.closed else ()
    return Record(line.id, cells, made_of=line, tints=tints)


def wished_words(line: DeskLine, texts: Texts) -> str:
    """What the customer wishes of a line's goods: a lot, and how long they must keep."""
    days = line.minimum_days
    keeps = texts.text("captions", "orders.keeps_days", {"days": days}) if days is not None else ""
    lot = texts.text("captions", "orders.only_lot", {"lot": line.lot}) if line.lot else ""
    return ", ".join(part for part in (lot, keeps) if part)


def trouble_record(number: int, one: TroubleRow, now: datetime, texts: Texts) -> Record:
    """Something that somebody should do something about."""
    if one.order is not None:
        leaves = leaves_words(one.order, now, texts)[0]
    else:
        leaves = cut_off_words(cut_off_time(one.cut_off), one.cut_off, now, texts)[0]
    cells = (
        texts.text("captions", f"orders.trouble_{one.kind}"),
        one.number,
        one.customer,
        trouble_words(one, texts),
        texts.text("captions", f"orders.do_{one.kind}"),
        leaves,
        f"{one.since.astimezone():%Y-%m-%d %H:%M}" if one.since else "",
    )
    tint = "bad" if one.kind in _BAD else "caution"
    return Record((one.kind, one.number, one.about, number), cells, made_of=one, tints=((0, tint),))


def trouble_words(one: TroubleRow, texts: Texts) -> str:
    """What exactly somebody should look at: goods, a carton, a label, what a carrier said."""
    match one.kind:
        case Trouble.HELD:
            return ", ".join(texts.word("hold", hold) for hold in one.what.split(", ") if hold)
        case Trouble.ADDRESS:
            return texts.text("captions", f"partners.{one.what}")
    if not one.about:
        return one.what
    code = f"orders.what_{one.kind}"
    facts = {name: texts.said(str(value)) if name in _CODED else value for name, value in one.facts.items()}
    what = texts.text("captions", code, facts) if texts.has("captions", code) else ""
    said = texts.said(one.fault, one.facts)
    return " · ".join(dict.fromkeys(part for part in (what, said, one.about) if part and part != one.number))


def backorder_record(order: OrderDetail, line: DeskLine) -> Record:
    """A line that is still wanted after a part of its order has left."""
    awaited = line.awaited
    cells = (
        order.row.number,
        order.row.customer or order.row.customer_code,
        line.sku,
        format_quantity(line.progress.open),
        line.base_unit,
        format_quantity(line.progress.missing) if line.progress.missing else "",
        order.row.due.isoformat() if order.row.due else "",
        order.row.requested.isoformat() if order.row.requested else "",
        f"{awaited.due or ''} {awaited.number} {format_quantity(awaited.qty)}".strip() if awaited else "",
    )
    return Record(line.id, cells, made_of=order, tints=((5, "bad"),) if line.progress.missing else ())


def time_record(number: int, one: CutOff | ClosedDay, called: Callable[[str, str], Service], texts: Texts) -> Record:
    """When a carrier leaves; or a day on which none does. `called`: what carriers and services are called."""
    if isinstance(one, ClosedDay):
        cells = (texts.text("captions", "orders.nobody_leaves"), one.name, one.day.isoformat(), "", "", "")
        return Record(number, cells, made_of=one, tints=((0, "muted"),))
    names = called(one.carrier, one.service)
    cells = (
        names.carrier or texts.text("captions", "orders.any_carrier"),
        names.service or texts.text("captions", "orders.any_service"),
        texts.text("captions", f"orders.weekday_{one.weekday}"),
        f"{one.leaves:%H:%M}",
        str(one.lead_minutes),
        str(one.transit_days),
    )
    return Record(number, cells, made_of=one)


def explained_words(one: Explained, texts: Texts) -> str:
    """The sentence above the candidates of a decision: when it was made, what it came to."""
    when = f"{one.at.astimezone():%Y-%m-%d %H:%M} {one.person}" if one.at else texts.text("captions", "orders.now")
    if one.waits_for:
        facts = {"when": when, "skus": ", ".join(one.waits_for)}
        return texts.text("captions", "orders.waits_for", facts)
    chosen = ", ".join(one.decision.chosen) or texts.text("captions", "orders.nothing_chosen")
    return texts.text("captions", "orders.was_chosen", {"when": when, "chosen": chosen})
