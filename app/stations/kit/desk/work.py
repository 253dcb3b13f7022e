"""What screens for desks are wired to: the way to do use cases, as whom, where, and who may approve."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from app.domain.labels import LabelContent
from app.domain.people import ApprovalWish
from app.services.work import UnitOfWork
from app.stations.kit.bus import Subscribe

T = TypeVar("T")


class Run(Protocol):
    """Does a use case in one transaction, off the screen's thread; raises a Refusal or a Fault."""

    def __call__(self, work: Callable[[UnitOfWork], T], /, *, request_id: UUID | None = None) -> T:
        """Return what `work` returned, after the commit; the same request is done once."""


Approve = Callable[[str, str, ApprovalWish], str]
"""Badge, PIN, what is asked for: the name of who approved it. Called in a worker thread; may refuse."""


@dataclass(frozen=True, slots=True)
class LabelWork:
    """Labels as this machine can fill and draw them; called in worker threads, may refuse.

    `fitting` answers with name and text of the templates that fields of these names can fill, the fittest first;
    `picture` draws a label for a printer of so many dots an inch, `undrawable` names the characters it cannot draw.
    """

    fitting: Callable[[Set[str]], Sequence[tuple[str, str]]]
    picture: Callable[[LabelContent, int], bytes]
    undrawable: Callable[[LabelContent], str]


@dataclass(frozen=True, slots=True)
class DeskWork:
    """`warehouse` is shown first. `permissions` only greys out, the database decides.

    `remember` keeps how somebody arranged a table, `recall` gives it back.
    """

    run: Run
    warehouse: UUID
    permissions: frozenset[str]
    subscribe: Subscribe
    approve: Approve
    labels: LabelWork
    recall: Callable[[str], str]
    remember: Callable[[str, str], object]
