"""The nouns of the dock: doors, appointments of trucks, who is there to work, and a plan of them for some days."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.domain.docks.opening import Opening

STEP_MIN = 15
"""Appointments begin and end at quarters of an hour."""
LONGEST = timedelta(hours=24)


class Direction(StrEnum):
    """Whether goods come or leave."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Vehicle(StrEnum):
    """What drives up to a door."""

    VAN = "van"
    TRUCK = "truck"
    TRAILER = "trailer"
    CONTAINER = "container"


class State(StrEnum):
    """How far an appointment is; `working`: it is unloaded, or loaded."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    AT_DOOR = "at_door"
    WORKING = "working"
    DONE = "done"
    LEFT = "left"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


NEXT: dict[State, tuple[State, ...]] = {
    State.PLANNED: (State.CONFIRMED, State.ARRIVED, State.NO_SHOW, State.CANCELLED),
    State.CONFIRMED: (State.PLANNED, State.ARRIVED, State.NO_SHOW, State.CANCELLED),
    State.ARRIVED: (State.AT_DOOR, State.LEFT),
    State.AT_DOOR: (State.WORKING, State.ARRIVED, State.LEFT),
    State.WORKING: (State.DONE,),
    State.DONE: (State.LEFT, State.WORKING),
    State.NO_SHOW: (State.ARRIVED,),
    State.LEFT: (),
    State.CANCELLED: (),
}
"""What may follow on each state; the database holds the same (dock_states_after), and a test compares them."""
AWAITED = (State.PLANNED, State.CONFIRMED)
HERE = (State.ARRIVED, State.AT_DOOR, State.WORKING, State.DONE)
AT_A_DOOR = (State.AT_DOOR, State.WORKING, State.DONE)
OVER = (State.LEFT, State.NO_SHOW, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Door:
    """A place where trucks dock. `direction` empty: both ways; no `openings`: always open; no `vehicles`: all of them.

    `temperatures` are those that goods may need there; pallets and lines an hour are what can be brought through it,
    None: any number.
    """

    id: UUID
    name: str
    address: str
    direction: Direction | None
    openings: tuple[Opening, ...] = ()
    vehicles: frozenset[Vehicle] = frozenset()
    temperatures: frozenset[str] = frozenset()
    pallets_per_hour: int | None = None
    lines_per_hour: int | None = None
    active: bool = True
    version: int = 0


@dataclass(frozen=True, slots=True)
class Closure:
    """A door that is closed for a while, out of turn, and why."""

    id: UUID
    door: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of an appointment; `open`: its goods are still awaited."""

    id: UUID
    kind: str
    number: str
    reference: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True)
class Load:
    """What a truck brings or takes, as far as it is known beforehand."""

    direction: Direction
    vehicle: Vehicle = Vehicle.TRUCK
    temperature: str = ""
    pallets: int = 0
    lines: int = 0
    pieces: Decimal = Decimal(0)
    weight_kg: Decimal = Decimal(0)
    carrier: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A truck, a door and a window; without a door it waits for one.

    `work_min` are the person-minutes of its work, done by `people`; it may be `early_min` before its window and
    `late_min` after its beginning and is still on time. `overruled` are the checks that somebody planned against, and
    `reason` why. `walk_in`: it came without an appointment. The five moments are when it really was so.
    """

    id: UUID
    version: int
    number: str
    load: Load
    state: State
    door: UUID | None
    starts_at: datetime
    ends_at: datetime
    work_min: int = 0
    people: int = 1
    early_min: int = 0
    late_min: int = 0
    partner_name: str = ""
    plate: str = ""
    driver: str = ""
    contact: str = ""
    note: str = ""
    papers: tuple[Paper, ...] = ()
    series: UUID | None = None
    overruled: tuple[str, ...] = ()
    reason: str = ""
    walk_in: bool = False
    arrived_at: datetime | None = None
    at_door_at: datetime | None = None
    started_at: datetime | None = None
    done_at: datetime | None = None
    left_at: datetime | None = None

    @property
    def window(self) -> tuple[datetime, datetime]:
        """From when to when."""
        return self.starts_at, self.ends_at

    @property
    def holds_its_door(self) -> bool:
        """Whether nobody else may have its door in its window."""
        return self.door is not None and self.state not in OVER


@dataclass(frozen=True, slots=True)
class Shift:
    """So many people for the docks on a day, between two minutes of it; `names` where they are known.

    A night shift ends beyond 1440, on the next day.
    """

    day: date
    starts: int
    ends: int
    people: int
    name: str = ""
    names: str = ""
    id: UUID | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What all docks of a warehouse can take in an hour together; None: any number."""

    trucks_per_hour: int | None = None
    pallets_per_hour: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The docks of a warehouse for some days: all that a window is judged by."""

    zone: tzinfo
    doors: tuple[Door, ...]
    appointments: tuple[Appointment, ...] = ()
    closures: tuple[Closure, ...] = ()
    shifts: tuple[Shift, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def door(self, identity: UUID | None) -> Door | None:
        """The door with this id."""
        return next((one for one in self.doors if one.id == identity), None)

    def name_of(self, identity: UUID | None) -> str:
        """What a door is called; empty where there is none yet."""
        found = self.door(identity)
        return found.name if found else ""
