"""The rows of the docks' lists: appointments, doors, shifts, the record of carriers."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.docks import (
    OVER,
    Appointment,
    CarrierRecord,
    Closure,
    Door,
    Learned,
    Plan,
    Shift,
    State,
    Timing,
    clock,
    timing_of,
    write_hours,
)
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

APPOINTMENTS = (
    Column("number", "docks.number", 110, identifier=True),
    Column("day", "docks.day", 110, identifier=True),
    Column("from", "docks.from", 70, identifier=True),
    Column("until", "docks.until", 70, identifier=True),
    Column("door", "docks.door", 90, identifier=True),
    Column("state", "docks.state", 120),
    Column("timing", "docks.timing", 130),
    Column("carrier", "docks.carrier", 140),
    Column("partner", "docks.partner", 170),
    Column("documents", "docks.documents", 160, identifier=True),
    Column("pallets", "docks.pallets", 80, numeric=True),
    Column("lines", "docks.lines", 80, numeric=True),
    Column("work", "docks.work_min", 90, numeric=True),
    Column("plate", "docks.plate", 110, identifier=True),
    Column("driver", "docks.driver", 120, shown=False),
    Column("contact", "docks.contact", 120, shown=False),
    Column("note", "docks.note", 200, shown=False),
    Column("reason", "docks.reason_against", 200, shown=False),
)
DOORS = (
    Column("door", "docks.door", 110, identifier=True),
    Column("address", "reports.address", 150, identifier=True),
    Column("direction", "docks.direction", 110),
    Column("hours", "docks.open", 280),
    Column("vehicles", "docks.vehicle", 220),
    Column("temperatures", "docks.temperatures", 160),
    Column("pallets", "docks.pallets_per_hour", 120, numeric=True),
    Column("lines", "docks.lines_per_hour", 120, numeric=True),
    Column("state", "docks.use", 200),
)
SHIFTS = (
    Column("day", "docks.day", 150, identifier=True),
    Column("times", "docks.times", 140, identifier=True),
    Column("name", "docks.shift", 140),
    Column("people", "docks.people", 90, numeric=True),
    Column("names", "docks.names", 420),
)
CARRIERS = (
    Column("carrier", "docks.carrier", 240),
    Column("trucks", "docks.trucks", 90, numeric=True),
    Column("early", "docks.early", 90, numeric=True),
    Column("on_time", "docks.on_time", 90, numeric=True),
    Column("late", "docks.late", 90, numeric=True),
    Column("no_shows", "docks.no_shows", 110, numeric=True),
    Column("punctual", "docks.punctual", 100, numeric=True),
    Column("waiting", "docks.waiting_min", 120, numeric=True),
    Column("working", "docks.working_min", 120, numeric=True),
    Column("turn", "docks.turn_min", 150, numeric=True),
)
RATES = (
    Column("direction", "docks.direction", 110),
    Column("vehicle", "docks.vehicle", 140),
    Column("trucks", "docks.trucks", 80, numeric=True),
    Column("per_truck", "docks.rate_truck", 150, numeric=True),
    Column("per_pallet", "docks.rate_pallet", 150, numeric=True),
    Column("per_line", "docks.rate_line", 150, numeric=True),
    Column("per_piece", "docks.rate_piece", 150, numeric=True),
    Column("off_now", "docks.off_now", 120, numeric=True),
    Column("off_learned", "docks.off_learned", 120, numeric=True),
    Column("verdict", "docks.rates_verdict", 180),
)


def appointment_record(one: Appointment, plan: Plan, texts: Texts, now: datetime) -> Record:
    """An appointment: when, where, how far, and whether it is late."""
    start, end = (at.astimezone(plan.zone) for at in one.window)
    timing, minutes = timing_of(one, now)
    said = texts.text("captions", f"docks.timing.{timing}", {"minutes": minutes})
    quiet = timing is Timing.AWAITED or (one.state in OVER and one.state is not State.LEFT)
    cells = (
        one.number,
        f"{start:%Y-%m-%d}",
        f"{start:%H:%M}",
        f"{end:%H:%M}",
        plan.name_of(one.door),
        texts.state("dock_state", one.state),
        "" if quiet else said,
        one.load.carrier,
        one.partner_name,
        ", ".join(paper.number for paper in one.papers),
        str(one.load.pallets or ""),
        str(one.load.lines or ""),
        str(one.work_min or ""),
        one.plate,
        one.driver,
        one.contact,
        one.note,
        one.reason,
    )
    late = ((6, "bad"),) if timing in (Timing.LATE, Timing.OVERDUE) and not quiet else ()
    return Record(one.id, cells, made_of=one, tints=late)


def door_record(door: Door, closures: Sequence[Closure], texts: Texts) -> Record:
    """A door: what it takes and when, and whether it is closed."""
    shut = ", ".join(one.reason for one in closures if one.door == door.id)
    use = "docks.in_use" if door.active else "docks.out_of_use_now"
    closed = f"{texts.text('captions', 'docks.closed_now')}: {shut}" if shut else texts.text("captions", use)
    cells = (
        door.name,
        door.address,
        texts.text("choices", f"dock_direction.{door.direction or 'both'}"),
        write_hours(door.openings) or texts.text("captions", "docks.always"),
        ", ".join(texts.state("vehicle", one) for one in sorted(door.vehicles)),
        ", ".join(texts.state("temperature_need", one) for one in sorted(door.temperatures)),
        str(door.pallets_per_hour or ""),
        str(door.lines_per_hour or ""),
        closed,
    )
    return Record(door.id, cells, made_of=door, tints=((8, "bad"),) if shut else ())


def shift_record(one: Shift, texts: Texts) -> Record:
    """A shift: when, how many, who."""
    weekday = texts.text("captions", f"docks.weekday.{one.day.weekday()}")
    times = f"{clock(one.starts)}-{clock(one.ends)}"
    return Record(one.id, (f"{one.day} {weekday}", times, one.name, str(one.people), one.names), made_of=one)


def carrier_record(one: CarrierRecord) -> Record:
    """How punctual a carrier is, and how long its trucks stand."""
    means = ("" if each is None else str(each) for each in (one.waiting_min, one.working_min, one.turn_min))
    counts = (one.trucks, one.early, one.on_time, one.late, one.no_shows, one.punctual_percent)
    return Record(one.carrier, (one.carrier or "–", *map(str, counts), *means), made_of=one)


def learned_record(one: Learned, texts: Texts) -> Record:
    """What finished trucks of a kind took, beside the rates that hold now: minutes a truck, pallet, line and piece."""
    names = ("per_truck", "per_pallet", "per_line", "per_piece")
    rates = (f"{getattr(one.rates, name):f} ({getattr(one.now, name):f})" for name in names)
    verdict = texts.text("captions", "docks.rates_better" if one.better else "docks.rates_as_good")
    cells = (
        texts.text("choices", f"dock_direction.{one.direction}"),
        texts.state("vehicle", one.vehicle),
        str(one.trucks),
        *rates,
        str(one.off_before),
        str(one.off_after),
        verdict,
    )
    tints = ((9, "good"),) if one.better else ()
    return Record(f"{one.direction} {one.vehicle}", cells, made_of=one, tints=tints)
