"""A supervisor's approval on the operator's screen: badge by scan, then PIN; the operator stays signed on."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback, Level
from app.domain.codes import badge, read_code
from app.stations.kit.answer_area import AnswerArea
from app.stations.kit.fit_text import FitText
from app.stations.kit.kit import Kit
from app.stations.kit.theme import BODY_PX, NAME_PX

_BADGE_DIGITS = 9


class ApprovalArea(QWidget):
    """First waits for a badge, then for its PIN, then for the verdict; never a window of its own."""

    given = Signal(str, str)
    """Badge and PIN, to be checked elsewhere."""
    refused = Signal(object)
    """Feedback on a scan that is out of place here."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._request = self._wish = ""
        self._badge = ""
        self._checking = False
        self.wanted = FitText(kit.theme, size_px=NAME_PX, bold=True, lines=2)
        self.about = FitText(kit.theme, size_px=BODY_PX, lines=3)
        self.answer = AnswerArea(kit)
        self.answer.answered.connect(self._give)
        self._badge_page = QWidget()
        column = QVBoxLayout(self._badge_page)
        column.setContentsMargins(16, 6, 16, 6)
        column.addWidget(self.wanted)
        column.addWidget(self.about)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._badge_page)
        self._pages.addWidget(self.answer)

    def ask(self, facts: Mapping[str, str], *, capability: str = "") -> None:
        """Ask for the approval of a `request`, which needs a `permission` and was wished for a `reason` (facts).

        The reason's words are those of the capability, or those that all share; what exactly is to be approved is said
        by its caption `approval.…`, where it has one.

        The same request shown again leaves a PIN that is being typed alone, unless it was just refused.
        """
        self._wish = self._words(facts, capability)
        about = f"approval.{capability}"
        self.about.set_text(self._text("captions", about, **facts) if self._kit.texts.has("captions", about) else "")
        self.about.setVisible(bool(self.about.text()))
        if facts.get("request", "") == self._request and self._badge and not self._checking:
            return
        self._request = facts.get("request", "")
        self._wait_for_badge()

    @property
    def waits_for_pin(self) -> bool:
        """Whether the badge is known and the PIN is missing: a scan now is out of place."""
        return bool(self._badge)

    def start_over(self) -> bool:
        """Wait for another badge; False where none was scanned yet, or the PIN is being checked."""
        if not self._badge or self._checking:
            return False
        self._wait_for_badge()
        return True

    def on_scan(self, raw: str, symbology: str = "", source: str = "scanner") -> None:
        """Take the supervisor's badge, or its number where it is typed; anything else is out of place."""
        code = _badge_code(raw, symbology, typed=source == "keyboard")
        if self._badge or self._checking:
            self.refused.emit(Feedback(Level.ERROR, "stations.approval_pin_first", {"scanned": raw}))
        elif not code:
            self.refused.emit(Feedback(Level.ERROR, "stations.badge_first", {"scanned": raw}))
        else:
            self._badge = code
            self.answer.ask(self._text("prompts", "stations.approval_pin", badge=code), secret=True)
            self._pages.setCurrentWidget(self.answer)
            self.answer.edit.setFocus()

    def _wait_for_badge(self) -> None:
        self._badge = ""
        self._checking = False
        self.answer.edit.clear()
        self.wanted.set_text(self._text("prompts", "stations.approval_badge", wish=self._wish))
        self._pages.setCurrentWidget(self._badge_page)

    def _give(self, pin: str) -> None:
        badge, self._badge = self._badge, ""
        self._checking = True
        self.wanted.set_text(self._text("prompts", "stations.checking"))
        self._pages.setCurrentWidget(self._badge_page)
        self.given.emit(badge, pin)

    def _words(self, facts: Mapping[str, str], capability: str) -> str:
        """What is to be approved, and why."""
        permission, reason = facts.get("permission", ""), facts.get("reason", "")
        wish = self._text("captions", f"permission.{permission}")
        if not reason:
            return wish
        codes = (f"{capability}.reason_{reason}", f"reason.{reason}")
        known = next((code for code in codes if self._kit.texts.has("choices", code)), "")
        told = self._text("choices", known) if known else reason
        return self._text("captions", "approval.with_reason", wish=wish, reason=told)

    def _text(self, section: str, code: str, **facts: str) -> str:
        return self._kit.texts.text(section, code, facts)


def _badge_code(raw: str, symbology: str, *, typed: bool) -> str:
    """The badge that was scanned or whose number was typed; nothing where the code is no badge's."""
    if typed and raw.isdecimal() and len(raw) <= _BADGE_DIGITS and int(raw):
        return badge(int(raw))
    return dict(read_code(raw, symbology).lookups).get("badge", "")
