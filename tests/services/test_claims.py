"""A planner sees who claims goods, takes a claim away, gives goods to an order, and lets two orders exchange lots."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.domain.errors import Refusal
from app.services import claims, clock
from app.services.claims import Claim, ClaimedItem, ItemClaims
from app.services.work import UnitOfWork, Worker
from tests.support import NIL, Site


def on(site: Site, desk: Worker, sku: str) -> ItemClaims:
    return desk.run(lambda unit: claims.claims_on(unit, warehouse=site.warehouse, sku=sku))


def page(
    site: Site,
    desk: Worker,
    sku: str,
    *order: tuple[str, bool],
    words: tuple[str, ...] = (),
    after: Claim | None = None,
    most: int = 200,
) -> list[Claim]:
    """A page of the claims on an item, in some order."""
    place, item = site.warehouse, site.items[sku]
    return desk.run(
        lambda unit: claims.claim_page(
            unit, warehouse=place, item=item, words=words, order=order, after=after, most=most
        )
    )


def claims_of(site: Site, desk: Worker, sku: str, kind: str) -> list[Claim]:
    return [one for one in page(site, desk, sku) if one.claim == kind]


def reserve(site: Site, desk: Worker, sku: str, line: UUID, qty: int, goods: int = 0) -> None:
    """Give an order's line so much of the n-th free goods."""
    seen = on(site, desk, sku)
    wanted = next(one for one in page(site, desk, sku) if one.claim == "wanted" and one.line == line)
    desk.run(
        lambda unit: claims.reserve(
            unit, wanted, seen.free[goods], warehouse=site.warehouse, item=seen.item.id, qty=Decimal(qty)
        )
    )


def picks(site: Site, line: UUID) -> list[tuple[str, int]]:
    with site.desk.transaction() as session:
        rows = session.rows("SELECT state, qty::int AS qty FROM task WHERE document_line_id = %(line)s", line=line)
    return [(row["state"], row["qty"]) for row in rows]


def test_an_item_shows_what_is_there_who_claims_it_and_what_is_left(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 20)
    first, second = warehouse.order_line("WIDGET", 8), warehouse.order_line("WIDGET", 5)
    reserve(warehouse, desk, "WIDGET", first, 6)
    (wanted,) = [one for one in claims_of(warehouse, desk, "WIDGET", "wanted") if one.line == second]
    item = warehouse.items["WIDGET"]
    desk.run(lambda unit: claims.promise(unit, wanted, warehouse=warehouse.warehouse, item=item, qty=Decimal(3)))
    seen = on(warehouse, desk, "WIDGET")
    sums = (seen.item.on_hand, seen.item.usable, seen.item.reserved, seen.item.promised, seen.item.available)
    assert [int(one) for one in sums] == [20, 20, 6, 3, 11]
    found = page(warehouse, desk, "WIDGET")
    assert [(one.claim, one.line, int(one.qty)) for one in found] == [
        ("reserved", first, 6), ("promised", second, 3), ("wanted", first, 2), ("wanted", second, 2),
    ]  # fmt: skip
    assert seen.item.wanted == 4
    assert found[0].customer == "Shopper"
    assert found[0].place == "WH001-STO-R01"


def test_items_are_found_by_words_and_codes_in_any_order_a_page_at_a_time(warehouse: Site, desk: Worker) -> None:
    for sku, there, wanted in (("WIDGET", 5, 2), ("GADGET", 5, 9), ("OIL", 1, 2)):
        warehouse.put(sku, "R01", there)
        warehouse.order_line(sku, wanted)

    def found(*order: tuple[str, bool], words: tuple[str, ...] = (), most: int = 200) -> list[str]:
        made: list[ClaimedItem] = []

        def next_page(unit: UnitOfWork) -> list[ClaimedItem]:
            after, site = made[-1] if made else None, warehouse.warehouse
            return claims.claimed_items(unit, warehouse=site, words=words, order=order, after=after, most=most)

        while more := desk.run(next_page):
            made.extend(more)
        return [one.sku for one in made]

    assert found(most=2) == ["GADGET", "OIL", "WIDGET"]
    assert found(("wanted", True), ("on_hand", True), most=1) == ["GADGET", "WIDGET", "OIL"]
    assert found(("name", True), most=1) == ["WIDGET", "OIL", "GADGET"]
    assert found(words=("4012345678901",)) == ["WIDGET"]


