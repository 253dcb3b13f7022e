"""A program that prints and dies: run with the database's address, the printer's place, and when to die.

The place is `tcp:PORT`, `serial:PATH` or `queue:NAME`.

`before_bytes`: between the commit that says SENDING and the first byte. `never`: until it is killed.
"""

import os
import sys
import threading

from app.database.session import Database
from app.devices.spooler import Spooler
from app.services.changes import Changes
from app.services.work import Worker
from app.settings import DeviceSetting
from tests.devices.spooler.bench import FAST, printer_at, queue_printer, serial_printer


def die(_zpl: bytes, _content: object, _dpi: int) -> None:
    """End as a power cut does: nothing is closed, nothing is said."""
    os._exit(9)


def device_at(place: str) -> DeviceSetting:
    """The settings of the printer."""
    kind, _, where = place.partition(":")
    match kind:
        case "serial":
            return serial_printer(where)
        case "queue":
            return queue_printer(where)
    return printer_at(int(where))


def main(url: str, place: str, moment: str) -> None:
    """Print until the end."""
    worker = Worker(Database(url, application="crashing"), Changes())
    Spooler(
        worker,
        [device_at(place)],
        on_state=lambda _state: None,
        on_rendered=die if moment == "before_bytes" else None,
        timing=FAST,
    ).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
