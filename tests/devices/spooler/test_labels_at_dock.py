"""Labels of goods that are printed while they are booked at the dock: the printer's trouble is not the goods'."""

from app.database import policies
from app.dialogs.receiving import RECEIVING
from app.domain.equipment import Health
from app.domain.printing import PrintState
from tests.devices.spooler.bench import bench_with_printer
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import order
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
