"""A program that prints and dies: run with the database's address, the printer's port, and when to die.

`before_bytes`: between the commit that says SENDING and the first byte. `never`: until it is killed.
"""

import os
import sys
import threading

from app.database.session import Database
from app.devices.spooler import Spooler
from app.services.changes import Changes
from app.services.work import Worker
from tests.devices.spooler.bench import FAST, printer_at


def die(_zpl: bytes, _content: object, _dpi: int) -> None:
    """End as a power cut does: nothing is closed, nothing is said."""
    os._exit(9)


def main(url: str, port: str, moment: str) -> None:
    """Print until the end."""
    worker = Worker(Database(url, application="crashing"), Changes())
    Spooler(
        worker,
        [printer_at(int(port))],
        on_state=lambda _state: None,
        on_rendered=die if moment == "before_bytes" else None,
        timing=FAST,
    ).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
