"""The screen of partners and the plan of a warehouse in their states, on records that lie in memory: no logic."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

from app.domain.partners import Contact, PartnerAddress, PartnerRecord
from app.domain.sites.layout import RackSize, arrange
from app.domain.sites.places import Aisle, Direction, Place, PlaceKind
from app.domain.sites.planning import plan_range
from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from app.stations.partners import PartnersScreen
from app.stations.plan import PlanScreen
from build_scripts.screenshot_desk import Answers, Step, desk_work, give, row, steps
from build_scripts.screenshot_samples import LONG_NAME, settle

_HAMBURG = PartnerAddress(line_1="Hafenstr. 1", postal_code="20457", city="Hamburg", country="DE", first=True,
                          phone="+49 40 1234567", email="lager@hansa.example", id=UUID(int=61))  # fmt: skip
_HANSA = PartnerRecord("HANSA", "Hansa Lebensmittel GmbH", ("customer", "owner"), addresses=(_HAMBURG,),
                       pack_instructions="No peanuts; euro pallets only", contacts=(Contact("Ann Petersen", "gate"),),
                       id=UUID(int=60), version=1)  # fmt: skip
_PARTNERS = (
    _HANSA,
    PartnerRecord("NORDIC-FASTENERS", LONG_NAME, ("supplier", "manufacturer"), id=UUID(int=62), version=1),
    PartnerRecord("OLDTOWN", "Old Town Grocers", ("customer",), archived=True, id=UUID(int=63), version=4),
)
_AISLES = (
    Aisle("1", -1500, 2600, 21500, 2600, direction=Direction.FORWARD, position=1, id=UUID(int=50), version=1),
    Aisle("2", -1500, 7800, 21500, 7800, closed=True, position=2, id=UUID(int=51), version=1),
    Aisle("3", -1500, 13000, 21500, 13000, position=3, id=UUID(int=52), version=1),
)


def _bins() -> tuple[Place, ...]:
    size = RackSize()
    return tuple(
        Place(UUID(int=100 + n), 1, PlaceKind.BIN, spot.name, f"WH001-STO-{spot.name}", UUID(int=10),
              zone="Storage" if n % 60 < 40 else "Cold store", profile="RACK", x_mm=spot.x_mm, y_mm=spot.y_mm,
              width_mm=size.bay_mm, depth_mm=size.depth_mm, goods=n % 4, fill=Decimal(n % 12) / 10 if n % 4 else None)
        for n, spot in enumerate(arrange(plan_range("A01-F20", ()).names, size).spots)
    )  # fmt: skip


_BINS = _bins()
_ANSWERS: Answers = {"upper(p.code)": (_HANSA,), "FROM partner p": _PARTNERS}
_PLAN: Answers = {"FROM aisle": _AISLES, "-- Places below": _BINS}


def _on(answers: Answers, *each: Step) -> tuple[Callable[[Kit], DeskScreen], Step]:
    return lambda kit: PartnersScreen(kit, desk_work(answers)), steps(*each)


def plan_screen(kit: Kit) -> PlanScreen:
    """The plan of a warehouse of 120 bins."""
    return PlanScreen(kit, desk_work(_PLAN))


def _plan(by: int) -> Callable[[PlanScreen], None]:
    def pose(screen: PlanScreen) -> None:
        settle(screen)
        screen.by.setCurrentIndex(by)
        screen.view.show_all()
        screen.view.choose([place.id for place in _BINS if place.name.startswith("A0")])

    return pose


POSES: Mapping[str, tuple[Callable[[Kit], DeskScreen], Step]] = {
    "partners-empty": _on({}),
    "partners-list": _on(_ANSWERS, row(0)),
    "partners-change": _on(_ANSWERS, row(0), give("CHANGE_PARTNER")),
    "partners-addresses": _on(_ANSWERS, row(0), give("ADDRESSES"), row(0), give("CHANGE_ADDRESS", postal_code="2045")),
    "partners-contacts": _on(_ANSWERS, row(0), give("CONTACTS")),
}
PLAN: Mapping[str, Callable[[PlanScreen], None]] = {"plan-zone": _plan(0), "plan-fill": _plan(2)}
