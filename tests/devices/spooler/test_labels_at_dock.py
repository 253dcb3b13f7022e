"""Labels of goods that are printed while they are booked at the dock: the printer's trouble is not the goods'."""

from app.database import policies
from app.dialogs.lookup import LOOKUP
from app.dialogs.receiving import RECEIVING
from app.domain.equipment import Health
from app.domain.printing import PrintState
from tests.devices.spooler.bench import bench_with_printer
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import order
from tests.dialogs.test_receiving_announced import PALLET, announce, line
from tests.support import Site


def test_paper_that_ends_in_the_middle_of_a_pallet_loses_no_label_and_no_goods(warehouse: Site) -> None:
    """Five cases are booked, each with its label; the roll ends after the second one."""
    with warehouse.desk.transaction() as session:
        policies.save(session, "receiving", {"rules": [{"name": "labels", "when": [], "then": {"labels": "each"}}]})
    with bench_with_printer(warehouse) as (bench, printer):
        dock = Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)
        dock.scan(order(warehouse, ("WIDGET", 5)))
        printer.run_out_of_paper(after=2)
        with bench.spooling():
            for _ in range(5):
                dock.scan("WIDGET")
                assert dock.said == "receiving.goods_labelled", "the dock goes on without paper"
            bench.until_health(Health.FAULT, "paper_out")
            with warehouse.desk.transaction() as session:
                jobs = [row["id"] for row in session.rows("SELECT id FROM print_job")]
            assert len(jobs) == 5
            printer.load_paper()
            for job in jobs:
                bench.until(job, PrintState.CONFIRMED)
    assert len(printer.labels) == 5
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 5
    assert warehouse.prove() == []


def test_goods_of_a_pallet_are_labelled_with_its_scan_and_anew_from_the_look_up_each_with_proof(
    warehouse: Site,
) -> None:
    with warehouse.desk.transaction() as session:
        policies.save(session, "receiving", {"rules": [{"name": "labels", "when": [], "then": {"labels": "one"}}]})
    announce(warehouse, line("MILK", 12, lot="L7", expiry="2030-01-31"), line("DRILL", 1, serial="S-1"))
    with bench_with_printer(warehouse) as (bench, printer), bench.spooling():
        dock = Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)
        dock.scan(PALLET)
        assert dock.said == "receiving.goods_labelled"
        desk = Conversation(warehouse.station("bench1", "OPERATOR1"), LOOKUP, warehouse)
        desk.scan("drill")
        desk.key("LABELS")
        desk.key("ENTER", "1")
        with warehouse.desk.transaction() as session:
            jobs = [row["id"] for row in session.rows("SELECT id FROM print_job ORDER BY id")]
        for job in jobs:
            bench.until(job, PrintState.CONFIRMED)
    printed = [label.decode() for label in printer.labels]
    assert ["L7" in printed[0], "S-1" in printed[1], "S-1" in printed[2]] == [True, True, True]
