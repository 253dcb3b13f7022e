"""Ranges of bins before they are added, racks on the plan, and the walk that aisles make."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import Refusal
from app.domain.sites.layout import RackSize, Stop, arrange, nearest_aisles, unreachable, walk_order
from app.domain.sites.levels import LevelEdit, LevelHow, LevelRow, preview
from app.domain.sites.places import Aisle, AisleKind, Direction, Place, PlaceEdit, PlaceKind
from app.domain.sites.planning import plan_range


def test_a_range_is_counted_before_it_is_added() -> None:
    plan = plan_range("A-01-1..A-20-4, B01", ())
    assert len(plan.names) == 81
    assert (plan.names[0], plan.names[79], plan.names[80]) == ("A-01-1", "A-20-4", "B01")
    assert plan.fits


def test_what_is_there_already_and_what_stands_twice_clashes() -> None:
    assert plan_range("A01-A03\nA03-A04", {"A02"}).clashes == ("A02", "A03")
    assert not plan_range(" , ", ()).fits


def test_ranges_that_are_too_many_together_are_refused() -> None:
    with pytest.raises(Refusal, match=r"sites\.too_many_bins"):
        plan_range("A0001-F9999, G0001-L9999", ())


def test_racks_face_each_other_in_pairs_with_an_aisle_between() -> None:
    layout = arrange(["A-01-1", "A-01-2", "A-02-1", "B-01-1", "C-01-1"], RackSize(1000, 1000, 3000))
    at = {spot.name: (spot.x_mm, spot.y_mm, spot.level) for spot in layout.spots}
    assert at["A-01-1"] == (0, 0, 0)
    assert at["A-01-2"] == (0, 0, 1)
    assert at["A-02-1"] == (1000, 0, 0)
    assert at["B-01-1"] == (0, 4000, 0)
    assert at["C-01-1"] == (0, 5000, 0)
    along = [aisle for aisle in layout.aisles if aisle.kind is AisleKind.AISLE]
    assert [aisle.y1_mm for aisle in along] == [2500, 7500]
    assert len(layout.aisles) == 4


@given(st.integers(1, 26), st.integers(1, 40), st.integers(1, 5))
@settings(max_examples=40)
def test_no_two_bins_of_a_range_stand_in_one_spot(racks: int, bays: int, levels: int) -> None:
    names = plan_range(f"A-01-1..{chr(64 + racks)}-{bays:02}-{levels}", ()).names
    spots = {(spot.x_mm, spot.y_mm, spot.level) for spot in arrange(names, RackSize()).spots}
    assert len(spots) == len(names) == racks * bays * levels


def aisle(name: str, y_mm: int, **more: object) -> Aisle:
    return replace(Aisle(name, 0, y_mm, 10000, y_mm, id=uuid4(), position=y_mm), **more)  # type: ignore[arg-type]  # fields


def stops_along(where: Aisle, *x_mm: int) -> list[Stop]:
    return [Stop(uuid4(), x, where.y1_mm + 500, aisle=where.id) for x in x_mm]


def walk(stops: list[Stop], *aisles: Aisle) -> list[int]:
    """The x of the bins in the order of the walk."""
    order = walk_order(stops, aisles)
    return [stop.x_mm for stop in sorted(stops, key=lambda stop: order[stop.id])]


def test_the_walk_winds_through_aisles_that_may_be_walked_both_ways() -> None:
    first, second = aisle("A", 0), aisle("B", 4000)
    stops = stops_along(first, 2000, 1000) + stops_along(second, 1000, 2000)
    assert walk(stops, first, second) == [1000, 2000, 2000, 1000]


def test_a_one_way_aisle_is_never_walked_against() -> None:
    first, second = aisle("A", 0), aisle("B", 4000, direction=Direction.FORWARD)
    stops = stops_along(first, 1000, 2000) + stops_along(second, 1000, 2000)
    assert walk(stops, first, second) == [1000, 2000, 1000, 2000]
    assert walk(stops, replace(first, direction=Direction.BACKWARD), second)[:2] == [2000, 1000]


def test_bins_of_a_closed_aisle_come_last_and_are_counted() -> None:
    closed, opened = aisle("A", 0, closed=True), aisle("B", 4000)
    stops = stops_along(closed, 1000) + stops_along(opened, 5000)
    assert walk(stops, closed, opened) == [5000, 1000]
    assert unreachable(stops, [closed, opened]) == 1


def test_a_bin_is_reached_from_the_aisle_before_it() -> None:
    first, second = aisle("A", 0), aisle("B", 4000)
    cross = aisle("X", 900, kind=AisleKind.CROSS)
    near = Stop(uuid4(), 3000, 1000)
    assert nearest_aisles([near], [second, cross, first]) == {near.id: first.id}
    assert nearest_aisles([near], [cross]) == {}


def place(address: str, **more: object) -> Place:
    made = Place(uuid4(), 3, PlaceKind.BIN, address, address, UUID(int=1))
    return replace(made, **more)  # type: ignore[arg-type]  # any field


def test_a_bulk_edit_is_shown_before_it_is_done_and_leaves_alone_what_is_so_already() -> None:
    one, other = place("A01", purpose="reserve"), place("A02")
    edit = PlaceEdit({"purpose": "reserve", "level": 2})
    shown = [(change.label, change.field, change.old, change.new) for change in edit.changes((one, other))]
    assert shown == [("A01", "level", 0, 2), ("A02", "purpose", "", "reserve"), ("A02", "level", 0, 2)]
    assert PlaceEdit({"purpose": "reserve"}).rows((one, other)) == [
        {"id": other.id, "version": 3, "purpose": "reserve"}
    ]


def level(**levels: object) -> LevelRow:
    return replace(LevelRow(uuid4(), "WIDGET", "Widget", "each", 0, None, "", None), **levels)  # type: ignore[arg-type]


def test_levels_are_raised_by_a_percentage_and_rounded_up_to_whole_pieces() -> None:
    edit = LevelEdit("minimum", LevelHow.PERCENT, Decimal(10))
    (change,) = preview([level(minimum=Decimal(15)), level()], [edit])
    assert change.changed == {"minimum": (Decimal(15), Decimal(17))}


def test_levels_that_would_not_fit_together_are_shown_as_wrong() -> None:
    (change,) = preview([level(maximum=Decimal(10))], [LevelEdit("minimum", LevelHow.SET, Decimal(11))])
    assert change.wrong
    (change,) = preview([level(maximum=Decimal(10))], [LevelEdit("maximum", LevelHow.CLEAR)])
    assert not change.wrong
