"""A sheet laid over the list of stock: movements of something, the lines of a posting, or a document."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import Refusal
from app.domain.values import filter_words, format_quantity
from app.services import clock
from app.services.stock import Document, MovePage, MoveQuery, MoveRow
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record, RecordTable
from app.stations.stock.photos import PhotoRow, ReadPhoto
from app.texts import Texts

_CHANGE_PX = 210
MOVES = (
    Column("effective", "stock.effective", 150, sortable=False, identifier=True),
    Column("kind", "stock.kind", 110, sortable=False, identifier=True),
    Column("sku", "reports.sku", 100, sortable=False, identifier=True),
    Column("quantity", "reports.quantity", 78, numeric=True, sortable=False),
    Column("from", "stock.from", 130, sortable=False, identifier=True),
    Column("to", "stock.to", 130, sortable=False, identifier=True),
    Column("lot", "reports.lot_or_serial", 90, sortable=False, identifier=True),
    Column("change", "stock.change", 110, sortable=False, identifier=True),
    Column("reason", "stock.reason", 110, sortable=False),
    Column("document", "stock.document", 90, sortable=False, identifier=True),
    Column("person", "stock.person", 100, sortable=False),
    Column("station", "stock.station", 80, sortable=False, identifier=True, shown=False),
    Column("recorded", "stock.recorded", 90, sortable=False, identifier=True, shown=False),
    Column("seal", "stock.seal", 60, sortable=False, identifier=True, shown=False),
    Column("trail", "stock.trail", 90, sortable=False),
)
OF_A_POSTING = tuple(
    replace(
        one, shown=one.shown and one.name != "person", width_px=_CHANGE_PX if one.name == "change" else one.width_px
    )
    for one in MOVES
)
"""In a posting the person stands above the lines, which leaves room for what changed."""
LINES = (
    Column("line", "reports.line", 50, numeric=True, sortable=False),
    Column("sku", "reports.sku", 120, sortable=False, identifier=True),
    Column("name", "reports.name", 240, sortable=False),
    Column("asked", "reports.ordered", 90, numeric=True, sortable=False),
    Column("unit", "reports.unit", 60, sortable=False, identifier=True),
    Column("done", "stock.progress", 260, sortable=False, identifier=True),
    Column("state", "stock.line_state", 90, sortable=False, identifier=True),
)
PERIODS_DAYS = (31, 1, 7, 366, 0)
"""Periods to choose from, the first one at the start; 0 is everything."""
OWN_DAYS = -1
"""A period of one's own, from a day to a day."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Something whose movements may be asked for: `words` say what it is."""

    words: str
    asked: MoveQuery


