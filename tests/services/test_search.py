"""One box over everything, against a real database."""

import pytest

from app.services import search
from app.services.changes import Changes
from app.services.work import Worker
from tests.support import Site


@pytest.mark.parametrize(
    ("typed", "kind", "label"),
    [
        ("widg", "item", "WIDGET"),
        ("wigdet", "item", "WIDGET"),
        ("wodget", "item", "WIDGET"),
        ("widgte", "item", "WIDGET"),
        ("widgett", "item", "WIDGET"),
        ("wdget", "item", "WIDGET"),
        ("WH001-STO-R0", "location", "WH001-STO-R01"),
        ("sto-r01", "location", "WH001-STO-R01"),
    ],
)
def test_a_part_of_a_name_or_number_finds_what_is_meant(desk: Worker, typed: str, kind: str, label: str) -> None:
    found = desk.run(lambda unit: search.search(unit, typed))
    assert (kind, label) in {(each.kind, each.label) for each in found}


def test_partners_people_and_lots_are_found_too(desk: Worker, warehouse: Site) -> None:
    with warehouse.desk.transaction() as session:
        session.change("INSERT INTO partner (code, name, kinds) VALUES ('C-77', 'Zanzibar Lights', '{customer}')")
    warehouse.trace("MILK", lot="ZANZ-1")
    found = desk.run(lambda unit: search.search(unit, "zanzbar"))
    assert [(each.kind, each.label) for each in found] == [("partner", "C-77")]
    found = desk.run(lambda unit: search.search(unit, "zanz"))
    assert {(each.kind, each.label, each.code) for each in found} >= {
        ("trace", "ZANZ-1", "MILK"),
        ("partner", "C-77", ""),
    }


def test_one_sign_and_signs_that_mean_something_to_the_database_find_nothing(desk: Worker) -> None:
    for typed in ("w", "", "%%", "__", "'; --", "\\\\"):
        assert desk.run(lambda unit, typed=typed: search.search(unit, typed)) == ()  # type: ignore[misc]


def test_places_of_a_warehouse_in_which_somebody_does_not_work_are_not_found(warehouse: Site) -> None:
    manager = Worker(warehouse.station(badge="MANAGER-B"), Changes())  # works in WH002 only
    found = manager.run(lambda unit: search.search(unit, "WH00"))
    places = {each.label[:5] for each in found if each.kind == "location"}
    assert places == {"WH002"}
