"""The calendar of the docks as other programs read it, by the rules of RFC 5545."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from app.domain.docks import Appointment, Direction, Door, Load, Paper, Plan, State
from app.reports.dock_calendar import write_calendar
from app.texts import Texts

NOON = datetime(2030, 1, 7, 12, tzinfo=UTC)
DOOR = UUID(int=1)


def unfolded(data: bytes) -> list[str]:
    """The lines as a reader puts them together; none of them was too long, all ended as they must."""
    lines = data.decode().split("\r\n")
    assert lines.pop() == ""
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any("\n" in line or "\r" in line for line in lines)
    whole: list[str] = []
    for line in lines:
        if line.startswith(" "):
            whole[-1] += line[1:]
        else:
            whole.append(line)
    return whole


def value(text: str) -> str:
    """A value as it was before it was escaped."""
    marks = {"n": "\n", "N": "\n"}
    parts = iter(text)
    return "".join(marks.get(following := next(parts), following) if one == "\\" else one for one in parts)


def test_other_calendars_read_who_comes_when_to_which_door(tmp_path: Path) -> None:
    plan = Plan(UTC, (Door(DOOR, "DOCK1", "WH001-DOCK1", None),))
    note = "Ring twice; then wait,\nplease. " + "ÄÖÜ€😀" * 30
    one = Appointment(
        UUID(int=7), 3, "DA-000001", Load(Direction.INBOUND, carrier="Swift, Sons"), State.CONFIRMED, DOOR, NOON,
        NOON.replace(hour=13), note=note, papers=(Paper(UUID(int=2), "asn", "ASN-1"),),
    )  # fmt: skip
    gone = Appointment(UUID(int=8), 1, "DA-000002", Load(Direction.OUTBOUND), State.CANCELLED, None, NOON, NOON)
    file = tmp_path / "docks.ics"
    assert write_calendar(file, [one, gone], plan, texts=Texts.load(), place="WH001", now=NOON) == 2
    lines = unfolded(file.read_bytes())
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    events = " ".join(lines).count("BEGIN:VEVENT")
    assert events == 2
    first = dict(line.split(":", 1) for line in lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")])
    assert (first["DTSTART"], first["DTEND"]) == ("20300107T120000Z", "20300107T130000Z")
    assert (first["SEQUENCE"], first["STATUS"], value(first["LOCATION"])) == ("3", "CONFIRMED", "WH001 DOCK1")
    assert value(first["SUMMARY"]) == "DA-000001 · Swift, Sons"
    assert "Documents: ASN-1\n" in value(first["DESCRIPTION"])
    assert value(first["DESCRIPTION"]).endswith(f"Note: {note}")
    assert lines[-3] == "STATUS:CANCELLED"
