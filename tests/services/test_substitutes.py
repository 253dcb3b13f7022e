"""Other goods that could go in an item's place: offered with what is there of them, to those who may see it."""

from uuid import UUID

import pytest

from app.domain.scanning import Candidate, CodeKind
from app.services import claims, lookup
from app.services.work import Worker
from tests.support import Site


@pytest.fixture
def gadget(warehouse: Site) -> UUID:
    """GADGET may go for WIDGET, not the other way round."""
    with warehouse.superuser() as connection:
        connection.execute(
            "INSERT INTO item_substitute (item_id, substitute_id, position, note)"
            " SELECT w.id, g.id, 1, 'a little heavier' FROM item w, item g WHERE w.sku = 'WIDGET' AND g.sku = 'GADGET'"
        )
    return warehouse.items["GADGET"]


def offered(site: Site, desk: Worker, sku: str) -> tuple[str, ...]:
    found = Candidate(CodeKind.ITEM, site.items[sku], sku, sku, "each")
    return desk.run(lambda unit: lookup.find(unit, [found], warehouse=site.warehouse)).items[0].substitutes


def test_substitutes_are_offered_by_look_up_and_to_planners_with_what_is_free_of_them(
    warehouse: Site, desk: Worker, gadget: UUID
) -> None:
    warehouse.put("GADGET", "R01", 7)
    warehouse.order_line("WIDGET", 4)
    assert offered(warehouse, desk, "WIDGET") == ("7 × GADGET",)
    assert offered(warehouse, desk, "GADGET") == ()
    seen = desk.run(lambda unit: claims.claims_on(unit, warehouse=warehouse.warehouse, sku="WIDGET"))
    assert seen.instead == ("7 × GADGET",)


@pytest.mark.parametrize("change", ["state = 'blocked'", "archived = true"])
def test_what_cannot_be_sent_is_not_offered(warehouse: Site, desk: Worker, gadget: UUID, change: str) -> None:
    warehouse.put("GADGET", "R01", 7)
    with warehouse.superuser() as connection:
        connection.execute(f"UPDATE item SET {change} WHERE id = %s", [gadget])  # noqa: S608
    assert offered(warehouse, desk, "WIDGET") == ()


def test_nothing_is_offered_of_which_nothing_is_free(warehouse: Site, desk: Worker, gadget: UUID) -> None:
    assert offered(warehouse, desk, "WIDGET") == ()
