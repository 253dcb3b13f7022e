"""The form of taking a posting back: as a whole, or of the lines in hand so much each, and why."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID, uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import Refusal
from app.domain.values import format_quantity, parse_quantity
from app.services.stock import MoveRow, Withdrawal
from app.stations.kit.kit import Kit
from app.stations.stock.form import offer_reasons

MOST_LINES = 4
"""For how many lines quantities can be typed; of more lines, all that is left is taken back."""
WHOLE, LINES = "whole", "lines"


class ReverseForm(QWidget):
    """Says what was posted, asks how much of it is taken back, and why. `lines` are of one posting, in hand."""

    changed = Signal()

    def __init__(self, kit: Kit, lines: Sequence[MoveRow], warehouse: UUID, reasons: tuple[str, ...]) -> None:
        super().__init__()
        self._kit, self._lines, self._warehouse = kit, tuple(lines), warehouse
        self.title = QLabel(self._title(), wordWrap=True)
        self.title.setProperty("role", "heading")
        self.effect = QLabel(wordWrap=True)
        self.effect.setProperty("role", "body")
        self.scope, self.reason = QComboBox(), QComboBox()
        self.quantities: dict[int, QLineEdit] = {}
        for code in (WHOLE, LINES):
            words = kit.texts.text("choices", f"stock.reverse_{code}", {"count": len(lines)})
            self.scope.addItem(words, code)
        offer_reasons(kit, self.reason, reasons)
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        self._add(kit.texts.text("captions", "stock.scope"), self.scope)
        if len(lines) <= MOST_LINES:
            for line in lines:
                self._ask_quantity(line)
        self._add(kit.texts.text("captions", "stock.reason"), self.reason)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 8)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addLayout(self._row)
        column.addWidget(self.effect)
        self.scope.currentIndexChanged.connect(lambda _n: self._told())
        self._told()

    def wish(self) -> Withdrawal:
        """What is to be taken back, under a request of its own; refuses what cannot be read or is missing."""
        reason = str(self.reason.currentData() or "")
        if not reason:
            raise Refusal("stock.reason_missing")
        lines = tuple((line.line, self._amount(line)) for line in self._lines) if self._in_part else ()
        return Withdrawal(uuid4(), self._warehouse, self._lines[0].posting, reason, lines)

    def start(self) -> None:
        """Begin at how much."""
        self.scope.setFocus()

    def stop(self) -> None:
        """Nothing is under way."""

    # - inside -

    @property
    def _in_part(self) -> bool:
        return bool(self.scope.currentData() == LINES)

    def _title(self) -> str:
        first, more = self._lines[0], len(self._lines) - 1
        facts = {
            "kind": self._kit.texts.word("move_kind", first.kind),
            "sku": first.sku,
            "amount": format_quantity(first.quantity, first.unit),
            "person": first.person_name,
            "more": more,
        }
        return self._kit.texts.text("captions", "stock.reverse_title_lines" if more else "stock.reverse_title", facts)

    def _ask_quantity(self, line: MoveRow) -> None:
        box = QLineEdit(format_quantity(_left(line)))
        box.setFixedWidth(self._kit.theme.px(150))
        self.quantities[line.line] = box
        facts = {"line": line.line, "sku": line.sku, "unit": line.unit}
        self._add(self._kit.texts.text("captions", "stock.reverse_line", facts), box)

    def _add(self, caption: str, widget: QWidget) -> None:
        label = QLabel(caption)
        label.setProperty("role", "caption")
        label.setBuddy(widget)
        widget.setAccessibleName(caption)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(label)
        column.addWidget(widget)
        self._row.addLayout(column)

    def _amount(self, line: MoveRow) -> Decimal:
        if line.line not in self.quantities:
            return _left(line)
        text = self.quantities[line.line].text().strip()
        if not text:
            raise Refusal("stock.quantity_missing")
        return parse_quantity(text)

    def _told(self) -> None:
        for box in self.quantities.values():
            box.setEnabled(self._in_part)
        code = "stock.effect_reverse_lines" if self._in_part else "stock.effect_reverse"
        self.effect.setText(self._kit.texts.text("captions", code, {"count": len(self._lines)}))
        self.changed.emit()


def _left(line: MoveRow) -> Decimal:
    """What was not taken back yet of a line, in base units."""
    return line.quantity - line.taken_back
