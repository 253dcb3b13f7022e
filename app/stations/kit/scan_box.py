"""The one place of a screen where a code may be typed by hand, when a label cannot be read."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from app.texts import Texts


class ScanBox(QLineEdit):
    """Takes a code and Enter; scanners do not need it, they are heard wherever the focus is."""

    entered = Signal(str)

    def __init__(self, texts: Texts, *, hint: str = "scan_box") -> None:
        super().__init__()
        self.setPlaceholderText(texts.text("hints", hint))
        self.setAccessibleName(texts.text("hints", hint))
        self.setMaxLength(4_000)
        self.returnPressed.connect(self._enter)

    def _enter(self) -> None:
        code = self.text()
        self.clear()
        if code.strip():
            self.entered.emit(code)
