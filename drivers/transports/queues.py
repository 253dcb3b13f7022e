"""What is known of a printer queue of the operating system, and what each system must be able to do with one."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class QueueTrouble(Enum):
    """Why a queue takes jobs and prints none, as far as the system knows."""

    PAUSED = "paused"  # somebody, or the system after an error, has stopped it
    CLOSED = "closed"  # it takes no jobs
    OFFLINE = "offline"  # the system knows that the printer is away
    PAPER_OUT = "paper_out"
    HEAD_OPEN = "head_open"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """How a queue is; `detail` is what the system said, `jobs` those that it has not finished, oldest first."""

    troubles: tuple[QueueTrouble, ...] = ()
    jobs: tuple[str, ...] = ()
    detail: str = ""


class JobEnd(Enum):
    """What a system says of one job; nothing of it is proof that paper came out."""

    WAITING = "waiting"  # it has not been given to the printer, or not all of it
    PRINTED = "printed"  # the system has given all of it to the printer, and saw no error
    CANCELLED = "cancelled"  # somebody, or the system after an error, ended it before
    GONE = "gone"  # the system keeps no account of it any more


class Spooler(Protocol):
    """The queues of one operating system."""

    def queues(self) -> list[str]:
        """The names of all queues."""
        ...

    def status(self, queue: str) -> QueueStatus:
        """How a queue is; raises `TransportLost` when there is none of that name."""
        ...

    def job(self, queue: str, job: str) -> JobEnd:
        """What became of a job; raises `TransportError`."""
        ...

    def submit(self, queue: str, data: bytes, *, timeout_s: float) -> str:
        """Put one job into a queue and return its id; raises `TransportError`."""
        ...
