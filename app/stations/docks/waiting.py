"""The documents that wait for a truck: a list from which each can be dragged onto a door, or planned with Enter."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from app.services.docks.planning import WaitingPaper
from app.stations.kit.kit import Kit

_CLICK_PX = 6


class WaitingList(QListWidget):
    """One line a document. `carried` says over which point of the screen one is held, `let_go` where it was dropped.

    `wanted` that somebody wants to plan it without the mouse.
    """

    carried = Signal(object, QPoint)
    let_go = Signal(object, QPoint)
    wanted = Signal(object)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._pressed: QPoint | None = None
        self._held: WaitingPaper | None = None
        self.papers: Sequence[WaitingPaper] = ()
        self.setAccessibleName(kit.texts.text("captions", "docks.waiting"))
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_papers(self, papers: Sequence[WaitingPaper]) -> None:
        """Show these, and keep the line in hand."""
        if tuple(papers) == tuple(self.papers):
            return
        at = self.currentRow()
        self.papers = papers
        self.clear()
        for paper in papers:
            self.addItem(self._item(paper))
        self.setCurrentRow(min(at, self.count() - 1))

    # - Qt -

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a document."""
        super().mousePressEvent(event)
        item = self.itemAt(event.position().toPoint())
        if item is not None and event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._held = event.globalPosition().toPoint(), self.papers[self.row(item)]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hold it over whatever is below the pointer."""
        at = event.globalPosition().toPoint()
        if self._held is not None and self._pressed is not None and (at - self._pressed).manhattanLength() > _CLICK_PX:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.carried.emit(self._held, at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop it."""
        super().mouseReleaseEvent(event)
        held, pressed, self._held, self._pressed = self._held, self._pressed, None, None
        self.unsetCursor()
        at = event.globalPosition().toPoint()
        if held is not None and pressed is not None and (at - pressed).manhattanLength() > _CLICK_PX:
            self.let_go.emit(held, at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter plans the document in hand."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and self.currentRow() >= 0:
            self.wanted.emit(self.papers[self.currentRow()])
        else:
            super().keyPressEvent(event)

    # - inside -

    def _item(self, paper: WaitingPaper) -> QListWidgetItem:
        texts = self._kit.texts
        due = f"{paper.due:%m-%d}" if paper.due else ""
        counts = texts.text("captions", "docks.paper_counts", {"lines": paper.lines, "pallets": paper.pallets})
        who = " · ".join(part for part in (due, paper.partner_name or paper.partner) if part)
        item = QListWidgetItem("\n".join((paper.number, who, counts)))
        item.setFont(self._kit.theme.font(15))
        item.setToolTip("\n".join(part for part in (paper.number, paper.reference, who) if part))
        return item
