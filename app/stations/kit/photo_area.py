"""Taking a photo of the goods in hand: what the camera sees and a button, or a picture from a file.

Where there is no camera that is said, and the file stays. Nothing is stored here: the bytes are handed on.
"""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.stations.kit.camera import Camera, as_jpeg
from app.stations.kit.kit import Kit
from app.stations.kit.theme import TOUCH_GAP_PX
from app.stations.kit.touch_button import TouchButton

FILES = "*.jpg *.jpeg *.png *.webp *.bmp *.tif *.tiff *.gif"


class PhotoArea(QWidget):
    """The camera's picture beside two buttons. `taken`: the bytes of a photo; `chosen`: the path of a file."""

    taken = Signal(bytes)
    chosen = Signal(Path)

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._image = QImage()
        self.camera = Camera(self)
        self.view = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.view.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.shutter = TouchButton(kit.theme, kit.texts.text("captions", "photo.take"), size_px=22)
        self.file = TouchButton(kit.theme, kit.texts.text("captions", "photo.file"), size_px=22)
        buttons = QVBoxLayout()
        buttons.setSpacing(TOUCH_GAP_PX)
        buttons.addWidget(self.shutter)
        buttons.addWidget(self.file)
        buttons.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(18)
        row.addWidget(self.view, 1)
        row.addLayout(buttons)
        self.camera.seen.connect(self.show_image)
        self.camera.lost.connect(self._no_camera)
        self.shutter.clicked.connect(self.take)
        self.file.clicked.connect(self.ask_for_file)

    def begin(self) -> None:
        """Look for a camera, now; without one the file is left."""
        self._image = QImage()
        self.shutter.setEnabled(False)
        self.view.setText(self._kit.texts.text("hints", "photo.starting"))
        if not self.camera.start():
            self._no_camera()

    def end(self) -> None:
        """Switch the camera off."""
        self.camera.stop()
        self._image = QImage()

    def show_image(self, image: QImage) -> None:
        """Show what the camera sees; from now on a photo can be taken."""
        self._image = image
        self.shutter.setEnabled(True)
        self._fit()

    def take(self) -> None:
        """Hand on what is seen at this moment."""
        if not self._image.isNull():
            self.taken.emit(as_jpeg(self._image))

    def ask_for_file(self) -> QFileDialog:
        """Let the person choose a picture, while everything else goes on."""
        dialog = QFileDialog(self, self._kit.texts.text("captions", "photo.file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"{self._kit.texts.text('captions', 'photo.files')} ({FILES})"])
        dialog.fileSelected.connect(lambda name: self.chosen.emit(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: the camera is off."""
        super().hideEvent(event)
        self.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture fills its place."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._image.isNull():
            mode = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self.view.setPixmap(QPixmap.fromImage(self._image).scaled(self.view.size(), *mode))

    def _no_camera(self) -> None:
        self.end()
        self.shutter.setEnabled(False)
        self.view.setText(self._kit.texts.text("hints", "photo.no_camera"))
