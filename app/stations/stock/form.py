"""The form of a correction, under the list: what to do with the row in hand, and what it will then hold.

Nothing is booked by Enter: it leads to the next field, and the key of the form books.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.domain.errors import Fault, Refusal
from app.domain.values import format_quantity, parse_in_units, parse_quantity
from app.services.stock import HELD, Action, Choices, Effect, Place, StockRow, Wish, effect
from app.stations.kit.kit import Kit
from app.stations.kit.tasks import Stopped, Task

_ZERO = re.compile(r"\s*0+(\.0*)?\s*\Z")
NIL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class _Field:
    """A caption above what is asked."""

    caption: QLabel
    widget: QWidget


class ActionForm(QWidget):
    """Asks what an action needs. `changed` whenever the answer may be another one."""

    changed = Signal()

    def __init__(
        self,
        kit: Kit,
        action: Action,
        row: StockRow,
        warehouse: UUID,
        choices: Choices,
        find_place: Callable[[str], Place],
    ) -> None:
        super().__init__()
        self._kit, self.action, self.row, self._warehouse = kit, action, row, warehouse
        self._choices, self._find_place = choices, find_place
        self._place: Place | None = None
        self._place_trouble: Stopped | None = None
        self._task: Task | None = None
        self._fields: dict[str, _Field] = {}
        self.title = QLabel(self._title(), wordWrap=True)
        self.title.setProperty("role", "heading")
        self.effect = QLabel(wordWrap=True)
        self.effect.setProperty("role", "body")
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.mode, self.status, self.scope, self.unit, self.reason = (QComboBox() for _ in range(5))
        self.quantity, self.target, self.weight = QLineEdit(), QLineEdit(), QLineEdit()
        self._build()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 8)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addLayout(self._row)
        column.addWidget(self.effect)
        self._told()

    # - what it says -

    def wish(self) -> Wish:
        """What is asked, under a request of its own; refuses what cannot be read or is missing."""
        wish = self._asked()
        if not wish.reason and self.action is not Action.MOVE:
            raise Refusal("stock.reason_missing")
        return wish

    def _asked(self) -> Wish:
        """What is asked so far, with or without a reason."""
        if self.action is Action.MOVE and self._place is None:
            if isinstance(self._place_trouble, Refusal):
                raise self._place_trouble
            raise Refusal("stock.place_missing")
        quantity = self._amount()
        return Wish(
            request=uuid4(),
            warehouse=self._warehouse,
            action=self.action,
            row=self.row,
            quantity=quantity,
            reason=str(self.reason.currentData() or ""),
            status=str(self.status.currentData() or "") if self.action is Action.HOLD else "",
            target=self._place.id if self._place else None,
            whole_lot=self.action is Action.HOLD and self._whole,
            whole_unit=self.action is Action.MOVE and self._whole,
            weight_kg=self._weight(quantity),
        )

    def follow(self, row: StockRow) -> None:
        """The same goods as they are now: what will be is said anew, what was typed stays."""
        if self._same(row) and row != self.row:
            self.row = row
            self._told()

    def take_scan(self, code: str) -> bool:
        """A scan fills the place to move to; elsewhere it is out of place here."""
        if self.action is not Action.MOVE:
            return False
        self.target.setText(code)
        self.look_for_place()
        return True

    def look_for_place(self) -> None:
        """Ask which place was typed or scanned."""
        code = self.target.text().strip()
        self._place = self._place_trouble = None
        if self._task is not None:
            self._task.cancel()
        if code:
            self._task = self._kit.tasks.start(
                lambda _progress: self._find_place(code), owner=self, done=self._found, failed=self._not_found
            )
        self._told()

    def stop(self) -> None:
        """Want no answer any more."""
        if self._task is not None:
            self._task.cancel()

    def start(self) -> None:
        """Begin where something is to be typed; where nothing is, at the first choice."""
        first = self.target if self.action is Action.MOVE else self.quantity
        if first.isEnabled():
            first.setFocus()
            first.selectAll()
        else:
            next(iter(self._fields.values())).widget.setFocus()

    # - inside -

    @property
    def _whole(self) -> bool:
        return bool(self.scope.currentData())

    def _same(self, row: StockRow) -> bool:
        """Whether a row is about the goods of this form, at the same place."""
        key = attrgetter("item", "location", "trace", "unit_id", "owner", "status")
        return bool(key(row) == key(self.row))

    def _title(self) -> str:
        row = self.row
        facts = {
            "action": self._kit.texts.text("commands", self.action.name),
            "sku": row.sku,
            "place": row.address,
            "lot": " ".join(part for part in (row.lot, row.serial) if part),
        }
        code = "stock.form_title_lot" if facts["lot"] else "stock.form_title"
        if not facts["place"]:
            code = "stock.form_title_lot_anywhere"
        return self._kit.texts.text("captions", code, facts)

    def _build(self) -> None:
        match self.action:
            case Action.ADJUST:
                for code in ("counted", "difference"):
                    self.mode.addItem(self._kit.texts.text("choices", f"stock.{code}"), code)
                self._add("stock.mode", self.mode)
            case Action.HOLD:
                self._offer_statuses()
                if self.row.location == NIL:  # a row of a lot, wherever it lies
                    self.scope.addItem(self._kit.texts.text("choices", "stock.whole_lot"), "stock.whole_lot")
                    self._add("stock.scope", self.scope)
                else:
                    self._add_scope("stock.whole_lot", offered=self.row.trace != NIL)
            case Action.MOVE:
                self._add("stock.target", self.target)
                self.target.editingFinished.connect(self.look_for_place)
                self._add_scope("stock.whole_unit", offered=self.row.unit_id != NIL)
            case Action.SCRAP:
                pass
        self._add_amount()
        offer_reasons(self._kit, self.reason, self._choices.reasons)
        self._add("stock.reason", self.reason)
        if self.action is not Action.ADJUST:
            self.quantity.setText(format_quantity(max(Decimal(0), self.row.on_hand - self.row.reserved)))
        self._row.addStretch(1)
        for box in (self.mode, self.status, self.scope, self.unit, self.reason):
            box.currentIndexChanged.connect(lambda _n: self._told())
        for line in (self.quantity, self.weight):
            line.textChanged.connect(lambda _text: self._told())

    def _add_amount(self) -> None:
        """How many, in which unit, and what they weigh where each piece is weighed."""
        self._add("reports.quantity", self.quantity)
        for packaging in self._choices.units:
            self.unit.addItem(packaging.unit, packaging.factor)
        self._add("reports.unit", self.unit)
        if self._choices.weighed:
            self._add("stock.weight", self.weight)

    def _offer_statuses(self) -> None:
        """First what is probably wanted: to release what is held, to hold what is not."""
        held = self.row.status not in ("", "available") or self.row.quarantined + self.row.damaged + self.row.blocked
        for status in ("available", *HELD) if held else (*HELD, "available"):
            if status != self.row.status:
                code = "stock.release" if status == "available" else f"stock.{status}"
                self.status.addItem(self._kit.texts.text("choices", code), status)
        self._add("stock.new_status", self.status)

    def _add_scope(self, code: str, *, offered: bool) -> None:
        self.scope.addItem(self._kit.texts.text("choices", "stock.these"), "")
        if offered:
            self.scope.addItem(self._kit.texts.text("choices", code), code)
            self._add("stock.scope", self.scope)

    def _add(self, caption: str, widget: QWidget) -> None:
        label = QLabel(self._kit.texts.text("captions", caption))
        label.setProperty("role", "caption")
        label.setBuddy(widget)
        widget.setAccessibleName(label.text())
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(label)
        column.addWidget(widget)
        self._row.addLayout(column)
        self._fields[caption] = _Field(label, widget)

    def _amount(self) -> Decimal:
        """What was typed, in base units, as the action means it; exact, or refused."""
        if self._whole:
            return self.row.on_hand
        text = self.quantity.text().strip()
        if not text:
            raise Refusal("stock.quantity_missing")
        if self.action is not Action.ADJUST:
            return self._base(text)
        if self.mode.currentData() == "counted":
            counted = Decimal(0) if _ZERO.match(text) else self._base(text)
            change = counted - self.row.on_hand
        else:
            change = -self._base(text[1:]) if text.startswith("-") else self._base(text.removeprefix("+"))
        if not change:
            raise Refusal("stock.nothing_changes")
        return change

    def _weight(self, quantity: Decimal) -> Decimal | None:
        """What the goods weigh in kg, where each piece is weighed: as typed, or all of it where everything goes.

        Where nobody weighs what leaves, the ledger gives it its share; what comes has to be weighed.
        """
        if not self._choices.weighed or self._whole:
            return None
        leaves = -quantity if self.action is Action.ADJUST else quantity
        text = self.weight.text().strip()
        if text:
            return parse_quantity(text)
        if leaves == self.row.on_hand and self.row.weight_kg:
            return self.row.weight_kg
        if leaves > 0:
            return None
        raise Refusal("ledger.weight_missing", sku=self.row.sku)

    def _base(self, text: str) -> Decimal:
        """What was typed, in base units: so many of the unit chosen, or of those that are named (`2 case + 6 each`)."""
        return parse_in_units(
            text,
            base=self.row.unit,
            units=self._choices.units,
            decimals=self._choices.decimals,
            default=self.unit.currentData(),
        )

    def _found(self, place: Place) -> None:
        self._place = place
        self.target.setText(place.address)
        self._told()

    def _not_found(self, stopped: Stopped) -> None:
        self._place_trouble = stopped
        self._told()

    def _told(self) -> None:
        """Say what will be, or what is still missing."""
        for caption in ("reports.quantity", "reports.unit", "stock.weight"):
            if caption in self._fields:
                self._fields[caption].widget.setEnabled(not self._whole)
        said = []
        try:
            asked = self._asked()
            said.append(self._effect_words(asked, effect(asked)))
            self.wish()
        except (Refusal, Fault) as stopped:
            said.append(self._kit.texts.error(stopped.code, stopped.facts)[0])
        self.effect.setText("   ·   ".join(said))
        self.changed.emit()

    def _effect_words(self, wish: Wish, done: Effect) -> str:
        texts = self._kit.texts
        if self._whole:
            code = "stock.effect_unit" if wish.whole_unit else "stock.effect_lot"
            facts: dict[str, object] = {
                "unit": self.row.handling_unit,
                "lot": self.row.lot or self.row.serial,
                "status": texts.text("captions", f"reports.status.{wish.status}") if wish.status else "",
                "place": self._place.address if self._place else "",
            }
            return texts.text("captions", code, facts)
        facts = {
            "before": format_quantity(done.before),
            "after": format_quantity(done.after),
            "amount": format_quantity(abs(wish.quantity)),
            "unit": self.row.unit,
            "from": self.row.address,
            "to": self._place.address if self._place else "",
            "status": texts.text("captions", f"reports.status.{wish.status}") if wish.status else "",
        }
        words = texts.text("captions", f"stock.effect_{self.action}", facts)
        if wish.weight_kg is None:
            return words
        return f"{words} · {texts.text('captions', 'stock.effect_weight', {'kg': format_quantity(wish.weight_kg)})}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter leads to the next field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.focusNextChild()
        else:
            super().keyPressEvent(event)


def offer_reasons(kit: Kit, box: QComboBox, reasons: tuple[str, ...]) -> None:
    """Fill a box with reasons in words; the first entry is none."""
    box.addItem(kit.texts.text("choices", "stock.choose"), "")
    for code in reasons:
        known = kit.texts.has("choices", f"reason.{code}")
        box.addItem(kit.texts.text("choices", f"reason.{code}") if known else code, code)
