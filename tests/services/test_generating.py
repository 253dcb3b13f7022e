"""A made-up past: as sound as a real one, whole months only, and what looks back through it."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.database import ledger
from app.database.generating import Month
from app.domain.errors import Refusal
from app.services import generating, history
from app.services.changes import Changes
from app.services.generating import Generated, Plan
from app.services.work import Worker
from tests.support import Site

NOW = datetime.now(UTC)
SUMS = """
    SELECT item_id, location_id, trace_id, sum(qty)::numeric(18, 6) AS qty FROM (
        SELECT m.item_id, m.from_location_id AS location_id, m.trace_id, -m.qty AS qty, m.warehouse_id, m.effective_at,
               p.seal_no FROM stock_move m JOIN posting p ON p.id = m.posting_id
        UNION ALL SELECT m.item_id, m.to_location_id, m.trace_id, m.qty, m.warehouse_id, m.effective_at, p.seal_no
        FROM stock_move m JOIN posting p ON p.id = m.posting_id) e
    JOIN location l ON l.id = e.location_id AND l.stock_keeping
    WHERE e.warehouse_id = %s AND e.effective_at <= %s AND e.seal_no <= %s GROUP BY 1, 2, 3 HAVING sum(qty) <> 0
"""


def generate(site: Site, moves: int = 4000, *, months: int = 5, beside_stock: bool = False) -> Generated:
    plan = Plan(moves, months=months, seed=7)
    return generating.generate(site.url, plan, now=NOW, beside_stock=beside_stock, progress=lambda line: None)


@pytest.fixture
def worker(warehouse: Site) -> Worker:
    return Worker(warehouse.login("worker_1"), Changes())


def test_a_made_up_past_proves_clean_also_when_replayed(warehouse: Site, worker: Worker) -> None:
    made = generate(warehouse)
    assert (made.months, made.months_before) == (5, 0)
    assert made.moves == warehouse.count("stock_move") >= 4000
    assert history.make_snapshots(worker) == warehouse.count("snapshot") > 5 * 4
    assert history.make_snapshots(worker) == 0
    assert warehouse.prove() == []
    with warehouse.desk.transaction() as session:
        assert ledger.prove_deep(session, part=0, parts=1) == []


def test_what_is_posted_after_a_made_up_past_goes_on_with_it(warehouse: Site) -> None:
    generate(warehouse, 500, months=2)
    warehouse.put("WIDGET", "R01", 5)
    assert warehouse.prove() == []


class PlugPulledError(Exception):
    """Somebody pulled the plug."""


def test_what_was_interrupted_goes_on_and_no_month_is_there_in_part(
    warehouse: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    add_to_balances = Month._add_to_balances

    def interrupted(month: Month) -> None:
        if len(loaded) == 1:
            raise PlugPulledError
        loaded.append(f"{month.first}")
        add_to_balances(month)

    with monkeypatch.context() as patch, pytest.raises(PlugPulledError):
        patch.setattr(Month, "_add_to_balances", interrupted)
        generate(warehouse, 1000, months=3)
    assert 0 < warehouse.count("stock_move") < 1000
    assert warehouse.prove() == []
    again = generate(warehouse, 1000, months=3)
    assert (again.months, again.months_before) == (2, 1)
    assert warehouse.count("stock_move") >= 1000
    assert warehouse.prove() == []


def test_a_ledger_with_stock_of_its_own_is_refused_unless_told_so(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    warehouse.seal()
    with pytest.raises(Refusal, match=r"generate\.real_stock"):
        generate(warehouse, 100)
    assert generate(warehouse, 300, months=2, beside_stock=True).moves >= 300
    assert warehouse.prove() == []


@pytest.mark.parametrize("plan", [Plan(0), Plan(10, months=0)])
def test_a_past_of_nothing_is_refused(warehouse: Site, plan: Plan) -> None:
    with pytest.raises(Refusal, match=r"generate\.nothing"):
        generating.generate(warehouse.url, plan, now=NOW, beside_stock=False, progress=lambda line: None)


def test_any_instant_known_at_any_seal_is_the_sum_of_what_was_known_with_snapshots_and_without(
    warehouse: Site, worker: Worker
) -> None:
    generate(warehouse, 3000, months=4)
    chance = random.Random(11)  # noqa: S311  (not for secrets)
    with warehouse.superuser() as connection:
        places = connection.execute("SELECT w.id FROM warehouse w WHERE code LIKE 'PAST%' ORDER BY code").fetchall()
        seals = [row[0] for row in connection.execute("SELECT no FROM seal ORDER BY no")]
        first = connection.execute("SELECT min(recorded_at) FROM stock_move").fetchone()
        assert first is not None
        questions = [
            (
                chance.choice(places)[0],
                first[0] + (NOW - first[0]) * chance.random(),
                chance.choice([*seals, seals[-1]]),
            )
            for _ in range(25)
        ]
        months = [
            row[0] for row in connection.execute("SELECT DISTINCT date_trunc('month', recorded_at) FROM stock_move")
        ]
        questions += [(places[0][0], month + timedelta(microseconds=n), seals[-1]) for month in months for n in (-1, 0)]
        for _ in ("without snapshots", "with snapshots"):
            for question in questions:
                expected = {row[:3]: row[3] for row in connection.execute(SUMS, question).fetchall()}
                found = connection.execute("SELECT * FROM stock_known(%s, %s, %s)", question).fetchall()
                assert {(row[0], row[1], row[2]): row[6] for row in found} == expected
            history.make_snapshots(worker)
        kinds = connection.execute("SELECT adds_to IS NULL, count(*) FROM snapshot GROUP BY 1 ORDER BY 1").fetchall()
        farthest = connection.execute("SELECT max(until - before) FROM (SELECT until, lag(until) OVER (ORDER BY until)"
                                      " AS before FROM snapshot) s").fetchone()  # fmt: skip
    assert kinds[1] == (True, 5)  # four months, and the first of all
    assert kinds[0][1] >= 4 * 4 - 1
    assert farthest == (timedelta(days=7),)


def test_one_items_past_is_that_of_the_whole(warehouse: Site, worker: Worker) -> None:
    generate(warehouse, 2000, months=3)
    history.make_snapshots(worker)
    with warehouse.superuser() as connection:
        busiest = "SELECT item_id, warehouse_id FROM stock_move GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1"
        row = connection.execute(busiest).fetchone()
        assert row is not None
        question = (row[1], NOW - timedelta(days=40), 50)
        whole = connection.execute("SELECT * FROM stock_known(%s, %s, %s)", question).fetchall()
        one = connection.execute("SELECT * FROM stock_known(%s, %s, %s, %s)", (*question, row[0])).fetchall()
    assert sorted(one, key=str) == sorted((each for each in whole if each[0] == row[0]), key=str)
    assert sum((each[6] for each in one), Decimal(0)) > 0
