"""Who takes the cartons over: their name, and their signature, drawn with the mouse, a finger or a pen."""

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageWriter, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from app.stations.kit.desk.label_batch import BACK
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import Cover

SIGN, CLEAR = "SIGN", "CLEAR_SIGNATURE"
_PEN_PX, _LEAST_PX = 3, 160
_PICTURE = (600, 180)


class SignaturePad(QWidget):
    """A field to draw in. White with dark ink in every dress, as paper is."""

    drawn = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(_LEAST_PX)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._strokes: list[QPolygonF] = []

    @property
    def empty(self) -> bool:
        """Whether nothing was drawn."""
        return not self._strokes

    def clear(self) -> None:
        """Begin anew."""
        self._strokes = []
        self.update()
        self.drawn.emit()

    def write(self, way: Sequence[QPointF]) -> None:
        """A stroke, drawn along these points."""
        self._strokes.append(QPolygonF(list(way)))
        self.update()
        self.drawn.emit()

    def picture(self) -> bytes | None:
        """What was drawn, as a PNG without paper; None where nothing was."""
        if self.empty:
            return None
        width, height = _PICTURE
        image = QImage(width, height, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        scale = min(width / max(self.width(), 1), height / max(self.height(), 1))
        painter = QPainter(image)
        painter.scale(scale, scale)
        self._paint(painter)
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"PNG")).write(image)
        return bytes(buffer.data().data())

    # - Qt -

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the paper and what was written on it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        self._paint(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A stroke begins."""
        self._strokes.append(QPolygonF([event.position()]))
        self._went(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A stroke goes on."""
        if self._strokes:
            self._went(event.position())

    # - inside -

    def _went(self, to: QPointF) -> None:
        self._strokes[-1].append(to)
        self.update()
        self.drawn.emit()

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#101c50"), _PEN_PX, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for stroke in self._strokes:
            painter.drawPolyline(stroke)


class Signing(Cover):
    """Asks for a name and a signature; `signed` with both when somebody signs. Without a drawing the name counts."""

    signed = Signal(str, object)

    def __init__(self, kit: Kit, title: str) -> None:
        super().__init__(kit, last=BACK)
        words = kit.texts
        heading = QLabel(title, wordWrap=True)
        heading.setProperty("role", "heading")
        self.name = QLineEdit()
        self.name.setMaxLength(120)
        self.name.setAccessibleName(words.text("captions", "shipments.signer"))
        caption = QLabel(words.text("captions", "shipments.signer"))
        caption.setProperty("role", "caption")
        caption.setBuddy(self.name)
        here = QLabel(words.text("captions", "shipments.sign_here"))
        here.setProperty("role", "caption")
        self.pad = SignaturePad()
        self.pad.setAccessibleName(words.text("captions", "shipments.sign_here"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        parts: tuple[QWidget, ...] = (heading, caption, self.name, here)
        for part in parts:
            column.addWidget(part)
        column.addWidget(self.pad, 1)
        self.pad.drawn.connect(self._offer)
        self.name.textChanged.connect(lambda _text: self._offer())
        self._offer()
        self.setFocusProxy(self.name)

    def command(self, command: str) -> None:
        """Sign, begin the drawing anew, or go back."""
        if command == SIGN and self.name.text().strip():
            self.signed.emit(self.name.text().strip(), self.pad.picture())
        elif command == CLEAR:
            self.pad.clear()
        elif command == BACK:
            self.leave()

    def _offer(self) -> None:
        sign = (SIGN,) if self.name.text().strip() else ()
        self.keys.show_commands((*sign, *(() if self.pad.empty else (CLEAR,))), why=False)
