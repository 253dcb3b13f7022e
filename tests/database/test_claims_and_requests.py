"""Claims of half pieces, of ended orders and of old goods; requests that are used twice for different things."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database.session import Database
from app.domain.errors import Refusal
from tests.support import NIL, Site


def document_of(site: Site, line: UUID) -> UUID:
    with site.superuser() as connection:
        row = connection.execute("SELECT document_id FROM document_line WHERE id = %s", [line]).fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


def unit(site: Site, station: Database, place: str) -> UUID:
    with station.transaction() as session:
        row = session.row(
            "SELECT id FROM create_handling_unit('pallet', %(site)s, %(place)s)",
            site=site.warehouse,
            place=site.places[place],
        )
    assert row is not None
    made: UUID = row["id"]
    return made


def repack(site: Site, station: Database, into: UUID, *goods: tuple[str, int], request: UUID | None = None) -> None:
    """Fill loose goods of R01 into a unit."""
    each = [None] * len(goods)
    with station.transaction() as session:
        session.call(
            "repack_goods", request=request or uuid4(), unit=None, into=into, location=site.places["R01"],
            items=[site.items[sku] for sku, _ in goods], qtys=[Decimal(qty) for _, qty in goods],
            traces=each, owners=each, statuses=each,
        )  # fmt: skip


@pytest.mark.parametrize("step", ["reserve_stock", "release_stock", "take_reservation", "release_promise"])
def test_half_a_piece_is_neither_claimed_nor_given_back(warehouse: Site, step: str) -> None:
    warehouse.put("WIDGET", "R01", 10)
    line = warehouse.document("transfer" if step == "take_reservation" else "order", ("WIDGET", 8))[0]
    half = Decimal("0.5")
    key = {"line": line, "location": warehouse.places["R01"], "trace": NIL, "unit": NIL}
    station = warehouse.station()
    with station.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 3)
        session.call("promise_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["WIDGET"]],
                     qtys=[Decimal(2)])  # fmt: skip
    with pytest.raises(Refusal, match=r"quantity\.not_exact"), station.transaction() as session:
        if step == "reserve_stock":
            warehouse.reserve(session, line, "WIDGET", "R01", half)
        elif step == "release_promise":
            session.call(step, line=line, qty=half)
        elif step == "take_reservation":
            session.call(step, **key, qty=half, reason="PLAN_CHANGED")
        else:
            session.call(step, **key, qty=half)
    assert warehouse.stock("WIDGET", "R01") == (10, 3)
    with warehouse.superuser() as connection:
        connection.execute("UPDATE promise SET qty = 1.5")
    assert {row["rule"] for row in warehouse.prove()} == {"quantity_precision"}


@pytest.mark.parametrize("decision", ["cancelled", "closed"])
def test_an_order_that_ends_keeps_no_goods_and_no_promises(warehouse: Site, decision: str) -> None:
    warehouse.put("WIDGET", "R01", 10)
    line = warehouse.order_line("WIDGET", 8)
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 3)
        session.call("promise_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["WIDGET"]],
                     qtys=[Decimal(2)])  # fmt: skip
    with warehouse.station().transaction() as session:
        session.call("decide_document", document=document_of(warehouse, line), decision=decision, version=2)
        free = session.row("SELECT available FROM available_to_promise(%(site)s, %(items)s)",
                           site=warehouse.warehouse, items=[warehouse.items["WIDGET"]])  # fmt: skip
    assert (free, warehouse.stock("WIDGET", "R01")) == ({"available": 10}, (10, 0))
    assert warehouse.prove() == []


@pytest.mark.parametrize(
    ("decision", "version", "code"),
    [
        ("lost", 2, "document.unknown_decision"),
        (None, 2, "document.unknown_decision"),
        ("held", None, "document.changed"),
    ],
)
def test_what_cannot_be_decided_is_refused_in_words(
    warehouse: Site, decision: str | None, version: int | None, code: str
) -> None:
    document = document_of(warehouse, warehouse.order_line())
    with pytest.raises(Refusal) as caught, warehouse.station().transaction() as session:
        session.call("decide_document", document=document, decision=decision, version=version)
    assert caught.value.code == code


def test_goods_past_their_date_are_not_promised(warehouse: Site) -> None:
    old = warehouse.trace("MILK", lot="OLD", expiry=date(2020, 1, 1))
    warehouse.put("MILK", "R01", 6, trace=old)
    warehouse.put("MILK", "R02", 2, trace=warehouse.trace("MILK", lot="NEW", expiry=date(2050, 1, 1)))
    line = warehouse.order_line("MILK", 8)

    def promise(qty: int, trace: UUID | None = None) -> None:
        with warehouse.station().transaction() as session:
            session.call("promise_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["MILK"]],
                         qtys=[Decimal(qty)], traces=[trace])  # fmt: skip

    for qty, trace, code in ((3, None, "stock.promised"), (1, old, "stock.too_short_lived")):
        with pytest.raises(Refusal) as caught:
            promise(qty, trace)
        assert caught.value.code == code
    promise(2)
    assert warehouse.prove() == []


@pytest.mark.parametrize(
    ("goods", "code"),
    [
        ((("WIDGET", 2), ("GADGET", 1)), "stock.not_there"),
        ((("WIDGET", 5), ("WIDGET", -2)), "quantity.not_positive"),
    ],
)
def test_goods_are_repacked_all_of_them_or_none(warehouse: Site, goods: tuple[tuple[str, int], ...], code: str) -> None:
    warehouse.put("WIDGET", "R01", 10)
    station = warehouse.station()
    with pytest.raises(Refusal) as caught:
        repack(warehouse, station, unit(warehouse, station, "R01"), *goods)
    assert caught.value.code == code
    assert warehouse.count("genealogy") == 0


def test_a_request_that_asked_for_something_else_is_not_answered_again(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    station = warehouse.station()
    pallet, filled, moved = unit(warehouse, station, "R01"), uuid4(), uuid4()
    repack(warehouse, station, pallet, ("WIDGET", 2), request=filled)
    repack(warehouse, station, pallet, ("WIDGET", 2), request=filled)

    def move(request: UUID, place: str) -> object:
        with station.transaction() as session:
            answer = session.call("move_unit", request=request, unit=pallet, to_location=warehouse.places[place])
        return answer["posting"]

    for request, place in ((filled, "R02"), (moved, "R02"), (moved, "R02"), (moved, "R03")):
        if (request, place) == (moved, "R02"):
            assert move(request, place) == move(request, place)
            continue
        with pytest.raises(Refusal, match=r"ledger\.request_reused"):
            move(request, place)
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("WIDGET", "R02")) == ((8, 0), (2, 0))
    assert warehouse.prove() == []


def test_a_return_asked_for_twice_is_the_same_return_or_refused(warehouse: Site) -> None:
    order, request = document_of(warehouse, warehouse.order_line()), uuid4()

    def announce(order: UUID | None) -> object:
        with warehouse.station().transaction() as session:
            return session.call(
                "create_return", request=request, warehouse=warehouse.warehouse, direction="in",
                partner=warehouse.partners["SHOPPER"], order=order, reference="", items=[warehouse.items["WIDGET"]],
                uoms=["each"], qtys=[Decimal(1)],
            )  # fmt: skip

    assert announce(None) == announce(None)
    with pytest.raises(Refusal, match=r"ledger\.request_reused"):
        announce(order)
