"""The two sample files, exactly as the user gave them."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from app.connectors.files import read_file
from app.domain.catalog import PackUnit, StockLevels, Tracking
from app.domain.sites import ZoneKind
from app.domain.values import Severity, compare

SAMPLES = Path(__file__).parents[3] / "resources" / "samples"


def test_the_sample_warehouse_has_2604_bins_in_three_zones() -> None:
    contents = read_file(SAMPLES / "warehouse.yaml")
    assert not contents.refused
    (warehouse,) = contents.warehouses
    assert (warehouse.code, warehouse.name) == ("WH001", "Central Distribution Center")
    assert (warehouse.address, warehouse.type) == ("123 Logistics Blvd", "Distribution Center")
    assert [(zone.code, zone.name, zone.kind, len(zone.bins)) for zone in warehouse.zones] == [
        ("REC", "Receiving", ZoneKind.DOCK, 10),
        ("STO", "Storage", ZoneKind.BIN, 2574),
        ("SHI", "Shipping", ZoneKind.STAGING, 20),
    ]
    addresses = [address for _, _, address in warehouse.bin_addresses()]
    assert len(addresses) == len(set(addresses)) == 2604
    assert {"WH001-REC-R01", "WH001-STO-R01", "WH001-STO-Z99", "WH001-SHI-S20"} <= set(addresses)


def test_the_sample_warehouse_says_that_thirty_names_exist_twice() -> None:
    (notice,) = read_file(SAMPLES / "warehouse.yaml").findings
    assert (notice.code, notice.severity, notice.where.line) == ("sites.names_in_several_zones", Severity.NOTICE, 2)
    assert notice.facts == {"count": 30, "names": "R01–R10 (Receiving, Storage); S01–S20 (Storage, Shipping)"}


def test_the_sample_product() -> None:
    contents = read_file(SAMPLES / "product.json")
    assert contents.findings == ()
    (item,) = contents.products
    assert (item.sku, item.name, item.category, item.tracking) == (
        "PROD-001",
        "Standard Widget",
        "Widgets",
        Tracking.LOT,
    )
    assert item.base_unit == "each"
    assert item.alternates == (PackUnit("case", Fraction(12)), PackUnit("pallet", Fraction(144)))
    assert item.stock_levels == StockLevels(Decimal(100), Decimal(500), Decimal(150), Decimal(50))


def test_importing_the_samples_again_changes_nothing() -> None:
    first, again = (read_file(SAMPLES / "warehouse.yaml").warehouses for _ in range(2))
    assert compare({}, first).new == first
    assert compare({warehouse.key: warehouse.with_defaults() for warehouse in first}, again).empty
    (item,) = read_file(SAMPLES / "product.json").products
    assert compare({item.key: item.with_defaults()}, [item]).empty
