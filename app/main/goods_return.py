"""`return`: goods that customers send back, and goods that go back to suppliers."""

import argparse
from dataclasses import asdict

from app.domain.values import format_quantity
from app.main.entering import add_marks, add_weights, once_each, pair
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened
from app.services import returns
from app.services.returns import DISPOSITIONS, SET_ASIDE, Arrived, Passage, ReturnHead, ReturnLine
from app.services.work import UnitOfWork, Worker


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `return` and what can be done with returns."""
    parser = commands.add_parser("return", help="goods that come back, or go back: create, receive, send, show, list")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    made = verbs.add_parser("create", help="make a return that can be received, or sent to its supplier")
    made.add_argument("goods", nargs="*", type=pair, metavar="SKU=QTY",
                      help="such as WIDGET=12 or 'WIDGET=2 case'; with --carton all of it otherwise")  # fmt: skip
    who = made.add_mutually_exclusive_group(required=True)
    who.add_argument("--from", dest="customer", default="", metavar="CUSTOMER", help="the code of who sends them back")
    who.add_argument("--to", dest="supplier", default="", metavar="SUPPLIER", help="the code of who gets them back")
    who.add_argument("--carton", default="", help="the SSCC or tracking number of the carton that comes back")
    made.add_argument("--order", default="", metavar="NUMBER", help="the order with which they left")
    made.add_argument("--reference", default="", help="the partner's own number of the return")
    made.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    answers(made, _create)
    received = verbs.add_parser("receive", help="take goods that came back onto the dock")
    received.add_argument("number", help="the return; - for goods that nobody announced")
    received.add_argument("goods", nargs="*", type=pair, metavar="SKU=QTY", help="all that is open otherwise")
    received.add_argument("--disposition", required=True, choices=DISPOSITIONS, help="what is to become of them")
    received.add_argument("--reason", default="RETURNED", help="for goods that nobody announced")
    received.add_argument("--warehouse", default="", help="for goods that nobody announced: its code")
    add_marks(received)
    add_weights(received)
    answers(received, _receive)
    sent = verbs.add_parser("send", help="send all that is open of a return back to its supplier, or nothing")
    sent.add_argument("number")
    sent.add_argument("--status", dest="statuses", action="append", choices=("available", *SET_ASIDE),
                      help="goods of which status go; all that were set aside otherwise")  # fmt: skip
    sent.add_argument("--reason", default="RETURNED")
    add_weights(sent)
    answers(sent, _send)
    shown = verbs.add_parser("show", help="a return and how far its lines are")
    shown.add_argument("number")
    answers(shown, _show)
    listed = verbs.add_parser("list", help="returns, newest first")
    listed.add_argument("--warehouse", default="", help="its code; all otherwise")
    answers(listed, _list)


def _create(options: argparse.Namespace, output: Output) -> int:
    wanted = once_each(options.goods)

    def work(unit: UnitOfWork) -> str:
        warehouse, came = warehouse_of(unit, options.warehouse), None
        if options.carton:
            came = returns.shipped_carton(unit, warehouse, options.carton)
        return returns.create(
            unit,
            warehouse=warehouse,
            direction="out" if options.supplier else "in",
            partner=came.partner if came else options.customer or options.supplier,
            wanted=wanted or ({one.sku: format_quantity(one.qty) for one in came.goods} if came else {}),
            order=came.order if came else options.order,
            reference=options.reference,
        )

    with opened(options, output) as home, home.desk("return") as desk:
        number = desk.run(work)
    output.answer({"return": number}, f"{number} can be {'sent back' if options.supplier else 'received'}.")
    return 0


def _receive(options: argparse.Namespace, output: Output) -> int:
    wanted = once_each(options.goods)
    arrived = Arrived(
        wanted, options.disposition, options.lot, options.serial, options.expiry, dict(options.weights)
    )  # fmt: skip

    def plan(unit: UnitOfWork) -> Passage:
        if options.number == "-":
            place = warehouse_of(unit, options.warehouse)
            return returns.plan_blind(unit, warehouse=place, arrived=arrived, reason=options.reason)
        return returns.plan_receiving(unit, options.number, arrived)

    with opened(options, output) as home, home.desk("return") as desk:
        passage = desk.run(plan)
        return _posted(desk, passage, output, "on the dock")


def _send(options: argparse.Namespace, output: Output) -> int:
    statuses = tuple(options.statuses or SET_ASIDE)
    with opened(options, output) as home, home.desk("return") as desk:
        passage = desk.run(
            lambda unit: returns.plan_sending(
                unit, options.number, statuses=statuses, reason=options.reason, weights=dict(options.weights)
            )
        )
        return _posted(desk, passage, output, "on the way back to the supplier")


def _posted(desk: Worker, passage: Passage, output: Output, outcome: str) -> int:
    posting = desk.run(lambda unit: returns.post(unit, passage))
    output.answer(
        {"return": passage.number, "posting": str(posting), "moves": len(passage.moves)},
        f"{passage.number or 'Unannounced goods'}: {len(passage.moves)} moves, {outcome}.",
    )
    return 0


def _show(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("return") as desk:
        lines = desk.run(lambda unit: returns.look_into(unit, options.number))
    rows = ((asdict(line), _line(line)) for line in lines)
    output.answer_list(Listing("lines", rows, "This return has no lines."))
    return 0


def _list(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("return") as desk:
        found = desk.run(
            lambda unit: returns.listed(unit, warehouse_of(unit, options.warehouse) if options.warehouse else None)
        )
    rows = ((asdict(one), _head(one)) for one in found)
    output.answer_list(Listing("returns", rows, "There are no returns."))
    return 0


def _line(line: ReturnLine) -> str:
    done = f"{format_quantity(line.done)} of {format_quantity(line.asked)}"
    return f"{line.sku:<20} {done} {line.unit}  {line.name}"


def _head(one: ReturnHead) -> str:
    way = "from" if one.direction == "in" else "to"
    return f"{one.number:<14}{way} {one.partner:<16} {one.done} of {one.lines} lines done, {one.decision}"
