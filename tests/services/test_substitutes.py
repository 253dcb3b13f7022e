"""Other goods that could go in an item's place: offered with what is there of them, to those who may see it."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.domain.errors import Refusal
from app.domain.scanning import Candidate, CodeKind
from app.services import claims, lookup
from app.services.work import Worker
from tests.support import Site


@pytest.fixture
def gadget(warehouse: Site) -> UUID:
    """GADGET may go for WIDGET, not the other way round."""
    with warehouse.superuser() as connection:
        connection.execute(
            "INSERT INTO item_substitute (item_id, substitute_id, position, note)"
            " SELECT w.id, g.id, 1, 'a little heavier' FROM item w, item g WHERE w.sku = 'WIDGET' AND g.sku = 'GADGET'"
        )
    return warehouse.items["GADGET"]


def offered(site: Site, desk: Worker, sku: str) -> tuple[str, ...]:
    found = Candidate(CodeKind.ITEM, site.items[sku], sku, sku, "each")
    return desk.run(lambda unit: lookup.find(unit, [found], warehouse=site.warehouse)).items[0].substitutes


def test_substitutes_are_offered_by_look_up_and_to_planners_with_what_is_free_of_them(
    warehouse: Site, desk: Worker, gadget: UUID
) -> None:
    warehouse.put("GADGET", "R01", 7)
    warehouse.order_line("WIDGET", 4)
    assert offered(warehouse, desk, "WIDGET") == ("7 × GADGET",)
    assert offered(warehouse, desk, "GADGET") == ()
    seen = desk.run(lambda unit: claims.claims_on(unit, warehouse=warehouse.warehouse, sku="WIDGET"))
    assert [one.words for one in seen.others] == ["7 × GADGET"]


@pytest.mark.parametrize("change", ["state = 'blocked'", "archived = true"])
def test_what_cannot_be_sent_is_not_offered(warehouse: Site, desk: Worker, gadget: UUID, change: str) -> None:
    warehouse.put("GADGET", "R01", 7)
    with warehouse.superuser() as connection:
        connection.execute(f"UPDATE item SET {change} WHERE id = %s", [gadget])  # noqa: S608
    assert offered(warehouse, desk, "WIDGET") == ()


def test_nothing_is_offered_of_which_nothing_is_free(warehouse: Site, desk: Worker, gadget: UUID) -> None:
    assert offered(warehouse, desk, "WIDGET") == ()


def test_what_is_missing_is_substituted_on_the_order_by_who_may_plan_it_with_a_reason(
    warehouse: Site, desk: Worker, gadget: UUID
) -> None:
    warehouse.put("GADGET", "R01", 7)
    line = warehouse.order_line("WIDGET", 4)
    with warehouse.superuser() as connection:
        connection.execute("UPDATE document_line SET unit_price = 3 WHERE id = %s", [line])
    seen = desk.run(lambda unit: claims.claims_on(unit, warehouse=warehouse.warehouse, sku="WIDGET"))
    [wanted] = desk.run(
        lambda unit: claims.claim_page(unit, warehouse=warehouse.warehouse, item=warehouse.items["WIDGET"])
    )
    [other] = seen.others
    request = uuid4()

    def substitute(worker: Worker, qty: int, reason: str = "CUSTOMER_WISH") -> int:
        return worker.run(
            lambda unit: claims.substitute(
                unit, wanted, other, qty=Decimal(qty), goods=Decimal(qty * 2), reason=reason
            ),
            request_id=request,
        )

    with pytest.raises(Refusal, match=r"claims\.more_than_claimed"):
        substitute(desk, 5)
    with pytest.raises(Refusal, match="needs_reason"):
        substitute(desk, 3, reason="")
    with pytest.raises(Refusal, match=r"permission\.missing"):
        substitute(Worker(warehouse.station("bench1", "OPERATOR1"), desk.changes), 3)
    added = substitute(desk, 3)
    assert substitute(desk, 3) == added
    with warehouse.superuser() as connection:
        lines = connection.execute(
            "SELECT i.sku, l.qty, l.unit_price, l.closed, (SELECT sum(r.qty) FROM reservation r"
            " WHERE r.demand_line_id = l.id) FROM document_line l JOIN item i ON i.id = l.item_id"
            " WHERE l.document_id = (SELECT document_id FROM document_line WHERE id = %s) ORDER BY l.line_no", [line]
        ).fetchall()  # fmt: skip
        told = connection.execute("SELECT what, reason FROM order_change").fetchall()
    assert lines == [("WIDGET", 1, 3, False, None), ("GADGET", 6, Decimal("1.5"), False, 6)]
    assert told == [("changed", "CUSTOMER_WISH")]
    with pytest.raises(Refusal, match="no_substitute"):
        desk.run(
            lambda unit: claims.substitute(
                unit, replace(wanted), replace(other, item=warehouse.items["MILK"]), qty=Decimal(1), goods=Decimal(1),
                reason="CUSTOMER_WISH",
            )
        )  # fmt: skip
    assert warehouse.prove() == []
