"""The sheet of past shortages: when stock was below zero where that is allowed, and what became of it."""

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.domain.values import format_quantity
from app.services.history import NegativeSpell
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record, RecordTable
from app.stations.stock.sheet import moment
from app.texts import Texts

SHORTAGES = (
    Column("since", "stock.short_since", 170, sortable=False, identifier=True),
    Column("until", "stock.short_until", 170, sortable=False, identifier=True),
    Column("address", "reports.address", 150, sortable=False, identifier=True),
    Column("sku", "reports.sku", 110, sortable=False, identifier=True),
    Column("name", "reports.name", 180, sortable=False),
    Column("lot", "reports.lot_or_serial", 100, sortable=False, identifier=True),
    Column("lowest", "stock.short_lowest", 100, numeric=True, sortable=False),
    Column("caused", "stock.short_caused", 180, sortable=False),
    Column("settled", "stock.short_settled", 180, sortable=False),
)
WHICH = ("all", "lasting", "settled")


class ShortagesSheet(QWidget):
    """Shortages, the newest first; `opened` carries the one whose movements somebody wants to see."""

    opened = Signal(object)
    arranged = Signal()

    def __init__(self, kit: Kit, read: Callable[[], Sequence[NegativeSpell]], warehouse: UUID) -> None:
        super().__init__()
        self._texts, self._read = kit.texts, read
        self.warehouse = warehouse
        title = kit.texts.text("titles", "stock.shortages")
        self.table = RecordTable(kit, SHORTAGES, self._page, title=title, nothing=self._nothing)
        self.which = QComboBox()
        self.which.setAccessibleName(kit.texts.text("captions", "stock.short_which"))
        for which in WHICH:
            self.which.addItem(kit.texts.text("choices", f"stock.short_{which}"), which)
        self.which.currentIndexChanged.connect(lambda _n: self.table.open())
        self.table.add_to_bar(self.which)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        self.table.opened.connect(lambda record: self.opened.emit(record.made_of))
        self.table.arranged.connect(self.arranged)
        self.table.open()

    def in_hand(self) -> NegativeSpell | None:
        """The shortage in hand: the first one selected."""
        selected = self.table.selected()
        spell = selected[0].made_of if selected else None
        return spell if isinstance(spell, NegativeSpell) else None

    def _page(self, after: Record | None, _limit: int, query: Query) -> Sequence[Record]:
        """All of them at once: there are few, or something is wrong with the warehouse."""
        if after is not None:
            return []
        which, words = self.which.currentData(), query.text.lower().split()
        records = (_record(spell, self._texts) for spell in self._read() if _is(spell, which))
        return [record for record in records if all(word in " ".join(record.cells).lower() for word in words)]

    def _nothing(self, query: Query) -> str:
        return self._texts.text("hints", "stock.no_match" if query.text else "stock.no_shortages", {"text": query.text})


def _is(spell: NegativeSpell, which: str) -> bool:
    return which == "all" or (spell.until is None) == (which == "lasting")


def _record(spell: NegativeSpell, texts: Texts) -> Record:
    lasts = spell.until is None
    cells = (
        moment(spell.since),
        texts.text("captions", "stock.short_lasts") if spell.until is None else moment(spell.until),
        spell.address,
        spell.sku,
        spell.name,
        spell.lot,
        format_quantity(spell.lowest, spell.unit),
        f"{texts.word('move_kind', spell.kind)}, {spell.person}",
        "" if lasts else f"{texts.word('move_kind', spell.settled_kind)}, {spell.settled_by}",
    )
    key = (spell.location, spell.item, spell.trace, spell.since)
    return Record(key, cells, made_of=spell, tints=((1, "caution"),) if lasts else ())
