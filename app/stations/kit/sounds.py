"""Every sound of the program goes through one player; where nothing can be heard it is silent, not broken."""

import logging
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal

from app import resources
from app.dialogs.dialog import Level

_log = logging.getLogger(__name__)


class SoundPlayer(QObject):
    """Says each feedback level in sound; `asked` tells which one, whether or not it could be heard."""

    asked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._effects: dict[Level, Any] = {}

    def prepare(self) -> None:
        """Open the loudspeaker ahead of the first scan; without one (or without its library) stay silent."""
        try:
            from PySide6.QtMultimedia import QMediaDevices, QSoundEffect  # noqa: PLC0415  (needs a sound library)
        except ImportError as missing:
            _log.info("no sound: %s", missing)
            return
        if QMediaDevices.defaultAudioOutput().isNull():
            _log.info("no sound: no output")
            return
        for level in Level:
            effect = QSoundEffect(self)
            effect.setSource(QUrl.fromLocalFile(str(resources.resource("sounds") / f"{level}.wav")))
            self._effects[level] = effect

    def play(self, level: Level) -> None:
        """Sound the feedback level; returns at once."""
        self.asked.emit(level.value)
        effect = self._effects.get(level)
        if effect is not None:
            effect.play()
