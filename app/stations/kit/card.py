"""A panel beside a table: what is selected there, as wide as it was designed and wider where its words need it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.stations.kit.theme import Theme


class Card(QWidget):
    """Its parts stand below each other in `column`."""

    def __init__(self, theme: Theme, *, width_px: int) -> None:
        super().__init__()
        self._theme, self._width_px = theme, width_px
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 12, 8)
        self.column.setSpacing(6)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """The width of the design, or what its parts need at least."""
        needed = super().minimumSizeHint()
        return QSize(max(self._theme.px(self._width_px), needed.width()), super().sizeHint().height())
