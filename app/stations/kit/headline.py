"""The instruction: one sentence at the top of every screen, in the same place and size on all of them."""

from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.stations.kit.fit_text import FitText
from app.stations.kit.theme import INSTRUCTION_PX, Theme


class Headline(QFrame):
    """Room for two lines of bold 44 px; what is longer shrinks, nothing is cut."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("card")
        self.words = FitText(theme, size_px=INSTRUCTION_PX, bold=True, lines=2)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 0, 18, 0)
        column.addWidget(self.words)

    def set_text(self, text: str) -> None:
        """Say what to do next."""
        self.words.set_text(text)

    def text(self) -> str:
        """What it says."""
        return self.words.text()
