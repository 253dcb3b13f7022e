"""The carrier's cut-off in the strip: how long there is, and how urgent."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytestqt.qtbot import QtBot

from app.services import clock, order_board
from app.stations.kit.countdown import cut_off_time, cut_off_words
from app.stations.kit.kit import Kit
from app.stations.kit.status_strip import StatusStrip
from app.stations.orders import OrdersScreen
from app.stations.waves import WavesScreen
from app.texts import Texts
from tests.dialogs.picker import order
from tests.stations.desks import asked, book, columns, opened, work_of
from tests.support import Site

LEAVES = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)
SAID = Texts.load("en")
WORDS = "2026-12-02 16:00"


@pytest.mark.parametrize(
    ("before", "words", "tint"),
    [
        (timedelta(days=9, hours=3), "2026-12-02 16:00 · 9 d left", "ink"),
        (timedelta(hours=24), "2026-12-02 16:00 · 1 d left", "ink"),
        (timedelta(hours=23, minutes=59), "16:00 · 23 h 59 min left", "ink"),
        (timedelta(minutes=42, seconds=59), "16:00 · 42 min left", "ink"),
        (timedelta(minutes=30), "16:00 · 30 min left", "caution"),
        (timedelta(seconds=5), "16:00 · 0 min left", "caution"),
        (-timedelta(minutes=12, seconds=1), "16:00 · 12 min late", "bad"),
        (-timedelta(hours=2, minutes=3), "16:00 · 2 h 3 min late", "bad"),
        (-timedelta(days=3), "2026-12-02 16:00 · 72 h 0 min late", "bad"),
    ],
)
def test_the_time_that_is_left_is_counted(before: timedelta, words: str, tint: str) -> None:
    assert cut_off_words(WORDS, LEAVES, LEAVES - before, SAID) == (words, tint)


def test_without_a_promise_nothing_is_counted() -> None:
    assert cut_off_words("", None, LEAVES, SAID) == ("", "ink")


def test_the_strip_counts_down_by_itself(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, kit: Kit) -> None:
    now = LEAVES - timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: now)
    strip = StatusStrip(kit.theme, SAID)
    qtbot.addWidget(strip)
    strip.set_work(document="SO-1", carrier="Parcel One", cut_off=WORDS, cut_off_at=LEAVES)
    assert strip.words()["cut_off"] == "16:00 · 31 min left"
    assert "cut_off" not in strip.loud()
    now = LEAVES + timedelta(minutes=1)
    strip.count_down()
    assert strip.words()["cut_off"] == "16:00 · 1 min late"
    assert "cut_off" in strip.loud()
    strip.set_work()
    assert strip.words()["cut_off"] == ""
    assert "cut_off" not in strip.loud()


@pytest.fixture
def desk_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Let the clock of this desk be one elsewhere."""

    def be(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield be
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("desk", "wall", "told"),
    [
        ("Europe/Berlin", "Europe/Berlin", "2026-12-02 16:00"),
        ("Europe/Paris", "Europe/Berlin", "2026-12-02 16:00"),
        ("Europe/London", "Europe/Berlin", "2026-12-02 16:00 CET"),
        ("Europe/Berlin", "Asia/Tokyo", "2026-12-03 00:00 JST"),
    ],
)
def test_a_carrier_leaves_by_the_warehouses_clock_wherever_the_desk_stands(
    desk_in: Callable[[str], None], desk: str, wall: str, told: str
) -> None:
    desk_in(desk)
    assert cut_off_time(LEAVES.astimezone(ZoneInfo(wall))) == told


def test_on_the_last_day_the_zone_stays_beside_the_time() -> None:
    assert cut_off_words(f"{WORDS} CET", LEAVES, LEAVES - timedelta(hours=1), SAID)[0] == "16:00 CET · 1 h 0 min left"


def test_the_planner_and_the_board_show_when_carriers_leave_by_the_warehouses_clock(
    kit: Kit, warehouse: Site, qtbot: QtBot, desk_in: Callable[[str], None]
) -> None:
    warehouse.put("WIDGET", "R01", 5)
    number = order(warehouse, ("WIDGET", 1))
    leaves = (clock.now() + timedelta(hours=30)).replace(minute=0, second=0, microsecond=0)
    with warehouse.superuser() as connection:
        connection.execute("UPDATE warehouse SET time_zone = 'Asia/Tokyo'")
        connection.execute(
            "INSERT INTO customer_order (document_id, cut_off) SELECT id, %s FROM document WHERE number = %s"
            " ON CONFLICT (document_id) DO UPDATE SET cut_off = excluded.cut_off",
            [leaves, number],
        )
    desk_in("Europe/Berlin")
    told = f"{leaves.astimezone(ZoneInfo('Asia/Tokyo')):%Y-%m-%d %H:%M} JST"
    work = work_of(warehouse, "desk_manager")
    with opened(kit, qtbot, lambda words: WavesScreen(words, work)) as planner:
        assert columns(planner, qtbot, "cut_off") == [(told,)]
        form = asked(planner, qtbot, "PLAN_WAVE")
        form.give("until", leaves.astimezone(ZoneInfo("Asia/Tokyo")).isoformat())
        book(planner, qtbot)
        qtbot.waitUntil(lambda: not planner.line.busy)
        assert columns(planner, qtbot, "cut_off") == [(told,)]
        asked(planner, qtbot, "RELEASE_WAVE")
        book(planner, qtbot)
        assert columns(planner, qtbot, "cut_off") == [(told,)]
        planner.tabs.setCurrentIndex(2)
        assert columns(planner, qtbot, "cut_off") == [(told,)]
    with opened(kit, qtbot, lambda words: OrdersScreen(words, work)) as board:
        assert [leaving.partition(" · ")[0] for (leaving,) in columns(board, qtbot, "cut_off")] == [told]
    wall = work.run(lambda unit: order_board.orders_wall(unit, warehouse.warehouse))
    assert [cut_off_time(one.cut_off) for one in wall.leaving] == [told]
