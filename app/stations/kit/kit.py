"""What every screen is given: words, look, sound and a place for long work. Nothing in it is global."""

from dataclasses import dataclass

from app.stations.kit.sounds import SoundPlayer
from app.stations.kit.tasks import Tasks
from app.stations.kit.theme import Theme
from app.texts import Texts


@dataclass(frozen=True)
class Kit:
    """The shared tools of the screens of one window in one language."""

    texts: Texts
    theme: Theme
    sounds: SoundPlayer
    tasks: Tasks