def test_claims_stand_in_any_order_a_page_at_a_time(warehouse: Site, desk: Worker) -> None:
    for qty in (3, 7, 5):
        warehouse.order_line("WIDGET", qty)
    first = page(warehouse, desk, "WIDGET", ("quantity", True), ("document", False), most=2)
    rest = page(warehouse, desk, "WIDGET", ("quantity", True), ("document", False), most=2, after=first[-1])
    assert [int(one.qty) for one in (*first, *rest)] == [7, 5, 3]
    assert [one.document for one in page(warehouse, desk, "WIDGET", words=(rest[0].document,))] == [rest[0].document]


def test_a_released_reservation_frees_the_goods_and_the_pick_and_the_order_hears_of_it(
    warehouse: Site, desk: Worker
) -> None:
    warehouse.put("WIDGET", "R01", 20)
    line = warehouse.order_line("WIDGET", 8)
    reserve(warehouse, desk, "WIDGET", line, 8)
    (claim,) = claims_of(warehouse, desk, "WIDGET", "reserved")
    desk.run(lambda unit: claims.release(unit, claim, qty=Decimal(3), reason="MORE_URGENT"))
    assert warehouse.stock("WIDGET", "R01") == (20, 5)
    assert picks(warehouse, line) == [("open", 5)]
    (lost,) = claims_of(warehouse, desk, "WIDGET", "lost")
    assert (int(lost.qty), lost.cause, lost.person) == (3, "MORE_URGENT", "Admin")
    item = warehouse.items["WIDGET"]
    desk.run(
        lambda unit: claims.restore(unit, claim, warehouse=warehouse.warehouse, item=item, qty=Decimal(3))
    )  # fmt: skip
    assert warehouse.stock("WIDGET", "R01") == (20, 8)
    assert picks(warehouse, line) == [("open", 8)]
    assert warehouse.prove() == []


def test_an_undone_reservation_leaves_no_trail_of_a_loss(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 20)
    line = warehouse.order_line("WIDGET", 8)
    (wanted,) = claims_of(warehouse, desk, "WIDGET", "wanted")
    goods = on(warehouse, desk, "WIDGET").free[0]
    reserve(warehouse, desk, "WIDGET", line, 8)
    desk.run(lambda unit: claims.unreserve(unit, wanted, goods, qty=Decimal(8)))
    assert warehouse.stock("WIDGET", "R01") == (20, 0)
    assert claims_of(warehouse, desk, "WIDGET", "lost") == []
    assert picks(warehouse, line) == [("cancelled", 8)]


def test_a_promise_is_taken_in_part_and_given_back(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 5)
    warehouse.order_line("WIDGET", 5)
    (wanted,) = claims_of(warehouse, desk, "WIDGET", "wanted")
    item = warehouse.items["WIDGET"]
    desk.run(lambda unit: claims.promise(unit, wanted, warehouse=warehouse.warehouse, item=item, qty=Decimal(5)))
    (promised,) = claims_of(warehouse, desk, "WIDGET", "promised")
    desk.run(lambda unit: claims.release(unit, promised, qty=Decimal(2), reason="PLAN_CHANGED"))
    assert on(warehouse, desk, "WIDGET").item.promised == 3
    desk.run(
        lambda unit: claims.restore(unit, promised, warehouse=warehouse.warehouse, item=item, qty=Decimal(2))
    )  # fmt: skip
    assert on(warehouse, desk, "WIDGET").item.promised == 5
    desk.run(lambda unit: claims.release(unit, promised, qty=Decimal(3), reason="PLAN_CHANGED"))
    with pytest.raises(Refusal, match=r"claims\.gone"):
        desk.run(lambda unit: claims.release(unit, promised, qty=Decimal(3), reason="PLAN_CHANGED"))


@pytest.mark.parametrize(
    ("qty", "reason", "said"),
    [(Decimal(9), "MORE_URGENT", "claims.more_than_claimed"), (Decimal(0), "MORE_URGENT", "quantity.not_positive"),
     (Decimal(1), "FOUND", "ledger.needs_reason")],
)  # fmt: skip
def test_a_claim_is_not_taken_beyond_itself_or_without_a_reason(
    warehouse: Site, desk: Worker, qty: Decimal, reason: str, said: str
) -> None:
    warehouse.put("WIDGET", "R01", 20)
    reserve(warehouse, desk, "WIDGET", warehouse.order_line("WIDGET", 8), 8)
    (claim,) = claims_of(warehouse, desk, "WIDGET", "reserved")
    with pytest.raises(Refusal, match=said):
        desk.run(lambda unit: claims.release(unit, claim, qty=qty, reason=reason))
    assert warehouse.stock("WIDGET", "R01") == (20, 8)


