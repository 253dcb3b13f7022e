"""`consignment`: goods that stand in one house and belong to another: brought, brought back, used, and billed."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from app.domain.values import format_quantity
from app.main.entering import day, pair
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened, require_ending
from app.reports.consignment_statement import ENDINGS, write_statement
from app.services import clock, consignment
from app.services.consignment import SIDES, Consigned, Statement
from app.services.stock import find_place
from app.services.work import UnitOfWork

NAMES = ("consignment",)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `consignment` and what can be done with goods on consignment."""
    parser = commands.add_parser(
        "consignment", help="goods at customers, suppliers' goods here: list, bring, back, used, undo, statement"
    )
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    shown = verbs.add_parser("list", help="what stands where, and whose it is")
    shown.add_argument("--side", choices=SIDES, help="suppliers' goods here, or ours at customers; both otherwise")
    _answers(shown, _list)
    brought = verbs.add_parser("bring", help="bring goods to a customer's place; they stay ours")
    brought.add_argument("goods", type=pair, metavar="ITEM=QTY", help="such as WIDGET=12 or 'WIDGET=2 case'")
    brought.add_argument("--from", dest="origin", required=True, metavar="PLACE", help="where they lie now")
    brought.add_argument("--to", dest="target", required=True, metavar="PLACE", help="the customer's place")
    _answers(brought, _bring)
    back = verbs.add_parser("back", help="bring goods back from a customer's place")
    back.add_argument("goods", type=pair, metavar="ITEM=QTY")
    back.add_argument("--from", dest="origin", required=True, metavar="PLACE", help="the customer's place")
    back.add_argument("--to", dest="target", required=True, metavar="PLACE", help="a place of ours")
    _answers(back, _back)
    whole = verbs.add_parser("unit", help="bring a handling unit with all its goods to a customer's place, or back")
    whole.add_argument("number")
    whole.add_argument("--to", dest="target", required=True, metavar="PLACE")
    _answers(whole, _unit)
    used = verbs.add_parser("used", help="the customer used goods of ours, or we used goods of a supplier")
    used.add_argument("goods", type=pair, metavar="ITEM=QTY")
    used.add_argument("--at", dest="origin", required=True, metavar="PLACE", help="where they stand")
    used.add_argument("--partner", default="", help="whose, where goods of several suppliers stand there")
    _answers(used, _used)
    for one in (brought, back, used):
        one.add_argument("--lot", default="", help="one lot or serial number; first expired first otherwise")
    undone = verbs.add_parser("undo", help="take a booking back")
    undone.add_argument("posting", type=UUID)
    answers(undone, _undo)
    stated = verbs.add_parser("statement", help="what was used in a span of days and what it costs, as PDF or CSV")
    stated.add_argument("partner", help="the code of the supplier or customer")
    stated.add_argument("--side", choices=SIDES, default="supplier", help="its goods here, or ours there")
    stated.add_argument("--since", type=day, help="the first day; that of the last month otherwise")
    stated.add_argument("--until", type=day, help="the last day; that of the last month otherwise")
    stated.add_argument("--out", type=Path, help="the file, .pdf or .csv; PARTNER.pdf otherwise")
    _answers(stated, _statement)


def _answers(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace, Output], int]) -> None:
    parser.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    answers(parser, run)


def _list(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("consignment") as desk:
        found = desk.run(lambda unit: consignment.goods(unit, warehouse_of(unit, options.warehouse)))
    rows = ((asdict(one), _line(one)) for one in found if options.side in (None, one.side))
    output.answer_list(Listing("goods", rows, "No goods are on consignment."))
    return 0


def _line(one: Consigned) -> str:
    amount = format_quantity(one.quantity, one.unit)
    return f"{one.side:<9} {one.partner:<14} {one.place:<20} {one.sku:<20} {amount:>12}  {one.number}".rstrip()


def _bring(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork, warehouse: UUID) -> tuple[UUID, ...]:
        code, typed = options.goods
        target = find_place(unit, options.target, warehouse=warehouse)
        posting = consignment.bring(
            unit,
            warehouse=warehouse,
            target=target.id,
            code=code,
            typed=typed,
            origin=options.origin,
            number=options.lot,
        )
        return (posting,)

    return _booked(options, output, work, f"brought to {options.target}")


def _back(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork, warehouse: UUID) -> tuple[UUID, ...]:
        code, typed = options.goods
        return consignment.bring_some_back(
            unit,
            warehouse=warehouse,
            code=code,
            typed=typed,
            place=options.origin,
            target=options.target,
            number=options.lot,
        )

    return _booked(options, output, work, f"brought back to {options.target}")


def _unit(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> UUID:
        warehouse = warehouse_of(unit, options.warehouse)
        target = find_place(unit, options.target, warehouse=warehouse)
        return consignment.bring_unit(unit, warehouse=warehouse, number=options.number, target=target.id)

    with opened(options, output) as home, home.desk("consignment") as desk:
        posting = desk.run(work)
    output.answer(
        {"unit": options.number, "postings": [str(posting)]},
        f"{options.number} stands at {options.target} with its goods.",
        f"consignment undo {posting} takes it back.",
    )
    return 0


def _used(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork, warehouse: UUID) -> tuple[UUID, ...]:
        code, typed = options.goods
        return consignment.use_some(
            unit,
            warehouse=warehouse,
            code=code,
            typed=typed,
            place=options.origin,
            number=options.lot,
            partner=options.partner,
        )

    return _booked(options, output, work, "used")


def _booked(
    options: argparse.Namespace, output: Output, work: Callable[[UnitOfWork, UUID], tuple[UUID, ...]], outcome: str
) -> int:
    with opened(options, output) as home, home.desk("consignment") as desk:
        postings = desk.run(lambda unit: work(unit, warehouse_of(unit, options.warehouse)))
    code, typed = options.goods
    output.answer(
        {"item": code, "quantity": typed, "postings": [str(one) for one in postings]},
        f"{typed} of {code} {outcome}.",
        *(f"consignment undo {posting} takes it back." for posting in postings),
    )
    return 0


def _undo(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("consignment") as desk:
        desk.run(lambda unit: consignment.take_back(unit, options.posting))
    output.answer({"posting": str(options.posting)}, "It was taken back.")
    return 0


def _statement(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, *ENDINGS)
    out = options.out or Path(f"{options.partner}.pdf")

    def stated(unit: UnitOfWork) -> Statement:
        warehouse = warehouse_of(unit, options.warehouse)
        first, last = consignment.last_month(consignment.today(unit, warehouse))
        since, until = options.since or first, options.until or last
        return consignment.statement(
            unit, warehouse=warehouse, partner=options.partner, side=options.side, since=since, until=until
        )

    with opened(options, output) as home, home.desk("consignment") as desk:
        found = desk.run(stated)
    write_statement(out, found, output.texts, printed_at=clock.now())
    output.answer(
        {"file": str(out), "lines": len(found.lines), "total": found.total, "currency": found.currency,
         "since": found.since, "until": found.until},
        f"{len(found.lines)} lines, {found.total:.2f} {found.currency}, {found.since} to {found.until}: {out}",
    )  # fmt: skip
    return 0
