"""The only place where the program asks what time it is."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The station's idea of the present, aware, in UTC. The server's time is what counts for records."""
    return datetime.now(UTC)


def monotonic_s() -> float:
    """Seconds on a clock that never jumps; for ages and waiting, never for records."""
    return time.monotonic()
