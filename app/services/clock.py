"""The only place where the program asks what time it is."""

import time
from datetime import UTC, date, datetime, tzinfo


def now() -> datetime:
    """The station's idea of the present, aware, in UTC. The server's time is what counts for records."""
    return datetime.now(UTC)


def today(zone: tzinfo) -> date:
    """The present day by the calendar on the wall of a warehouse in this time zone."""
    return now().astimezone(zone).date()


def monotonic_s() -> float:
    """Seconds on a clock that never jumps; for ages and waiting, never for records."""
    return time.monotonic()
