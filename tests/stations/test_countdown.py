"""The carrier's cut-off in the strip: how long there is, and how urgent."""

from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from app.services import clock
from app.stations.kit.countdown import cut_off_words
from app.stations.kit.kit import Kit
from app.stations.kit.status_strip import StatusStrip
from app.texts import Texts

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
