"""A movement of units that is taken back brings them back with their goods, as far as they still stand together."""

from uuid import UUID, uuid4

import pytest

from app.domain.errors import Refusal
from tests.database.test_handling_units import fill, made, move, nest, parent_of, place_of
from tests.support import Site


@pytest.fixture
def stack(warehouse: Site) -> tuple[UUID, UUID, UUID]:
    """A pallet in R01 that has a case of twelve widgets and an empty case on it: pallet, case, empty case."""
    pallet, case, empty = made(warehouse), made(warehouse, "case"), made(warehouse, "case")
    fill(warehouse, case, "WIDGET", 12)
    nest(warehouse, case, pallet)
    nest(warehouse, empty, pallet)
    return pallet, case, empty


def moved(site: Site, unit: UUID, place: str) -> UUID:
    with site.station().transaction() as session:
        return UUID(move(session, site, unit, place)["posting"])


def take_back(site: Site, posting: UUID) -> None:
    with site.station().transaction() as session:
        session.call("reverse_posting", request=uuid4(), posting=posting, reason="UNDO")


def test_a_pallet_goes_back_with_all_that_stands_on_it(warehouse: Site, stack: tuple[UUID, UUID, UUID]) -> None:
    pallet, case, empty = stack
    take_back(warehouse, moved(warehouse, pallet, "R02"))
    assert [place_of(warehouse, one) for one in stack] == ["R01"] * 3
    assert (parent_of(warehouse, case), parent_of(warehouse, empty)) == (pallet, pallet)
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("WIDGET", "R02")) == ((12, 0), (0, 0))
    assert warehouse.prove() == []


def test_a_case_goes_back_off_a_pallet_that_carries_others(warehouse: Site, stack: tuple[UUID, UUID, UUID]) -> None:
    pallet, case, _ = stack
    posting = moved(warehouse, case, "R02")
    other = made(warehouse, "pallet", "R02")
    fill(warehouse, other, "GADGET", 1, "R02")
    nest(warehouse, case, other)
    take_back(warehouse, posting)
    assert (place_of(warehouse, case), parent_of(warehouse, case)) == ("R01", None)
    assert (place_of(warehouse, other), place_of(warehouse, pallet)) == ("R02", "R01")
    assert warehouse.prove() == []


def test_what_was_put_on_it_since_holds_it_where_it_is(warehouse: Site, stack: tuple[UUID, UUID, UUID]) -> None:
    pallet, _, empty = stack
    fill(warehouse, pallet, "WIDGET", 1)
    posting = moved(warehouse, pallet, "R02")
    fill(warehouse, empty, "GADGET", 3, "R02")
    with pytest.raises(Refusal, match=r"handling_unit\.elsewhere"):
        take_back(warehouse, posting)
    assert [place_of(warehouse, one) for one in stack] == ["R02"] * 3
    assert warehouse.prove() == []
