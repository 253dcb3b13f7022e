"""Transfers, kits, returns, lots, promises and closed books by command, as a person types them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.services import clock
from tests.dialogs.picker import draw, order
from tests.fixtures_database import warehouse as warehouse  # noqa: PLC0414  (the fixture)
from tests.main.commands import Run as Run  # noqa: PLC0414  (other tests take it from here)
from tests.main.commands import run as run  # noqa: PLC0414  (the fixture)
from tests.support import Site


def test_a_transfer_is_made_sent_received_and_listed(warehouse: Site, run: Run) -> None:
    warehouse.put("WIDGET", "R01", 30)
    made = run("transfer", "create", "--from", "WH001", "--to", "WH002", "WIDGET=2 case")
    number = made["transfer"]
    refused = run("transfer", "receive", number, code=1)
    assert refused["error"] == "transfers.nothing_on_the_way"
    assert run("transfer", "send", number)["moves"] == 1
    assert run("transfer", "list", "--warehouse", "WH002")["transfers"][0]["on_the_way"] is True
    run("transfer", "receive", number)
    (one,) = run("transfer", "list")["transfers"]
    assert (one["number"], one["decision"], one["received"]) == (number, "closed", 1)
    refused = run("transfer", "create", "--to", "WH002", "WIDGET=1", "WIDGET=2", code=1)
    assert refused["error"] == "transfers.twice"


def test_kits_are_described_ordered_made_taken_back_and_taken_apart(warehouse: Site, run: Run) -> None:
    warehouse.put("WIDGET", "R01", 10)
    (bom,) = run("kit", "bom", "GADGET", "WIDGET=2")["boms"]
    assert [part["sku"] for part in bom["parts"]] == ["WIDGET"]
    number = run("kit", "create", "GADGET=6")["kit_order"]
    shown = run("kit", "show", number)
    assert [float(need["missing"]) for need in shown["needs"]] == [2]
    refused = run("kit", "make", number, code=1)
    assert (refused["error"], refused["facts"]["missing"]) == ("kitting.short", "2")
    run("kit", "make", number, "--quantity", "3", "--to", "R05")
    run("kit", "make", number, "--quantity", "2")
    run("kit", "undo", number)
    run("kit", "unmake", "GADGET=1", "--to", "WH001-STO-R06")
    assert (warehouse.stock("GADGET", "R05"), warehouse.stock("WIDGET", "R06")) == ((2, 0), (2, 0))
    (one,) = run("kit", "list", "--warehouse", "WH001")["kit_orders"]
    assert (one["number"], float(one["made"]), one["decision"]) == (number, 3, "released")
    assert warehouse.prove() == []


def test_goods_come_back_and_go_back_by_command(warehouse: Site, run: Run) -> None:
    number = run("return", "create", "--from", "SHOPPER", "WIDGET=3")["return"]
    run("return", "receive", number, "WIDGET=1", "--disposition", "use")
    run("return", "receive", number, "--disposition", "return")
    run("return", "receive", "-", "WIDGET=2", "--disposition", "scrap")
    (line,) = run("return", "show", number)["lines"]
    assert float(line["done"]) == 3
    back = run("return", "create", "--to", "ACME", "WIDGET=4")["return"]
    run("return", "send", back)
    assert warehouse.stock("WIDGET", "DOCK1") == (1, 0)
    assert [(one["number"], one["decision"]) for one in run("return", "list")["returns"]] == [
        (back, "closed"),
        (number, "closed"),
    ]
    assert warehouse.prove() == []


def test_a_lot_is_traced_by_its_number(warehouse: Site, run: Run) -> None:
    warehouse.put("MILK", "R01", 4, trace=warehouse.trace("MILK", lot="L7", expiry="2099-01-01"))
    found = run("report", "trace", "L7")
    assert (found["trace"]["sku"], found["trace"]["lot"], [one["place"] for one in found["lies"]]) == (
        "MILK", "L7", ["WH001-STO-R01"])  # fmt: skip
    refused = run("report", "trace", "NOWHERE", code=1)
    assert refused["error"] == "trace.unknown"


def test_what_can_still_be_promised_is_reported(warehouse: Site, run: Run) -> None:
    warehouse.put("WIDGET", "R01", 10)
    line = warehouse.order_line("WIDGET", 4)
    with warehouse.desk.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 4)
    (row,) = run("report", "available", "--item", "widget")["available"]
    assert [float(row[name]) for name in ("usable", "reserved", "available")] == [10, 4, 6]


def test_a_customers_shelf_life_is_set_and_a_wrong_one_refused(warehouse: Site, run: Run) -> None:
    run("admin", "shelf-life", "SHOPPER", "30", "--item", "MILK")
    with warehouse.superuser() as connection:
        rows = connection.execute("SELECT minimum_days FROM partner_shelf_life").fetchall()
    assert rows == [(30,)]
    refused = run("admin", "shelf-life", "NOBODY", "30", code=1)
    assert refused["error"] == "shelf_life.unknown"


def test_the_books_are_closed_and_reopened_with_a_note(warehouse: Site, run: Run) -> None:
    warehouse.put("WIDGET", "R01", 1)
    until = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert run("admin", "close-books", "--until", until, "--note", "reported")["seal"] == 1
    refused = run("admin", "close-books", "--until", until, code=1)
    assert refused["error"] == "ledger.period_closed"
    opened = run("admin", "reopen-books", "--note", "a truck was forgotten")
    assert opened["until"] is None
    refused = run("admin", "reopen-books", "--note", "again", code=1)
    assert refused["error"] == "ledger.nothing_closed"


def test_an_order_is_held_released_cancelled_and_tells_its_story(warehouse: Site, run: Run) -> None:
    warehouse.order_line()
    with warehouse.desk.transaction() as session:
        (order,) = session.rows("SELECT number FROM document WHERE kind = 'order'")
    number = order["number"]
    for verb, decision in (("hold", "held"), ("release", "released"), ("cancel", "cancelled")):
        assert run("document", verb, "order", number, "--reason", "credit")["decision"] == decision
    refused = run("document", "release", "order", number, code=1)
    assert refused["error"] == "document.wrong_decision"
    told = run("document", "show", "order", number)["events"]
    assert [event["decision"] for event in told] == ["cancelled", "released", "held", "released", "draft"]
    assert run("document", "hold", "order", "NO-SUCH", code=1)["error"] == "document.unknown"


def test_orders_that_lie_beside_each_other_are_proposed_for_one_walk(warehouse: Site, run: Run) -> None:
    refused = run("pick", "batches", code=1)
    assert refused["error"] == "batching.no_plan"
    draw(warehouse, ("R01", 2_000, 500), ("R02", 18_000, 4_500), ("R03", 3_000, 500), ("R04", 17_000, 4_500))
    numbers = []
    for bin_ in ("R01", "R02", "R03", "R04"):
        warehouse.put("WIDGET", bin_, 1)
        numbers.append(order(warehouse, ("WIDGET", 1)))
    found = run("pick", "batches", "--slots", "2")
    assert [walk["orders"] for walk in found["walks"]] == [[numbers[0], numbers[2]], [numbers[1], numbers[3]]]
    assert float(found["metres"]) < float(found["first_come_metres"])
    assert (found["too_big"], found["not_drawn"]) == ([], [])


def test_goods_on_consignment_are_brought_used_brought_back_and_stated(
    warehouse: Site, run: Run, tmp_path: Path
) -> None:
    warehouse.consign()
    warehouse.put("WIDGET", "R01", 20)
    there = ("--to", "WH001-CONSIGNMENT")
    run("consignment", "bring", "WIDGET=1 case", "--from", "R01", *there)
    refused = run("consignment", "bring", "WIDGET=9", "--from", "R01", *there, code=1)
    assert refused["error"] == "consignment.not_there"
    (posting,) = run("consignment", "used", "WIDGET=5", "--at", "WH001-CONSIGNMENT")["postings"]
    run("consignment", "undo", posting)
    run("consignment", "used", "WIDGET=4", "--at", "WH001-CONSIGNMENT")
    run("consignment", "back", "WIDGET=3", "--from", "WH001-CONSIGNMENT", "--to", "R02")
    (one,) = run("consignment", "list", "--side", "customer")["goods"]
    assert (one["partner"], float(one["quantity"]), warehouse.stock("WIDGET", "R02")) == ("SHOPPER", 5, (3, 0))
    assert run("consignment", "list", "--side", "supplier")["goods"] == []
    out = tmp_path / "used.csv"
    span = ("--since", "2000-01-01", "--until", "2999-12-31")
    made = run("consignment", "statement", "shopper", "--side", "customer", *span, "--out", str(out))
    assert (made["lines"], out.read_text("utf-8-sig").count("WIDGET")) == (3, 3)
    refused = run("consignment", "statement", "NOBODY", "--out", str(out), code=1)
    assert refused["error"] == "partner.unknown"
    assert run("consignment", "unit", "PAL-1", *there, code=1)["error"] == "handling_unit.unknown"
    assert warehouse.prove() == []


def test_a_statement_is_about_the_last_month_of_the_warehouse(
    warehouse: Site, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.consign()
    with warehouse.superuser() as connection:
        connection.execute("UPDATE warehouse SET time_zone = 'Europe/Berlin'")
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    made = run("consignment", "statement", "shopper", "--side", "customer", "--out", str(tmp_path / "used.csv"))
    assert (made["since"], made["until"]) == ("2026-12-01", "2026-12-31")


def test_labels_of_items_and_places_wait_for_their_printer(warehouse: Site, run: Run) -> None:
    with warehouse.desk.transaction() as session:
        session.call("save_printer", name="zebra_1", dpi=203, confirms="odometer", serial="")
    printer = ("--printer", "zebra_1")
    assert run("label", "items", "widget=120", "GADGET", *printer)["labels"] == 121
    assert run("label", "items", "WIDGET=2", "--unit", "case", *printer)["labels"] == 2
    zone = run("label", "places", "WH001-STO", "WH001-STO-R01=3", *printer)
    with warehouse.superuser() as connection:
        rows = connection.execute(
            "SELECT template, count(*), sum(copies) FROM print_job GROUP BY template ORDER BY template"
        ).fetchall()
    assert [(name, jobs, copies) for name, jobs, copies in rows if name == "item"] == [("item", 4, 123)]
    assert [copies for name, _, copies in rows if name == "bin"] == [zone["labels"]]
    assert zone["labels"] > 4
    refused = (
        (("items", "NOTHING"), "item.unknown"),
        (("items", "WIDGET", "--unit", "box"), "setup.unknown_unit"),
        (("places", "NOWHERE"), "setup.unknown_place"),
        (("items", "WIDGET", "--template", "none"), "printing.unknown_template"),
    )
    for words, code in refused:
        assert run("label", *words, *printer, code=1)["error"] == code


def test_it_is_said_which_levels_apply_in_a_warehouse_and_where_they_are_set(warehouse: Site, run: Run) -> None:
    with warehouse.superuser() as connection:
        connection.execute(
            "INSERT INTO item_level (item_id, warehouse_id, minimum, maximum, reorder_point)"
            " SELECT i.id, w.id, CASE WHEN w.id IS NULL THEN 10 END, 50, CASE WHEN w.id IS NULL THEN 20 ELSE 25 END"
            " FROM item i, (SELECT id FROM warehouse WHERE code = 'WH001' UNION ALL SELECT NULL) w"
            " WHERE i.sku = 'WIDGET'"
        )
    found = {one["level"]: one for one in run("product", "levels", "widget")["levels"]}
    assert [float(found[name]["applies"]) for name in ("minimum", "maximum", "reorder_point")] == [10, 50, 25]
    assert (found["minimum"]["warehouse"], float(found["reorder_point"]["everywhere"])) == (None, 20)
    assert found["safety_stock"]["applies"] is None
    elsewhere = run("product", "levels", "widget", "--warehouse", "WH002")["levels"]
    assert [one["applies"] and float(one["applies"]) for one in elsewhere] == [10, 50, 20, None]
