"""The grammar of every operator's conversation: event → outcome, with what the person sees.

A dialog is three functions of one module or folder per capability: `facts` says what to read for a state and an
event, `step` decides (pure), `commands` are what the runner then does. Nothing here touches a database or a screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from app.domain.equipment import Weight
from app.domain.scanning import Reading, Scan


class Level(StrEnum):
    """How the feedback band speaks: it decides symbol, colour and sound together."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One verdict on what just happened: a text code, its facts, and how loud it is.

    `unused` are scans that were made before this verdict could be seen: they were kept and not applied. In a flood
    only the first of them are named, and `more_unused` says how many there are besides.
    """

    level: Level
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    more_unused: int = 0


@dataclass(frozen=True, slots=True)
class ItemPanel:
    """The goods in hand: what the person compares with what they hold."""

    sku: str
    name: str
    picture: str = ""
    details: tuple[tuple[str, str], ...] = ()
    """Pairs of (text code of the caption, value), such as ("caption.lot", "L-2026-07")."""


@dataclass(frozen=True, slots=True)
class Count:
    """The one number that matters: `done` of `total` in `unit`; `total` may be unknown (blind)."""

    done: str
    total: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ExtraCard:
    """Something to read, put in or photograph: what it is called, what was written of it, the name of its picture."""

    name: str
    words: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class PictureUnit:
    """One unit in the picture of a carton: its corner and its sides as it stands, in mm; `packed`: it is in already."""

    sku: str
    corner: tuple[int, int, int]
    sides: tuple[int, int, int]
    packed: bool = False


@dataclass(frozen=True, slots=True)
class CartonPicture:
    """How a carton is to be packed: its kind, its inner sides in mm, and the units in the order they go in."""

    carton: str
    sides: tuple[int, int, int]
    units: tuple[PictureUnit, ...]


@dataclass(frozen=True, slots=True)
class MapStop:
    """Where one stands before a bin, in mm on the plan; `state` is open, current or done."""

    x: int
    y: int
    state: str = "open"


@dataclass(frozen=True, slots=True)
class WalkMap:
    """The walk on the plan of the warehouse, in mm: the aisles from end to end, the corners of the way, the stops.

    Stops stand in the order in which they are walked to. The way begins where one starts and ends where the goods are
    brought. `closed` are aisles that nobody may walk, `unreached` bins of the walk that no open aisle leads to.
    """

    aisles: tuple[tuple[int, int, int, int], ...]
    way: tuple[tuple[int, int], ...]
    stops: tuple[MapStop, ...]
    closed: tuple[tuple[int, int, int, int], ...] = ()
    unreached: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list of lines; `state` is open, current, done, problem."""

    cells: tuple[str, ...]
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers a person may give by scan, key or touch; `value` comes back as a key event."""

    value: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything a station shows between two events; screens hold no other state.

    `instruction` is a text code, imperative, saying which code is expected next. `commands` are the command codes
    that make sense now (UNDO, SHORT, …): they become F-keys and are accepted as scans. `ask` is a text code when a
    typed answer is expected (a quantity, a PIN); `secret` hides it. `columns` are the text codes of the list's
    headings. `waiting` says what the dialog waits for outside (print, approval), if anything. `why` is a stored
    decision for the "why?" widget. `note` is what somebody wrote for whoever does this, word for word.
    `marks` are captions of what holds for the whole document, beside it. `extra` is asked for beside the goods.
    `carton` shows how to pack, `walk` where to go. `evidence` is the carton or order whose evidence the screen can
    write as a paper. `finished` ends the dialog.
    """

    instruction: str
    facts: Mapping[str, str] = field(default_factory=dict)
    document: str = ""
    item: ItemPanel | None = None
    count: Count | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    feedback: Feedback | None = None
    commands: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    ask: str = ""
    secret: bool = False
    waiting: str = ""
    why: Mapping[str, object] | None = None
    note: str = ""
    marks: tuple[str, ...] = ()
    extra: ExtraCard | None = None
    carton: CartonPicture | None = None
    walk: WalkMap | None = None
    evidence: str = ""
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """A command or a typed answer: `command` is a command code, a choice's value, or ENTER with `text`."""

    event_id: UUID
    command: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The scale offers a weight (asked for by a prompt that waits for one)."""

    event_id: UUID
    weight: Weight


@dataclass(frozen=True, slots=True)
class Result:
    """Something outside ended: a print job, a carrier's answer. `about` is the id of the job."""

    event_id: UUID
    kind: str
    about: UUID
    state: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan together with what its code means here."""

    scan: Scan
    reading: Reading

    @property
    def event_id(self) -> UUID:
        """The scan's id, made when it arrived."""
        return self.scan.event_id


@dataclass(frozen=True, slots=True)
class Started:
    """The dialog begins or is shown again."""

    event_id: UUID


Event = Started | Scanned | Key | Weighed | Result


S = TypeVar("S")
C = TypeVar("C")


@dataclass(frozen=True)
class Outcome(Generic[S, C]):
    """What a step decided: the next state (a frozen dataclass), what to show, what to do in the same transaction."""

    state: S
    prompt: Prompt
    commands: tuple[C, ...] = ()
