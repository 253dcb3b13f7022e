"""The appointments of the docks as a calendar file that other calendars read (iCalendar, RFC 5545).

Times are UTC, so that no reader needs our time zones; an appointment that was changed replaces the one that was read
before, by its number and version.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from app.domain.docks import Appointment, Plan, State
from app.reports.files import replacing
from app.texts import Texts

_OCTETS = 75
"""So long a line may be; longer ones go on in the next, behind a blank (RFC 5545, 3.1)."""
_STATUS = {State.PLANNED: "TENTATIVE", State.NO_SHOW: "CANCELLED", State.CANCELLED: "CANCELLED"}


def write_calendar(
    path: Path, appointments: Iterable[Appointment], plan: Plan, *, texts: Texts, place: str, now: datetime
) -> int:
    """Write appointments into a file at `path`; `place` is the warehouse. Returns how many."""
    found = tuple(appointments)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Stockhand//Docks//EN", "METHOD:PUBLISH"]
    for one in found:
        lines.extend(_event(one, plan, texts, place, now))
    lines.append("END:VCALENDAR")
    with replacing(path) as file:
        file.write("".join(_folded(line) for line in lines).encode())
    return len(found)


def _event(one: Appointment, plan: Plan, texts: Texts, place: str, now: datetime) -> Iterator[str]:
    who = one.load.carrier or one.partner_name
    yield "BEGIN:VEVENT"
    yield f"UID:{one.id}@stockhand"
    yield f"SEQUENCE:{one.version}"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"DTSTART:{_utc(one.starts_at)}"
    yield f"DTEND:{_utc(one.ends_at)}"
    yield f"SUMMARY:{_escaped(' · '.join(part for part in (one.number, who) if part))}"
    yield f"LOCATION:{_escaped(' '.join(part for part in (place, plan.name_of(one.door)) if part))}"
    yield f"DESCRIPTION:{_escaped(chr(10).join(_told(one, texts)))}"
    yield f"STATUS:{_STATUS.get(one.state, 'CONFIRMED')}"
    yield "END:VEVENT"


def _told(one: Appointment, texts: Texts) -> Iterator[str]:
    """What else is known of a truck, a line each."""
    told = (
        ("docks.state", texts.state("dock_state", one.state)),
        ("docks.direction", texts.text("choices", f"dock_direction.{one.load.direction}")),
        ("docks.partner", one.partner_name),
        ("docks.documents", ", ".join(paper.number for paper in one.papers)),
        ("docks.vehicle", texts.state("vehicle", one.load.vehicle)),
        ("docks.plate", one.plate),
        ("docks.driver", one.driver),
        ("docks.contact", one.contact),
        ("docks.pallets", str(one.load.pallets or "")),
        ("docks.lines", str(one.load.lines or "")),
        ("docks.note", one.note),
    )
    for caption, value in told:
        if value:
            yield f"{texts.text('captions', caption)}: {value}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Text as a value (3.3.11): what separates values is marked, a line's end is written out."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, "\\" + mark)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line, cut where it is too long, never within a character."""
    parts, held = [""], 0
    for character in line:
        wide = len(character.encode())
        if held + wide > _OCTETS:
            parts.append(" ")
            held = 1
        parts[-1] += character
        held += wide
    return "\r\n".join(parts) + "\r\n"
