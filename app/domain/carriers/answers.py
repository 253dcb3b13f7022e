"""The files that a carrier answers with: tracking numbers, faults, and whether a truck comes; formats as data.

With `answer_columns` the cells are known by their place, in CSV or in fixed widths; without them by the headings that
the set-up names.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.carriers.formats import separator
from app.domain.carriers.model import TrackEvent
from app.domain.carriers.setup import ANSWER_SOURCES, CarrierSetup
from app.domain.errors import Refusal


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of a carrier's answer: which of ours it is about, and the tracking number, or what is wrong with it.

    For a pickup or a label that was given back `tracking` is the carrier's own word for it, where it says one. An
    `event` with its `moment` and `place` is what became of a carton on its way.
    """

    line: int
    reference: str
    tracking: str
    fault: str = ""
    event: str = ""
    moment: str = ""
    place: str = ""


def read_answers(carrier: CarrierSetup, content: bytes) -> tuple[Answer, ...]:
    """What a carrier answered, line by line.

    Refuses `carriers.unreadable_answer` where the letters or the headings are others.
    """
    try:
        text = content.decode(carrier.text("encoding", "utf-8"))
    except UnicodeDecodeError as wrong:
        raise Refusal("carriers.unreadable_answer", carrier=carrier.name, missing=str(wrong.reason)) from wrong
    text = text.removeprefix("\ufeff")
    return tuple(
        Answer(n, *(row.get(name, "") for name in ("reference", "tracking", "fault", "event", "moment", "place")))
        for n, row in _rows(carrier, text)
        if any(row.values())
    )


def event_of(carrier: CarrierSetup, answer: Answer, *, now: datetime) -> TrackEvent:
    """What a line says of a carton on its way, by what the carrier's words mean; an unknown word is on its way.

    Moments are ISO 8601, or as the set-up's `moment_format` says (Python's strftime); without a time zone they are UTC,
    and none is now. Refuses `carriers.unreadable_moment`.
    """
    known = dict(carrier.events).get(answer.event.casefold())
    state, words = (known, "") if known else ("in_transit", answer.event)
    if not answer.moment:
        return TrackEvent(now, state, answer.place, words)
    form = carrier.text("moment_format")
    try:
        at = datetime.strptime(answer.moment, form) if form else datetime.fromisoformat(answer.moment)  # noqa: DTZ007
    except ValueError as wrong:
        raise Refusal("carriers.unreadable_moment", moment=answer.moment, form=form or "2027-01-31T14:05") from wrong
    return TrackEvent(at if at.tzinfo else at.replace(tzinfo=UTC), state, answer.place, words)


def _rows(carrier: CarrierSetup, text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The cells of each line with its number, by what they hold."""
    columns = carrier.answer_columns
    if columns and carrier.text("answer_layout") == "fixed":
        for n, whole in enumerate(text.splitlines(), 1):
            ends = [sum(one.width or 0 for one in columns[: m + 1]) for m in range(len(columns))]
            cells = (whole[end - (one.width or 0) : end].strip() for one, end in zip(columns, ends, strict=True))
            yield n, _named((one.source for one in columns), cells)
        return
    lines = list(csv.reader(io.StringIO(text), delimiter=separator(carrier)))
    if columns:
        for n, line in enumerate(lines, 1):
            yield n, _named((one.source for one in columns), line)
        return
    sources = _headings(carrier, [cell.strip() for cell in lines[0]] if lines else [])
    for n, line in enumerate(lines[1:], 2):
        yield n, _named(sources, line)


def _named(sources: Iterable[str], cells: Iterable[str]) -> Mapping[str, str]:
    return {source: cell.strip() for source, cell in zip(sources, cells, strict=False)}


def _headings(carrier: CarrierSetup, headings: list[str]) -> list[str]:
    """What each column holds by its heading; the first line of a file that names other ones is refused."""
    wanted = {carrier.text(f"answer_{source}", source): source for source in ANSWER_SOURCES if source != "nothing"}
    tells_events = any(wanted.get(heading) == "event" for heading in headings)
    known_by = ("tracking",) if tells_events else ("reference", "tracking")
    needed = [heading for heading, source in wanted.items() if source in known_by]
    if missing := [heading for heading in needed if heading not in headings]:
        raise Refusal("carriers.unreadable_answer", carrier=carrier.name, missing=", ".join(missing))
    return [wanted.get(heading, "nothing") for heading in headings]