def test_two_orders_exchange_their_lots_and_back_again(warehouse: Site, desk: Worker) -> None:
    soon, late = (
        warehouse.trace("MILK", lot=lot, expiry=day) for lot, day in (("A", "2098-01-01"), ("B", "2099-01-01"))
    )
    warehouse.put("MILK", "R01", 4, trace=soon)
    warehouse.put("MILK", "R02", 4, trace=late)
    first, second = warehouse.order_line("MILK", 4), warehouse.order_line("MILK", 4)
    reserve(warehouse, desk, "MILK", first, 4)
    reserve(warehouse, desk, "MILK", second, 4)

    def lots() -> dict[UUID, list[tuple[str, int]]]:
        held: dict[UUID, list[tuple[str, int]]] = {}
        for one in claims_of(warehouse, desk, "MILK", "reserved"):
            held.setdefault(one.line, []).append((one.lot, int(one.qty)))
        return {line: sorted(found) for line, found in held.items()}

    mine, theirs = sorted(claims_of(warehouse, desk, "MILK", "reserved"), key=lambda one: one.line != first)
    desk.run(lambda unit: claims.exchange(unit, mine, theirs, qty=Decimal(3)))
    assert lots() == {first: [("A", 1), ("B", 3)], second: [("A", 3), ("B", 1)]}
    desk.run(lambda unit: claims.exchange_back(unit, mine, theirs, qty=Decimal(3)))
    assert lots() == {first: [("A", 4)], second: [("B", 4)]}
    assert warehouse.prove() == []


def test_goods_that_are_being_picked_or_were_picked_stay_where_they_are(warehouse: Site, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 8)
    line = warehouse.order_line("WIDGET", 8)
    reserve(warehouse, desk, "WIDGET", line, 8)
    with warehouse.station(badge="OPERATOR1").transaction() as session:
        session.call("take_order", warehouse=warehouse.warehouse, document=None, tote=None)
    (claim,) = claims_of(warehouse, desk, "WIDGET", "reserved")
    with pytest.raises(Refusal, match=r"picking\.leased"):
        desk.run(lambda unit: claims.release(unit, claim, qty=Decimal(8), reason="MORE_URGENT"))
    picker = warehouse.station("bench1", "OPERATOR1")
    with picker.transaction() as session:
        tote = session.call("register_tote", warehouse=warehouse.warehouse)
        session.call(
            "pick_stock",
            lines=[line],
            locations=[warehouse.places["R01"]],
            traces=[NIL],
            units=[NIL],
            tote=UUID(tote["id"]),
            qtys=[Decimal(8)],
            request=uuid4(),
        )
        order = session.rows("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)[0]["id"]
        session.call("give_order_back", document=order)
    (claim,) = claims_of(warehouse, desk, "WIDGET", "reserved")
    with pytest.raises(Refusal, match=r"claims\.picked"):
        desk.run(lambda unit: claims.release(unit, claim, qty=Decimal(8), reason="MORE_URGENT"))
    assert warehouse.stock("WIDGET", "TOTE") == (8, 8)


def test_what_can_be_promised_follows_the_days_on_which_goods_come_and_spoil(warehouse: Site, desk: Worker) -> None:
    today = clock.now().date()
    warehouse.put("MILK", "R01", 10, trace=warehouse.trace("MILK", lot="A", expiry=today + timedelta(days=4)))
    warehouse.put("MILK", "R02", 6, trace=warehouse.trace("MILK", lot="B", expiry=date(2099, 1, 1)))
    with warehouse.desk.transaction() as session:
        coming = session.call(
            "create_document",
            kind="purchase_order",
            warehouse=warehouse.warehouse,
            partner=warehouse.partners["ACME"],
            reference="",
            due=today + timedelta(days=2),
            items=[warehouse.items["MILK"]],
            uoms=["each"],
            qtys=[Decimal(20)],
        )
        session.call("decide_document", document=coming, decision="released", version=1)
    warehouse.order_line("MILK", 7)
    seen = on(warehouse, desk, "MILK")
    (wanted,) = claims_of(warehouse, desk, "MILK", "wanted")
    item, site = seen.item.id, warehouse.warehouse
    desk.run(lambda unit: claims.promise(unit, wanted, warehouse=site, item=item, qty=Decimal(3)))
    inbound = seen.expected[0].line
    desk.run(
        lambda unit: claims.promise(unit, wanted, warehouse=site, item=item, qty=Decimal(4), inbound=inbound)
    )  # fmt: skip
    assert [((one.on_day - today).days, int(one.available)) for one in on(warehouse, desk, "MILK").days] == [
        (0, 13), (2, 29), (5, 22),
    ]  # fmt: skip
