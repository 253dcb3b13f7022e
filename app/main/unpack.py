"""`unpack`: packing taken back: cartons opened, emptied, repaired, exchanged, taken out of a truck, and their trail."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict
from decimal import Decimal
from uuid import UUID

from app.domain.values import format_quantity, parse_quantity
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened
from app.services import unpacking
from app.services.unpacking import CartonStep, GoodsOut, Piece, WaitingCarton
from app.services.work import UnitOfWork

_VERBS = (
    ("reopen", "open a sealed carton again; its labels are void"),
    ("carton", "empty a carton: into its totes, or where its order ended onto a dock"),
    ("swap", "replace goods in an open carton by others of the same item from a bin"),
    ("exchange", "two sealed cartons hold each other's goods: the book follows them"),
    ("unload", "take a carton out of a truck that is still here"),
)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `unpack` and what can be done with packed cartons."""
    parser = commands.add_parser("unpack", help="packing taken back: reopen, empty, swap, exchange, unload, trail")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    listed = verbs.add_parser("list", help="cartons of orders that ended, with goods that are to be unpacked")
    _add_warehouse(listed)
    answers(listed, _list)
    made = {name: _add_verb(verbs, name, text) for name, text in _VERBS}
    answers(made["reopen"], _reopen)
    made["carton"].add_argument("--place", default="", help="the dock where the goods go; the first one otherwise")
    made["carton"].add_argument("--keep", action="store_true", help="the empty carton stays open under its SSCC")
    answers(made["carton"], _carton)
    made["exchange"].add_argument("other", help="the SSCC or tracking number of the other carton")
    answers(made["exchange"], _exchange)
    answers(made["unload"], _unload)
    _add_swap(made["swap"])
    shown = verbs.add_parser("trail", help="what became of a carton: who did what, when and why")
    shown.add_argument("carton", help="its SSCC or any tracking number that it ever bore")
    _add_warehouse(shown)
    answers(shown, _trail)


def _add_verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=text)
    verb.add_argument("carton", help="its SSCC or tracking number")
    verb.add_argument("--reason", required=True, help="why, such as WRONG_GOODS, GOODS_DAMAGED or LABELS_MIXED_UP")
    _add_warehouse(verb)
    return verb


def _add_swap(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("item", help="SKU or code of what comes out")
    parser.add_argument("--bin", required=True, help="the address of the bin that the others come from")
    parser.add_argument("--lot", default="", help="the lot that comes out, where there are several")
    parser.add_argument("--serial", default="", help="the serial number that comes out")
    parser.add_argument("--new-lot", default="", help="the lot that goes in")
    parser.add_argument("--new-serial", default="", help="the serial number that goes in")
    parser.add_argument("--quantity", default="1", help="how much, in base units; 1 otherwise")
    parser.add_argument("--place", default="", help="the dock where the goods go; the first one otherwise")
    answers(parser, _swap)


def _add_warehouse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--warehouse", default="", help="its code; the first one otherwise")


def _do(options: argparse.Namespace, output: Output, act: Callable[[UnitOfWork, UUID, UUID], object]) -> object:
    """Do something to the named carton; the act gets the warehouse and the carton."""

    def work(unit: UnitOfWork) -> object:
        warehouse = warehouse_of(unit, options.warehouse)
        return act(unit, warehouse, unpacking.carton(unit, warehouse, options.carton))

    with opened(options, output) as home, home.desk("unpack") as desk:
        return desk.run(work)


def _reopen(options: argparse.Namespace, output: Output) -> int:
    _do(options, output, lambda unit, _place, carton: unpacking.reopen(unit, carton, reason=options.reason))
    output.answer({"carton": options.carton}, f"{options.carton} is open. Destroy its labels.")
    return 0


def _carton(options: argparse.Namespace, output: Output) -> int:
    def act(unit: UnitOfWork, warehouse: UUID, carton: UUID) -> unpacking.Unpacked:
        place = unpacking.return_place(unit, warehouse, options.place)
        return unpacking.unpack(unit, carton, reason=options.reason, place=place, keep=options.keep)

    done = _do(options, output, act)
    assert isinstance(done, unpacking.Unpacked)
    back = [one for one in done.goods if one not in done.aside]
    where = (f"{_named(back)}: into the tote.", f"{_named(done.aside)}: to {done.place}.")
    said = " ".join(words for goods, words in zip((back, done.aside), where, strict=True) if goods)
    output.answer(asdict(done), f"{said} Destroy its labels.")
    return 0


def _swap(options: argparse.Namespace, output: Output) -> int:
    quantity: Decimal = parse_quantity(options.quantity)

    def act(unit: UnitOfWork, warehouse: UUID, carton: UUID) -> unpacking.Swapped:
        wish = unpacking.plan_swap(
            unit,
            warehouse,
            carton,
            out=Piece(options.item, options.lot, options.serial, quantity),
            instead=Piece("", options.new_lot, options.new_serial, quantity),
            bin_address=options.bin,
        )
        place = unpacking.return_place(unit, warehouse, options.place)
        return unpacking.swap(unit, carton, wish, place=place, reason=options.reason)

    done = _do(options, output, act)
    assert isinstance(done, unpacking.Swapped)
    output.answer(asdict(done), f"{_named(done.goods)}: to {done.place}. {_named(done.instead)}: into the carton.")
    return 0


def _exchange(options: argparse.Namespace, output: Output) -> int:
    def act(unit: UnitOfWork, warehouse: UUID, carton: UUID) -> tuple[str, ...]:
        other = unpacking.carton(unit, warehouse, options.other)
        return unpacking.exchange(unit, carton, other, reason=options.reason)

    labels = _do(options, output, act)
    output.answer(
        {"carton": options.carton, "other": options.other, "labels": labels},
        "Both are open. Destroy their labels, weigh and close each of them.",
    )
    return 0


def _unload(options: argparse.Namespace, output: Output) -> int:
    manifest = _do(options, output, lambda unit, _place, one: unpacking.unload(unit, one, reason=options.reason))
    output.answer(
        {"carton": options.carton, "manifest": manifest}, f"{options.carton} is out of the truck and off {manifest}."
    )
    return 0


def _list(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("unpack") as desk:
        found = desk.run(lambda unit: unpacking.waiting(unit, warehouse_of(unit, options.warehouse)))
    rows = ((asdict(one), _waiting_line(one)) for one in found)
    output.answer_list(Listing("cartons", rows, "No carton is to be unpacked."))
    return 0


def _waiting_line(one: WaitingCarton) -> str:
    return f"{one.carton}  {one.order:<14}{one.decision:<11}{one.place:<16}{_named(one.goods)}"


def _trail(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("unpack") as desk:
        found = desk.run(lambda unit: unpacking.trail(unit, warehouse_of(unit, options.warehouse), options.carton))
    rows = ((asdict(one), _step_line(one)) for one in found)
    output.answer_list(Listing("trail", rows, "Nothing became of this carton."))
    return 0


def _step_line(one: CartonStep) -> str:
    approved = f", approved by {one.approved_by}" if one.approved_by else ""
    who = f"{one.person}{approved}"
    return f"{one.at:%Y-%m-%d %H:%M:%S}  {one.what:<10}{one.reason:<16}{who:<28}{one.tracking}"


def _named(goods: Sequence[GoodsOut]) -> str:
    return ", ".join(
        " ".join(part for part in (format_quantity(one.qty, one.unit), one.sku, one.lot, one.serial) if part)
        for one in goods
    )
