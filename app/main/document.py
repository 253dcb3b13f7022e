"""`document`: what people decide about orders, deliveries, transfers and other papers, and what happened to them."""

import argparse
from dataclasses import asdict

from app.domain.values import format_quantity
from app.main.output import Listing, Output, answers, opened
from app.services import documents
from app.services.documents import KINDS, Event

_VERBS = {
    "release": ("released", "it may be worked on"),
    "hold": ("held", "nobody works on it until it is released again; its goods stay its own"),
    "cancel": ("cancelled", "nothing came or left by it; what it claimed is free"),
    "close": ("closed", "no more comes or leaves by it; what it claimed is free"),
    "draft": ("draft", "it is planned again"),
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `document` and what can be decided."""
    parser = commands.add_parser("document", help="release, hold, cancel or close an order or another paper; its story")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    for verb, (decision, meaning) in _VERBS.items():
        decided = verbs.add_parser(verb, help=meaning)
        _name(decided)
        decided.add_argument("--reason", default="", help="why, in your own words; kept with the document")
        decided.set_defaults(decision=decision)
        answers(decided, _decide)
    shown = verbs.add_parser("show", help="what was decided about it and posted for it, the latest first")
    _name(shown)
    answers(shown, _show)


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("number", help="its own number, or the partner's")


def _decide(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("document") as desk:
        desk.run(
            lambda unit: documents.decide(
                unit, kind=options.kind, number=options.number, decision=options.decision, reason=options.reason
            )
        )
    number = options.number.upper()
    output.answer({"document": number, "decision": options.decision}, f"{number} is {options.decision}.")
    return 0


def _show(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("document") as desk:
        events = desk.run(lambda unit: documents.timeline(unit, kind=options.kind, number=options.number))
    rows = ((asdict(event), _event(event)) for event in events)
    output.answer_list(Listing("events", rows, "Nothing was decided about it yet."))
    return 0


def _event(event: Event) -> str:
    taken = "taken back: " if event.taken_back else ""
    what = event.decision or f"{taken}{event.kind}, {event.lines} lines {format_quantity(event.quantity)}"
    return f"{event.at:%Y-%m-%d %H:%M}  {what}  {event.person}  {event.reason}".rstrip()
