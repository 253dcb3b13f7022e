"""The plan of the demo's warehouse: racks and aisles, where carts stand, where goods are packed, a lane for totes.

So walks are drawn, measured in metres and planned shortly from the first order on.
"""

from collections.abc import Iterator, Mapping
from uuid import UUID, uuid4

from app.database import people
from app.database import places as store
from app.domain.sites.layout import RackSize, arrange
from app.domain.sites.places import Place, PlaceKind
from app.services.sites import drawing
from app.services.sites.drawing import Drawn
from app.services.work import UnitOfWork, Worker

_SIZE = RackSize(bay_mm=1000, depth_mm=1000, aisle_mm=2500)
_DOCKS_MM, _LANES_MM = -6000, -3000
_APART_MM = 2500
_TOTE_PLACES = (("CARTS", "carts", 0), ("LANE-1", "lane", 12_000))


def draw_plan(desk: Worker, warehouse: str) -> None:
    """Draw the demo's warehouse; twice changes nothing."""

    def part(unit: UnitOfWork) -> UnitOfWork:
        return UnitOfWork(unit.session, uuid4(), changes=unit.changes)

    def work(unit: UnitOfWork) -> None:
        site = people.warehouse_by_code(unit.session, warehouse)
        if site is None or drawing.plan_of(unit, site).aisles:
            return
        known = drawing.plan_of(unit, site).places
        rows = [
            {"parent": site, "kind": PlaceKind.TOTE, "name": name, "purpose": purpose, "x_mm": x, "y_mm": _LANES_MM}
            for name, purpose, x in _TOTE_PLACES
        ]
        store.add(unit.session, request=uuid4(), warehouse=site, rows=rows)
        bins = [one for one in known if one.kind is PlaceKind.BIN]
        layout = arrange([one.name for one in bins], _SIZE)
        values = dict(_drawn(known, {spot.name: (spot.x_mm, spot.y_mm) for spot in layout.spots}))
        drawing.save(part(unit), warehouse=site, drawn=Drawn(known, values, layout.aisles))
        drawing.number_walk(part(unit), site)

    desk.run(work)


def _drawn(
    places: tuple[Place, ...], bins: Mapping[str, tuple[int, int]]
) -> Iterator[tuple[UUID, Mapping[str, object]]]:
    """Where each place stands: bins in their racks, doors and packing lanes beside each other in front of them."""
    beside = {PlaceKind.DOCK: (_DOCKS_MM, 0), PlaceKind.STAGING: (_LANES_MM, 20_000)}
    turns = dict.fromkeys(beside, 0)
    for place in places:
        if place.kind is PlaceKind.BIN:
            x, y = bins[place.name]
            yield place.id, {"x_mm": x, "y_mm": y, "width_mm": _SIZE.bay_mm, "depth_mm": _SIZE.depth_mm}
        elif place.kind in beside:
            y, first = beside[place.kind]
            yield place.id, {"x_mm": first + turns[place.kind] * _APART_MM, "y_mm": y}
            turns[place.kind] += 1
