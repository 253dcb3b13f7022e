"""Background work of a home: sealing, allocation, the inbox, upkeep at night.

`run` does it until it is told to stop. One program of a home does it at a time; any number of homes may.
"""

from app.worker.jobs import run

__all__ = ["run"]
