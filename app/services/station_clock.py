"""How far a station's clock is off the server's: records take the server's time, people read the station's."""

from datetime import timedelta

from app.database.clock import server_time
from app.services import clock
from app.services.work import Worker

WORTH_SAYING = timedelta(minutes=2)
"""From here on a clock is wrong: less is how clocks are, or how long an answer took."""


def ahead_of_server(worker: Worker) -> timedelta:
    """How much this station's clock is ahead of the server's, negative where it is behind.

    Off by half of what asking takes at most.
    """
    before_s, before = clock.monotonic_s(), clock.now()
    at = worker.run(lambda unit: server_time(unit.session))
    return before + timedelta(seconds=(clock.monotonic_s() - before_s) / 2) - at
