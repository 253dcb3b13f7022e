"""Bin ranges, zones and addresses of a warehouse."""

from itertools import product
from string import ascii_uppercase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Refusal
from app.domain.sites import MOST_BINS, WarehouseData, ZoneKind, compressed, expand, read_warehouses
from app.domain.values import Finding, Findings, Node, Place, Severity, compare


def node(content: Any, path: str = "") -> Node:  # noqa: ANN401  (any content of a file)
    """Plain Python as a file's content."""
    if isinstance(content, dict):
        return Node({name: node(value, f"{path}.{name}".strip(".")) for name, value in content.items()}, Place(0, path))
    if isinstance(content, list):
        return Node(tuple(node(value, f"{path}[{n}]") for n, value in enumerate(content)), Place(0, path))
    return Node(content, Place(0, path))


def read(**fields: object) -> tuple[tuple[WarehouseData, ...], list[Finding]]:
    findings = Findings()
    return read_warehouses([node({"code": "WH001", **fields})], findings), list(findings)


def codes(found: list[Finding]) -> list[str]:
    return [finding.code for finding in found]


def test_ten_bins() -> None:
    assert expand("R01-R10") == ("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10")


def test_letters_by_numbers() -> None:
    wanted = tuple(f"{letter}{number:02d}" for letter, number in product(ascii_uppercase, range(1, 100)))
    assert expand("A01-Z99") == wanted
    assert len(wanted) == 2574


@pytest.mark.parametrize(
    ("text", "bins"),
    [
        ("R01", ("R01",)),
        ("r01 - r02", ("R01", "R02")),
        ("R01..R02", ("R01", "R02")),
        ("R01 to R02", ("R01", "R02")),
        ("R01–R02", ("R01", "R02")),
        ("A-01-A-03", ("A-01", "A-02", "A-03")),
        ("A-01", ("A-01",)),
        ("A-01-02", ("A-01-02",)),
        ("AY-AZ", ("AY", "AZ")),
        ("01-03", ("01", "02", "03")),
        ("A1A-A1C", ("A1A", "A1B", "A1C")),
        ("R05-R05", ("R05",)),
    ],
)
def test_ways_to_write_bins(text: str, bins: tuple[str, ...]) -> None:
    assert expand(text) == bins


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("R10-R01", "sites.bin_range_backwards"),
        ("A05-B03", "sites.bin_range_backwards"),
        ("A1-B003", "sites.bin_range_shape"),
        ("A1-5", "sites.bin_range_shape"),
        ("A01-AB1", "sites.bin_range_shape"),
        ("A01..A02..A03", "sites.bin_range_shape"),
        ("AAA001-ZZZ999", "sites.too_many_bins"),
        ("000000-999999", "sites.too_many_bins"),
        ("", "sites.bin_name"),
        ("R 01", "sites.bin_name"),
        ("R01/2", "sites.bin_name"),
        ("Ä01", "sites.bin_name"),
        ("X" * 21, "sites.bin_name"),
        ("-R01", "sites.bin_name"),
    ],
)
def test_a_bad_range_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        expand(text)
    assert refused.value.code == code


@given(st.integers(0, 999), st.integers(0, 999), st.sampled_from(ascii_uppercase), st.sampled_from(ascii_uppercase))
def test_a_range_has_every_name_between_its_ends_once(low: int, high: int, first: str, last: str) -> None:
    text = f"{first}{low:03d}-{last}{high:03d}"
    if low > high or first > last:
        with pytest.raises(Refusal):
            expand(text)
        return
    bins = expand(text)
    assert len(set(bins)) == len(bins) == (high - low + 1) * (ord(last) - ord(first) + 1)
    assert bins[0] == f"{first}{low:03d}"
    assert bins[-1] == f"{last}{high:03d}"
    assert list(bins) == sorted(bins)


@given(st.text(max_size=30))
def test_no_entry_does_anything_but_expand_or_be_refused(text: str) -> None:
    try:
        bins = expand(text)
    except Refusal:
        return
    assert 1 <= len(bins) <= MOST_BINS


def test_names_are_said_shortly() -> None:
    assert compressed(["R01", "R02", "R03", "S05", "S07", "S08"]) == "R01–R03, S05, S07–S08"
    assert compressed([]) == ""


def test_the_zone_tells_what_its_bins_are_for() -> None:
    names = ["Receiving", "Storage", "Shipping", "Returns"]
    (warehouse,), found = read(zones=[*({"name": name} for name in names), {"name": "Gate", "kind": "dock"}])
    kinds = [zone.kind for zone in warehouse.zones]
    assert kinds == [ZoneKind.DOCK, ZoneKind.BIN, ZoneKind.STAGING, ZoneKind.BIN, ZoneKind.DOCK]
    assert not found


