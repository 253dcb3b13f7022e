"""What the screen of people and stations is wired to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.domain.people import Person
from app.services.work import UnitOfWork

T = TypeVar("T")


class Run(Protocol):
    """Does a use case in one transaction, off the screen's thread; raises a Refusal or a Fault."""

    def __call__(self, work: Callable[[UnitOfWork], T], /) -> T:
        """Return what `work` returned, after the commit."""


@dataclass(frozen=True, slots=True)
class PeopleWork:
    """`run` is called in worker threads. `may` says whether the one who looks may administer, for greying out only.

    `print_badge` is given a person and a word for their groups, and returns the printer's name.
    """

    run: Run
    may: bool
    print_badge: Callable[[Person, str], str]
