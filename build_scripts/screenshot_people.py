"""The screen of people in every state, on people who lie in memory: what is photographed, no logic."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

from app.database.printing import PAGES, PrinterRecord
from app.database.session import Session
from app.dialogs.dialog import Feedback, Level
from app.domain.people import Membership, PeopleChange, Person, PinState, Right, Station
from app.services.work import UnitOfWork
from app.stations.kit.kit import Kit
from app.stations.people import PeopleScreen, PeopleWork
from build_scripts.screenshot_samples import settle
from build_scripts.screenshot_stock import MOMENT

T = TypeVar("T")
_ANA = Person(
    id=UUID(int=1),
    badge="SH-P-0002",
    name="Ana Sørensen",
    language="en",
    active=True,
    login=None,
    groups=(Membership("operator", "WH001"), Membership("receiver")),
    locked=False,
    locked_at=None,
    pin=PinState.OWN,
    signed_on_at="PACK-02",
    signed_on_since=MOMENT,
    last_signed_on=MOMENT,
    mine=True,
)
_NAMES = (
    "Tomasz Nowak",
    "Wanda Reyes",
    "Bartholomew Featherstonehaugh-Cholmondeley",
    "Li Na",
    "Jörg Öztürk",
    "Ida Berg",
)
_PEOPLE = (
    _ANA,
    *(
        replace(
            _ANA,
            id=UUID(int=n),
            badge=f"SH-P-{n + 1:04}",
            name=_NAMES[n % len(_NAMES)],
            groups=(Membership("manager"),) if n % 5 == 4 else (Membership("operator", f"WH00{n % 2 + 1}"),),
            active=n % 11 != 8,
            locked=n % 7 == 5,
            pin=(PinState.OWN, PinState.INITIAL, PinState.OWN, PinState.NONE)[n % 4],
            signed_on_at="dock1" if n == 3 else None,
            last_signed_on=MOMENT - timedelta(hours=5 * n) if n % 4 != 3 else None,
        )
        for n in range(2, 34)
    ),
)
_RIGHTS = (
    Right("adjust", (), granted=True, up_to=Decimal(10), may_give=True),
    Right("administer"),
    Right("attach_code", (Membership("receiver"),), may_give=True),
    Right("count", (Membership("operator", "WH001"),), may_give=True),
    Right("hold", may_give=True),
    Right("move", (Membership("operator", "WH001"), Membership("receiver")), may_give=True),
    Right("override_weight", (), granted=False, may_give=True),
    Right("pack", (Membership("operator", "WH001"),), may_give=True),
    Right("pick", (Membership("operator", "WH001"),), may_give=True),
    Right("print", (Membership("operator", "WH001"), Membership("receiver")), may_give=True),
    Right("putaway", (Membership("operator", "WH001"), Membership("receiver")), may_give=True),
    Right("receive", (Membership("receiver"),), may_give=True),
    Right("scrap", may_give=True),
    Right("see_stock", (Membership("operator", "WH001"),), may_give=True),
    Right("ship", (Membership("operator", "WH001"),), may_give=True),
)
_PACKING = Station(
    id=UUID(int=1),
    name="PACK-02",
    type="bench",
    warehouse="WH001",
    active=True,
    login="stockhand_pack_02",
    person="Ana Sørensen",
    since=MOMENT,
    mine=True,
)
_STATIONS = (
    _PACKING,
    replace(_PACKING, id=UUID(int=2), name="dock1", type="dock", person="Tomasz Nowak"),
    replace(_PACKING, id=UUID(int=3), name="desk-planning", type="desk", warehouse="", person="", since=None),
    replace(_PACKING, id=UUID(int=4), name="PACK-03", active=False, person="", since=None),
)
_ADJUST = {"permission": "adjust", "granted": True, "up_to": 10}
_CHANGED: tuple[tuple[str, str, str, Mapping[str, Any] | None, Mapping[str, Any] | None], ...] = (
    ("person_permission", "INSERT", "Ana Sørensen", None, _ADJUST),
    ("person", "UPDATE", "Ida Berg", {"active": True}, {"active": False}),
    ("person_pin", "UPDATE", "Tomasz Nowak", {"must_change": False}, {"must_change": True}),
    ("sign_on_trail", "ON", "Ana Sørensen", None, None),
    ("person_group", "DELETE", "Li Na", {"group_name": "receiver"}, None),
    ("station", "INSERT", "PACK-03", None, {"name": "PACK-03", "type": "bench"}),
)
_CHANGES = tuple(
    PeopleChange(UUID(int=n + 1), MOMENT - timedelta(minutes=37 * n), "Maria Keller", "desk-planning", *told)
    for n, told in enumerate(_CHANGED * 4)
)


_PRINTERS = (PrinterRecord(UUID(int=1), "office-1", "", 0, "none", active=True, kind=PAGES),)


class _Memory:
    """Answers what the screen asks of the database from what lies in memory."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = people

    def rows(self, sql: str, /, **_asked: object) -> list[dict[str, Any]]:
        """The rows of the one who asks."""
        known: Mapping[str, Sequence[Any]] = {
            "people_seen": self._people,
            "person_rights": _RIGHTS,
            "group_permission": [replace(right, granted=right.held) for right in _RIGHTS],
            "stations_seen": _STATIONS,
            "people_changes": _CHANGES,
            "FROM printer": _PRINTERS,
        }
        found = next((rows for name, rows in known.items() if name in sql), None)
        return [{"code": "WH001"}, {"code": "WH002"}] if found is None else [asdict(row) for row in found]


def people_screen(kit: Kit, *, people: Sequence[Person] = _PEOPLE) -> PeopleScreen:
    """The screen of people who lie in memory."""
    unit = UnitOfWork(cast("Session", _Memory(people)), UUID(int=1))

    def run(work: Callable[[UnitOfWork], T], /) -> T:
        return work(unit)

    work = PeopleWork(run=run, may=True, print_badge=lambda *_: "zebra-1")
    return PeopleScreen(kit, work, subscribe=lambda _hear: lambda: None)


def _list(screen: PeopleScreen) -> None:
    settle(screen)
    screen.people.rights.table.view.selectRow(0)


def _page(n: int) -> Callable[[PeopleScreen], None]:
    def pose(screen: PeopleScreen) -> None:
        settle(screen)
        screen.pages.setCurrentIndex(n)
        settle(screen)

    return pose


def _new(screen: PeopleScreen) -> None:
    settle(screen)
    screen.command("NEW_PERSON")


def _pin(screen: PeopleScreen) -> None:
    settle(screen)
    facts = {"person": "Ana Sørensen", "pin": "402913", "answer": ""}
    screen.say(Feedback(Level.DONE, "people.new_pin", facts))


def _no_match(screen: PeopleScreen) -> None:
    settle(screen)
    screen.people.table.filter.setText("nobody")
    screen.people.table.open(replace(screen.people.table.model.query, text="nobody"))


POSES: Mapping[str, Callable[[PeopleScreen], None]] = {
    "people-list": _list,
    "people-new": _new,
    "people-pin": _pin,
    "people-no_match": _no_match,
    "people-stations": _page(1),
    "people-groups": _page(2),
    "people-history": _page(3),
}
