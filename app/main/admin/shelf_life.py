"""`admin shelf-life`: how long goods must keep when they leave for a customer."""

import argparse
from typing import Any

from app.main.output import Output, answers, opened
from app.services import traceability


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the command."""
    parser = verbs.add_parser("shelf-life", help="how many days goods must keep when they leave for a customer")
    parser.add_argument("partner", help="the customer's code")
    wish = parser.add_mutually_exclusive_group(required=True)
    wish.add_argument("days", type=int, nargs="?", help="days")
    wish.add_argument("--none", action="store_true", help="the customer has no wish; the item's own minimum stays")
    parser.add_argument("--item", default="", help="of this item (its SKU); of everything otherwise")
    answers(parser, _shelf_life)


def _shelf_life(options: argparse.Namespace, output: Output) -> int:
    sku = options.item.upper()
    with opened(options, output) as home, home.desk("admin shelf-life") as worker:
        worker.run(lambda unit: traceability.set_shelf_life(unit, options.partner, options.days, sku=sku))
    wish = "no wish" if options.days is None else f"{options.days} days"
    output.answer(
        {"partner": options.partner, "item": sku, "days": options.days},
        f"{options.partner}: {sku or 'everything'} must keep {wish}."
        if options.days is not None
        else f"{options.partner}: {wish} for {sku or 'everything'}.",
    )
    return 0
