"""What the calendar knows: the plan of some days, the documents that wait, and the rates by which work is reckoned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.domain.docks import (
    Against,
    Appointment,
    Day,
    Direction,
    Effort,
    HourLoad,
    Load,
    Plan,
    Rates,
    Wish,
    against,
    day_of,
    effort,
    hours_of,
)
from app.domain.policies import Policy
from app.services import clock
from app.services.docks import planning
from app.services.docks.planning import WaitingPaper
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Seen:
    """The docks of a warehouse for `days` from `first` on, as they were read."""

    first: date
    plan: Plan
    days: tuple[Day, ...]
    waiting: tuple[WaitingPaper, ...]
    policy: Policy[Rates]

    @property
    def appointments(self) -> tuple[Appointment, ...]:
        """Those that reach into these days."""
        start, end = self.days[0].starts_at, self.days[-1].ends_at
        return tuple(one for one in self.plan.appointments if one.ends_at > start and one.starts_at < end)

    def hours(self, day: Day) -> tuple[HourLoad, ...]:
        """The hours of a day with their work and their people."""
        return hours_of(self.plan, day)

    def effort(self, load: Load) -> Effort:
        """What a truck will take, by the rates of the warehouse."""
        return effort(load, self.policy)

    def load_of(self, papers: Sequence[WaitingPaper]) -> Load:
        """What these documents bring, or take."""
        return Load(
            papers[0].direction if papers else Direction.INBOUND,
            pallets=sum(one.pallets for one in papers),
            lines=sum(one.lines for one in papers),
            pieces=sum((one.pieces for one in papers), papers[0].pieces * 0)
            if papers
            else Load(Direction.INBOUND).pieces,
            partner=papers[0].partner if papers else "",
        )

    def against(
        self, load: Load, door: UUID | None, starts_at: datetime, ends_at: datetime, *, but: UUID | None = None
    ) -> tuple[Against, ...]:
        """What speaks against a window; without a door nothing does."""
        if door is None:
            return ()
        work = self.effort(load).work_min
        return against(self.plan, Wish(load, door, starts_at, ends_at, work, but), now=clock.now())


def read(
    unit: UnitOfWork, *, warehouse: UUID, first: date | None, days: int, direction: Direction = Direction.INBOUND
) -> Seen:
    """Read the docks of some days, today's where no day is named, and what waits for trucks of a direction."""
    start = first or planning.today(unit, warehouse)
    plan = planning.plan_of(unit, warehouse=warehouse, first=start, days=days)
    return Seen(
        first=start,
        plan=plan,
        days=tuple(day_of(start + timedelta(days=n), plan.zone) for n in range(days)),
        waiting=planning.waiting(unit, warehouse=warehouse, direction=direction),
        policy=planning.policy_for(unit, warehouse=warehouse),
    )
