"""What a desk asks before it books something: a title, fields beside each other, and what will come of the answers.

Nothing is booked by Enter: the key of the form books.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.dialog import Feedback
from app.domain.errors import Fault, Refusal
from app.stations.kit.kit import Kit

_ROOM_PX, _GAP_PX = 1_300, 12
"""What the narrowest screen has for fields beside each other, and what lies between them."""
_WIDEST_CHOICE_PX = 460

Answers = Mapping[str, str]
"""What was typed or chosen, by the names of the fields."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to type, or to choose where there are `choices` (value and words); `caption` are words.

    `wide` is for sentences and long identifiers.
    """

    name: str
    caption: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Booking:
    """Something that will be booked: `call` does it in a worker thread and may refuse.

    `done` says what came of it, `undo` takes it back (given the result and a request id), `after` goes on from there.
    `permission` and `reason` are for a supervisor, where one has to approve it.
    """

    request: UUID
    call: Callable[[], Any]
    done: Callable[[Any], Feedback]
    undo: Callable[[Any, UUID], object] | None = None
    after: Callable[[Any], object] | None = None
    permission: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A form: `told` says what the answers come to, or refuses them; `book` makes the booking, under a request id.

    A scan goes into the field `scanned`; where there is none it is out of place.
    """

    title: str
    fields: tuple[Field, ...]
    told: Callable[[Answers], str]
    book: Callable[[Answers, UUID], Booking]
    scanned: str = ""


class QuestionForm(QWidget):
    """A question on the screen. `changed` whenever the answers may be others."""

    changed = Signal()

    def __init__(self, kit: Kit, question: Question) -> None:
        super().__init__()
        self._kit, self.question = kit, question
        self.title = QLabel(question.title, wordWrap=True)
        self.title.setProperty("role", "heading")
        self.effect = QLabel(wordWrap=True)
        self.effect.setProperty("role", "body")
        self.widgets: dict[str, QLineEdit | QComboBox] = {}
        holder = QWidget()
        self._rows = QVBoxLayout(holder)
        self._fields = _Fields(holder)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)
        self._row: QHBoxLayout | None = None
        self._room = 0
        for field in question.fields:
            self._add(field)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 8)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self._fields)
        column.addWidget(self.effect)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._told()

    def answers(self) -> Answers:
        """What stands in the fields now."""
        return {name: _answer(widget) for name, widget in self.widgets.items()}

    def give(self, name: str, answer: str) -> None:
        """Fill a field, or choose in it by value."""
        widget = self.widgets[name]
        if isinstance(widget, QComboBox):
            widget.setCurrentIndex(widget.findData(answer))
        else:
            widget.setText(answer)

    def take_scan(self, code: str) -> bool:
        """Fill the field that takes scans; False where none does."""
        if self.question.scanned:
            self.give(self.question.scanned, code)
        return bool(self.question.scanned)

    def start(self) -> None:
        """Begin at the first field."""
        if self.widgets:
            next(iter(self.widgets.values())).setFocus()

    # - inside -

    def _add(self, field: Field) -> None:
        widget = self._line(field) if field.choices is None else self._choice(field)
        widget.setAccessibleName(field.caption)
        label = QLabel(field.caption)
        label.setProperty("role", "caption")
        label.setBuddy(widget)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(label)
        column.addWidget(widget)
        row = self._row_for(max(_width_of(label), widget.minimumWidth()))
        row.insertLayout(row.count() - 1, column, 1 if field.wide else 0)
        self.widgets[field.name] = widget
        widget.installEventFilter(self._fields)

    def _row_for(self, width: int) -> QHBoxLayout:
        """The row in which there is room for a field of this width: the last one, or another below it."""
        gap = self._kit.theme.px(_GAP_PX)
        self._room -= width + gap
        if self._row is None or self._room < 0:
            self._row = QHBoxLayout()
            self._row.setSpacing(gap)
            self._row.addStretch(1)
            self._rows.addLayout(self._row)
            self._room = self._kit.theme.px(_ROOM_PX) - width
        return self._row

    def _line(self, field: Field) -> QLineEdit:
        line = QLineEdit(field.value)
        line.setMinimumWidth(self._kit.theme.px(300 if field.wide else 150))
        line.textChanged.connect(lambda _text: self._told())
        line.returnPressed.connect(self.focusNextChild)
        return line

    def _choice(self, field: Field) -> QComboBox:
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for value, words in field.choices or ():
            box.addItem(words, value)
        least, most = self._kit.theme.px(300 if field.wide else 150), self._kit.theme.px(_WIDEST_CHOICE_PX)
        box.setMinimumWidth(min(most, max(least, _width_of(box))))
        if field.value:
            box.setCurrentIndex(box.findData(field.value))
        box.currentIndexChanged.connect(lambda _n: self._told())
        return box

    def _told(self) -> None:
        try:
            words = self.question.told(self.answers())
        except (Refusal, Fault) as stopped:
            words = " ".join(self._kit.texts.error(stopped.code, stopped.facts))
        self.effect.setText(words)
        self.changed.emit()


class _Fields(QScrollArea):
    """Rows of fields, as high as they need; where the screen has less room they are scrolled to the one in hand."""

    def __init__(self, holder: QWidget) -> None:
        super().__init__()
        self._holder = holder
        self.setWidget(holder)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        holder.setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        holder.installEventFilter(self)

    def sizeHint(self) -> QSize:
        """All rows."""
        return self._holder.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Two rows of them, and their whole width."""
        whole = self._holder.minimumSizeHint()
        return QSize(whole.width(), min(whole.height(), self.fontMetrics().height() * 8))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for other room when the rows do, and show the field that is in hand."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        elif event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.ensureWidgetVisible(watched)
        return super().eventFilter(watched, event)


def _width_of(widget: QWidget) -> int:
    """How wide a widget would like to be, in the dress that it will wear."""
    widget.ensurePolished()
    return widget.sizeHint().width()


def _answer(widget: QLineEdit | QComboBox) -> str:
    return str(widget.currentData() or "") if isinstance(widget, QComboBox) else widget.text().strip()
