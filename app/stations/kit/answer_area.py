"""A typed answer with a number pad for gloves: a quantity, a weight, a PIN."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.stations.kit.kit import Kit
from app.stations.kit.theme import TOUCH_GAP_PX, TOUCH_PX
from app.stations.kit.touch_button import TouchButton

_ROWS = ("789", "456", "123")


class NumberPad(QWidget):
    """Digits as on every till, three rows high; laid out from the left in every language."""

    typed = Signal(str)
    erased = Signal()
    entered = Signal()

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for row, digits in enumerate(_ROWS):
            for column, digit in enumerate(digits):
                self._add(digit, row, column).clicked.connect(lambda _=False, digit=digit: self.typed.emit(digit))
        self._add("", 0, 3, icon="backspace", name=kit.texts.text("commands", "ERASE")).clicked.connect(self.erased)
        self._add("0", 1, 3).clicked.connect(lambda: self.typed.emit("0"))
        self.point = self._add(".", 2, 3)
        self.point.clicked.connect(lambda: self.typed.emit("."))
        self.enter = TouchButton(kit.theme, kit.texts.text("commands", "ENTER"), size_px=22)
        self.enter.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.enter.clicked.connect(self.entered)
        self._grid.addWidget(self.enter, 0, 4, 3, 1)
        kit.theme.changed.connect(self._resize)
        self._resize()

    def _add(self, text: str, row: int, column: int, *, icon: str = "", name: str = "") -> TouchButton:
        button = TouchButton(self._kit.theme, text, icon=icon, size_px=26)
        button.setAccessibleName(name or text)
        self._grid.addWidget(button, row, column)
        return button

    def _resize(self) -> None:
        px = self._kit.theme.px
        self._grid.setSpacing(px(TOUCH_GAP_PX))
        for n in range(self._grid.count()):
            item = self._grid.itemAt(n)
            button = item.widget() if item else None
            if button is not None and button is not self.enter:
                button.setFixedSize(px(72), px(TOUCH_PX))
        self.enter.setFixedWidth(px(150))


class AnswerArea(QWidget):
    """Caption, the answer so far, the pad. Enter in the line gives the answer; an empty line gives none."""

    answered = Signal(str)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self.caption = QLabel(wordWrap=True)
        self.caption.setProperty("role", "heading")
        self.edit = QLineEdit()
        self.edit.setProperty("role", "answer")
        self.hint = QLabel(kit.texts.text("hints", "answer"), wordWrap=True)
        self.hint.setProperty("role", "hint")
        self.pad = NumberPad(kit)
        self._arrange()
        self.edit.returnPressed.connect(self._answer)
        self.pad.typed.connect(self.edit.insert)
        self.pad.erased.connect(self.edit.backspace)
        self.pad.entered.connect(self._answer)

    def ask(self, caption: str, *, secret: bool) -> None:
        """Ask anew; `secret` hides what is typed."""
        self.caption.setText(caption)
        self.edit.setAccessibleName(caption)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password if secret else QLineEdit.EchoMode.Normal)
        self.edit.clear()
        self.pad.point.setVisible(not secret)

    @property
    def begun(self) -> bool:
        """Whether part of an answer stands in the line."""
        return bool(self.edit.text())

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(8)
        words.addStretch(1)
        words.addWidget(self.caption)
        words.addWidget(self.edit)
        words.addWidget(self.hint)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(28)
        row.addLayout(words, 1)
        row.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignVCenter)

    def _answer(self) -> None:
        text = self.edit.text().strip()
        if text:
            self.edit.clear()
            self.answered.emit(text)