class MovesSheet(QWidget):
    """Movements of one of several scopes within a period, newest first; Enter looks into the posting of one."""

    opened = Signal(object)
    arranged = Signal()

    def __init__(
        self,
        kit: Kit,
        scopes: Sequence[Scope],
        read: Callable[[MoveQuery, MoveRow | None, int], MovePage],
        *,
        title: str,
        facts: str = "",
        ever: bool = False,
    ) -> None:
        super().__init__()
        self._kit, self._read, self._scopes = kit, read, tuple(scopes)
        self.table = RecordTable(kit, OF_A_POSTING if ever else MOVES, self._page, title=title, nothing=self._nothing)
        self.whose = QComboBox()
        self.whose.setAccessibleName(kit.texts.text("captions", "stock.whose"))
        self.whose.addItems([scope.words for scope in scopes])
        self.period = QComboBox()
        self.period.setAccessibleName(kit.texts.text("captions", "stock.period"))
        for days in PERIODS_DAYS:
            self.period.addItem(kit.texts.text("choices", f"stock.period_{days}"), days)
        self.period.addItem(kit.texts.text("choices", "stock.period_own"), OWN_DAYS)
        self.period.setCurrentIndex(len(PERIODS_DAYS) - 1 if ever else 0)
        for box in (self.whose, self.period):
            box.currentIndexChanged.connect(lambda _n: self._narrowed())
            self.table.add_to_bar(box)
            box.setVisible(not ever)
        self.since, self.until = (self._day_box(name) for name in ("since", "until"))
        self.facts = QLabel(facts, wordWrap=True)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts.setProperty("role", "hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.table.put_below_bar(self.facts)
        self.facts.setVisible(bool(facts))
        column.addWidget(self.table)
        self.table.opened.connect(self.opened)
        self.table.arranged.connect(self.arranged)
        self.table.open()

    def move_in_hand(self) -> MoveRow | None:
        """The movement in hand: the first one selected."""
        selected = self.table.selected()
        row = selected[0].made_of if selected else None
        return row if isinstance(row, MoveRow) else None

    def lines_in_hand(self) -> tuple[MoveRow, ...]:
        """The movements selected that belong to the posting of the first one."""
        moves = [record.made_of for record in self.table.selected() if isinstance(record.made_of, MoveRow)]
        return tuple(move for move in moves if move.posting == moves[0].posting)

    def asked(self, query: Query | None = None) -> MoveQuery:
        """What is shown."""
        scope = self._scopes[max(0, self.whose.currentIndex())].asked
        days = self.period.currentData()
        text = (query or self.table.model.query).text
        asked = replace(scope, words=filter_words(text))
        if days == OWN_DAYS:
            last = _day(self.until.text())
            until = last + timedelta(days=1) if last else scope.until
            return replace(asked, since=_day(self.since.text()) or scope.since, until=until)
        return replace(asked, since=clock.now() - timedelta(days=days) if days else scope.since)

    def _day_box(self, name: str) -> QLineEdit:
        """A box for a day, beside the period; it is there while a period of one's own is chosen."""
        box = QLineEdit(placeholderText=self._kit.texts.text("hints", f"stock.{name}"))
        box.setAccessibleName(self._kit.texts.text("captions", f"stock.{name}"))
        box.setFixedWidth(self._kit.theme.px(140))
        box.editingFinished.connect(self.table.open)
        self.table.add_to_bar(box)
        box.hide()
        return box

    def _narrowed(self) -> None:
        own = self.period.currentData() == OWN_DAYS
        for box in (self.since, self.until):
            box.setVisible(own)
        self.table.open()

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        behind = after.made_of if after else None
        assert behind is None or isinstance(behind, MoveRow)
        page = self._read(self.asked(query), behind, limit)
        this_year = clock.now().astimezone().year
        return [move_record(row, self._kit.texts, year=this_year) for row in page.rows]

    def _nothing(self, _query: Query) -> str:
        return self._kit.texts.text("hints", "stock.no_moves")


class DocumentSheet(QWidget):
    """A document to look at: who it is for, its lines with what is done of them, and the photos that were taken."""

    opened = Signal(object)
    arranged = Signal()

    def __init__(self, kit: Kit, document: Document, photo: ReadPhoto) -> None:
        super().__init__()
        self.document = document
        texts = kit.texts
        title = texts.text("captions", "stock.document_title", {"number": document.number})
        self.table = RecordTable(kit, LINES, self._page, title=title)
        self._texts = texts
        self.facts = QLabel(_document_facts(document, texts), wordWrap=True)
        self.facts.setProperty("role", "hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.table.put_below_bar(self.facts)
        column.addWidget(self.table)
        self.photos = PhotoRow(kit, document.photos, photo)
        self.photos.setVisible(bool(document.photos))
        column.addWidget(self.photos)
        self.table.opened.connect(self.opened)
        self.table.arranged.connect(self.arranged)
        self.table.open()

    def _page(self, after: Record | None, _limit: int, query: Query) -> Sequence[Record]:
        if after is not None:
            return []
        wanted = query.text.lower()
        lines = (line for line in self.document.lines if wanted in f"{line.sku} {line.name}".lower())
        return [
            Record(
                line.line,
                (
                    *(str(line.line), line.sku, line.name, format_quantity(line.asked), line.unit),
                    " · ".join(_progress(step, format_quantity(qty), self._texts) for step, qty in line.done),
                    self._texts.text("captions", "stock.line_closed" if line.closed else "stock.line_open"),
                ),
                made_of=line,
            )
            for line in lines
        ]


def move_record(row: MoveRow, texts: Texts, *, year: int | None = None) -> Record:
    """A movement as the table shows it; one that was taken back, or takes back, says so.

    Times of this `year` are written without it, so that they need not shrink beside long article numbers.
    """
    trail = ""
    if row.reverses:
        trail = texts.text("captions", "stock.reverses")
    elif row.taken_back:
        whole = row.taken_back >= row.quantity
        trail = texts.text(
            "captions",
            "stock.reversed" if whole else "stock.reversed_part",
            {"amount": format_quantity(row.taken_back)},
        )
    cells = (
        _when(row.effective_at.astimezone(), year),
        texts.word("move_kind", row.kind),
        row.sku,
        format_quantity(row.quantity, row.unit),
        *_places(row),
        " / ".join(part for part in (row.lot, row.serial) if part),
        _change(row, texts),
        texts.text("choices", f"reason.{row.reason}") if texts.has("choices", f"reason.{row.reason}") else row.reason,
        row.document_number,
        row.person_name,
        row.station,
        "" if row.recorded_at == row.effective_at else moment(row.recorded_at),
        texts.text("captions", "stock.unsealed") if row.seal is None else str(row.seal),
        trail,
    )
    return Record(row.id, cells, made_of=row, tints=((len(cells) - 1, "caution"),) if trail else ())


def moment(at: datetime) -> str:
    """A time as people read it here, to the second."""
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def _places(row: MoveRow) -> tuple[str, str]:
    """From where to where; the warehouse is named only where it changes."""
    site = row.from_place.partition("-")[0]
    if site and site == row.to_place.partition("-")[0]:
        return row.from_place.removeprefix(f"{site}-"), row.to_place.removeprefix(f"{site}-")
    return row.from_place, row.to_place


def _day(typed: str) -> datetime | None:
    """The beginning of a day as people here write it; None for none. Refuses what is no day."""
    if not typed.strip():
        return None
    try:
        return datetime.fromisoformat(typed.strip()).astimezone()
    except ValueError as error:
        raise Refusal("stock.no_moment", text=typed.strip()) from error


def _change(row: MoveRow, texts: Texts) -> str:
    """What else changed: status, handling unit, owner."""
    parts = []
    if row.from_status != row.to_status:
        parts.append((texts.word("status", row.from_status), texts.word("status", row.to_status)))
    if row.from_unit != row.to_unit:
        parts.append((row.from_unit or "–", row.to_unit or "–"))
    if row.from_owner != row.to_owner:
        own = texts.text("captions", "stock.own")
        parts.append((row.from_owner or own, row.to_owner or own))
    return ", ".join(f"{before} → {after}" for before, after in parts)


def _when(at: datetime, year: int | None) -> str:
    return f"{at:%m-%d %H:%M}" if at.year == year else f"{at:%Y-%m-%d %H:%M}"


def _document_facts(document: Document, texts: Texts) -> str:
    parts = (
        texts.word("document_kind", document.kind),
        document.partner,
        document.reference,
        texts.state("decision", document.decision),
        texts.text("captions", "stock.due", {"day": document.due}) if document.due else "",
        texts.text("captions", "stock.made", {"moment": moment(document.created_at), "person": document.created_by}),
    )
    return "   ·   ".join(part for part in parts if part)


def _progress(step: str, amount: str, texts: Texts) -> str:
    return f"{texts.word('step', step)} {amount}"
