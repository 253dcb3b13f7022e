"""What the commands of the docks share: the warehouse and its clock, appointments as values and as lines."""

import argparse
import contextlib
from dataclasses import asdict
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

from app.database.places import zone_of
from app.domain.docks import (
    DAY_MIN,
    Against,
    Appointment,
    Direction,
    Load,
    Plan,
    Timing,
    Vehicle,
    moment_of,
    timing_of,
)
from app.main.history import warehouse_of
from app.main.output import Output
from app.services import clock, history
from app.services.work import UnitOfWork

Verbs = Any
"""argparse's own collection of commands."""


def add_warehouse(parser: argparse.ArgumentParser) -> None:
    """Declare where."""
    parser.add_argument("--warehouse", default="", help="its code; the first one otherwise")


def add_load(parser: argparse.ArgumentParser) -> None:
    """Declare what a truck brings or takes."""
    parser.add_argument("--outbound", action="store_true", help="it takes goods away; otherwise it brings them")
    parser.add_argument("--vehicle", choices=[one.value for one in Vehicle], default=Vehicle.TRUCK.value)
    parser.add_argument("--temperature", default="", help="what its goods need, such as chilled")
    parser.add_argument("--pallets", type=int, default=0)
    parser.add_argument("--lines", type=int, default=0)
    parser.add_argument("--carrier", default="", help="its name, or the code of a partner")
    parser.add_argument("--partner", default="", help="the supplier's or customer's code")
    parser.add_argument(
        "--document",
        dest="documents",
        action="append",
        default=[],
        metavar="NUMBER",
        help="what it brings or takes: an order, a shipping notice; several times for more",
    )


def load_of(options: argparse.Namespace) -> Load:
    """The load that was described."""
    return Load(
        direction=Direction.OUTBOUND if options.outbound else Direction.INBOUND,
        vehicle=Vehicle(options.vehicle),
        temperature=options.temperature,
        pallets=options.pallets,
        lines=options.lines,
        carrier=options.carrier,
        partner=options.partner,
    )


def site(unit: UnitOfWork, options: argparse.Namespace) -> tuple[UUID, tzinfo]:
    """The warehouse that is meant, and its time zone."""
    warehouse = warehouse_of(unit, options.warehouse)
    return warehouse, zone_of(unit.session, warehouse)


def moment(text: str, zone: tzinfo, *, end: bool = False) -> datetime:
    """A time as typed, by the warehouse's clock unless it names its offset; of a day its beginning, or its `end`."""
    with contextlib.suppress(ValueError):
        return moment_of(date.fromisoformat(text.strip()), DAY_MIN if end else 0, zone)
    return history.moment_of(text, str(zone))


def said(found: tuple[Against, ...], output: Output) -> list[str]:
    """What speaks against a window, in words."""
    return [output.texts.error(f"docks.{one.problem}", one.facts)[0] for one in found]


def values(one: Appointment, plan: Plan) -> dict[str, object]:
    """An appointment for programs: times by the warehouse's clock, with their offset."""
    timing, minutes = timing_of(one, clock.now())
    named = asdict(one) | {"door": plan.name_of(one.door), "timing": timing, "minutes": minutes}
    return {
        name: value.astimezone(plan.zone).isoformat() if isinstance(value, datetime) else value
        for name, value in named.items()
    }


def line(one: Appointment, plan: Plan, output: Output) -> str:
    """An appointment for people."""
    start, end = (at.astimezone(plan.zone) for at in one.window)
    state = output.texts.state("dock_state", one.state)
    timing, minutes = timing_of(one, clock.now())
    late = output.texts.text("captions", f"docks.timing.{timing}", {"minutes": minutes})
    papers = " ".join(paper.number for paper in one.papers)
    door = plan.name_of(one.door) or "–"
    parts = (one.load.carrier or one.partner_name, papers, one.plate)
    return (
        f"{one.number}  {start:%Y-%m-%d %H:%M}-{end:%H:%M}  {door:<8} {state:<12}"
        f" {'' if timing is Timing.AWAITED else late:<20} {'  '.join(part for part in parts if part)}"
    ).rstrip()
