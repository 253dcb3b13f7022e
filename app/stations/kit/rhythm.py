"""How often something live is read again: at once as long as that is fast, seldomer where reading takes long."""

from collections.abc import Callable

from app.services import clock

_SHARE, _LONGEST_MS = 3, 1_000


class Rhythm:
    """Of the time in which others work, a third at most is spent on reading what they did."""

    def __init__(self, now_s: Callable[[], float] = clock.monotonic_s) -> None:
        self._now_s = now_s
        self._began_s = 0.0
        self._took_s = 0.0

    def begin(self) -> None:
        """Reading begins."""
        self._began_s = self._now_s()

    def end(self) -> None:
        """What began has been read."""
        self._took_s = self._now_s() - self._began_s

    @property
    def rest_ms(self) -> int:
        """How long to wait before the next reading: nothing where the last one is long over, a second at most."""
        return min(_LONGEST_MS, max(0, round((self._began_s + _SHARE * self._took_s - self._now_s()) * 1000)))
