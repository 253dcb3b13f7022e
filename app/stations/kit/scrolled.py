"""A panel that scrolls where the screen is too low for it, so that no panel makes a window higher than its screen."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget


class Scrolled(QScrollArea):
    """As wide as what is in it, with the bar beside it; of any height."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setWidget(inside)

    def sizeHint(self) -> QSize:
        """What the panel would have."""
        needed = self._inside.sizeHint()
        return QSize(needed.width() + self.verticalScrollBar().sizeHint().width(), needed.height())

    def minimumSizeHint(self) -> QSize:
        """All of its width and hardly any height."""
        return QSize(self.sizeHint().width(), super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The panel became another one, and so this does."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
