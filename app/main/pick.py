"""`pick`: which of the orders that wait are picked together on one walk."""

import argparse
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path

from app.domain.batching import Cart
from app.domain.batching.planning import Progress
from app.domain.values import format_quantity
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, misused, opened, require_ending
from app.reports.pick_list import write_pick_list
from app.services import batching, clock, waves
from app.services.batching import Proposal, Walk

_SLOTS = 8


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `pick` and what can be planned."""
    parser = commands.add_parser("pick", help="orders to be picked: batches, list")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    batches = verbs.add_parser("batches", help="propose which orders one cart takes along, so that walks are short")
    batches.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    batches.add_argument("--slots", type=whole, default=_SLOTS, help=f"orders on a cart; {_SLOTS} otherwise")
    batches.add_argument("--litres", type=above_zero, help="what a cart holds; any volume otherwise")
    batches.add_argument("--kg", type=above_zero, help="what a cart carries; any weight otherwise")
    answers(batches, _batches)
    listed = verbs.add_parser("list", help="print a walk, or an order, to be picked by paper")
    listed.add_argument("number", help="a walk, or an order that is on none")
    listed.add_argument("--pdf", type=Path, help="the file to write")
    listed.add_argument("--give-up", action="store_true", help="the list is lost: the walk is at the screens again")
    listed.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    answers(listed, _list)


def whole(text: str) -> int:
    """A whole number above zero."""
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"must be a whole number above zero, not {text}")
    return int(text)


def above_zero(text: str) -> Decimal:
    """A number above zero."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0:
        raise argparse.ArgumentTypeError(f"must be a number above zero, not {text}")
    return amount


def _batches(options: argparse.Namespace, output: Output) -> int:
    cart = Cart(options.slots, options.litres, options.kg)
    with opened(options, output) as home, home.desk("pick") as desk:
        ground = desk.run(lambda unit: batching.read_ground(unit, warehouse_of(unit, options.warehouse)))
    found = batching.propose(ground, cart, progress=teller(output))
    rows = ((asdict(walk), _line(walk)) for walk in found.walks)
    numbers = {
        "metres": found.metres,
        "first_come_metres": found.first_come_metres,
        "too_big": found.too_big,
        "not_drawn": found.not_drawn,
    }
    output.answer_list(Listing("walks", rows, "No order waits for a walk."), numbers)
    for line in _summary(found):
        output.say(line)
    return 0


def _list(options: argparse.Namespace, output: Output) -> int:
    if (options.pdf is None) is not options.give_up:
        misused(options, "say where to write the list (--pdf), or that it is lost (--give-up)")
    require_ending(options.pdf, ".pdf")
    with opened(options, output) as home, home.desk("pick") as desk:
        if options.give_up:
            desk.run(lambda unit: waves.give_list_up(unit, warehouse_of(unit, options.warehouse), options.number))
            output.answer({"walk": options.number}, f"{options.number} is at the screens again.")
            return 0
        listed = write_pick_list(
            options.pdf,
            lambda: desk.run(
                lambda unit: waves.print_list(unit, warehouse_of(unit, options.warehouse), options.number)
            ),
            output.texts,
            printed_at=clock.now(),
        )
    output.answer(
        {"walk": listed.number, "lines": len(listed.picks), "file": options.pdf},
        f"{options.pdf}: {listed.number}, {len(listed.picks)} lines. It is on no screen until it is entered.",
    )
    return 0


def _line(walk: Walk) -> str:
    return f"{format_quantity(walk.metres):>6} m  {walk.picks:>4} picks  {', '.join(walk.orders)}"


def _summary(found: Proposal) -> list[str]:
    metres, before = format_quantity(found.metres), format_quantity(found.first_come_metres)
    lines = (
        [f"{len(found.walks)} walks, {metres} m; taken as they are due it would be {before} m."] if found.walks else []
    )
    if found.too_big:
        lines.append(f"More than one cart takes: {', '.join(found.too_big)}.")
    if found.not_drawn:
        lines.append(f"With bins that are not on the plan: {', '.join(found.not_drawn)}.")
    return lines


def teller(output: Output) -> Progress:
    """Tells every tenth of the way once, where there is a way to speak of."""
    told = [0]

    def progress(part: float) -> None:
        tenth = int(part * 10)
        if told[0] < tenth < 10:
            told[0] = tenth
            output.progress(f"{tenth}0 % planned")

    return progress
