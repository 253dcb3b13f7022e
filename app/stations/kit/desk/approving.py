"""A supervisor's word for what a desk books, on the same screen: what is asked, their badge, their PIN."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.stations.kit.answer_area import AnswerArea
from app.stations.kit.approval import ApprovalArea
from app.stations.kit.kit import Kit
from app.stations.kit.scan_box import ScanBox
from app.texts import Texts


class Approving(QWidget):
    """Waits for a badge and its PIN, which `given` carries; `refused` carries feedback on what is out of place."""

    given = Signal(str, str)
    refused = Signal(object)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._texts = kit.texts
        self.what = QLabel(wordWrap=True)
        self.what.setProperty("role", "body")
        self._area = ApprovalArea(kit)
        self._area.given.connect(self.given)
        self._area.refused.connect(self.refused)
        self.badge = ScanBox(kit.texts, hint="badge_box")
        self.badge.entered.connect(lambda code: self.take(code, "", "keyboard"))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 4, 14, 8)
        column.addWidget(self.what)
        column.addWidget(self._area, 1)
        column.addWidget(self.badge)

    @property
    def waits_for_pin(self) -> bool:
        """Whether the badge is known and its PIN is missing."""
        return self._area.waits_for_pin

    @property
    def answer(self) -> AnswerArea:
        """Where the PIN is typed."""
        return self._area.answer

    def ask(self, what: str, *, request: str, reason: str, wanted: Mapping[str, Any]) -> None:
        """Ask for the approval of a request: `what` is how the screen calls it, `wanted` what the database said."""
        self.what.setText("\n".join((what, *_told(wanted, self._texts))))
        facts = {"request": request, "permission": str(wanted["permission"]), "reason": reason}
        self._area.ask(facts, capability="stock")
        self._turn()

    def take(self, raw: str, symbology: str, source: str) -> None:
        """Take a badge that was scanned, or whose number was typed."""
        self._area.on_scan(raw, symbology, source)
        self._turn()

    def start_over(self) -> bool:
        """Wait for another badge; False where none was given yet."""
        over = self._area.start_over()
        self._turn()
        return over

    def _turn(self) -> None:
        """The box for a badge gives way to that for its PIN."""
        self.badge.setVisible(not self._area.waits_for_pin)
        if not self._area.waits_for_pin:
            self.badge.setFocus()


def _told(wanted: Mapping[str, Any], texts: Texts) -> list[str]:
    """What would be booked, as the database knows it: goods, where from and to, what they are worth; or a truck."""
    if "door" in wanted:
        return [texts.text("captions", "approval.truck", wanted)]
    goods = wanted.get("goods") or []
    words = [
        texts.text("captions", "approval.goods_worth" if one["value"] else "approval.goods", {**wanted, **one})
        for one in goods
    ]
    more = int(wanted.get("lines", 0)) - len(goods)
    return words + ([texts.text("captions", "approval.more_lines", {"count": more})] if more > 0 else [])
