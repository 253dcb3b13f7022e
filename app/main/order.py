"""`order`: customers' orders made, changed, held, released, cancelled and explained; the board; when carriers leave."""

import argparse
from collections.abc import Callable
from dataclasses import asdict, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid5
from zoneinfo import ZoneInfo

from app.domain.errors import Refusal
from app.domain.order_desk import Hold, OrderHead
from app.domain.partners import Address
from app.domain.values import format_quantity
from app.main import order_rules
from app.main.entering import day
from app.main.history import warehouse_of
from app.main.order_words import told_field, why_lines, why_values, wished
from app.main.output import Listing, Output, answers, misused, opened
from app.services import order_board, order_desk, order_entry
from app.services.order_board import DeskLine, Listed, TroubleRow
from app.services.order_desk import AS_USUAL, Changed, LineChange
from app.services.order_entry import LineWish, OrderDetail
from app.services.work import UnitOfWork
from app.texts import Texts

NAMES = ("order",)
T = TypeVar("T")
if TYPE_CHECKING:
    _Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (argparse has no public name for it)
_ADDRESS = ("name", "line_1", "line_2", "postal_code", "city", "region", "country", "phone", "email")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `order` and what can be done with orders."""
    parser = commands.add_parser("order", help="customers' orders: new, change, hold, cancel, explain, board, cut-offs")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    _add_making(verbs)
    _add_deciding(verbs)
    _add_looking(verbs)
    order_rules.add(verbs)


def _add_making(verbs: "_Verbs") -> None:
    made = verbs.add_parser("new", help="make an order, as a draft or released")
    made.add_argument("customer", help="code of the customer, or words that fit only one")
    made.add_argument("--line", dest="lines", action="append", required=True, type=_wish, metavar="SKU=QTY[@PRICE]",
                      help="such as WIDGET=12, 'WIDGET=2 case' or WIDGET=12@4.50; once for each line")  # fmt: skip
    made.add_argument("--number", default="", help="our number for it; the next one otherwise")
    made.add_argument("--owner", default="", help="code of the partner whose goods it gets; ours otherwise")
    made.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    made.add_argument("--release", action="store_true", help="release it at once; otherwise it is a draft")
    _add_wishes(made)
    _add_head(made)
    answers(made, _new)
    changed = verbs.add_parser("change", help="change what an order says, its lines, or add some")
    changed.add_argument("number")
    changed.add_argument("--line", dest="changes", action="append", default=[], type=_line_change,
                         metavar="NUMBER=QTY", help="another quantity for a line, in its unit")  # fmt: skip
    changed.add_argument("--cancel-line", dest="dropped", action="append", default=[], type=int, metavar="NUMBER")
    changed.add_argument("--add", dest="lines", action="append", default=[], type=_wish, metavar="SKU=QTY[@PRICE]")
    changed.add_argument("--keep-labels", action="store_true", help="labels of sealed cartons stay as they are")
    changed.add_argument("--reason", default="", help="why, in your own words")
    changed.add_argument(
        "--try", dest="only_try", action="store_true", help="say what would come of it; change nothing"
    )
    changed.add_argument("--customer", default="", help="of a draft: another customer, by code or words")
    _add_wishes(changed)
    _add_head(changed)
    answers(changed, _change)
    copied = verbs.add_parser("copy", help="a new draft with the same customer, address and lines")
    copied.add_argument("number")
    answers(copied, _copy)
    instead = verbs.add_parser("substitute", help="other goods for what is missing of a line")
    instead.add_argument("number")
    instead.add_argument("line", type=int)
    instead.add_argument("sku")
    answers(instead, _substitute)


def _add_wishes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lot", dest="lots", action="append", default=[], type=_of_line, metavar="LINE=LOT",
                        help="the only lot or serial number that is wanted of a line; LINE= for any")  # fmt: skip
    parser.add_argument("--keeps", action="append", default=[], type=_of_line, metavar="LINE=DAYS",
                        help="how long the goods of a line must keep; LINE= for as long as usual")  # fmt: skip


def _add_head(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reference", help="the customer's number for it")
    parser.add_argument("--carrier")
    parser.add_argument("--service", help="the service that was asked for, such as EXPRESS")
    parser.add_argument("--requested", type=day, help="the day on which the customer wants the goods")
    parser.add_argument("--ship-by", dest="due", type=day, help="the day on which they are to leave")
    parser.add_argument("--priority", type=int, help="0 is usual (the rules decide), 9 most urgent")
    parser.add_argument("--complete", dest="complete_only", action=argparse.BooleanOptionalAction, default=None,
                        help="all of it leaves, or nothing")  # fmt: skip
    parser.add_argument("--gift-note", help="words that are packed with it")
    parser.add_argument("--note", help="words for ourselves")
    for name in _ADDRESS:
        parser.add_argument(f"--to-{name.replace('_', '-')}", dest=f"to_{name}", help=f"of the address: {name}")


def _add_deciding(verbs: "_Verbs") -> None:
    for verb, run, meaning in (
        ("release", _release, "its goods are reserved and picked from now on"),
        ("allocate", _allocate, "reserve what it still wants"),
    ):
        parser = verbs.add_parser(verb, help=meaning)
        parser.add_argument("number", nargs="+")
        if verb == "allocate":
            parser.add_argument("--soft", action="store_true", help="promise goods without choosing bins")
        answers(parser, run)
    held = verbs.add_parser("hold", help="stop it: nothing of it is reserved, picked, packed or shipped any more")
    held.add_argument("number", nargs="+")
    held.add_argument("--because", type=Hold, choices=list(Hold), default=Hold.CUSTOMER)
    held.add_argument("--note", default="", help="what exactly, in your own words")
    answers(held, _hold)
    lifted = verbs.add_parser("lift", help="lift a hold, or all; with the last one the order goes on")
    lifted.add_argument("number", nargs="+")
    lifted.add_argument("--hold", dest="because", type=Hold, choices=list(Hold))
    lifted.add_argument("--note", default="", help="why it may go on")
    answers(lifted, _lift)
    ended = verbs.add_parser("cancel", help="cancel it at any stage before all of it has left")
    ended.add_argument("number")
    ended.add_argument("--reason", default="CUSTOMER_WISH", help="the code of a reason, such as ORDERED_TWICE")
    ended.add_argument("--try", dest="only_try", action="store_true", help="only say what would come of it")
    answers(ended, _cancel)


def _add_looking(verbs: "_Verbs") -> None:
    shown = verbs.add_parser("show", help="everything about an order")
    shown.add_argument("number")
    answers(shown, _show)
    explained = verbs.add_parser("explain", help="why a line got its goods from there, and why not from elsewhere")
    explained.add_argument("number")
    explained.add_argument("line", type=int)
    answers(explained, _explain)
    for verb, run, meaning in (
        ("list", _list, "open orders, the most urgent first, and how far they are"),
        ("exceptions", _exceptions, "what somebody should do something about, the worst first"),
        ("backorders", _backorders, "orders of which a part has left, with what the rest waits for"),
    ):
        parser = verbs.add_parser(verb, help=meaning)
        parser.add_argument("--warehouse", default="", help="its code; the first one otherwise")
        if verb == "list":
            parser.add_argument("--all", dest="ended", action="store_true", help="also those that ended lately")
        answers(parser, run)


# - how things are typed -


def _wish(typed: str) -> LineWish:
    sku, separator, rest = typed.rpartition("=")
    amount, _, price = rest.partition("@")
    try:
        cost = Decimal(price) if price else None
    except InvalidOperation:
        cost, separator = None, ""
    if not separator or not sku.strip():
        raise argparse.ArgumentTypeError(f"{typed}: write SKU=QTY or SKU=QTY@PRICE")
    return LineWish(sku.strip(), amount.strip(), cost)


def _line_change(typed: str) -> LineChange:
    number, separator, amount = typed.partition("=")
    if not separator or not number.strip().isdecimal():
        raise argparse.ArgumentTypeError(f"{typed}: write NUMBER=QTY")
    return LineChange(int(number), amount.strip())


def _of_line(typed: str) -> tuple[int, str]:
    number, separator, said = typed.partition("=")
    if not separator or not number.strip().isdecimal():
        raise argparse.ArgumentTypeError(f"{typed}: write NUMBER=…")
    return int(number), said.strip()


def _wishes(options: argparse.Namespace) -> dict[int, dict[str, Any]]:
    """What is wished of the goods of lines, by their numbers."""
    found: dict[int, dict[str, Any]] = {}
    for number, lot in options.lots:
        found.setdefault(number, {})["lot"] = lot
    for number, days in options.keeps:
        if days and not days.isdecimal():
            misused(options, f"{days}: write a whole number of days")
        found.setdefault(number, {})["minimum_days"] = int(days) if days else AS_USUAL
    return found


def _head(options: argparse.Namespace, known: OrderHead) -> OrderHead:
    """What an order says, with what was given on the command line."""
    names = ("reference", "carrier", "service", "requested", "due", "priority", "complete_only", "gift_note", "note")
    given: dict[str, Any] = {name: value for name in names if (value := getattr(options, name)) is not None}
    parts = {name: value for name in _ADDRESS if (value := getattr(options, f"to_{name}")) is not None}
    address: Address = replace(known.ship_to, **parts)
    return replace(known, **given, ship_to=address)


# - the commands -


def _run(options: argparse.Namespace, output: Output, work: Callable[[UnitOfWork], T]) -> T:
    with opened(options, output) as home, home.desk("order") as desk:
        return desk.run(work)


def _new(options: argparse.Namespace, output: Output) -> int:
    wishes = _wishes(options)
    if strangers := [number for number in wishes if not 1 <= number <= len(options.lines)]:
        misused(options, f"there is no line {strangers[0]} that --lot or --keeps could speak of")
    lines = [replace(line, **_said(wishes.get(number, {}))) for number, line in enumerate(options.lines, 1)]

    def work(unit: UnitOfWork) -> OrderDetail:
        known = order_entry.customer(unit, options.customer)
        number = order_entry.create(
            unit,
            warehouse=warehouse_of(unit, options.warehouse),
            customer=known,
            head=_head(options, known.head),
            lines=lines,
            number=options.number,
            release=options.release,
            owner=options.owner,
        )
        return order_entry.look_into(unit, number)

    return _told_order(output, _run(options, output, work))


def _said(wishes: dict[str, Any]) -> dict[str, Any]:
    """Wishes of a new line, which has none to take back."""
    return {name: value for name, value in wishes.items() if value != AS_USUAL}


def _told_order(output: Output, made: OrderDetail) -> int:
    row = made.row
    leaves = f", leaves by {row.cut_off.astimezone(ZoneInfo(row.time_zone)):%Y-%m-%d %H:%M %Z}" if row.cut_off else ""
    wanting = [one for one in made.lines if one.progress.missing] if row.decision == "released" else []
    sums: dict[tuple[str, str], Decimal] = {}
    for one in wanting:
        sums[one.sku, one.base_unit] = sums.get((one.sku, one.base_unit), Decimal(0)) + one.progress.missing
    missing = ", ".join(f"{format_quantity(much, unit)} {sku}" for (sku, unit), much in sums.items())
    output.answer(
        {
            "order": row.number,
            "decision": row.decision,
            "cut_off": row.cut_off,
            "priority": row.priority,
            "missing": {one.sku: one.progress.missing for one in wanting},
        },
        f"{row.number} is {row.decision}{leaves}, priority {row.priority}{f'; missing: {missing}' if missing else ''}.",
    )
    return 0


def _change(options: argparse.Namespace, output: Output) -> int:
    lines = [
        *options.changes,
        *(LineChange(number, cancelled=True) for number in options.dropped),
        *(LineChange(number, **wish) for number, wish in _wishes(options).items()),
    ]

    def work(unit: UnitOfWork) -> Changed:
        if options.customer and not options.only_try:
            step = UnitOfWork(unit.session, uuid5(unit.request_id, "customer"), unit.changes)
            order_desk.set_customer(step, options.number, options.customer)
        wanted = _head(options, order_entry.look_into(unit, options.number).head)
        if options.only_try:
            return order_desk.preview(
                unit, options.number, head=wanted, lines=lines, added=options.lines, keep_labels=options.keep_labels
            )
        return order_desk.change(
            unit,
            options.number,
            head=wanted,
            lines=lines,
            added=options.lines,
            keep_labels=options.keep_labels,
            reason=options.reason,
        )

    return _told_change(options, output, _run(options, output, work))


def _substitute(options: argparse.Namespace, output: Output) -> int:
    done = _run(
        options, output, lambda unit: order_desk.substitute(unit, options.number, options.line, options.sku)
    )  # fmt: skip
    options.only_try = False
    return _told_change(options, output, done)


def _told_change(options: argparse.Namespace, output: Output, done: Changed) -> int:
    lines = [
        *(told_field(name, before, after, output) for name, (before, after) in done.head.items()),
        *(
            f"line {one.line} {one.sku}: {format_quantity(one.was)} → {format_quantity(one.now)} {one.unit},"
            f" {format_quantity(one.freed)} freed, {format_quantity(one.back)} to put away again"
            for one in done.lines
        ),
        *(f"new line {number}" for number in done.added),
        *(f"label {label} is worthless now" for label in done.labels),
        *(f"told: {one.person} at {one.station or '–'} ({one.capability})" for one in done.hands),
    ]
    order = options.number.upper()
    if lines:
        head = f"{order} would change:" if options.only_try else f"{order} has changed:"
    else:
        head = f"Nothing of {order} changes: say what, such as --priority 5 or --line 1=12."
    output.answer({"order": order, "done": not options.only_try, **asdict(done)}, head, *lines)
    return 0


def _copy(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> OrderDetail:
        return order_entry.look_into(unit, order_entry.copy(unit, options.number))

    return _told_order(output, _run(options, output, work))


def _each(options: argparse.Namespace, output: Output, act: Callable[[UnitOfWork, str], str]) -> int:
    """Do the same to each order by itself: one that is refused does not keep the others."""
    results: list[dict[str, object]] = []
    with opened(options, output) as home, home.desk("order") as desk:
        for number in options.number:
            try:
                said = desk.run(lambda unit, one=number: act(unit, one))  # type: ignore[misc]  # bound at once
                results.append({"order": number.upper(), "done": True, "result": said})
            except Refusal as refusal:
                if len(options.number) == 1:
                    raise
                text, remedy = output.texts.error(refusal.code, refusal.facts)
                results.append({"order": number.upper(), "done": False, "result": f"{text} {remedy}"})
    output.answer({"orders": results}, *(f"{one['order']}: {one['result']}" for one in results))
    return 0 if all(one["done"] for one in results) else 1


def _allocated(done: order_desk.Allocated) -> str:
    short = ", ".join(f"{format_quantity(one.qty)} {one.sku}" for one in done.short)
    return f"missing: {short}" if short else f"{len(done.reserved)} reserved, nothing is missing"


def _release(options: argparse.Namespace, output: Output) -> int:
    return _each(options, output, lambda unit, number: _allocated(order_desk.release(unit, number)))


def _allocate(options: argparse.Namespace, output: Output) -> int:
    def act(unit: UnitOfWork, number: str) -> str:
        if not options.soft:
            return _allocated(order_desk.allocate(unit, number))
        given = order_desk.promise(unit, number)
        return "promised: " + ", ".join(f"{format_quantity(qty)} {sku}" for sku, qty in given.items())

    return _each(options, output, act)


def _hold(options: argparse.Namespace, output: Output) -> int:
    def act(unit: UnitOfWork, number: str) -> str:
        holds = order_desk.hold(unit, number, kind=options.because, note=options.note)
        return "stands still" if holds == 1 else f"stands still, for {holds} reasons"

    return _each(options, output, act)


def _lift(options: argparse.Namespace, output: Output) -> int:
    def act(unit: UnitOfWork, number: str) -> str:
        left = order_desk.lift(unit, number, kind=options.because, note=options.note)
        return f"still stands still, for {left} more" if left else "goes on"

    return _each(options, output, act)


def _cancel(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> order_desk.Ended:
        if options.only_try:
            return order_desk.preview_cancel(unit, options.number)
        return order_desk.cancel(unit, options.number, reason=options.reason)

    done = _run(options, output, work)
    order = options.number.upper()
    head = f"{order} would be {done.decision}." if options.only_try else f"{order} is {done.decision}."
    lines = (
        *(
            f"to put away: {format_quantity(one.qty)} {one.unit} {one.sku}, {one.number or one.place}"
            for one in done.back
        ),
        *(f"label {label} is worthless now" for label in done.labels),
        *(f"told: {one.person} at {one.station or '–'} ({one.capability})" for one in done.hands),
    )
    output.answer({"order": order, "done": not options.only_try, **asdict(done)}, head, *lines)
    return 0


# - looking -


def _show(options: argparse.Namespace, output: Output) -> int:
    found = _run(options, output, lambda unit: order_entry.look_into(unit, options.number))
    listed = order_board.listed(found)
    lines = (
        f"{one.line:>4} {one.sku:<20} {format_quantity(one.quantity):>8} {one.unit:<8}"
        f" missing {format_quantity(one.progress.missing)}, reserved {format_quantity(one.progress.reserved)},"
        f" picked {format_quantity(one.progress.picked)}, packed {format_quantity(one.progress.packed)},"
        f" shipped {format_quantity(one.progress.shipped)}{f', of {one.bundle}' if one.bundle else ''}{wished(one)}"
        for one in found.lines
    )
    holds = (f"hold: {one.kind} by {one.person}: {one.note}" for one in found.holds)
    address = ", ".join(found.head.ship_to.lines)
    values = {"stage": listed.stage, "late": listed.late, **asdict(found)}
    owner = [f"goods of {found.owner_name}"] if found.owner else []
    output.answer(values, _line(listed), f"to: {address}", *owner, *holds, *lines)
    return 0


def _explain(options: argparse.Namespace, output: Output) -> int:
    found = _run(options, output, lambda unit: order_board.explain(unit, options.number, options.line))
    rows = ((why_values(one), "\n".join(why_lines(one, output))) for one in found)
    output.answer_list(Listing("decisions", rows, "Nothing was decided about it: nothing of it was asked for yet."))
    return 0


def _list(options: argparse.Namespace, output: Output) -> int:
    found = _run(
        options,
        output,
        lambda unit: order_board.board(unit, warehouse_of(unit, options.warehouse), ended=options.ended),
    )
    output.answer_list(Listing("orders", ((_values(one), _line(one)) for one in found), "There are no open orders."))
    return 0


def _values(one: Listed) -> dict[str, object]:
    return {"stage": one.stage, "late": one.late, "missing": one.missing, "ready": one.ready, **asdict(one.row)}


def _line(one: Listed) -> str:
    row = one.row
    leaves = f"{one.cut_off_here:%Y-%m-%d %H:%M}" if row.cut_off else str(row.due or "")
    flags = " ".join((*(["LATE"] if one.late else []), *row.holds))
    return (
        f"{row.number:<16}{row.customer_code:<14}{one.stage:<18}{leaves:<18}prio {row.priority}"
        f"  {one.ready} of {one.lines} lines packed, {one.missing} missing {flags}"
    ).rstrip()


def _exceptions(options: argparse.Namespace, output: Output) -> int:
    found = _run(options, output, lambda unit: order_board.troubles(unit, warehouse_of(unit, options.warehouse)))
    rows = ((_trouble(one), _trouble_line(one, output.texts)) for one in found)
    output.answer_list(Listing("exceptions", rows, "Nothing waits for anybody."))
    return 0


def _trouble(one: TroubleRow) -> dict[str, object]:
    return {
        "kind": one.kind, "order": one.number, "customer": one.customer, "what": one.what, "cut_off": one.cut_off,
        "about": one.about, "fault": one.fault, "since": one.since,
    }  # fmt: skip


def _trouble_line(one: TroubleRow, texts: Texts) -> str:
    kind, todo = (texts.text("captions", f"orders.{part}_{one.kind}") for part in ("trouble", "do"))
    said = texts.said(one.fault, one.facts)
    what = " · ".join(part for part in (one.what or one.about, said) if part)
    return f"{kind:<24} {one.number:<16} {what}: {todo}" if what else f"{kind:<24} {one.number:<16} {todo}"


def _backorders(options: argparse.Namespace, output: Output) -> int:
    found = _run(options, output, lambda unit: order_board.backorders(unit, warehouse_of(unit, options.warehouse)))
    rows = [(order, line) for order in found for line in order.lines if line.progress.open]
    listing = ((_backorder(order, line), _backorder_line(order, line)) for order, line in rows)
    output.answer_list(Listing("backorders", listing, "There are no backorders."))
    return 0


def _backorder(order: OrderDetail, line: DeskLine) -> dict[str, object]:
    return {
        "order": order.row.number,
        "line": line.line,
        "sku": line.sku,
        "open": line.progress.open,
        "missing": line.progress.missing,
        "due": order.row.due,
        "requested": order.row.requested,
        "awaited": asdict(line.awaited) if line.awaited else None,
    }


def _backorder_line(order: OrderDetail, line: DeskLine) -> str:
    left, awaited = format_quantity(line.progress.open), line.awaited.due if line.awaited else None
    return (
        f"{order.row.number:<16}{line.line:>4} {line.sku:<20} {left} {line.base_unit},"
        f" due {order.row.due or '–'}, awaited {awaited or '–'}"
    )
