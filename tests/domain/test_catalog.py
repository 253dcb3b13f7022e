"""Items from files: what is read, what is refused, and what an import would change."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalog import (
    Barcode,
    PackUnit,
    ProductData,
    StockLevels,
    Tracking,
    read_products,
    unit_name,
)
from app.domain.values import Change, Finding, Findings, Severity, compare
from tests.domain.test_sites import codes, node


def read(*products: dict[str, object]) -> tuple[tuple[ProductData, ...], list[Finding]]:
    findings = Findings()
    records = read_products([node(product, f"products[{n}]") for n, product in enumerate(products)], findings)
    return records, list(findings)


def product(**fields: object) -> dict[str, object]:
    return {"sku": "P1", "name": "Thing", **fields}


def uom(*alternates: dict[str, object]) -> dict[str, object]:
    return {"base": "Each", "alternates": list(alternates)}


def test_an_item_with_everything() -> None:
    (item,), found = read(
        product(
            description="A thing",
            category="Things",
            tracking="Lot + Serial",
            uom=uom({"unit": "Case", "conversion": Decimal(12), "barcode": "14006381333938", "weight_g": Decimal(900)}),
            barcodes=["4006381333931", {"code": "old-17", "unit": "case"}],
            stock_levels={"Min": Decimal(1), "Max": Decimal(5), "Reorder Point": "2.5", "safety-stock": Decimal(0)},
            shelf_life_days=Decimal(90),
            weight_g="70.5",
            decimals=Decimal(1),
            expiry_required="Yes",
        )
    )
    assert not found
    assert item.tracking is Tracking.LOT_AND_SERIAL
    assert item.alternates == (PackUnit("case", Fraction(12), Decimal(900)),)
    assert set(item.barcodes) == {
        Barcode("gtin", "04006381333931"),
        Barcode("sku", "OLD-17", "case"),
        Barcode("gtin", "14006381333938", "case"),
    }
    assert item.stock_levels == StockLevels(Decimal(1), Decimal(5), Decimal("2.5"), Decimal(0))
    assert (item.shelf_life_days, item.weight_g, item.decimals) == (90, Decimal("70.5"), 1)
    assert item.expiry_required is True


def test_what_a_file_does_not_say_gets_defaults_only_when_the_item_is_new() -> None:
    (item,), _ = read({"sku": "P1"})
    assert (item.tracking, item.base_unit, item.decimals, item.expiry_required) == (None, "", None, None)
    new = item.with_defaults()
    assert (new.name, new.tracking, new.base_unit, new.decimals) == ("P1", Tracking.NONE, "each", 0)
    assert new.expiry_required is False
    assert compare({new.key: new}, [item]).empty


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sku": None}, "file.missing"),
        ({"sku": "X" * 61}, "file.too_long"),
        ({"sku": "A\x07"}, "file.control_characters"),
        ({"sku": ["A"]}, "file.not_a_text"),
        ({"sku": "SH-CMD-UNDO"}, "catalog.reserved_code"),
        ({"tracking": "barcode"}, "catalog.unknown_tracking"),
        ({"uom": {"base": None}}, "file.missing"),
        ({"uom": uom({"unit": "Case"})}, "file.missing"),
        ({"uom": uom({"unit": "Case", "conversion": Decimal(0)})}, "factor.not_positive"),
        ({"uom": uom({"unit": "Case", "conversion": Decimal(-12)})}, "factor.not_positive"),
        ({"uom": uom({"unit": "Case", "conversion": "dozen"})}, "factor.unreadable"),
        ({"uom": uom({"unit": "Case", "conversion": Decimal("1E+12")})}, "factor.absurd"),
        ({"uom": uom({"unit": "Case", "conversion": Decimal("1E+999999")})}, "factor.unreadable"),
        ({"uom": uom({"unit": "EACH", "conversion": Decimal(1)})}, "catalog.duplicate_unit"),
        ({"uom": uom(*[{"unit": "Case", "conversion": Decimal(6)}] * 2)}, "catalog.duplicate_unit"),
        ({"uom": uom({"unit": "Case", "conversion": Decimal(6), "convertion": "1"})}, "file.misspelt_key"),
        ({"barcode": "4006381333932"}, "catalog.check_digit"),
        ({"barcode": Decimal("4006381333932")}, "catalog.check_digit"),
        ({"barcode": Decimal(123)}, "catalog.check_digit"),
        ({"barcode": "5.90123E+12"}, "catalog.barcode_rounded"),
        ({"barcode": "SH-P-0007"}, "catalog.reserved_code"),
        ({"barcode": True}, "catalog.barcode_unreadable"),
        ({"barcode": "9" * 81}, "catalog.barcode_unreadable"),
        ({"barcodes": ["4006381333931", "04006381333931"]}, "catalog.barcode_twice"),
        ({"barcodes": [{"code": "4006381333931", "unit": "box"}]}, "catalog.barcode_of_unknown_unit"),
        ({"barcodes": [{"unit": "each"}]}, "file.missing"),
        ({"stock_levels": {"min": Decimal(-1)}}, "file.too_small"),
        ({"stock_levels": {"min": Decimal(5), "max": Decimal(4)}}, "catalog.min_above_max"),
        ({"stock_levels": {"min": "many"}}, "file.not_a_number"),
        ({"stock_levels": {"min": Decimal("1E+12")}}, "quantity.absurd"),
        ({"stock_levels": {"min": Decimal("0.0000001")}}, "quantity.decimals"),
        ({"stock_levels": {"minn": Decimal(1)}}, "file.misspelt_key"),
        ({"stock_levels": Decimal(5)}, "file.not_a_section"),
        ({"shelf_life_days": Decimal("1.5")}, "file.not_whole"),
        ({"shelf_life_days": Decimal(-1)}, "file.too_small"),
        ({"shelf_life_days": Decimal(0)}, "file.too_small"),
        ({"weight_g": Decimal(0)}, "file.too_small"),
        ({"precision": Decimal(0)}, "catalog.precision"),
        ({"precision": Decimal("0.5")}, "catalog.precision"),
        ({"precision": Decimal("0.0000001")}, "quantity.decimals"),
        ({"decimals": Decimal(7)}, "catalog.precision"),
        ({"expiry_required": "perhaps"}, "file.not_a_truth"),
        ({"nme": "Thing"}, "file.misspelt_key"),
        ({"warp": "9"}, "file.unknown_key"),
    ],
)
def test_a_bad_item_is_refused(fields: dict[str, object], code: str) -> None:
    _, found = read(product(**fields))
    assert code in codes([finding for finding in found if finding.severity is Severity.ERROR])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"barcode": "36000291452"}, "catalog.leading_zeros"),
        ({"barcode": Decimal("36000291452")}, "catalog.leading_zeros"),
        ({"stock_levels": {"max": Decimal(5), "reorder_point": Decimal(6)}}, "catalog.reorder_above_max"),
        ({"stock_levels": {"reorder_point": Decimal(5), "safety_stock": Decimal(6)}}, "catalog.reorder_below_safety"),
    ],
)
def test_what_is_odd_but_possible_is_a_notice(fields: dict[str, object], code: str) -> None:
    _, found = read(product(**fields))
    assert [(finding.code, finding.severity) for finding in found] == [(code, Severity.NOTICE)]


@pytest.mark.parametrize(("step", "decimals"), [("1", 0), ("1.00", 0), ("0.1", 1), ("0.001", 3), ("0.000001", 6)])
def test_the_precision_may_be_written_as_the_smallest_step(step: str, decimals: int) -> None:
    (item,), found = read(product(precision=Decimal(step)))
    assert item.decimals == decimals
    assert not found


def test_zeros_that_a_spreadsheet_ate_are_put_back() -> None:
    (item,), _ = read(product(barcode=Decimal("36000291452")))
    assert item.barcodes == (Barcode("gtin", "00036000291452"),)


def test_a_finding_knows_its_place_and_value() -> None:
    _, found = read(product(), product(sku="P2", uom=uom({"unit": "Case", "conversion": Decimal(0)})))
    assert str(found[0].where) == "products[1].uom.alternates[0].conversion"
    assert found[0].value == "0"
    assert found[0].all_facts["where"] == str(found[0].where)


def test_an_item_may_stand_in_a_file_once_whatever_the_case() -> None:
    _, found = read(product(sku="ab-1"), product(sku="AB-1"))
    assert codes(found) == ["catalog.duplicate_sku"]


def test_no_code_names_two_things() -> None:
    _, found = read(product(barcode="4006381333931"), product(sku="P2", barcode="4006381333931"))
    assert codes(found) == ["catalog.duplicate_barcode"]
    _, found = read(product(barcode="p2"), product(sku="P2"))
    assert codes(found) == ["catalog.duplicate_barcode"]
    packs = uom({"unit": "Case", "conversion": Decimal(12), "barcode": "4006381333931"})
    _, found = read(product(barcode="4006381333931", uom=packs))
    assert codes(found) == ["catalog.duplicate_barcode"]


@given(st.text(min_size=1).filter(str.strip))
def test_units_are_the_same_whatever_their_case(text: str) -> None:
    assert unit_name(unit_name(text)) == unit_name(text) == unit_name(f" {text} ")


@given(st.fractions(min_value=Fraction(1, 10**6), max_value=10**6, max_denominator=10**6))
def test_a_factor_is_kept_exactly(factor: Fraction) -> None:
    (item,), found = read(product(uom=uom({"unit": "Case", "conversion": str(factor)})))
    assert item.alternates[0].factor == factor
    assert not found


def test_the_difference_names_each_field_that_changes() -> None:
    (before,), _ = read(product(uom=uom({"unit": "Case", "conversion": Decimal(12)}), stock_levels={"min": Decimal(1)}))
    (after,), _ = read(product(name="New", uom=uom({"unit": "Case", "conversion": Decimal(10)}), weight_g=Decimal(5)))
    difference = compare({before.key: before}, [after, ProductData("P2")])
    assert difference.new == (ProductData("P2"),)
    assert set(difference.changed[0].changes) == {
        Change("name", "Thing", "New"),
        Change("alternates[case].factor", Fraction(12), Fraction(10)),
        Change("weight_g", None, Decimal(5)),
    }
    assert Change("stock_levels.min", Decimal("100.000000"), Decimal(120)).told == ("100", "120")


def test_importing_again_changes_nothing_and_deletes_nothing() -> None:
    wanted, _ = read(product(barcode="4006381333931", uom=uom({"unit": "Case", "conversion": Decimal(12)})))
    existing = {item.key: item for item in (*wanted, ProductData("P9"))}
    difference = compare(existing, wanted)
    assert difference.empty
    assert difference.same == wanted
    assert difference.unmentioned == ("P9",)
