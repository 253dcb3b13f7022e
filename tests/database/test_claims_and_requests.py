"""Claims of half pieces, of ended orders and of old goods; requests that are used twice for different things."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database.session import Database, Row
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


def test_a_claim_that_is_asked_for_again_gets_its_first_answer(warehouse: Site) -> None:
    """The connection was lost after the commit: what was done in between is left alone, and nothing is done twice."""
    warehouse.put("WIDGET", "R01", 20)
    line, other = warehouse.order_line("WIDGET", 8), warehouse.order_line("WIDGET", 8)
    key = {"line": line, "location": warehouse.places["R01"], "trace": NIL, "unit": NIL}
    of_line = {"warehouse": warehouse.warehouse, "lines": [line], "items": [warehouse.items["WIDGET"]]}
    goods = {"locations": [warehouse.places["R01"]], "traces": [NIL], "units": [NIL], "owners": [NIL],
             "statuses": ["available"]}  # fmt: skip
    station = warehouse.station()
    asked: list[tuple[str, dict[str, object]]] = [
        ("reserve_stock", of_line | goods | {"qtys": [Decimal(4)]}),
        ("promise_stock", of_line | {"qtys": [Decimal(3)]}),
        ("release_promise", {"line": line, "qty": Decimal(2)}),
        ("release_stock", key | {"qty": Decimal(1)}),
    ]
    for function, arguments in asked:
        request = uuid4()
        answers = []
        for _ in range(2):
            with station.transaction() as session:
                answers.append(session.call(function, request=request, **arguments))
        assert answers[0] == answers[1], function
        with pytest.raises(Refusal, match=r"ledger\.request_reused"), station.transaction() as session:
            session.call(function, request=request, **(arguments | _something_else(function, other)))
    assert warehouse.stock("WIDGET", "R01") == (20, 3)
    assert [row["qty"] for row in _promises(warehouse)] == [1]
    assert warehouse.prove() == []


def _something_else(function: str, line: UUID) -> dict[str, object]:
    return {"lines": [line]} if function in {"reserve_stock", "promise_stock"} else {"line": line}


def _promises(site: Site) -> list[Row]:
    with site.desk.transaction() as session:
        return session.rows("SELECT qty FROM promise")


def test_what_a_planner_takes_or_exchanges_twice_by_one_request_is_taken_once(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("WIDGET", "R02", 10)
    line = warehouse.document("transfer", ("WIDGET", 8))[0]
    key = {"line": line, "location": warehouse.places["R01"], "trace": NIL, "unit": NIL}
    station, taken, swapped = warehouse.station(), uuid4(), uuid4()
    with station.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 6)
    to = {"to_location": warehouse.places["R02"], "to_trace": NIL, "to_unit": NIL}
    for _ in range(2):
        with station.transaction() as session:
            given = session.call("take_reservation", **key, qty=Decimal(2), reason="PLAN_CHANGED", request=taken)
            session.call("swap_reservations", **key, **to, qty=Decimal(3), request=swapped)
        assert given == 2
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("WIDGET", "R02")) == ((10, 1), (10, 3))
    assert warehouse.prove() == []


@pytest.mark.parametrize("other", [{"reason": "COUNT"}, {"kind": "putaway"}])
def test_a_repeated_move_of_a_unit_must_be_the_same_in_everything(warehouse: Site, other: dict[str, object]) -> None:
    warehouse.put("WIDGET", "R01", 10)
    station = warehouse.station()
    pallet, request = unit(warehouse, station, "R01"), uuid4()
    repack(warehouse, station, pallet, ("WIDGET", 2))
    asked: dict[str, object] = {"unit": pallet, "to_location": warehouse.places["R02"], "request": request}
    with station.transaction() as session:
        first = session.call("move_unit", **asked)
    with station.transaction() as session:
        assert session.call("move_unit", **asked) == first
    with pytest.raises(Refusal, match=r"ledger\.request_reused"), station.transaction() as session:
        session.call("move_unit", **asked, **other)


def test_an_empty_unit_that_was_moved_is_not_moved_again_by_the_same_request(warehouse: Site) -> None:
    station = warehouse.station()
    pallet, request = unit(warehouse, station, "R01"), uuid4()

    def move(place: str, request: UUID) -> object:
        with station.transaction() as session:
            return session.call("move_unit", unit=pallet, to_location=warehouse.places[place], request=request)

    first = move("R02", request)
    move("R03", uuid4())
    assert move("R02", request) == first
    with station.transaction() as session:
        assert session.rows("SELECT location_id FROM handling_unit") == [{"location_id": warehouse.places["R03"]}]


def test_expiry_counts_by_the_calendar_of_the_warehouse(warehouse: Site) -> None:
    """At every hour there is a place on earth where it is another day than on the server's calendar."""
    now = datetime.now(UTC)
    zone, shift = ("Etc/GMT+12", -1) if now.hour < 12 else ("Pacific/Kiritimati", 1)
    with warehouse.superuser() as connection:
        connection.execute("UPDATE warehouse SET time_zone = %s WHERE id = %s", [zone, warehouse.warehouse])
    there = now.date() + timedelta(days=shift)
    for lot, keeps, qty in (("GONE", there - timedelta(days=1), 3), ("LAST-DAY", there, 2)):
        warehouse.put("MILK", "R01", qty, trace=warehouse.trace("MILK", lot=lot, expiry=keeps))
    with warehouse.station().transaction() as session:
        free = session.row("SELECT available FROM available_to_promise(%(site)s, %(items)s)",
                           site=warehouse.warehouse, items=[warehouse.items["MILK"]])  # fmt: skip
    assert free == {"available": 2}
    line = warehouse.order_line("MILK", 3)
    with pytest.raises(Refusal, match=r"stock\.promised"), warehouse.station().transaction() as session:
        session.call("promise_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["MILK"]],
                     qtys=[Decimal(3)])  # fmt: skip
