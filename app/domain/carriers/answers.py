"""The files that a carrier answers with: tracking numbers, faults, and whether a truck comes; formats as data.

With `answer_columns` the cells are known by their place, in CSV or in fixed widths; without them by the headings that
the set-up names.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.domain.carriers.formats import separator
from app.domain.carriers.setup import CarrierSetup
from app.domain.errors import Refusal


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of a carrier's answer: which of ours it is about, and the tracking number, or what is wrong with it.

    For a pickup or a label that was given back `tracking` is the carrier's own word for it, where it says one.
    """

    line: int
    reference: str
    tracking: str
    fault: str = ""


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
        Answer(n, row.get("reference", ""), row.get("tracking", ""), row.get("fault", ""))
        for n, row in _rows(carrier, text)
        if any(row.values())
    )


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
    wanted = {carrier.text(f"answer_{source}", source): source for source in ("reference", "tracking", "fault")}
    needed = [heading for heading, source in wanted.items() if source != "fault"]
    if missing := [heading for heading in needed if heading not in headings]:
        raise Refusal("carriers.unreadable_answer", carrier=carrier.name, missing=", ".join(missing))
    return [wanted.get(heading, "nothing") for heading in headings]
