"""What happened to a document, as a sheet: decisions and postings, the latest first."""

from collections.abc import Sequence

from app.domain.values import format_quantity
from app.services import documents
from app.services.documents import Event
from app.stations.kit.desk.screen import DeskScreen
from app.stations.kit.desk.sheet import Sheet, page_of
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

COLUMNS = (
    Column("when", "desk.when", 160, identifier=True),
    Column("what", "desk.what", 160),
    Column("goods", "desk.goods", 240, identifier=True),
    Column("quantity", "reports.quantity", 110, identifier=True),
    Column("place", "stock.to", 150, identifier=True),
    Column("weight", "inbound.weight", 100, numeric=True),
    Column("person", "stock.person", 170),
    Column("station", "stock.station", 110, identifier=True),
    Column("reason", "stock.reason", 170),
)


def timeline_of(desk: DeskScreen, *, kind: str, number: str) -> Sheet:
    """The sheet of what happened to a document of a kind."""
    texts = desk.texts

    def read() -> Sequence[Record]:
        events = desk.work.run(lambda unit: documents.timeline(unit, kind=kind, number=number))
        return [_record(n, event, texts) for n, event in enumerate(events)]

    title = desk.words("desk.timeline", number=number)
    return Sheet("desk.timeline", title, COLUMNS, page_of(COLUMNS, read), lambda _query: texts.text("hints", "no_rows"))


def _record(n: int, event: Event, texts: Texts) -> Record:
    what = texts.word("move_kind", event.kind) if event.kind else texts.state("decision", event.decision)
    if event.taken_back:
        what = f"{what} ({texts.text('captions', 'stock.reverses')})"
    quantity = format_quantity(event.quantity) if event.quantity else ""
    if event.lines and not event.quantity:
        quantity = texts.text("captions", "desk.quantity_lines", {"lines": event.lines})
    code = f"reason.{event.reason}"
    reason = texts.text("choices", code) if texts.has("choices", code) else event.reason
    when = f"{event.at.astimezone():%Y-%m-%d %H:%M:%S}"
    weight = format_quantity(event.weight_kg) if event.weight_kg else ""
    cells = (when, what, event.goods, quantity, event.place, weight, event.person, event.station, reason)
    return Record(n, cells, made_of=event)
