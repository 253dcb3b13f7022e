"""`kit`: what kits are made of, orders for kits, making them, and taking them apart."""

import argparse
from dataclasses import asdict

from app.domain.values import format_quantity
from app.main.entering import add_marks, add_weights, day, once_each, pair
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened
from app.services import kitting
from app.services.kitting import Bom, KitHead, Making, Marks
from app.services.work import UnitOfWork


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `kit` and what can be done with kits."""
    parser = commands.add_parser("kit", help="kits: bom, create, make, undo, unmake, show, list")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    bom = verbs.add_parser("bom", help="say, or show, what a kit is made of")
    bom.add_argument("kit", metavar="SKU", nargs="?", default="", help="the kit; all where none is named")
    bom.add_argument("parts", nargs="*", type=pair, metavar="SKU=QTY", help="its parts; none: show them")
    bom.add_argument("--makes", default="1", metavar="QTY", help="how many kits come out of that; 1 otherwise")
    answers(bom, _bom)
    made = verbs.add_parser("create", help="make an order for kits")
    made.add_argument("kit", type=pair, metavar="SKU=QTY")
    made.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    made.add_argument("--due", type=day, help="the day they are needed, such as 2027-01-31")
    answers(made, _create)
    make = verbs.add_parser("make", help="make kits of an order: parts go in, kits come out")
    make.add_argument("number")
    make.add_argument("--quantity", default="", metavar="QTY", help="how many; all that are open otherwise")
    make.add_argument("--to", dest="place", default="", metavar="PLACE", help="where they come out")
    add_marks(make)
    add_weights(make)
    answers(make, _make)
    undo = verbs.add_parser("undo", help="take the last kits of an order back")
    undo.add_argument("number")
    answers(undo, _undo)
    apart = verbs.add_parser("unmake", help="take kits apart: kits go in, their parts come out")
    apart.add_argument("kit", type=pair, metavar="SKU=QTY")
    apart.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    apart.add_argument("--to", dest="place", default="", metavar="PLACE", help="where the parts come out")
    apart.add_argument("--lot", dest="lots", action="append", default=[], type=pair, metavar="SKU=LOT",
                       help="the lot of a part, where it is not certain")  # fmt: skip
    add_weights(apart)
    answers(apart, _unmake)
    show = verbs.add_parser("show", help="an order, and what its parts lack")
    show.add_argument("number")
    answers(show, _show)
    listed = verbs.add_parser("list", help="kit orders, newest first")
    listed.add_argument("--warehouse", default="", help="its code; all otherwise")
    answers(listed, _list)


def _bom(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("kit") as desk:
        if options.parts:
            parts = once_each(options.parts)
            desk.run(lambda unit: kitting.save_bom(unit, kit=options.kit, parts=parts, makes=options.makes))
        found = desk.run(lambda unit: kitting.boms(unit, options.kit))
    rows = ((asdict(one), _bom_lines(one)) for one in found)
    output.answer_list(Listing("boms", rows, "Nobody has said what any kit is made of."))
    return 0


def _bom_lines(one: Bom) -> str:
    parts = (f"  {format_quantity(part.qty):>10} {part.unit:<8} {part.sku}  {part.name}" for part in one.parts)
    return "\n".join((f"{format_quantity(one.makes)} {one.unit} of {one.sku}:", *parts))


def _create(options: argparse.Namespace, output: Output) -> int:
    sku, quantity = options.kit

    def work(unit: UnitOfWork) -> str:
        place = warehouse_of(unit, options.warehouse)
        return kitting.create(unit, warehouse=place, kit=sku, quantity=quantity, due=options.due)

    with opened(options, output) as home, home.desk("kit") as desk:
        number = desk.run(work)
    output.answer({"kit_order": number}, f"{number} can be made.")
    return 0


def _make(options: argparse.Namespace, output: Output) -> int:
    marks = Marks(options.lot, options.serial, options.expiry, dict(options.weights))
    with opened(options, output) as home, home.desk("kit") as desk:
        making = desk.run(
            lambda unit: kitting.plan_making(
                unit, options.number, quantity=options.quantity, place=options.place, marks=marks
            )
        )
        posting = desk.run(lambda unit: kitting.post(unit, making))
    return _done(output, making, posting=str(posting), outcome=f"of {making.sku} made for {making.number}.")


def _unmake(options: argparse.Namespace, output: Output) -> int:
    sku, quantity = options.kit
    with opened(options, output) as home, home.desk("kit") as desk:
        making = desk.run(
            lambda unit: kitting.plan_unmaking(
                unit,
                warehouse=warehouse_of(unit, options.warehouse),
                kit=sku,
                quantity=quantity,
                place=options.place,
                lots=once_each(options.lots),
                weights=dict(options.weights),
            )
        )
        posting = desk.run(lambda unit: kitting.post(unit, making))
    return _done(output, making, posting=str(posting), outcome=f"of {making.sku} taken apart.")


def _done(output: Output, making: Making, *, posting: str, outcome: str) -> int:
    qty = format_quantity(making.qty)
    output.answer({"kit": making.sku, "number": making.number, "quantity": qty, "posting": posting}, f"{qty} {outcome}")
    return 0


def _undo(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("kit") as desk:
        last = desk.run(lambda unit: kitting.last_made(unit, options.number))
        desk.run(lambda unit: kitting.take_back(unit, last))
    output.answer({"taken_back": str(last)}, f"The last kits of {options.number} are taken back; their parts are back.")
    return 0


def _show(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("kit") as desk:
        sheet = desk.run(lambda unit: kitting.look_into(unit, options.number))
    output.answer(
        asdict(sheet.head) | {"needs": [asdict(need) | {"missing": need.missing} for need in sheet.needs]},
        f"{sheet.head.number}: {format_quantity(sheet.head.made)} of {format_quantity(sheet.head.asked)}"
        f" {sheet.head.unit} of {sheet.head.sku} made, {sheet.head.decision}",
        *(
            f"  {need.sku:<20} needs {format_quantity(need.needed)} {need.unit}, {format_quantity(need.free)} free"
            + (f", {format_quantity(need.missing)} missing" if need.missing else "")
            for need in sheet.needs
        ),
    )
    return 0


def _list(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("kit") as desk:
        found = desk.run(
            lambda unit: kitting.listed(unit, warehouse_of(unit, options.warehouse) if options.warehouse else None)
        )
    rows = ((asdict(one), _line(one)) for one in found)
    output.answer_list(Listing("kit_orders", rows, "There are no kit orders."))
    return 0


def _line(one: KitHead) -> str:
    made = f"{format_quantity(one.made)} of {format_quantity(one.asked)} {one.unit} made"
    return f"{one.number:<14}{one.sku:<20} {made}, {one.decision}"
