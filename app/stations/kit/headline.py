"""The instruction: one sentence at the top of every screen, in the same place and size on all of them."""

from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.stations.kit.fit_text import FitText
from app.stations.kit.theme import INSTRUCTION_PX, Theme

_GREETING_PX = 32


class Headline(QFrame):
    """Room for two lines of bold 44 px, or for a smaller one where it only greets; what is longer shrinks."""

    def __init__(self, theme: Theme, *, greets: bool = False) -> None:
        super().__init__()
        self.setObjectName("card")
        size_px, lines = (_GREETING_PX, 1) if greets else (INSTRUCTION_PX, 2)
        self.words = FitText(theme, size_px=size_px, bold=True, lines=lines)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 0, 18, 0)
        column.addWidget(self.words)

    def set_text(self, text: str) -> None:
        """Say what to do next."""
        self.words.set_text(text)

    def text(self) -> str:
        """What it says."""
        return self.words.text()
