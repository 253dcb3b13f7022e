"""Goods that are weighed one by one, from the dock to the customer: their weight goes along with them."""

from decimal import Decimal

from app.dialogs.packing import PACKING
from app.dialogs.picking import PICKING
from app.dialogs.putaway import PUTAWAY
from app.dialogs.receiving import RECEIVING
from app.dialogs.shipping import SHIPPING
from tests.dialogs.bench import Bench, news_of_print, put_on_scale
from tests.dialogs.conversation import Conversation
from tests.dialogs.picker import order as customer_order
from tests.dialogs.test_receiving import order as purchase_order
from tests.support import Site


def weighed(site: Site, sku: str) -> dict[str, tuple[Decimal | int, Decimal]]:
    """Quantity and weight of an item by place."""
    with site.desk.transaction() as session:
        rows = session.rows(
            "SELECT l.name, sum(b.on_hand) AS qty, sum(b.weight_kg) AS kg FROM stock_balance b"
            " JOIN location l ON l.id = b.location_id WHERE b.item_id = %(item)s AND b.on_hand > 0 GROUP BY 1",
            item=site.items[sku],
        )
    return {row["name"]: (row["qty"], row["kg"]) for row in rows}


def test_what_was_weighed_at_the_dock_is_put_away_picked_packed_and_shipped_with_its_weight(warehouse: Site) -> None:
    bench = Bench(warehouse)
    with warehouse.desk.transaction() as session:
        session.change("UPDATE item SET catch_weight = true, weight_mean_kg = NULL WHERE sku = 'WIDGET'")
    dock = Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)
    dock.scan(purchase_order(warehouse, ("WIDGET", 3)))
    for kg in ("5.2", "4.9", "5.1"):
        dock.scan("WIDGET")
        dock.key("WEIGH")
        put_on_scale(dock, kg)
        assert dock.said == "receiving.booked"
    clerk = Conversation(warehouse.station("dock1", "RECEIVER1"), PUTAWAY, warehouse)
    clerk.scan("WIDGET")
    place = clerk.prompt.facts["bin"].rpartition("-")[2]
    clerk.scan(clerk.prompt.facts["bin"])
    assert clerk.said == "putaway.booked"
    assert weighed(warehouse, "WIDGET") == {place: (3, Decimal("15.2"))}
    number = customer_order(warehouse, ("WIDGET", 2))
    picker = Conversation(warehouse.station("bench1", "OPERATOR1"), PICKING, warehouse)
    for code in (number, "T-1", "T-1", f"WH001-STO-{place}", "WIDGET", "WIDGET"):
        picker.scan(code)
    there = weighed(warehouse, "WIDGET")
    assert there == {place: (1, Decimal("5.066666")), "TOTE": (2, Decimal("10.133334"))}, picker.prompt
    packer = Conversation(warehouse.station("bench1", "OPERATOR1"), PACKING, warehouse)
    packer.scan("T-1")
    packer.scan("WIDGET")
    packer.scan("WIDGET")
    packer.key("CLOSE_BOX")
    put_on_scale(packer, "10.4")
    bench.print_all()
    news_of_print(packer)
    (parcel,) = bench.parcels(number)
    packer.scan(parcel["tracking"])
    assert packer.said == "packing.order_packed", packer.prompt
    loader = Conversation(warehouse.station("bench1", "OPERATOR1"), SHIPPING, warehouse)
    loader.scan(parcel["tracking"])
    assert weighed(warehouse, "WIDGET") == {place: (1, Decimal("5.066666"))}, loader.prompt
    loader.key("UNDO")
    assert weighed(warehouse, "WIDGET")["STAGE1"] == (2, Decimal("10.133334"))
    assert warehouse.prove() == []
