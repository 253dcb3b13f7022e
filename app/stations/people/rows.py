"""How people, rights, stations and changes read as rows of tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from app.domain.people import GROUPS, Membership, PeopleChange, Person, PinState, Right, Station
from app.domain.values import format_quantity
from app.stations.kit.marks import GOOD, LOOK, OVER, WAITS, marked
from app.stations.kit.record_table import Column, Query, Record
from app.texts import Texts

PEOPLE = (
    Column("badge", "people.badge", 92, identifier=True),
    Column("name", "people.name", 150),
    Column("groups", "people.groups", 140, sortable=False),
    Column("state", "people.state", 110, sortable=False, identifier=True),
    Column("at", "people.at", 90, identifier=True),
    Column("last", "people.last", 120, identifier=True),
)
_STATE = [column.name for column in PEOPLE].index("state")
_STATES = {
    "active": (GOOD, ""),
    "inactive": (OVER, ""),
    "locked": (LOOK, "bad"),
    "pin_none": (LOOK, "caution"),
    "pin_initial": (WAITS, ""),
}
"""The sign and the tint of each state of a person."""
RIGHTS = (
    Column("permission", "people.permission", 190, sortable=False, identifier=True),
    Column("held", "people.held", 50, sortable=False, identifier=True),
    Column("limit", "people.limit", 56, numeric=True, sortable=False),
    Column("why", "people.why", 130, sortable=False),
)
MATRIX = (
    Column("permission", "people.permission", 340, sortable=False),
    *(Column(group, f"people.group.{group}", 120, sortable=False, identifier=True) for group in GROUPS),
)
"""A column a group."""
STATIONS = (
    Column("name", "people.station", 160, identifier=True),
    Column("type", "people.type", 100, sortable=False, identifier=True),
    Column("warehouse", "people.warehouse", 120, identifier=True),
    Column("state", "people.state", 110, sortable=False, identifier=True),
    Column("person", "people.signed_on", 160),
    Column("since", "people.since", 140, sortable=False, identifier=True),
)
CHANGES = (
    Column("at", "people.when", 150, sortable=False, identifier=True),
    Column("by", "people.by", 150, sortable=False, identifier=True),
    Column("station", "people.where", 100, sortable=False, identifier=True),
    Column("what", "people.what", 170, sortable=False, identifier=True),
    Column("about", "people.about", 150, sortable=False, identifier=True),
    Column("difference", "people.difference", 420, sortable=False),
)


def person_row(person: Person, texts: Texts) -> Record:
    """A person as the table shows them."""
    groups = ", ".join(group_words(one, texts) for one in person.groups)
    last = moment(person.last_signed_on)
    mark, tint = _STATES[_state(person)]
    state = marked(mark, state_words(person, texts))
    cells = (person.badge, person.name, groups, state, person.signed_on_at or "", last)
    return Record(person.id, cells, made_of=person, tints=((_STATE, tint),) if tint else ())


def group_words(membership: Membership, texts: Texts) -> str:
    """A group and where it holds."""
    group = texts.text("captions", f"people.group.{membership.group}")
    return f"{group} {membership.warehouse}" if membership.warehouse else group


def state_words(person: Person, texts: Texts) -> str:
    """What stands between a person and their work, and where a lock was caused; otherwise that they are active."""
    state = texts.text("captions", f"people.state.{_state(person)}")
    return f"{state} ({person.locked_at})" if _state(person) == "locked" and person.locked_at else state


def _state(person: Person) -> str:
    """The gravest of what stands between a person and their work."""
    if not person.active:
        return "inactive"
    if person.locked:
        return "locked"
    return "active" if person.pin is PinState.OWN else f"pin_{person.pin.value}"


def right_row(right: Right, texts: Texts) -> Record:
    """A permission of a person, and why they have it."""
    limit = format_quantity(right.limit) if right.held and right.limit is not None else ""
    cells = (
        texts.text("captions", f"permission.{right.permission}"),
        marked(GOOD, texts.text("captions", "people.yes")) if right.held else texts.text("captions", "people.no"),
        limit,
    )
    return Record(right.permission, (*cells, _why(right, texts)), made_of=right)


def matrix_row(of_groups: Mapping[str, Right], group: str, texts: Texts) -> Record:
    """A permission and what each group has of it; made of what the `group` in hand has."""
    right = of_groups[group]
    held = (_held(of_groups[name], texts) for name in GROUPS)
    return Record(right.permission, (texts.text("captions", f"permission.{right.permission}"), *held), made_of=right)


def _held(right: Right, texts: Texts) -> str:
    """Yes, up to a limit where there is one, or no."""
    if not right.held:
        return texts.text("captions", "people.no")
    if right.limit is None:
        return marked(GOOD, texts.text("captions", "people.yes"))
    return marked(GOOD, texts.text("captions", "people.up_to_limit", {"limit": format_quantity(right.limit)}))


def station_row(station: Station, texts: Texts) -> Record:
    """A station and who is there."""
    state = marked(
        GOOD if station.active else OVER,
        texts.text("captions", "people.state.active" if station.active else "people.state.off"),
    )
    kind = texts.text("captions", f"people.type.{station.type}")
    cells = (station.name, kind, station.warehouse, state, station.person, moment(station.since))
    return Record(station.id, cells, made_of=station)


def change_row(change: PeopleChange, texts: Texts) -> Record:
    """One row of the trail."""
    what = texts.text("captions", f"people.did.{change.what}.{change.verb.lower()}")
    differences = "; ".join(_difference(name, *both, texts) for name, both in change.differences().items())
    cells = (moment(change.at), change.by_name, change.station, what, change.about, differences)
    return Record(change.id, cells, made_of=change)


def moment(at: datetime | None) -> str:
    """A time in this machine's zone, to the minute."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M") if at else ""


def page(
    rows: Iterable[Record], after: Record | None, limit: int, query: Query, sort: Callable[[str], int]
) -> Sequence[Record]:
    """The rows that contain every word of the filter, in order of columns, behind `after`; for lists read whole."""
    words = query.text.lower().split()
    found = [one for one in rows if all(word in " ".join(one.cells).lower() for word in words)]
    for name, descending in reversed(query.order):
        found = _sorted(found, sort(name), descending=descending)
    first = next((n + 1 for n, one in enumerate(found) if after and one.key == after.key), 0)
    return found[first : first + limit]


def _sorted(rows: Iterable[Record], column: int, *, descending: bool) -> list[Record]:
    return sorted(rows, key=lambda one: one.cells[column].lower(), reverse=descending)


def _why(right: Right, texts: Texts) -> str:
    if right.granted is not None:
        return texts.text("captions", "people.given" if right.granted else "people.taken")
    return ", ".join(group_words(one, texts) for one in right.by_groups)


def _difference(name: str, old: object, new: object, texts: Texts) -> str:
    field = texts.text("captions", f"people.field.{name}") if texts.has("captions", f"people.field.{name}") else name
    if old is None:
        return f"{field}: {_plain(new, texts)}"
    return f"{field}: {_plain(old, texts)} → {_plain(new, texts)}"


def _plain(value: object, texts: Texts) -> str:
    if isinstance(value, bool):
        return texts.text("captions", "people.yes" if value else "people.no")
    return "–" if value is None else str(value).removesuffix(".0")
