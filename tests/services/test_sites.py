"""A manager sets warehouses up: ranges with a look before, many places at once, the plan and its walk, partners."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.domain.errors import Refusal
from app.domain.partners import Contact, PartnerAddress, PartnerRecord
from app.domain.sites.layout import RackSize
from app.domain.sites.levels import LevelEdit, LevelHow, LevelRow
from app.domain.sites.places import Aisle, Place, PlaceEdit, PlaceKind, PlaceQuery, Profile
from app.services import partners
from app.services.changes import Change, Changes
from app.services.sites import drawing, levels, places
from app.services.work import UnitOfWork, Worker
from tests.support import Site


class Manager(Worker):
    """A worker that keeps what it told."""

    def __init__(self, site: Site) -> None:
        super().__init__(site.login("desk_manager"), Changes())
        self.told: list[Change] = []
        self.changes.subscribe(self.told.extend)


@pytest.fixture
def manager(warehouse: Site) -> Iterator[Manager]:
    yield Manager(warehouse)


def storage(manager: Manager, site: Site) -> Place:
    return next(
        one for one in manager.run(lambda unit: places.tree(unit, site.warehouse)) if one.code or one.name == "STO"
    )


def bins(manager: Manager, site: Site, text: str = "") -> tuple[Place, ...]:
    return manager.run(lambda unit: places.page(unit, PlaceQuery(site.warehouse, text=text, kinds=(PlaceKind.BIN,))))


def racks(site: Site, zone: Place, ranges: str = "A-01-1..B-03-2") -> places.NewPlaces:
    return places.NewPlaces(site.warehouse, zone.id, PlaceKind.BIN, ranges, purpose="reserve", rack=RackSize())


def test_a_range_is_looked_at_and_then_added_with_its_racks(warehouse: Site, manager: Manager) -> None:
    wanted = racks(warehouse, storage(manager, warehouse))
    plan = manager.run(lambda unit: places.plan_places(unit, wanted))
    assert (len(plan.names), plan.fits) == (12, True)
    assert manager.run(lambda unit: places.add_places(unit, wanted)) == 12
    assert not manager.run(lambda unit: places.plan_places(unit, wanted)).fits
    made = bins(manager, warehouse, "A-0")
    assert len(made) == 6
    assert {one.level for one in made} == {0, 1}
    assert Change("location") in manager.told


def test_bins_are_read_a_page_at_a_time_in_the_order_people_count(warehouse: Site, manager: Manager) -> None:
    asked = PlaceQuery(warehouse.warehouse, kinds=(PlaceKind.BIN,))
    first = manager.run(lambda unit: places.page(unit, asked, limit=4))
    rest = manager.run(lambda unit: places.page(unit, asked, after=first[-1], limit=4))
    assert [one.name for one in first + rest] == [f"R{n:02}" for n in range(1, 7)]
    backwards = manager.run(lambda unit: places.page(unit, replace(asked, order=(("address", True),)), limit=1))
    assert backwards[0].name == "R06"


def test_places_and_levels_stand_in_order_of_several_columns_page_by_page(warehouse: Site, manager: Manager) -> None:
    for sku, place in (("WIDGET", "R02"), ("GADGET", "R02"), ("WIDGET", "R05")):
        warehouse.put(sku, place, 3)
    asked = PlaceQuery(warehouse.warehouse, kinds=(PlaceKind.BIN,), order=(("goods", True), ("address", True)))
    order = (("on_hand", True), ("name", False))
    found: list[Place] = []
    seen: list[LevelRow] = []

    def next_page(unit: UnitOfWork) -> None:
        last, row = found[-1] if found else None, seen[-1] if seen else None
        found.extend(places.page(unit, asked, after=last, limit=2))
        seen.extend(levels.level_page(unit, warehouse=asked.warehouse, order=order, after=row, limit=2))

    for _ in range(3):
        manager.run(next_page)
    assert [one.name for one in found] == ["R02", "R05", "R06", "R04", "R03", "R01"]
    assert [row.sku for row in seen] == ["WIDGET", "GADGET", *sorted({*warehouse.items} - {"WIDGET", "GADGET"})]


def test_a_bin_tells_how_full_it_is(warehouse: Site, manager: Manager) -> None:
    warehouse.put("WIDGET", "R01", 5)
    rack = manager.run(
        lambda unit: places.save_profile(unit, Profile(None, None, "RACK", "Rack", capacity_units=Decimal(20)))
    )
    (first,) = bins(manager, warehouse, "R01")
    changed = manager.run(
        lambda unit: places.change_places(
            unit, warehouse=warehouse.warehouse, places=[first], edit=PlaceEdit({"profile": rack})
        )
    )
    (now,) = bins(manager, warehouse, "R01")
    assert (changed, now.fill, now.goods, now.profile) == (1, Decimal("0.25"), 1, "RACK")


def test_archived_bins_are_shown_only_when_asked(warehouse: Site, manager: Manager) -> None:
    chosen = bins(manager, warehouse, "R01")
    manager.run(lambda unit: places.archive(unit, warehouse=warehouse.warehouse, places=chosen, active=False))
    assert len(bins(manager, warehouse)) == 5
    asked = PlaceQuery(warehouse.warehouse, kinds=(PlaceKind.BIN,), archived=True)
    assert len(manager.run(lambda unit: places.page(unit, asked))) == 6


def test_what_is_used_says_by_what(warehouse: Site, manager: Manager) -> None:
    warehouse.put("WIDGET", "R01", 5)
    chosen = bins(manager, warehouse, "R01")
    (use,) = manager.run(lambda unit: places.uses(unit, chosen))
    assert (use.what, use.count, use.names) == ("stock", 1, ("WIDGET",))
    with pytest.raises(Refusal, match=r"record\.in_use"):
        manager.run(lambda unit: places.remove(unit, warehouse=warehouse.warehouse, places=chosen))
    empty = bins(manager, warehouse, "R06")
    assert manager.run(lambda unit: places.remove(unit, warehouse=warehouse.warehouse, places=empty)) == 1


def test_the_walk_follows_the_aisles_that_were_drawn(warehouse: Site, manager: Manager) -> None:
    manager.run(lambda unit: places.add_places(unit, racks(warehouse, storage(manager, warehouse))))
    lines = [Aisle("1", 10000, 2600, 0, 2600, position=1)]
    manager.run(lambda unit: drawing.save_aisles(unit, warehouse=warehouse.warehouse, aisles=lines))
    changed, lost = manager.run(lambda unit: drawing.number_walk(unit, warehouse.warehouse))
    assert (changed, lost) == (12, 0)
    walked = sorted(bins(manager, warehouse, "-0"), key=lambda one: one.walk_position)
    assert walked[0].name.startswith(("A-03", "B-03"))
    assert walked[-1].name.startswith(("A-01", "B-01"))
    assert manager.run(lambda unit: drawing.number_walk(unit, warehouse.warehouse)) == (0, 0)


def test_what_was_drawn_is_written_and_not_over_somebody_elses_change(warehouse: Site, manager: Manager) -> None:
    seen = manager.run(lambda unit: drawing.plan_of(unit, warehouse.warehouse)).places
    (first,) = [one for one in seen if one.name == "R01"]
    moved = {first.id: {"x_mm": 500, "y_mm": 0}}
    assert manager.run(lambda u: drawing.draw(u, warehouse=warehouse.warehouse, places=seen, values=moved)) == 1
    with pytest.raises(Refusal, match=r"record\.changed"):
        manager.run(lambda unit: drawing.draw(unit, warehouse=warehouse.warehouse, places=seen, values=moved))


def test_levels_of_many_items_are_previewed_and_saved(warehouse: Site, manager: Manager) -> None:
    warehouse.put("WIDGET", "R01", 5)
    page = manager.run(lambda unit: levels.level_page(unit, warehouse=warehouse.warehouse, text="get"))
    assert [(row.sku, row.on_hand) for row in page] == [("GADGET", Decimal(0)), ("WIDGET", Decimal(5))]
    changes = levels.preview_levels(page, [LevelEdit("minimum", LevelHow.SET, Decimal(10))])
    assert manager.run(lambda unit: levels.save_levels(unit, changes)) == 2
    again = manager.run(lambda unit: levels.level_page(unit, warehouse=warehouse.warehouse, text="WIDGET"))
    assert again[0].minimum == 10
    with pytest.raises(Refusal, match=r"record\.changed"):
        manager.run(lambda unit: levels.save_levels(unit, changes))


HAMBURG = PartnerAddress(line_1="Hafenstr. 1", postal_code="20457", city="Hamburg", country="de")


def test_a_partner_is_saved_with_what_belongs_to_it_and_found_by_its_town(manager: Manager) -> None:
    record = PartnerRecord("HANSA", "Hansa", ("customer",), addresses=(HAMBURG,), contacts=(Contact("Ann", "gate"),))
    manager.run(lambda unit: partners.save(unit, record))
    (found,) = manager.run(lambda unit: partners.page(unit, text="hamburg"))
    assert (found.code, found.addresses[0].country, found.addresses[0].first) == ("HANSA", "DE", True)
    assert found.contacts[0].name == "Ann"
    manager.run(lambda unit: partners.save(unit, replace(found, note="quiet", addresses=())))
    assert manager.run(lambda unit: partners.partner(unit, "hansa")).addresses == ()


def test_an_address_without_what_its_country_asks_for_is_refused(manager: Manager) -> None:
    record = PartnerRecord("HANSA", "Hansa", addresses=(replace(HAMBURG, postal_code="2045"),))
    with pytest.raises(Refusal) as caught:
        manager.run(lambda unit: partners.save(unit, record))
    assert caught.value.code == "address.postal_code"


def test_a_person_is_bound_to_an_owner_by_an_administrator_only(warehouse: Site, manager: Manager) -> None:
    manager.run(lambda unit: partners.save(unit, PartnerRecord("MILKMAN", "Milkman", ("owner",))))
    with pytest.raises(Refusal, match=r"permission\.missing"):
        manager.run(lambda unit: partners.bind(unit, "OPERATOR1", ["MILKMAN"]))
    admin = Worker(warehouse.desk, Changes())
    admin.run(lambda unit: partners.bind(unit, "OPERATOR1", ["milkman"]))
    assert [one.code for one in admin.run(lambda unit: partners.owners_of(unit, "OPERATOR1"))] == ["MILKMAN"]
    with pytest.raises(Refusal, match=r"partner\.unknown"):
        admin.run(lambda unit: partners.bind(unit, "OPERATOR1", ["NOBODY"]))


def test_a_warehouse_is_made_from_the_screen(manager: Manager, warehouse: Site) -> None:
    admin = Worker(warehouse.desk, Changes())

    def make(code: str, zone: str) -> UUID:
        return admin.run(
            lambda unit: places.create_warehouse(
                unit, code=code, name="North", address="", kind="Store", time_zone=zone
            )
        )

    made = make("wh9", "Europe/Berlin")
    request = uuid4()

    def again(unit: UnitOfWork) -> UUID:
        return places.create_warehouse(unit, code="WH7", name="East", address="", kind="Store", time_zone="UTC")

    assert admin.run(again, request_id=request) == admin.run(again, request_id=request)
    (found,) = [one for one in admin.run(places.every_warehouse) if one.id == made]
    assert (found.code, found.time_zone) == ("WH9", "Europe/Berlin")
    with pytest.raises(Refusal, match=r"warehouse\.code_taken"):
        make("WH9", "UTC")
    with pytest.raises(Refusal, match=r"sites\.unknown_time_zone"):
        make("WH8", "Europe/Nowhere")
    with pytest.raises(Refusal, match=r"record\.changed"):
        admin.run(lambda unit: places.save_warehouse(unit, replace(found, version=9)))
