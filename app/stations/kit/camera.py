"""A camera of this computer as pictures that follow each other; whether there is one is asked each time.

Qt's multimedia is loaded when a camera is asked for: it takes a moment, and most stations have none.
"""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Signal
from PySide6.QtGui import QImage, QImageWriter

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QVideoFrame

_QUALITY = 92


class Camera(QObject):
    """The first camera, from `start` to `stop`. `seen`: a picture as it is now; `lost`: there are no more."""

    seen = Signal(QImage)
    lost = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._parts: list[Any] = []

    def start(self) -> bool:
        """Begin to look; False where this computer has no camera."""
        from PySide6.QtMultimedia import (  # noqa: PLC0415  (loaded when somebody takes a photo)
            QCamera,
            QMediaCaptureSession,
            QMediaDevices,
            QVideoSink,
        )

        self.stop()
        device = QMediaDevices.defaultVideoInput()
        if device.isNull():
            return False
        camera, session, sink = QCamera(device, self), QMediaCaptureSession(self), QVideoSink(self)
        session.setCamera(camera)
        session.setVideoSink(sink)
        sink.videoFrameChanged.connect(self.show_frame)
        camera.errorOccurred.connect(lambda *_error: self.lost.emit())
        self._parts = [camera, session, sink]
        camera.start()
        return True

    def show_frame(self, frame: "QVideoFrame") -> None:
        """Pass on what the camera sees."""
        image = frame.toImage()
        if not image.isNull():
            self.seen.emit(image)

    def stop(self) -> None:
        """Switch it off."""
        if self._parts:
            self._parts[0].stop()
        for part in self._parts:
            part.deleteLater()
        self._parts = []


def as_jpeg(image: QImage) -> bytes:
    """A picture as the bytes of a file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(_QUALITY)
    writer.write(image)
    return bytes(buffer.data().data())
