"""`transfer`: goods to another warehouse, made, sent and received as whole documents."""

import argparse
from collections.abc import Callable

from app.main.entering import add_weights, day, once_each, pair
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened
from app.services import transfers
from app.services.transfers import Leg, Transfer
from app.services.work import UnitOfWork


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `transfer` and what can be done with transfers."""
    parser = commands.add_parser("transfer", help="goods to another warehouse: create, send, receive, list")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    made = verbs.add_parser("create", help="make a transfer that can be sent")
    made.add_argument("goods", nargs="+", type=pair, metavar="SKU=QTY", help="such as WIDGET=12 or 'WIDGET=2 case'")
    made.add_argument(
        "--from", dest="source", default="", metavar="WAREHOUSE", help="its code; the first one otherwise"
    )
    made.add_argument("--to", dest="target", required=True, metavar="WAREHOUSE", help="the code of where it goes")
    made.add_argument("--due", type=day, help="the day it is needed there, such as 2026-01-31")
    answers(made, _create)
    sent = verbs.add_parser("send", help="send all that is open of it, first expired first; all of it or nothing")
    sent.add_argument("number")
    add_weights(sent)
    answers(sent, _send)
    received = verbs.add_parser("receive", help="take all that is on its way into the dock of its warehouse")
    received.add_argument("number")
    answers(received, _receive)
    shown = verbs.add_parser("list", help="transfers, newest first, and how far they are")
    shown.add_argument("--warehouse", default="", help="its code; all otherwise")
    answers(shown, _list)


def _create(options: argparse.Namespace, output: Output) -> int:
    wanted = once_each(options.goods)

    def work(unit: UnitOfWork) -> str:
        source, target = warehouse_of(unit, options.source), warehouse_of(unit, options.target)
        return transfers.create(unit, source=source, target=target, wanted=wanted, due=options.due)

    with opened(options, output) as home, home.desk("transfer") as desk:
        number = desk.run(work)
    output.answer({"transfer": number}, f"{number} can be sent.")
    return 0


def _send(options: argparse.Namespace, output: Output) -> int:
    def plan(unit: UnitOfWork, number: str) -> Leg:
        return transfers.plan_sending(unit, number, weights=dict(options.weights))

    return _posted(options, output, plan, "is on its way")


def _receive(options: argparse.Namespace, output: Output) -> int:
    return _posted(options, output, transfers.plan_receiving, "has arrived")


def _posted(
    options: argparse.Namespace, output: Output, plan: Callable[[UnitOfWork, str], Leg], outcome: str
) -> int:  # fmt: skip
    with opened(options, output) as home, home.desk("transfer") as desk:
        leg = desk.run(lambda unit: plan(unit, options.number))
        posting = desk.run(lambda unit: transfers.post(unit, leg))
    output.answer(
        {"transfer": leg.number, "posting": str(posting), "moves": len(leg.goods)},
        f"{leg.number} {outcome}: {len(leg.goods)} moves.",
    )
    return 0


def _list(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("transfer") as desk:
        found = desk.run(
            lambda unit: transfers.listed(unit, warehouse_of(unit, options.warehouse) if options.warehouse else None)
        )
    rows = ((_values(one), _line(one)) for one in found)
    output.answer_list(Listing("transfers", rows, "There are no transfers."))
    return 0


def _values(one: Transfer) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__slots__}


def _line(one: Transfer) -> str:
    return f"{one.number:<14}{one.source:>10} → {one.target:<10} {one.decision:<10} {_progress(one)}"


def _progress(one: Transfer) -> str:
    """How far it is, in lines that are sent and have arrived in full."""
    way = ", goods are on their way" if one.on_the_way else ""
    return f"{one.sent} of {one.lines} lines sent, {one.received} arrived{way}"
