"""Backups by the clock, for homes with a server of their own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from app.domain.errors import Fault
from app.services.backup import Ground, Plan, run_plan
from app.worker.repeating import Job

LOOK_S = 30.0
# Not while everybody is starting to work; a backup that failed is not tried again at once either.
_AFTER_START = timedelta(minutes=5)
_AFTER_FAILURE = timedelta(minutes=10)


class ScheduledBackups:
    """Makes a backup when one is due; `stopping` ends the work.

    `ground` gives the database as it is reached now, `plan` the plan as it stands now: somebody may have changed it.
    """

    def __init__(
        self,
        ground: Callable[[], Ground],
        plan: Callable[[], Plan],
        home: Path,
        *,
        now: Callable[[], datetime],
        stopping: Callable[[], bool],
    ) -> None:
        self._ground = ground
        self._plan = plan
        self._home = home
        self._now = now
        self._stopping = stopping
        self._not_before = now() + _AFTER_START

    def job(self) -> Job:
        """The work as the worker repeats it."""
        return Job("backup", LOOK_S, self.work)

    def work(self) -> None:
        """Make the backup that is due, if any; raises why it failed, and tries again later."""
        now = self._now()
        self._not_before = min(self._not_before, now + _AFTER_FAILURE)  # somebody put the clock back
        plan = self._plan()
        if now < self._not_before or not plan.due(now):
            return
        self._not_before = now + _AFTER_FAILURE
        run_plan(self._ground(), plan, self._home, now=now, say=self._go_on)

    def _go_on(self, _step: str) -> None:
        if self._stopping():
            raise Fault("backup.interrupted", retry=True)
