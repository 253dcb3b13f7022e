"""The background worker of a home: what it does, as long as it may."""

import threading

from app import worker
from app.composition import backups
from app.composition.home import OpenHome
from app.services import clock, setup
from app.services.changes import Changes
from app.services.work import Worker
from app.worker.backup import ScheduledBackups
from app.worker.repeating import Job


def run_worker(home: OpenHome, stop: threading.Event) -> None:
    """Do background work until `stop` is set; only one process of a home does, the others wait for their turn."""
    database = home.database(setup.WORKER, application="worker")
    try:
        worker.run(Worker(database, Changes()), home.folder, stop, more=_backups(home, stop))
    finally:
        database.close()


def _backups(home: OpenHome, stop: threading.Event) -> tuple[Job, ...]:
    """Backups by the clock, of the server that is this home's own."""
    if home.attachment is None:
        return ()
    scheduled = ScheduledBackups(
        lambda: backups.ground(home),
        lambda: backups.plan_now(home),
        home.folder,
        now=clock.now,
        stopping=stop.is_set,
    )
    return (scheduled.job(),)
