"""Whatever is asked of the ledger's functions: absurd input is refused in words, and nothing has changed."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database.session import Session
from app.domain.errors import Refusal
from tests.database.hostile import ledger
from tests.support import NIL, Site

NAN, ENDLESS = Decimal("NaN"), Decimal("Infinity")
Ask = Callable[[Site, Session], object]


def posting(site: Site, session: Session, **other: object) -> object:
    """A movement of two lines that would be fine, but for what is other."""
    asked: dict[str, Any] = {
        "request": uuid4(),
        "kind": "adjust_in",
        "warehouse": site.warehouse,
        "items": [site.items["WIDGET"]] * 2,
        "qtys": [Decimal(1)] * 2,
        "from_locations": [site.places["ADJUSTMENT"]] * 2,
        "to_locations": [site.places["R01"]] * 2,
        "reasons": ["FOUND"] * 2,
    }
    return session.call("post_moves", **{**asked, **other})


def document(site: Site, session: Session, **other: object) -> object:
    asked: dict[str, Any] = {
        "kind": "order",
        "warehouse": site.warehouse,
        "partner": site.partners["SHOPPER"],
        "reference": "",
        "due": None,
        "items": [site.items["WIDGET"]],
        "uoms": ["each"],
        "qtys": [Decimal(1)],
    }
    return session.call("create_document", **{**asked, **other})


def kit(site: Site, session: Session, *produced: bool | None) -> object:
    return session.call(
        "post_kit",
        request=uuid4(),
        warehouse=site.warehouse,
        items=[site.items["WIDGET"], site.items["GADGET"], site.items["GADGET"]],
        qtys=[Decimal(1)] * 3,
        locations=[site.places["R01"]] * 3,
        produced=list(produced),
    )


def promise(site: Site, session: Session, line: UUID, qty: object) -> object:
    return session.call(
        "promise_stock", warehouse=site.warehouse, lines=[line], items=[site.items["WIDGET"]], qtys=[qty]
    )


ASKED: dict[str, tuple[str, Ask]] = {
    "lists of lists": ("uneven_lists", lambda at, s: posting(at, s, qtys=[[Decimal(1)], [Decimal(1)]])),
    "a list that is too short": ("uneven_lists", lambda at, s: posting(at, s, qtys=[Decimal(1)])),
    "a list that is too long": ("uneven_lists", lambda at, s: posting(at, s, reasons=["FOUND"] * 3)),
    "no item": (r"item\.unknown", lambda at, s: posting(at, s, items=[at.items["WIDGET"], None])),
    "no quantity": ("not_positive", lambda at, s: posting(at, s, qtys=[Decimal(1), None])),
    "no place": (r"location\.unknown", lambda at, s: posting(at, s, to_locations=[at.places["R01"], None])),
    "not a number": ("not_positive", lambda at, s: posting(at, s, qtys=[NAN, NAN])),
    "endlessly many": ("not_positive", lambda at, s: posting(at, s, qtys=[Decimal(1), ENDLESS])),
    "endlessly few": ("not_positive", lambda at, s: posting(at, s, qtys=[Decimal(1), -ENDLESS])),
    "more than a column holds": ("not_positive", lambda at, s: posting(at, s, qtys=[Decimal(1), Decimal("1e40")])),
    "less than nothing": ("not_positive", lambda at, s: posting(at, s, qtys=[Decimal(1), Decimal(-1)])),
    "finer than a column holds": ("not_exact", lambda at, s: posting(at, s, qtys=[Decimal(1), Decimal("1e-9")])),
    "worth less than nothing": ("wrong_value", lambda at, s: posting(at, s, values=[Decimal(1), Decimal(-1)])),
    "worth not a number": ("wrong_value", lambda at, s: posting(at, s, values=[Decimal(1), NAN])),
    "weighing not a number": ("weight", lambda at, s: posting(at, s, weights=[Decimal(1), NAN])),
    "at the end of time": ("effective", lambda at, s: s.row(
        "SELECT post_moves(%(r)s, 'adjust_in', %(w)s, %(i)s, '{1}', %(f)s, %(t)s, p_effective => '-infinity')",
        r=uuid4(), w=at.warehouse, i=[at.items["WIDGET"]], f=[at.places["ADJUSTMENT"]], t=[at.places["R01"]])),
    "neither a part nor a kit": ("uneven_lists", lambda at, s: kit(at, s, False, True, None)),
    "a document of nothing": ("not_positive", lambda at, s: document(at, s, qtys=[Decimal(0)])),
    "a document of no number": ("not_positive", lambda at, s: document(at, s, qtys=[NAN])),
    "a document of all there is": ("not_positive", lambda at, s: document(at, s, qtys=[ENDLESS])),
    "a document of nobody's item": (r"item\.unknown", lambda at, s: document(at, s, items=[uuid4()])),
    "a document in no unit": ("not_exact", lambda at, s: document(at, s, uoms=[None])),
    "a document with a loss": ("wrong_value", lambda at, s: document(at, s, prices=[Decimal(-1)])),
    "a document without end": ("wrong_tolerance", lambda at, s: document(at, s, tolerance=ENDLESS)),
    "a document of lists": ("uneven_lists", lambda at, s: document(at, s, qtys=[[Decimal(1)]])),
}  # fmt: skip

_CHANGE = (
    "SELECT change_order(%(r)s, d.id, NULL, %(head)s::jsonb, %(lines)s::jsonb) FROM document d WHERE kind = 'order'"
)


@pytest.mark.parametrize("asked", ASKED)
def test_absurd_input_is_refused_in_words_and_changes_nothing(warehouse: Site, asked: str) -> None:
    before = ledger(warehouse)
    code, ask = ASKED[asked]
    with pytest.raises(Refusal, match=code), warehouse.desk.transaction() as session:
        ask(warehouse, session)
    assert ledger(warehouse) == before


@pytest.mark.parametrize("qty", [NAN, ENDLESS, -ENDLESS, Decimal(0), Decimal("1e30"), None])
def test_nothing_is_promised_reserved_or_given_back_of_no_number(warehouse: Site, qty: Decimal | None) -> None:
    warehouse.put("WIDGET", "R01", 10)
    line = warehouse.order_line()
    before = ledger(warehouse)
    with pytest.raises(Refusal, match="not_positive"), warehouse.desk.transaction() as session:
        promise(warehouse, session, line, qty)
    with pytest.raises(Refusal, match="not_enough"), warehouse.desk.transaction() as session:
        session.call("reserve_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["WIDGET"]],
                     locations=[warehouse.places["R01"]], traces=[NIL], units=[NIL], owners=[NIL],
                     statuses=["available"], qtys=[qty])  # fmt: skip
    if qty is not None:  # no quantity: all of it
        with pytest.raises(Refusal, match="not_positive"), warehouse.desk.transaction() as session:
            session.call("release_stock", line=line, location=warehouse.places["R01"], trace=NIL, unit=NIL, qty=qty)
    assert ledger(warehouse) == before


def test_ten_thousand_lines_are_booked_at_once_and_one_more_is_too_many(warehouse: Site) -> None:
    def many(session: Session, lines: int) -> None:
        posting(warehouse, session, items=[warehouse.items["WIDGET"]] * lines, qtys=[1] * lines,
                from_locations=[warehouse.places["ADJUSTMENT"]] * lines,
                to_locations=[warehouse.places["R01"]] * lines, reasons=["FOUND"] * lines)  # fmt: skip

    with pytest.raises(Refusal) as caught, warehouse.desk.transaction() as session:
        many(session, 10_001)
    assert (caught.value.code, caught.value.facts) == ("ledger.too_many_lines", {"lines": 10_001, "most": 10_000})
    with warehouse.desk.transaction() as session:
        many(session, 10_000)
    assert warehouse.stock("WIDGET", "R01") == (10_000, 0)


@pytest.mark.parametrize("day", ["infinity", "-infinity", "20260-05-01", "0044-03-15 BC"])
def test_no_lot_order_or_cut_off_has_a_day_that_no_screen_can_show(warehouse: Site, day: str) -> None:
    """One such row would end every list in which it stands, for everybody."""
    with warehouse.desk.transaction() as session:
        document(warehouse, session)
    before = ledger(warehouse)
    milk, head = warehouse.items["MILK"], json.dumps({"cut_off": day})
    asked: list[tuple[str, dict[str, object]]] = [
        ("SELECT ensure_trace(%(i)s, 'L1', '', %(d)s, NULL)", {"i": milk, "d": day}),
        ("SELECT create_document('order', %(w)s, %(p)s, 'R2', %(d)s::date, ARRAY[%(i)s]::uuid[], '{each}', '{1}')",
         {"w": warehouse.warehouse, "p": warehouse.partners["SHOPPER"], "i": milk, "d": day}),
        (_CHANGE, {"r": uuid4(), "head": head, "lines": "[]"}),
    ]  # fmt: skip
    for sql, facts in asked:
        with pytest.raises(Refusal, match="no_such_day"), warehouse.desk.transaction() as session:
            session.rows(sql, **facts)
    assert ledger(warehouse) == before


def test_an_order_is_not_changed_to_a_price_that_is_no_number(warehouse: Site) -> None:
    with warehouse.desk.transaction() as session:
        document(warehouse, session)
    before = ledger(warehouse)
    for price in ("NaN", "-1"):
        lines = (
            [{"line": 1, "price": price}],
            [{"item": str(warehouse.items["GADGET"]), "uom": "each", "qty": 1, "price": price}],
        )
        for one in lines:
            with pytest.raises(Refusal, match="wrong_value"), warehouse.desk.transaction() as session:
                session.rows(_CHANGE, r=uuid4(), head="{}", lines=json.dumps(one))
    assert ledger(warehouse) == before


def test_looking_for_the_next_truck_after_the_end_of_time_ends_at_once(warehouse: Site) -> None:
    with warehouse.desk.transaction() as session:
        session.rows(
            'SELECT save_cut_offs(%(w)s, \'[{"weekday": 1, "leaves": "12:00"}]\', \'[]\')', w=warehouse.warehouse
        )
    for moment in ("infinity", "-infinity"):
        with pytest.raises(Refusal, match="no_such_day"), warehouse.desk.transaction() as session:
            session.rows("SELECT next_cut_off(%(w)s, 'house', '', %(t)s)", w=warehouse.warehouse, t=moment)


NUMBERS = st.one_of(st.none(), st.decimals(allow_nan=False), st.sampled_from([NAN, ENDLESS, -ENDLESS, Decimal(1)]))
LISTS = st.one_of(
    st.lists(NUMBERS, max_size=3), st.lists(st.lists(NUMBERS, min_size=1, max_size=1), min_size=2, max_size=2)
)


def test_any_numbers_at_all_are_booked_or_refused_in_words(warehouse: Site) -> None:
    """Nothing but a refusal comes back, and the ledger proves true after all of it."""

    @given(qtys=LISTS, values=LISTS, weights=st.one_of(st.none(), LISTS))
    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    def ask(qtys: list[object], values: list[object], weights: list[object] | None) -> None:
        try:
            with warehouse.desk.transaction() as session:
                posting(warehouse, session, qtys=qtys, values=values, weights=weights)
        except Refusal:
            pass

    ask()
    assert warehouse.prove() == []
