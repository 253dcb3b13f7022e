"""`inspect`: sampling plans, what waits to be looked at, and the decision about a lot; `report quality`."""

import argparse
from dataclasses import asdict
from decimal import Decimal, InvalidOperation

from app.domain.quality import Disposition, Level, Severity, plan_for
from app.domain.values import format_quantity
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened
from app.services import quality
from app.services.quality import REASONS, Inspection, SupplierRecord

NAMES = ("inspect",)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `inspect` and what can be asked of it."""
    parser = commands.add_parser("inspect", help="the quality check of goods that come in")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    plan = verbs.add_parser("plan", help="how many pieces of a lot are looked at (ISO 2859-1, single sampling)")
    plan.add_argument("lot", type=_count, help="the size of the lot")
    plan.add_argument("--aql", type=_number, default=Decimal("1.0"), help="acceptance quality limit; 1.0 otherwise")
    plan.add_argument("--level", choices=[each.value for each in Level], default=Level.II.value)
    plan.add_argument("--severity", choices=[each.value for each in Severity], default=Severity.NORMAL.value)
    answers(plan, _plan)
    listing = verbs.add_parser("list", help="what waits, and what was decided")
    listing.add_argument("--all", action="store_true", help="decided ones, too")
    answers(listing, _list)
    show = verbs.add_parser("show", help="one inspection with its pieces")
    show.add_argument("number")
    answers(show, _show)
    decide = verbs.add_parser("decide", help="what becomes of the goods of a lot")
    decide.add_argument("number")
    decide.add_argument("decision", choices=[each.value for each in Disposition])
    decide.add_argument("--reason", choices=REASONS, default="", help="why a lot is taken that did not pass")
    decide.add_argument("--note", default="", help="a note in words")
    answers(decide, _decide)


def add_report(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the report about suppliers."""
    kind = kinds.add_parser("quality", help="what was found of each item of each supplier")
    kind.add_argument("--warehouse", default="", help="its code; all otherwise")
    answers(kind, _suppliers)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"must be a whole number above zero, not {text}")
    return int(text)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"must be a number, not {text}") from None


def _plan(options: argparse.Namespace, output: Output) -> int:
    plan = plan_for(options.lot, level=Level(options.level), aql=options.aql, severity=Severity(options.severity))
    letter = f"letter {plan.letter}" if plan.letter else "the whole lot"
    output.answer(
        asdict(plan),
        f"{plan.size} of {options.lot} pieces ({letter}): up to {plan.accept} defective pass, {plan.reject} do not.",
    )
    return 0


def _list(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("inspect") as desk:
        read = quality.inspections if options.all else quality.waiting
        found = desk.run(lambda unit: read(unit, None))
    listed = ((asdict(one), _line(one)) for one in found)
    output.answer_list(Listing("inspections", listed, "Nothing waits to be looked at."))
    return 0


def _line(one: Inspection) -> str:
    done = "/".join(part.disposition for part in one.parts) or one.state
    sample = f"{one.looked_at}/{quality.plan(one).size}"
    amount = format_quantity(one.qty, one.unit)
    cells = f"{one.number}  {done:<10} {one.sku:<20} {one.lot:<14} {amount:>12} {sample:>10} {one.defective:>4}"
    return f"{cells}  {one.partner}"


def _show(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("inspect") as desk:
        one = desk.run(lambda unit: quality.find(unit, options.number))
        found = desk.run(lambda unit: quality.pieces(unit, one.id))
    pieces = [asdict(piece) for piece in found]
    lines = [_line(one)]
    for piece in found:
        readings = ", ".join(
            f"{one.checks[each.check - 1].name}: {'well' if each.good else 'not well'}"
            + (f" ({each.value})" if each.value is not None else "")
            for each in piece.readings
        )
        verdict = "defective" if piece.defective else "well"
        lines.append(f"  {piece.at:%Y-%m-%d %H:%M}  {piece.pieces:>5} {verdict:<10} {piece.person}  {readings}")
    output.answer(asdict(one) | {"pieces": pieces}, "\n".join(lines))
    return 0


def _decide(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("inspect") as desk:
        one = desk.run(lambda unit: quality.find(unit, options.number))
        parts = quality.shares(one, Disposition(options.decision))
        desk.run(lambda unit: quality.decide(unit, one, parts, reason=options.reason, note=options.note))
    told = ", ".join(f"{part.disposition} {format_quantity(part.qty, one.unit)}" for part in parts)
    output.answer({"number": one.number, "parts": [asdict(part) for part in parts]}, f"{one.number}: {told}.")
    return 0


def _suppliers(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("report") as desk:
        found = desk.run(
            lambda unit: quality.suppliers(unit, warehouse_of(unit, options.warehouse) if options.warehouse else None)
        )
    rows = ((asdict(one) | {"next": _next(one)}, _record(one)) for one in found)
    output.answer_list(Listing("suppliers", rows, "Nothing was looked at yet."))
    return 0


def _next(one: SupplierRecord) -> str:
    return "stopped" if one.standing.stopped else one.standing.severity.value


def _record(one: SupplierRecord) -> str:
    lots = f"{one.passed} passed, {one.failed} not, {one.skipped} skipped"
    return f"{one.partner:<14} {one.sku:<20} {lots:<36} {one.defective}/{one.looked_at} defective  next: {_next(one)}"
