"""What the ledger refuses to post, each with its code, and that a refusal leaves nothing behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database.session import Session
from app.domain.errors import Refusal
from tests.support import NIL, Site, post

Attempt = Callable[[Session, Site], object]


def one(kind: str, sku: str, source: str, target: str, qty: object, **more: object) -> Attempt:
    """An attempt to post one move; a value that is a function is asked with the site."""

    def attempt(session: Session, site: Site) -> object:
        given = {name: value(site) if callable(value) else value for name, value in more.items()}
        return post(session, site, kind, sku, source, target, qty, **given)  # type: ignore[arg-type]

    return attempt


def in_other_warehouse(session: Session, site: Site) -> object:
    return post(session, site, "move", "WIDGET", "R01", site.other_places["R01"], 1)


def unknown(column: str) -> Attempt:
    def attempt(session: Session, site: Site) -> object:
        given: dict[str, object] = {
            "items": [site.items["WIDGET"]],
            "from_locations": [site.places["R01"]],
            "to_locations": [site.places["R02"]],
            column: [uuid4()],
        }
        return session.call(
            "post_moves", request=uuid4(), kind="move", warehouse=site.warehouse, qtys=[Decimal(1)], **given
        )

    return attempt


def other_lot(site: Site) -> UUID:
    return site.trace("MILK", lot="L1", expiry="2030-01-01")


def undated_lot(site: Site) -> UUID:
    return site.trace("MILK", lot="L2")


def serial(site: Site) -> UUID:
    return site.trace("DRILL", serial="S1")


def foreign_unit(site: Site) -> list[UUID]:
    with site.superuser() as connection:
        row = connection.execute(
            "INSERT INTO handling_unit (sscc, kind, warehouse_id) VALUES ('PAL-B', 'pallet', %s) RETURNING id",
            [site.warehouses["WH002"]],
        ).fetchone()
    assert row is not None
    return [row[0]]


def tomorrow(_: Site) -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


REFUSALS: dict[str, tuple[str, Attempt]] = {
    "an item that nobody knows": ("item.unknown", unknown("items")),
    "nothing": ("quantity.not_positive", one("move", "WIDGET", "R01", "R02", 0)),
    "less than nothing": ("quantity.not_positive", one("move", "WIDGET", "R01", "R02", -1)),
    "no number": ("quantity.not_positive", one("move", "WIDGET", "R01", "R02", "NaN")),
    "beyond all bounds": ("quantity.not_positive", one("move", "WIDGET", "R01", "R02", "1e12")),
    "half a widget": ("quantity.not_exact", one("move", "WIDGET", "R01", "R02", "0.5")),
    "finer than the scale": ("quantity.not_exact", one("move", "OIL", "R01", "R02", "0.0001")),
    "to a place that nobody knows": ("location.unknown", unknown("to_locations")),
    "into another warehouse": ("ledger.other_warehouse", in_other_warehouse),
    "out of thin air": ("ledger.wrong_places", one("move", "WIDGET", "SUPPLIER", "R01", 1)),
    "to the customer by the back door": ("ledger.wrong_places", one("putaway", "WIDGET", "R01", "CUSTOMER", 1)),
    "to where it is": ("ledger.goes_nowhere", one("move", "WIDGET", "R01", "R01", 1)),
    "with a negative weight": ("ledger.wrong_weight", one("move", "WIDGET", "R01", "R02", 1, weights=[Decimal(-1)])),
    "with an absurd value": ("ledger.wrong_value", one("move", "WIDGET", "R01", "R02", 1, values=[Decimal("1e12")])),
    "in a status that does not exist": (
        "ledger.unknown_status",
        one("status", "WIDGET", "R01", "R02", 1, to_statuses=["splendid"], reason="QUALITY"),
    ),
    "with another status on the way": (
        "ledger.status_not_allowed",
        one("move", "WIDGET", "R01", "R02", 1, to_statuses=["damaged"]),
    ),
    "with another owner on the way": (
        "ledger.owner_not_allowed",
        one("move", "WIDGET", "R01", "R02", 1, to_owners=lambda site: [site.partners["ACME"]]),
    ),
    "for an owner that nobody knows": (
        "ledger.unknown_owner",
        one("move", "WIDGET", "R01", "R02", 1, from_owners=[UUID(int=7)], to_owners=[UUID(int=7)]),
    ),
    "with another item's lot": ("trace.other_item", one("move", "WIDGET", "R01", "R02", 1, trace=other_lot)),
    "milk without its lot": ("trace.lot_missing", one("move", "MILK", "R01", "R02", 1)),
    "a drill without its number": ("trace.serial_missing", one("move", "DRILL", "R01", "R02", 1)),
    "milk without a date": ("trace.expiry_missing", one("move", "MILK", "R01", "R02", 1, trace=undated_lot)),
    "two drills of one number": ("trace.serial_quantity", one("move", "DRILL", "R01", "R02", 2, trace=serial)),
    "onto a pallet of another warehouse": (
        "handling_unit.unknown",
        one("move", "WIDGET", "R01", "R02", 1, to_units=foreign_unit),
    ),
    "a receipt without an order": ("ledger.needs_document", one("receipt", "WIDGET", "SUPPLIER", "DOCK1", 1)),
    "for a line that does not exist": (
        "ledger.needs_document",
        one("receipt", "WIDGET", "SUPPLIER", "DOCK1", 1, line=UUID(int=9)),
    ),
    "a receipt of something else": (
        "document.other_item",
        one("receipt", "GADGET", "SUPPLIER", "DOCK1", 1, line=Site.purchase_line),
    ),
    "a receipt against a customer's order": (
        "document.wrong_kind",
        one("receipt", "WIDGET", "SUPPLIER", "DOCK1", 1, line=Site.order_line),
    ),
    "more than was ordered": (
        "document.beyond_tolerance",
        one("receipt", "WIDGET", "SUPPLIER", "DOCK1", 1001, line=Site.purchase_line),
    ),
    "scrap without a reason": ("ledger.needs_reason", one("scrap", "WIDGET", "R01", "SCRAP", 1)),
    "for a reason that is none": ("ledger.needs_reason", one("move", "WIDGET", "R01", "R02", 1, reason="BECAUSE")),
    "more than there is": ("stock.not_enough", one("move", "WIDGET", "R01", "R02", 11)),
    "from where nothing is": ("stock.not_enough", one("move", "WIDGET", "R03", "R02", 1)),
    "for a document that does not exist": (
        "document.unknown",
        one("move", "WIDGET", "R01", "R02", 1, document=UUID(int=5)),
    ),
    "what has not happened yet": (
        "ledger.effective_in_future",
        one("move", "WIDGET", "R01", "R02", 1, effective=tomorrow),
    ),
    "what happened before there were computers": (
        "ledger.effective_too_early",
        one("move", "WIDGET", "R01", "R02", 1, effective=datetime(1970, 1, 1, tzinfo=UTC)),
    ),
    "by a kind that does not exist": ("ledger.unknown_kind", one("teleport", "WIDGET", "R01", "R02", 1)),
}


def refusal(site: Site, attempt: Attempt, badge: str = "MANAGER1") -> Refusal:
    with pytest.raises(Refusal) as caught, site.station("bench1", badge).transaction() as session:
        attempt(session, site)
    return caught.value


@pytest.mark.parametrize("what", REFUSALS)
def test_the_ledger_refuses_to_post(warehouse: Site, what: str) -> None:
    code, attempt = REFUSALS[what]
    warehouse.put("WIDGET", "R01", 10)
    postings = warehouse.count("posting")
    assert refusal(warehouse, attempt).code == code
    assert (warehouse.count("posting"), warehouse.count("request")) == (postings, postings)
    assert warehouse.stock("WIDGET", "R01") == (10, 0)
    assert warehouse.prove() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE location SET active = false WHERE address = 'WH001-STO-R02'", "location.inactive"),
        ("UPDATE location SET frozen_by = gen_random_uuid() WHERE address = 'WH001-STO-R02'", "location.frozen"),
        ("UPDATE location SET frozen_by = gen_random_uuid() WHERE address = 'WH001-STO-R01'", "location.frozen"),
        ("INSERT INTO person_permission SELECT id, 'move', NULL, false FROM person", "permission.missing"),
        ("UPDATE person SET active = false WHERE badge = 'MANAGER1'", "sign_on.required"),
        ("UPDATE sign_on SET expires_at = now() - interval '1 s'", "sign_on.required"),
    ],
)
def test_what_was_allowed_is_refused_after_a_change(warehouse: Site, change: str, code: str) -> None:
    warehouse.put("WIDGET", "R01", 10)
    station = warehouse.station()
    with warehouse.superuser() as connection:
        connection.execute(change)
    with pytest.raises(Refusal) as caught, station.transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 1)
    assert caught.value.code == code
    assert warehouse.prove() == []


def test_facts_name_the_first_wrong_line(warehouse: Site) -> None:
    with pytest.raises(Refusal) as caught, warehouse.station().transaction() as session:
        session.call(
            "post_moves",
            request=uuid4(),
            kind="move",
            warehouse=warehouse.warehouse,
            items=[warehouse.items["WIDGET"], warehouse.items["GADGET"], warehouse.items["OIL"]],
            qtys=[Decimal(1), Decimal(0), Decimal("0.0001")],
            from_locations=[warehouse.places["R01"]] * 3,
            to_locations=[warehouse.places["R02"]] * 3,
        )
    assert (caught.value.code, caught.value.facts["sku"]) == ("quantity.not_positive", "GADGET")


def test_a_request_without_lines_is_refused(warehouse: Site) -> None:
    with pytest.raises(Refusal, match="nothing_to_post"), warehouse.station().transaction() as session:
        session.call(
            "post_moves",
            request=uuid4(),
            kind="move",
            warehouse=warehouse.warehouse,
            items=[],
            qtys=[],
            from_locations=[],
            to_locations=[],
        )


def test_only_who_may_writes_into_the_past(warehouse: Site) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 10, reason="OPENING",
             effective=yesterday - timedelta(days=1))  # fmt: skip
    move = one("move", "WIDGET", "R01", "R02", 1, effective=yesterday)
    assert refusal(warehouse, move, "OPERATOR1").code == "permission.missing"
    with warehouse.station("bench1", "MANAGER1").transaction() as session:
        move(session, warehouse)
        row = session.row("SELECT effective_at, recorded_at FROM stock_move ORDER BY id DESC LIMIT 1")
    assert row is not None
    assert row["effective_at"] == yesterday
    assert row["recorded_at"] > yesterday
    assert warehouse.prove() == []


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_transaction_that_looks_at_the_past_may_not_post(warehouse: Site, level: str) -> None:
    warehouse.put("WIDGET", "R01", 10)
    station = warehouse.station()
    with pytest.raises(Refusal, match=r"ledger\.isolation"), station.open_session() as session:
        session.change(f"BEGIN ISOLATION LEVEL {level}")
        session.rows("SELECT set_config('stockhand.token', %(token)s, true)", token=station.token)
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 1)


@pytest.mark.parametrize("decision", ["draft", "held", "cancelled", "closed"])
def test_goods_come_against_released_documents_only(warehouse: Site, decision: str) -> None:
    line = warehouse.purchase_line()
    with warehouse.superuser() as connection:
        connection.execute("UPDATE document SET decision = %s", [decision])
    attempt = one("receipt", "WIDGET", "SUPPLIER", "DOCK1", 1, line=line)
    assert refusal(warehouse, attempt).code == "document.not_released"


def test_nothing_more_is_received_on_a_closed_line(warehouse: Site) -> None:
    line = warehouse.purchase_line()
    with warehouse.superuser() as connection:
        connection.execute("UPDATE document_line SET closed = true")
    attempt = one("receipt", "WIDGET", "SUPPLIER", "DOCK1", 1, line=line)
    assert refusal(warehouse, attempt).code == "document.line_closed"


def test_a_count_may_post_in_the_place_that_it_froze(warehouse: Site) -> None:
    (line,) = warehouse.document("count", ("WIDGET", 1))
    with warehouse.superuser() as connection:
        row = connection.execute("SELECT document_id FROM document_line WHERE id = %s", [line]).fetchone()
        assert row is not None
        connection.execute("UPDATE location SET frozen_by = %s WHERE address = 'WH001-STO-R02'", row)
    found = one("adjust_in", "WIDGET", "ADJUSTMENT", "R02", 1, reason="COUNT")
    assert refusal(warehouse, found).code == "location.frozen"
    with warehouse.station().transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R02", 1, reason="COUNT", document=row[0])
    assert warehouse.prove() == []


def test_naming_a_document_opens_no_frozen_place_to_others(warehouse: Site) -> None:
    """Neither for moves that correct nothing, nor by another paper, an ended count, or without the right to count."""
    (line,) = warehouse.document("count", ("WIDGET", 1))
    order = warehouse.order_line()
    warehouse.put("WIDGET", "R02", 5)

    def freeze(by: UUID, decision: str = "released") -> UUID:
        with warehouse.superuser() as connection:
            connection.execute("UPDATE document SET decision = %s", [decision])
            row = connection.execute("SELECT document_id FROM document_line WHERE id = %s", [by]).fetchone()
            assert row is not None
            connection.execute("UPDATE location SET frozen_by = %s WHERE address = 'WH001-STO-R02'", row)
        return UUID(str(row[0]))

    def tried(kind: str, by: UUID, badge: str = "MANAGER1") -> None:
        goods = ("ADJUSTMENT", "R02", "COUNT") if kind == "adjust_in" else ("R02", "R01", "")
        with (
            pytest.raises(Refusal, match=r"location\.frozen"),
            warehouse.station("bench1", badge).transaction() as session,
        ):
            post(session, warehouse, kind, "WIDGET", *goods[:2], 1, reason=goods[2] or None, document=by)

    count = freeze(line)
    tried("move", count)
    with warehouse.superuser() as connection:
        connection.execute("INSERT INTO person_permission VALUES (%s, 'adjust')", [warehouse.people["OPERATOR1"]])
    tried("adjust_in", count, "OPERATOR1")
    tried("adjust_in", freeze(line, "closed"))
    tried("adjust_in", freeze(order))
    assert warehouse.stock("WIDGET", "R02") == (5, 0)


def test_what_is_not_reserved_for_the_order_is_not_picked(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    line = warehouse.order_line()
    pick = one("pick", "WIDGET", "R01", "TOTE", 1, line=line)
    assert refusal(warehouse, pick).code == "stock.not_enough"
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 5)
    other = warehouse.order_line()
    assert refusal(warehouse, one("pick", "WIDGET", "R01", "TOTE", 1, line=other)).code == "stock.not_reserved"
    assert warehouse.stock("WIDGET", "R01") == (10, 5)
    assert warehouse.prove() == []


def test_where_too_little_is_reserved_the_refusal_says_how_much_is_there(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 2)
    line = warehouse.order_line("WIDGET", 6)
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 2)
    with pytest.raises(Refusal, match="not_enough") as short, warehouse.station().transaction() as session:
        post(session, warehouse, "pick", "WIDGET", "R01", "TOTE", 6, line=line)
    assert (short.value.facts["asked"], short.value.facts["there"]) == ("6", "2")


def test_untracked_goods_have_no_lot(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        row = connection.execute(
            "INSERT INTO trace (item_id, lot) VALUES (%s, 'L9') RETURNING id", [warehouse.items["WIDGET"]]
        ).fetchone()
    assert row is not None
    assert refusal(warehouse, one("move", "WIDGET", "R01", "R02", 1, trace=row[0])).code == "trace.not_tracked"


def reserve(**change: object) -> Attempt:
    """Reserve 1 of 10 widgets in R01 for an order of 10, but for the change."""

    def attempt(session: Session, site: Site) -> object:
        given: dict[str, object] = {
            "lines": change.get("line", Site.order_line),
            "items": site.items["WIDGET"],
            "locations": site.places["R01"],
            "traces": NIL,
            "units": NIL,
            "owners": NIL,
            "statuses": change.get("status", "available"),
            "qtys": Decimal(str(change.get("qty", 1))),
        }
        arrays = {name: [value(site) if callable(value) else value] for name, value in given.items()}
        return session.call("reserve_stock", warehouse=site.warehouse, **arrays)

    return attempt


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (reserve(line=UUID(int=3)), "ledger.needs_document"),
        (reserve(line=Site.purchase_line), "document.wrong_kind"),
        (reserve(line=lambda site: site.order_line("GADGET")), "document.other_item"),
        (reserve(status="damaged"), "stock.not_usable"),
        (reserve(qty=0), "stock.not_enough"),
        (reserve(qty=-1), "stock.not_enough"),
        (reserve(qty=11, line=lambda site: site.order_line("WIDGET", 20)), "stock.not_enough"),
        (reserve(qty=10, line=lambda site: site.order_line("WIDGET", 9)), "document.beyond_tolerance"),
    ],
)
def test_the_ledger_refuses_to_reserve(warehouse: Site, attempt: Attempt, code: str) -> None:
    warehouse.put("WIDGET", "R01", 10)
    assert refusal(warehouse, attempt).code == code
    assert warehouse.stock("WIDGET", "R01") == (10, 0)
    assert warehouse.prove() == []


def test_what_the_ledger_rests_on_stays_once_there_are_moves(warehouse: Site) -> None:
    manager = warehouse.login("desk_manager")
    with manager.transaction() as session:
        session.change("UPDATE item SET decimals = 0, tracking = 'lot' WHERE sku = 'OIL'")
        session.change("UPDATE item SET decimals = 3, tracking = 'none' WHERE sku = 'OIL'")
    warehouse.put("OIL", "R01", "0.125")
    for change in ("decimals = 0", "tracking = 'lot'", "base_uom = 'each'"):
        with pytest.raises(Refusal, match=r"item\.has_moves"), manager.transaction() as session:
            session.change(f"UPDATE item SET {change} WHERE sku = 'OIL'")  # noqa: S608  (from the line above)
    with pytest.raises(Refusal, match=r"location\.kind_stays"), warehouse.superuser() as connection:
        _refused(connection.execute, "UPDATE location SET kind = 'customer' WHERE name = 'R01'")


def _refused(execute: Callable[[str], object], statement: str) -> None:
    import psycopg

    from app.database.errors import translate

    try:
        execute(statement)
    except psycopg.Error as error:
        raise translate(error) from error