def test_zone_codes_are_made_unique_and_given_ones_win() -> None:
    zones = [{"name": "Storage"}, {"name": "Store"}, {"name": "Stock", "code": "sto"}, {"name": "Étage 2"}]
    (warehouse,), found = read(zones=zones)
    assert [zone.code for zone in warehouse.zones] == ["STO2", "STO3", "STO", "TAG"]
    assert not found


def test_every_bin_has_one_full_address() -> None:
    (warehouse,), _ = read(zones=[{"name": "Storage", "bins": ["R01-R02"]}, {"name": "Receiving", "bins": ["R01"]}])
    assert [address for _, _, address in warehouse.bin_addresses()] == [
        "WH001-STO-R01",
        "WH001-STO-R02",
        "WH001-REC-R01",
    ]


def test_names_in_two_zones_are_a_notice() -> None:
    _, found = read(zones=[{"name": "Storage", "bins": ["R01-R03"]}, {"name": "Receiving", "bins": ["R02-R09"]}])
    assert codes(found) == ["sites.names_in_several_zones"]
    assert found[0].severity is Severity.NOTICE
    assert found[0].facts == {"count": 2, "names": "R02–R03 (Storage, Receiving)"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"code": "WH-1"}, "sites.code"),
        ({"code": None}, "file.missing"),
        ({"time_zone": "Mars/Olympus"}, "sites.unknown_time_zone"),
        ({"time_zone": "../etc/passwd"}, "sites.unknown_time_zone"),
        ({"zones": [{"bins": ["R01"]}]}, "file.missing"),
        ({"zones": ["Storage"]}, "file.not_a_section"),
        ({"zones": [{"name": "A", "kind": "cellar"}]}, "sites.unknown_kind"),
        ({"zones": [{"name": "A", "code": "A-B"}]}, "sites.code"),
        ({"zones": [{"name": "A", "code": "X"}, {"name": "B", "code": "x"}]}, "sites.duplicate_zone"),
        ({"zones": [{"name": "A", "bins": ["R01-R05", "R03"]}]}, "sites.bin_twice"),
        ({"zones": [{"name": "A", "bins": ["R10-R01"]}]}, "sites.bin_range_backwards"),
        ({"zones": [{"name": "A", "bins": ["A1-B003"]}]}, "sites.bin_range_shape"),
        ({"zones": [{"name": "A", "bins": [["R01"]]}]}, "sites.bin_name"),
        (
            {"zones": [{"name": "A", "bins": ["A0001-J9999"]}, {"name": "B", "bins": ["K01-K99"]}]},
            "sites.too_many_bins",
        ),
        ({"zones": [{"name": "A", "bins": ["A0001-J9999", "K01-K99"]}]}, "sites.too_many_bins"),
        ({"zonez": []}, "file.misspelt_key"),
        ({"colour": "red"}, "file.unknown_key"),
        ({"Code": "WH002"}, "file.duplicate_key"),
    ],
)
def test_a_bad_warehouse_is_refused(fields: dict[str, object], code: str) -> None:
    _, found = read(**fields)
    assert code in codes([finding for finding in found if finding.severity is Severity.ERROR])


def test_a_warehouse_may_stand_in_a_file_once() -> None:
    findings = Findings()
    read_warehouses([node({"code": "W1"}), node({"code": "w1"})], findings)
    assert codes(list(findings)) == ["sites.duplicate_warehouse"]


def test_all_faults_are_said_at_once() -> None:
    zones = [{"name": "A", "bins": ["R10-R01", "A1-B003", "??"]}, {"name": "B", "kind": "cellar"}]
    _, found = read(zones=zones, time_zone="Nowhere", colour="red")
    assert len([finding for finding in found if finding.severity is Severity.ERROR]) == 6


def test_the_difference_names_bins_one_by_one_and_removes_nothing() -> None:
    (before,), _ = read(name="Main", zones=[{"name": "Storage", "bins": ["R01-R03"]}])
    (after,), _ = read(zones=[{"name": "Storage", "bins": ["R02-R04"]}])
    difference = compare({before.key: before}, [after])
    assert [change.field for change in difference.changed[0].changes] == ["zones[STO].bins[R04]"]
    assert difference.unmentioned == ("WH001: zones[STO].bins[R01]",)
    assert compare({before.key: before}, [before]).empty
