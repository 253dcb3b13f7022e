"""A program of its own that is killed when it buys a label: `python -m tests.worker.shopper URL before|after`."""

import os
import signal
import sys

from app.connectors.carriers import FileCarrier
from app.database.session import Database
from app.domain.carriers import Buying, Consignment
from app.services import clock
from app.services.changes import Changes
from app.services.work import Worker
from app.worker.outbox import Outbox


class Killed(FileCarrier):
    """The program is gone in the moment in which it buys."""

    def buy(self, consignment: Consignment) -> Buying:
        """Die without a word: before the file is dropped, or after."""
        if sys.argv[2] == "after":
            super().buy(consignment)
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        raise AssertionError("unreachable")


def main(url: str) -> None:
    """Do what is due, with no lease to wait for afterwards."""
    worker = Worker(Database(url, application="shopper"), Changes())
    Outbox(worker, Killed, now=clock.now, lease_s=0).work()


if __name__ == "__main__":
    main(sys.argv[1])
