"""How a label looks: drawn as the printer of a resolution prints it, with the template's own examples."""

from collections.abc import Callable

from PySide6.QtWidgets import QLabel

from app.domain.labels import LabelContent
from app.stations.kit.card import Card
from app.stations.kit.kit import Kit
from app.stations.kit.paper import Paper
from app.stations.kit.tasks import Stopped, Task
from app.stations.labels.work import LabelsWork

RESOLUTIONS = (203, 300, 600)
_WIDTH_PX = 470
_MM_AN_INCH = 25.4

Source = Callable[[], LabelContent]
"""What is drawn; asked in a worker thread, may refuse."""


class Preview(Card):
    """One label at a time, the last one asked for; below it its size and resolution, or why it cannot be drawn."""

    def __init__(self, kit: Kit, work: LabelsWork) -> None:
        super().__init__(kit.theme, width_px=_WIDTH_PX)
        self._kit, self._work = kit, work
        self._source: Source | None = None
        self._task: Task | None = None
        self.dpi = RESOLUTIONS[0]
        self.heading = QLabel(wordWrap=True)
        self.heading.setProperty("role", "heading")
        self.paper = Paper(kit.theme)
        self.words = QLabel(wordWrap=True)
        self.words.setProperty("role", "hint")
        self.column.addWidget(self.heading)
        self.column.addWidget(self.paper, 1)
        self.column.addWidget(self.words)

    def show_label(self, heading: str, source: Source) -> None:
        """Draw what `source` gives."""
        self.heading.setText(heading)
        self._source = source
        self._draw()

    def clear(self) -> None:
        """Nothing is selected."""
        self.stop()
        self._source = None
        for shown in (self.heading, self.paper, self.words):
            shown.clear()

    def next_resolution(self) -> None:
        """As the next kind of print head prints it."""
        self.dpi = RESOLUTIONS[(RESOLUTIONS.index(self.dpi) + 1) % len(RESOLUTIONS)]
        self._draw()

    def stop(self) -> None:
        """Want no answer any more."""
        if self._task is not None:
            self._task.cancel()

    def _draw(self) -> None:
        self.stop()
        if (source := self._source) is None:
            return
        dpi = self.dpi

        def draw(_progress: object) -> tuple[bytes, str]:
            content = source()
            return self._work.picture(content, dpi), self._work.undrawable(content)

        self._task = self._kit.tasks.start(draw, owner=self, done=self._show, failed=self._failed)

    def _show(self, drawn: tuple[bytes, str]) -> None:
        png, missing = drawn
        self.paper.show_label(png, name=self.heading.text())
        dots = self.paper.dots
        dots_a_mm = round(self.dpi / _MM_AN_INCH)  # 203 is what 8 dots a millimetre are called
        facts = {
            "width": f"{dots.width() / dots_a_mm:.1f}",
            "height": f"{dots.height() / dots_a_mm:.1f}",
            "dpi": str(self.dpi),
            "dots": f"{dots.width()} × {dots.height()}",
        }
        words = [self._kit.texts.text("captions", "labels.size", facts)]
        if missing:
            words.append(self._kit.texts.text("captions", "labels.undrawable", {"characters": missing}))
        self.words.setText("\n".join(words))

    def _failed(self, stopped: Stopped) -> None:
        self.paper.clear()
        facts = {name: str(value) for name, value in stopped.facts.items()}
        self.words.setText(self._kit.texts.error(stopped.code, facts)[0])
