"""What became of an appointment, as a sheet of its own."""

from collections.abc import Sequence

from app.domain.docks import Appointment
from app.services.docks import planning
from app.services.docks.planning import Passage
from app.stations.kit.desk import DeskScreen, Sheet, page_of
from app.stations.kit.record_table import Column, Record

COLUMNS = (
    Column("when", "desk.when", 180, identifier=True),
    Column("what", "docks.state", 160),
    Column("door", "docks.door", 110, identifier=True),
    Column("window", "docks.window", 220, identifier=True),
    Column("person", "stock.person", 180),
    Column("reason", "stock.reason", 360),
)


def story_of(desk: DeskScreen, one: Appointment) -> Sheet:
    """Every state and every move of an appointment, who did it and when; times of this station's clock."""

    def read() -> Sequence[Record]:
        found = desk.work.run(lambda unit: planning.history(unit, one.id))
        return [
            Record(
                n,
                (
                    f"{each.at.astimezone():%Y-%m-%d %H:%M:%S}",
                    _what(desk, each),
                    each.door,
                    f"{each.starts_at.astimezone():%Y-%m-%d %H:%M} – {each.ends_at.astimezone():%H:%M}",
                    each.person,
                    _reason(desk, each.reason),
                ),
                made_of=each,
            )
            for n, each in enumerate(found)
        ]

    facts = (one.load.carrier, one.partner_name, ", ".join(paper.number for paper in one.papers), one.plate)
    return Sheet(
        "docks.story",
        one.number,
        COLUMNS,
        page_of(COLUMNS, read),
        lambda _query: "",
        facts=lambda: "   ·   ".join(part for part in facts if part),
    )


def _what(desk: DeskScreen, each: Passage) -> str:
    """The step, and who took it back."""
    step = desk.texts.state("dock_state", each.what)
    return desk.words("docks.taken_back", step=step, person=each.taken_back_by) if each.taken_back_by else step


def _reason(desk: DeskScreen, reason: str) -> str:
    """Why, in words: chosen at the gate, or typed."""
    known = f"leave.{reason}"
    return desk.choice(known) if desk.texts.has("choices", known) else reason
