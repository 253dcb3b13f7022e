"""`report docks`: how punctual carriers are, how long their trucks wait and stand."""

import argparse
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from app.domain.docks import CarrierRecord
from app.main.dock.showing import Verbs, add_warehouse, site
from app.main.entering import day
from app.main.output import Listing, Output, answers, opened, require_ending
from app.reports.carrier_table import export_carriers
from app.services.docks import planning, trucks

_USUAL = timedelta(days=29)


def add(kinds: Verbs) -> None:
    """Declare `report docks`."""
    shown = kinds.add_parser("docks", help="by carrier: punctuality, waiting, unloading and turn times")
    add_warehouse(shown)
    shown.add_argument("--first", type=day, help="the first day; thirty days before the last otherwise")
    shown.add_argument("--last", type=day, help="the last day; today otherwise")
    shown.add_argument("--out", type=Path, help="a file: .csv or .xlsx; none: on the screen")
    answers(shown, _carriers)


def _carriers(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, ".csv", ".xlsx")
    with opened(options, output) as home, home.desk("report") as desk:
        warehouse, _ = desk.run(lambda unit: site(unit, options))
        last = options.last or desk.run(lambda unit: planning.today(unit, warehouse))
        first = options.first or last - _USUAL
        found = desk.run(lambda unit: trucks.carriers(unit, warehouse=warehouse, first=first, last=last))
    if options.out is not None:
        export_carriers(options.out, found, output.texts)
        output.answer({"file": str(options.out), "rows": len(found)}, f"{len(found)} rows in {options.out}")
        return 0
    rows = ((asdict(one) | {"punctual_percent": one.punctual_percent}, _line(one, output)) for one in found)
    output.answer_list(Listing("carriers", rows, "No truck came in that time."), {"first": first, "last": last})
    return 0


def _line(one: CarrierRecord, output: Output) -> str:
    def told(code: str, minutes: int | None) -> str:
        shown = "–" if minutes is None else str(minutes)
        return f"{output.texts.text('captions', f'docks.{code}')} {shown}"

    return (
        f"{one.carrier or '–':<24} {one.trucks:>4}  {one.punctual_percent:>3} %  {told('late', one.late)}"
        f"  {told('no_shows', one.no_shows)}  {told('waiting_min', one.waiting_min)}"
        f"  {told('working_min', one.working_min)}  {told('turn_min', one.turn_min)}"
    )
