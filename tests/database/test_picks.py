"""Picks of an order, booked one by one or together."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database import picking
from app.database.picking import PickKey
from app.database.session import Row
from app.domain.errors import Refusal
from app.services import allocation
from app.services.changes import Changes
from app.services.work import Worker
from tests.support import NIL, Site


class Order:
    """A released and allocated order of widgets and gadgets, and a tote for it."""

    def __init__(self, site: Site, worker: Worker, *lines: tuple[str, int]) -> None:
        self.site = site
        self.worker = worker
        self.lines = site.document("order", *lines)
        self.keys = [
            PickKey(line, site.places["R01" if sku == "WIDGET" else "R03"], NIL, NIL)
            for line, (sku, _) in zip(self.lines, lines, strict=True)
        ]
        document = self.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=self.lines[0])["id"]
        Worker(site.desk, Changes()).run(lambda unit: allocation.allocate_order(unit, document))
        with worker.database.transaction() as session:
            self.tote = UUID(session.call("register_tote", warehouse=site.warehouse)["id"])

    def row(self, sql: str, **parameters: object) -> Row:
        with self.site.desk.transaction() as session:
            found = session.row(sql, **parameters)
        assert found is not None
        return found

    def pick(self, *picks: tuple[PickKey, int], request: UUID | None = None) -> UUID:
        booked = [(key, Decimal(qty)) for key, qty in picks]
        return self.worker.run(
            lambda unit: picking.pick(unit.session, request=request or unit.request_id, picks=booked, tote=self.tote)
        )

    def done(self) -> list[tuple[int, str, bool]]:
        """Of each pick: how much is done, its state, and whether somebody holds it."""
        with self.site.desk.transaction() as session:
            rows = session.rows(
                "SELECT done_qty::int AS qty, state, leased_by IS NOT NULL AS held FROM task"
                " WHERE document_line_id = ANY (%(lines)s) ORDER BY array_position(%(lines)s, document_line_id)",
                lines=self.lines,
            )
        return [(row["qty"], row["state"], row["held"]) for row in rows]


@pytest.fixture
def picker(warehouse: Site) -> Worker:
    return Worker(warehouse.station(), Changes())


@pytest.fixture
def order(warehouse: Site, picker: Worker) -> Order:
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("GADGET", "R03", 10)
    return Order(warehouse, picker, ("WIDGET", 2), ("GADGET", 3))


def test_picks_of_an_order_are_one_posting_and_the_last_one_ends_the_lease(order: Order) -> None:
    widgets, gadgets = order.keys
    order.pick((widgets, 1))
    assert order.done() == [(1, "open", True), (0, "open", True)]
    posting = order.pick((widgets, 1), (gadgets, 3))
    assert order.row("SELECT moves FROM posting WHERE id = %(posting)s", posting=posting)["moves"] == 2
    assert order.done() == [(2, "done", False), (3, "done", False)]
    assert (order.site.stock("WIDGET", "TOTE"), order.site.stock("GADGET", "TOTE")) == ((2, 2), (3, 3))


def test_picks_that_are_booked_again_are_booked_once(order: Order) -> None:
    widgets, gadgets = order.keys
    request = uuid4()
    first = order.pick((widgets, 2), (gadgets, 3), request=request)
    assert order.pick((widgets, 2), (gadgets, 3), request=request) == first
    with pytest.raises(Refusal, match=r"ledger\.request_reused"):
        order.pick((widgets, 2), request=request)
    assert order.site.stock("WIDGET", "TOTE") == (2, 2)


def test_one_wrong_pick_refuses_all_of_them(order: Order) -> None:
    widgets, gadgets = order.keys
    stranger = Order(order.site, order.worker, ("WIDGET", 1))
    refused: Sequence[tuple[str, Sequence[tuple[PickKey, int]]]] = [
        ("picking.task_gone", [(widgets, 1), (widgets, 1)]),
        ("picking.task_gone", [(gadgets, 3), (stranger.keys[0], 1)]),
        ("picking.task_gone", []),
        ("picking.too_many", [(widgets, 2), (gadgets, 4)]),
        ("quantity.not_positive", [(widgets, 2), (gadgets, 0)]),
    ]
    for code, picks in refused:
        with pytest.raises(Refusal, match=code.replace(".", r"\.")):
            order.pick(*picks)
    assert order.done() == [(0, "open", False), (0, "open", False)]


def test_an_hour_in_which_the_tables_fill_reads_none_of_them_whole(warehouse: Site, picker: Worker) -> None:
    """Plans are kept from when the tables were empty; no foreign key may then read all lines for each pick."""
    warehouse.put("WIDGET", "R01", 1000)
    with warehouse.superuser() as connection:
        connection.execute("ANALYZE document, document_line, task, reservation, handling_unit")
    for _ in range(15):
        order = Order(warehouse, picker, ("WIDGET", 1), ("WIDGET", 1))
        order.pick(*((key, 1) for key in order.keys))
    order = Order(warehouse, picker, ("WIDGET", 1), ("WIDGET", 1))
    with order.worker.database.transaction() as session:
        picks = [(key, Decimal(1)) for key in order.keys]
        picking.pick(session, request=uuid4(), picks=picks, tote=order.tote)
        read = session.row(_READ_WHOLE)
    assert read == {"lines": 0, "documents": 0}


_READ_WHOLE = """
    SELECT sum(pg_stat_get_xact_tuples_returned(oid)) FILTER (WHERE relname = 'document_line') AS lines,
        sum(pg_stat_get_xact_tuples_returned(oid)) FILTER (WHERE relname = 'document') AS documents
    FROM pg_class WHERE relnamespace = 'stockhand'::regnamespace
"""


def test_releasing_an_order_reads_its_own_items_only(warehouse: Site) -> None:
    """Whether it has bundles is asked of its lines, however many items there are."""
    with warehouse.superuser() as connection:
        connection.execute(
            "INSERT INTO item (sku, name, base_uom) SELECT 'MANY-' || n, 'Many', 'each' FROM generate_series(1, 2000) n"
        )
        connection.execute("ANALYZE item")
    partner = warehouse.partners["SHOPPER"]
    with warehouse.desk.transaction() as session:
        order = session.call(
            "create_document", kind="order", warehouse=warehouse.warehouse, partner=partner, reference="R", due=None,
            items=[warehouse.items["WIDGET"]], uoms=["each"], qtys=[1],
        )  # fmt: skip
        session.call("decide_document", document=order, decision="released", version=1)
        row = session.row("SELECT pg_stat_get_xact_tuples_returned('item'::regclass) AS read")
    assert row is not None
    assert row["read"] < 100
