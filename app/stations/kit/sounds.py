"""Every sound of the program goes through one player; where nothing can be heard it is silent, not broken.

The system's own player is started with the file: Qt's multimedia library would load a whole video decoder, with its
warnings, for five beeps.
"""

import logging
import sys

from PySide6.QtCore import QObject, QProcess, QStandardPaths, Signal

from app import resources
from app.dialogs.dialog import Level

_PLAYERS = ("pw-play", "paplay", "aplay", "afplay")
_WINDOWS = "winsound"

_log = logging.getLogger(__name__)


class SoundPlayer(QObject):
    """Says each feedback level in sound; `asked` tells which one, whether or not it could be heard."""

    asked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = ""

    def prepare(self) -> None:
        """Find the system's player; until then, and without one, nothing is heard."""
        found = [QStandardPaths.findExecutable(name) for name in _PLAYERS]
        self._player = _WINDOWS if sys.platform == "win32" else next((path for path in found if path), "")
        if not self._player:
            _log.info("no sound: none of %s is installed", ", ".join(_PLAYERS))

    def play(self, level: Level) -> None:
        """Sound the feedback level; returns at once."""
        self.asked.emit(level.value)
        if self._player == _WINDOWS:
            _play_on_windows(self._file(level))
        elif self._player:
            player = QProcess()
            player.setProgram(self._player)
            player.setArguments([self._file(level)])
            player.setStandardOutputFile(QProcess.nullDevice())
            player.setStandardErrorFile(QProcess.nullDevice())
            player.startDetached()

    def _file(self, level: Level) -> str:
        return str(resources.resource("sounds", f"{level}.wav"))


def _play_on_windows(file: str) -> None:
    if sys.platform == "win32":
        import winsound  # noqa: PLC0415  (exists there only)

        try:
            winsound.PlaySound(file, winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        except RuntimeError:
            _log.info("no sound: the system has no output")
