"""A supervisor's approval on the same screen: badge by scan, then PIN; the operator stays signed on.

Used by screens that are not dialogs; a dialog asks for an approval with its own prompts.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.dialogs.dialog import Level
from app.stations.kit.answer_area import AnswerArea
from app.stations.kit.fit_text import FitText
from app.stations.kit.kit import Kit
from app.stations.kit.theme import NAME_PX


class ApprovalArea(QWidget):
    """First waits for a badge, then for its PIN; never a window of its own."""

    given = Signal(str, str)
    """Badge and PIN, to be checked elsewhere."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._badge = ""
        self._wanted = FitText(kit.theme, size_px=NAME_PX, bold=True, lines=2)
        self.answer = AnswerArea(kit)
        self.answer.answered.connect(self._give)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._wanted)
        self._pages.addWidget(self.answer)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 6)
        column.addLayout(self._pages)

    def ask(self, reason: str) -> None:
        """Ask for an approval of what `reason` says, in words."""
        self._badge = ""
        self._wanted.set_text(self._kit.texts.text("prompts", "stations.approval_badge", {"reason": reason}))
        self._pages.setCurrentWidget(self._wanted)

    @property
    def waits_for_pin(self) -> bool:
        """Whether the badge is known and the PIN is missing: a scan now is out of place."""
        return bool(self._badge)

    def on_scan(self, raw: str) -> None:
        """Take the supervisor's badge; while the PIN is awaited any scan is out of place, and sounds so."""
        if self._badge:
            self._kit.sounds.play(Level.ERROR)
            return
        self._badge = raw
        self.answer.ask(self._kit.texts.text("prompts", "stations.approval_pin"), secret=True)
        self._pages.setCurrentWidget(self.answer)
        self.answer.edit.setFocus()

    def _give(self, pin: str) -> None:
        badge, self._badge = self._badge, ""
        self._pages.setCurrentWidget(self._wanted)
        self.given.emit(badge, pin)
