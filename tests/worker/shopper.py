"""A program of its own that buys a label and is killed before it hears of it: `python -m tests.worker.shopper URL`."""

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


class KilledAfterBuying(FileCarrier):
    """Buys, and the program is gone in that moment."""

    def buy(self, consignment: Consignment) -> Buying:
        """Drop the file, then die without a word."""
        super().buy(consignment)
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        raise AssertionError("unreachable")


def main(url: str) -> None:
    """Do what is due, with no lease to wait for afterwards."""
    worker = Worker(Database(url, application="shopper"), Changes())
    Outbox(worker, KilledAfterBuying, now=clock.now, lease_s=0).work()


if __name__ == "__main__":
    main(sys.argv[1])
