"""Many labels at once: what is proposed to be printed, how many of each, and how far a batch is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.domain.printing import PrintState, needs_a_person

MOST_LABELS = 5_000
"""More than one batch may have: a roll has about a thousand, and nobody wants to stop fifty."""
MOST_COPIES = 100
"""What one job of the print journal may print."""


@dataclass(frozen=True, slots=True)
class LabelLine:
    """Something that can have labels: its code, its name, what stands on a label of it, and how many are proposed."""

    code: str
    name: str
    fields: Mapping[str, str]
    count: int = 1


@dataclass(frozen=True, slots=True)
class BatchState:
    """How many labels of a batch are in each state; `served`: some program holds a printer that it waits for."""

    labels: Mapping[PrintState, int] = field(default_factory=dict)
    served: bool = True

    @property
    def waiting(self) -> int:
        """Wanted or on their way."""
        return sum(self.labels.get(state, 0) for state in (PrintState.QUEUED, PrintState.SENDING, PrintState.SENT))

    @property
    def doubtful(self) -> int:
        """Those that a person has to look at."""
        return sum(count for state, count in self.labels.items() if needs_a_person(state))

    @property
    def printed(self) -> int:
        """Those that lie there for certain."""
        return self.labels.get(PrintState.CONFIRMED, 0)


def contents(
    lines: Sequence[LabelLine], counts: Sequence[int], *, template: str, batch: str
) -> tuple[LabelContent, ...]:
    """The labels of a batch, in its order; those of one line in jobs of at most a hundred.

    `batch` makes their uids differ from those of every other batch. Refuses none at all and more than 5,000.
    """
    if not any(counts):
        raise Refusal("labels.none_wanted")
    if sum(counts) > MOST_LABELS:
        raise Refusal("labels.too_many", count=sum(counts), most=MOST_LABELS)
    found = []
    for line, count in zip(lines, counts, strict=True):
        label = LabelContent(template, f"{line.code}/{batch}", line.fields)
        for part, begun in enumerate(range(0, count, MOST_COPIES)):
            uid = label.uid if not part else f"{label.uid}-{part + 1}"
            found.append(replace(label, uid=uid, copies=min(MOST_COPIES, count - begun)))
    return tuple(found)
