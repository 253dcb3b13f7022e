"""A form for the fields of a record, made from their declaration: what is typed is read and refused field by field."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.domain.values import Field, FieldKind
from app.stations.kit.kit import Kit

Editor = QLineEdit | QComboBox | QCheckBox | QPlainTextEdit
_LINE_PX, _LONG_TEXT_PX, _CAPTION_PX = 110, 60, 130


class RecordForm(QWidget):
    """Fields in `columns` columns. `changed` whenever somebody may have typed something else.

    Words are captions `field.<name>`, or those in `captions`; choices are captions `<name>.<choice>` where known.
    """

    changed = Signal()

    def __init__(
        self, kit: Kit, fields: Sequence[Field], *, columns: int = 2, captions: Mapping[str, str] | None = None
    ) -> None:
        super().__init__()
        self._kit, self._fields = kit, tuple(fields)
        self._captions = captions or {}
        self.editors: dict[str, Editor] = {}
        self.notes: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 10, 12, 10)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        for n, field in enumerate(self._fields):
            self._add(grid, field, n // columns, 2 * (n % columns))
        for column in range(columns):
            grid.setColumnStretch(2 * column + 1, 1)
        grid.setRowStretch(len(self._fields), 1)

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Fill every field; what is not named is empty."""
        for field in self._fields:
            self._fill(self.editors[field.name], field, values.get(field.name))

    def show_value(self, name: str, value: object) -> None:
        """Fill one field."""
        field = next(each for each in self._fields if each.name == name)
        self._fill(self.editors[name], field, value)

    def value(self, name: str) -> Any:  # noqa: ANN401  (whatever the field holds)
        """What stands in one field; refuses what cannot be read."""
        field = next(each for each in self._fields if each.name == name)
        return self._read(self.editors[name], field)

    def offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        """What a reference may be: words and value of each, beside nothing."""
        box = self.editors[name]
        assert isinstance(box, QComboBox)
        now = box.currentData()
        box.blockSignals(True)
        box.clear()
        box.addItem("–", None)
        for words, value in choices:
            box.addItem(words, value)
        _choose(box, now)
        box.blockSignals(False)

    def note(self, name: str, words: str) -> None:
        """Say something below the name of a field, such as where its value comes from."""
        self.notes[name].setText(words)
        self.notes[name].setVisible(bool(words))

    def values(self) -> dict[str, Any]:
        """What stands in the fields; refuses the first that cannot be read, and goes there."""
        found = {}
        for field in self._fields:
            editor = self.editors[field.name]
            try:
                found[field.name] = self._read(editor, field)
            except Exception:
                editor.setFocus()
                raise
        return found

    def go_to(self, name: str) -> bool:
        """Put the cursor where a field is; False where there is no such field."""
        if name in self.editors:
            self.editors[name].setFocus()
        return name in self.editors

    # - inside -

    def _add(self, grid: QGridLayout, field: Field, row: int, column: int) -> None:
        texts = self._kit.texts
        words = self._captions.get(field.name) or texts.text("captions", f"field.{field.name}")
        label = QLabel(f"{words} ({field.unit})" if field.unit and field.unit not in words else words)
        label.setProperty("role", "caption")
        label.setWordWrap(True)
        label.setMinimumWidth(self._kit.theme.px(_CAPTION_PX))
        editor = self._editor(field)
        editor.setAccessibleName(words)
        label.setBuddy(editor)
        note = QLabel(wordWrap=True)
        note.setProperty("role", "note")
        note.hide()
        beside = QVBoxLayout()
        beside.setSpacing(0)
        beside.addWidget(label)
        beside.addWidget(note)
        grid.addLayout(beside, row, column)
        grid.addWidget(editor, row, column + 1)
        self.editors[field.name], self.notes[field.name] = editor, note

    def _editor(self, field: Field) -> Editor:
        match field.kind:
            case FieldKind.TRUTH:
                box = QCheckBox()
                box.toggled.connect(lambda _on: self.changed.emit())
                return box
            case FieldKind.CHOICE | FieldKind.REFERENCE:
                choice = QComboBox()
                choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                choice.setMinimumContentsLength(8)
                if not field.required:
                    choice.addItem("–", None if field.kind is FieldKind.REFERENCE or field.nullable else "")
                for each in field.choices:
                    choice.addItem(self._word(field.name, each), each)
                choice.currentIndexChanged.connect(lambda _n: self.changed.emit())
                return choice
            case FieldKind.LONG_TEXT:
                text = QPlainTextEdit()
                text.setTabChangesFocus(True)
                text.setFixedHeight(self._kit.theme.px(_LONG_TEXT_PX))
                text.textChanged.connect(self.changed)
                return text
            case _:
                line = QLineEdit()
                line.setMinimumWidth(self._kit.theme.px(_LINE_PX))
                line.textEdited.connect(lambda _text: self.changed.emit())
                return line

    def _word(self, name: str, choice: str) -> str:
        code = f"{name}.{choice}"
        return self._kit.texts.text("captions", code) if self._kit.texts.has("captions", code) else choice

    def _fill(self, editor: Editor, field: Field, value: object) -> None:
        match editor:
            case QCheckBox():
                editor.setChecked(bool(value))
            case QComboBox():
                _choose(editor, value)
            case QPlainTextEdit():
                editor.setPlainText(field.written(value))
            case _:
                editor.setText(field.written(value))
                editor.setCursorPosition(0)

    def _read(self, editor: Editor, field: Field) -> Any:  # noqa: ANN401  (whatever the field holds)
        match editor:
            case QCheckBox():
                return editor.isChecked()
            case QComboBox():
                return editor.currentData()
            case QPlainTextEdit():
                return field.read(editor.toPlainText())
            case _:
                return field.read(editor.text())


def _choose(box: QComboBox, value: object) -> None:
    """Choose by value, compared as Python compares (Qt does not know ids); the first where there is none such."""
    box.setCurrentIndex(next((n for n in range(box.count()) if box.itemData(n) == value), 0))
