"""`label items`, `label places`: labels in batches, put on the print journal fifty at a time."""

import argparse
from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

from app.devices import labels as layouts
from app.domain.errors import Refusal
from app.domain.label_batches import LabelLine, contents
from app.domain.sites.places import PlaceKind, PlaceQuery
from app.main.history import warehouse_of
from app.main.output import Output, answers, opened
from app.services import label_batches, labels, printing
from app.services.products import looking
from app.services.sites import places
from app.services.work import UnitOfWork

Lines = Mapping[str, tuple[LabelLine, int]]
"""What gets labels, by its code, and how many each; what is named twice has what was said last."""


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the two kinds of batches."""
    goods = verbs.add_parser("items", help="labels of items, or of a packaging of theirs")
    goods.add_argument("named", nargs="+", type=_counted, metavar="SKU[=COUNT]")
    goods.add_argument("--unit", default="", help="of this packaging; of the base unit otherwise")
    _answers(goods, _items, "item")
    stood = verbs.add_parser("places", help="labels of places, or of all places in a zone")
    stood.add_argument("named", nargs="+", type=_counted, metavar="ADDRESS[=COUNT]", help="such as WH001-STO-A01")
    _answers(stood, _places, "bin")


def _answers(
    parser: argparse.ArgumentParser, lines: Callable[[UnitOfWork, argparse.Namespace], Lines], template: str
) -> None:
    parser.add_argument("--printer", required=True, help="its name on the print journal")
    parser.add_argument("--template", default=template, help=f"{template} otherwise")
    parser.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    answers(parser, lambda options, output: _print(options, output, lines))


def _counted(typed: str) -> tuple[str, int]:
    """WIDGET for one label, WIDGET=12 for twelve."""
    name, separator, count = typed.rpartition("=")
    if not separator:
        return typed, 1
    if not (name and count.isdecimal() and int(count)):
        raise argparse.ArgumentTypeError(f"{typed}: write NAME=COUNT, such as WIDGET=12")
    return name, int(count)


def _print(
    options: argparse.Namespace, output: Output, lines: Callable[[UnitOfWork, argparse.Namespace], Lines]
) -> int:
    batch = uuid4()

    def ready(unit: UnitOfWork) -> tuple[Lines, UUID, UUID]:
        _require_template(unit, options.template)
        printer = printing.printer_named(unit, options.printer).id
        return lines(unit, options), printer, warehouse_of(unit, options.warehouse)

    def told(part: float) -> bool:
        output.progress(f"{part:.0%}")
        return True

    with opened(options, output) as home, home.desk("label") as desk:
        wanted, printer, warehouse = desk.run(ready)
        counts = [count for _line, count in wanted.values()]
        made = contents(
            [line for line, _count in wanted.values()], counts, template=options.template, batch=batch.hex[:8]
        )
        jobs = label_batches.want(
            lambda work, request: desk.run(work, request_id=request),
            made,
            batch=batch,
            printer=printer,
            warehouse=warehouse,
            go_on=told,
        )
    output.answer(
        {"labels": sum(counts), "jobs": [str(job) for job in jobs], "printer": options.printer},
        f"{sum(counts)} labels of {len(wanted)} wait for {options.printer}.",
    )
    return 0


def _require_template(unit: UnitOfWork, name: str) -> None:
    """Refuses a template that is neither the program's nor the company's own."""
    if name not in layouts.template_names() and not labels.saved_templates(unit, name):
        raise Refusal("printing.unknown_template", template=name)


def _items(unit: UnitOfWork, options: argparse.Namespace) -> Lines:
    lines: dict[str, tuple[LabelLine, int]] = {}
    for sku, count in options.named:
        item = looking.named(unit, sku)
        wanted = options.unit.casefold()
        code = item.sku if wanted in ("", item.base_uom) else f"{item.sku} {wanted}"
        found = {line.code: line for line in label_batches.lines_of_items(unit, [item.id])}
        if code not in found:
            raise Refusal("setup.unknown_unit", sku=item.sku, name=options.unit)
        lines[code] = (found[code], count)
    return lines


def _places(unit: UnitOfWork, options: argparse.Namespace) -> Lines:
    lines: dict[str, tuple[LabelLine, int]] = {}
    warehouse = warehouse_of(unit, options.warehouse)
    known = {one.address: one for one in places.every_place(unit, PlaceQuery(warehouse, kinds=tuple(PlaceKind)))}
    for typed, count in options.named:
        if typed.upper() not in known:
            raise Refusal("setup.unknown_place", name=typed)
        one = known[typed.upper()]
        inside = [one] if one.kind is not PlaceKind.ZONE else places.every_place(unit, PlaceQuery(warehouse, one.id))
        lines |= {line.code: (line, count) for line in label_batches.lines_of_places(inside)}
    return lines
