"""A strip over the top of the window for what concerns everybody; no window to press away, nothing moves for it."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.stations.kit.kit import Kit


class Banner(QFrame):
    """Words and a button to put it away."""

    def __init__(self, kit: Kit, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("banner")
        self.setAutoFillBackground(True)
        self._words = QLabel(wordWrap=True)
        dismiss = QPushButton(kit.texts.text("commands", "DISMISS"), autoDefault=False)
        dismiss.setProperty("role", "quiet")
        dismiss.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.addWidget(self._words, 1)
        row.addWidget(dismiss)
        self.hide()

    def say(self, words: str) -> None:
        """Show `words` until they are put away."""
        self._words.setText(words)
        self.setAccessibleName(words)
        self.place()
        self.show()
        self.raise_()

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def place(self) -> None:
        """Keep to the top of the window."""
        self.setGeometry(0, 0, self._window.width(), max(44, self.sizeHint().height()))
