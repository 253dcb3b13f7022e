"""How a label looks: drawn as the printer of a resolution prints it, with the template's own examples."""

from collections.abc import Callable

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.domain.labels import LabelContent
from app.stations.kit.kit import Kit
from app.stations.kit.tasks import Stopped, Task

RESOLUTIONS = (203, 300, 600)
_WIDTH_PX = 470
_MM_AN_INCH = 25.4

Source = Callable[[], LabelContent]
"""What is drawn; asked in a worker thread, may refuse."""


class Preview(QWidget):
    """One label at a time, the last one asked for; below it its size and resolution, or why it cannot be drawn."""

    def __init__(self, kit: Kit, picture: Callable[[LabelContent, int], bytes]) -> None:
        super().__init__()
        self._kit, self._picture = kit, picture
        self._source: Source | None = None
        self._task: Task | None = None
        self._drawn = QPixmap()
        self.dpi = RESOLUTIONS[0]
        self.heading = QLabel()
        self.heading.setProperty("role", "heading")
        self.label = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.words = QLabel(wordWrap=True)
        self.words.setProperty("role", "hint")
        self.setFixedWidth(kit.theme.px(_WIDTH_PX))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 0, 0, 0)
        column.addWidget(self.heading)
        column.addWidget(self.label, 1)
        column.addWidget(self.words)

    def show_label(self, heading: str, source: Source) -> None:
        """Draw what `source` gives."""
        self.heading.setText(heading)
        self._source = source
        self._draw()

    def clear(self) -> None:
        """Nothing is selected."""
        self.stop()
        self._source = None
        self._drawn = QPixmap()
        for words in (self.heading, self.label, self.words):
            words.clear()

    def next_resolution(self) -> None:
        """As the next kind of print head prints it."""
        self.dpi = RESOLUTIONS[(RESOLUTIONS.index(self.dpi) + 1) % len(RESOLUTIONS)]
        self._draw()

    def stop(self) -> None:
        """Want no answer any more."""
        if self._task is not None:
            self._task.cancel()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The label is as large as there is room."""
        super().resizeEvent(event)
        self._fit()

    def _draw(self) -> None:
        self.stop()
        if (source := self._source) is None:
            return
        dpi = self.dpi
        self._task = self._kit.tasks.start(
            lambda _progress: self._picture(source(), dpi), owner=self, done=self._show, failed=self._failed
        )

    def _show(self, png: bytes) -> None:
        self._drawn = QPixmap()
        self._drawn.loadFromData(QByteArray(png))
        dots = self._drawn.size()
        dots_a_mm = round(self.dpi / _MM_AN_INCH)  # 203 is what 8 dots a millimetre are called
        facts = {
            "width": f"{dots.width() / dots_a_mm:.1f}",
            "height": f"{dots.height() / dots_a_mm:.1f}",
            "dpi": str(self.dpi),
            "dots": f"{dots.width()} × {dots.height()}",
        }
        self.words.setText(self._kit.texts.text("captions", "labels.size", facts))
        self.label.setAccessibleName(f"{self.heading.text()}, {self.words.text()}")
        self._fit()

    def _failed(self, stopped: Stopped) -> None:
        self._drawn = QPixmap()
        self.label.clear()
        facts = {name: str(value) for name, value in stopped.facts.items()}
        self.words.setText(self._kit.texts.error(stopped.code, facts)[0])

    def _fit(self) -> None:
        """White paper needs an edge where the screen is white, too."""
        if self._drawn.isNull():
            return
        shown = self._drawn.scaled(
            self.label.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter = QPainter(shown)
        painter.setPen(QPen(self._kit.theme.colour("muted"), 1))
        painter.drawRect(0, 0, shown.width() - 1, shown.height() - 1)
        painter.end()
        self.label.setPixmap(shown)
