"""What the shell is told by composition: which stations there are, and how people sign on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtWidgets import QWidget

from app.dialogs.dialog import Feedback
from app.stations.kit.kit import Kit

GO = "GO-"
"""What a printed code begins with that opens a station: `GO-PACKING`."""


ScreenFactory = Callable[[Kit], QWidget]


@dataclass(frozen=True, slots=True)
class StationEntry:
    """One station on the home screen.

    `name` is the capability: its title is found among the titles, its manual page and icon bear the same name unless
    told otherwise. `permission` must be held to open it; empty lets everybody in. `factory` builds the screen, which
    may have `on_scan`, `let_go` and the signals `left`, `help_asked`, `shown`. `led` says that a dialog leads the
    person there: its tile is large, for gloves; desks have small ones.
    """

    name: str
    factory: ScreenFactory
    permission: str = ""
    icon: str = ""
    help_page: str = ""
    led: bool = False

    @property
    def symbol(self) -> str:
        """The name of its icon."""
        return self.icon or self.name

    @property
    def topic(self) -> str:
        """Its page in the manual."""
        return self.help_page or self.name

    @property
    def code(self) -> str:
        """The printed code that opens it."""
        return f"{GO}{self.name.upper()}"


DESKS: Mapping[str, tuple[str, ...]] = {
    "goods_in": ("inbound", "docks", "dock_board", "quality", "discrepancies", "returns"),
    "stock": ("stock", "lots", "units", "transfers", "consignment", "kitting"),
    "goods_out": ("orders", "orders_wall", "waves", "claims", "shipments", "printing"),
    "products_and_places": ("products", "partners", "sites", "plan", "imports"),
    "rules": ("policies", "carriers", "packaging", "labels"),
    "house": ("documents", "books", "safekeeping", "people", "devices"),
}
"""How the desks stand on the home screen: a column each, under its heading; what is in none stands in the last."""


def grouped(entries: Sequence[StationEntry]) -> list[tuple[str, list[StationEntry]]]:
    """Desks by their group, both in the order of `DESKS`; a group without a desk is left out."""
    known = {entry.name: entry for entry in entries}
    groups = {group: [known.pop(name) for name in names if name in known] for group, names in DESKS.items()}
    groups[list(DESKS)[-1]] += known.values()
    return [(group, members) for group, members in groups.items() if members]


@dataclass(frozen=True, slots=True)
class SignedOn:
    """A person who may work now; `permissions` only greys out, the database decides; `warning` is heard first."""

    person: str
    permissions: frozenset[str] = field(default_factory=frozenset)
    warning: Feedback | None = None

    def opens(self, entry: StationEntry) -> bool:
        """Whether this person may open a station."""
        return not entry.permission or entry.permission in self.permissions


ELSEWHERE = "sign_on.elsewhere"
"""The refusal that is a question: the PIN is right, but the badge is in use at another `station` (a fact of it)."""

SignOn = Callable[[str, str, bool], SignedOn]
"""Badge, PIN, and whether to take over from another station; raises `Refusal` or `Fault`. Called off the GUI thread."""

PIN_MUST_CHANGE = "sign_on.pin_must_change"
"""The refusal after which the person chooses a PIN of their own: the one they typed was chosen by somebody else."""

ChangePin = Callable[[str, str, str], object]
"""Badge, old PIN and new PIN; raises `Refusal` or `Fault`. Called off the GUI thread."""
