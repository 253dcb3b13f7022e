"""Tabs whose words stay whole: where there is not room for all, they shrink together."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar

_LARGEST_PX, _SMALLEST_PX = 18, 11
_PADDING_PX, _LEAST_PADDING_PX = 18, 6
_EDGE_PX = 4
"""What a tab has beside its words and their padding."""


class FittedTabs(QTabBar):
    """A row of tabs that takes the room it is given; below the smallest size words are cut at last."""

    def __init__(self) -> None:
        super().__init__(expanding=False, drawBase=False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)  # the bar would reckon with another size than the style's
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._size = (_LARGEST_PX, _PADDING_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room, another size."""
        super().resizeEvent(event)
        self._fit()

    def tabInserted(self, index: int) -> None:
        """One more has to fit."""
        super().tabInserted(index)
        self._fit()

    def _fit(self) -> None:
        steps = range(_LARGEST_PX, _SMALLEST_PX - 1, -1)
        sizes = [(px, max(_LEAST_PADDING_PX, _PADDING_PX - 3 * (_LARGEST_PX - px))) for px in steps]
        fitting = next((one for one in sizes if self._width(*one) <= self.width()), sizes[-1])
        if fitting != self._size:
            self._size = fitting
            px, padding = fitting
            self.setStyleSheet(f"QTabBar::tab {{ font-size: {px}px; padding: 6px {padding}px; }}")
            fits = self._width(*fitting) <= self.width()
            self.setElideMode(Qt.TextElideMode.ElideNone if fits else Qt.TextElideMode.ElideRight)

    def _width(self, px: int, padding: int) -> int:
        """How wide all tabs are at this size."""
        font = self.font()
        font.setPixelSize(px)
        metrics = QFontMetrics(font)
        words = (self.tabText(n) for n in range(self.count()))
        return sum(metrics.horizontalAdvance(each) + 2 * padding + _EDGE_PX for each in words)
