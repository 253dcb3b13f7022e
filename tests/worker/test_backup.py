"""Backups by the clock: when one is due, not at the very start, and again after one failed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.composition import backups
from app.database.backup import Tools
from app.database.logins import Logins
from app.domain.errors import Fault
from app.services.backup import Ground, Plan, last_time
from app.settings import Settings
from app.texts import Texts
from app.worker.backup import ScheduledBackups
from tests.support import Site

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def after(self, minutes: float) -> None:
        self.now = START + timedelta(minutes=minutes)


def scheduled(site: Site, home: Path, clock: Clock, *, stopping: bool = False) -> ScheduledBackups:
    ground = Ground(site.url, Logins(home), embedded=False, tools=Tools.of_the_wheel())
    plan = Plan(home / "backups", every_hours=24, keep=7)
    return ScheduledBackups(lambda: ground, lambda: plan, home, now=clock, stopping=lambda: stopping)


def test_the_first_backup_comes_a_while_after_the_start_and_the_next_a_day_later(
    warehouse: Site, tmp_path: Path
) -> None:
    clock = Clock()
    work = scheduled(warehouse, tmp_path, clock)
    made = []
    for minutes in (1, 6, 60, 60 * 24, 60 * 24 + 7):
        clock.after(minutes)
        work.work()
        made.append(len(list((tmp_path / "backups").glob("*"))))
    assert made == [0, 1, 1, 1, 2]


def test_a_clock_that_is_put_right_does_not_put_the_backup_off(warehouse: Site, tmp_path: Path) -> None:
    clock = Clock()
    clock.after(60 * 24 * 400)
    work = scheduled(warehouse, tmp_path, clock)
    made = []
    for minutes in (0, 9, 11):
        clock.after(minutes)
        work.work()
        made.append(len(list((tmp_path / "backups").glob("*"))))
    assert made == [0, 0, 1]


def test_one_that_fails_is_shown_at_the_start_and_tried_again_later(warehouse: Site, tmp_path: Path) -> None:
    clock, known, texts = Clock(), Settings(tmp_path), Texts.load("en")
    (tmp_path / "backups").write_text("in the way")
    work = scheduled(warehouse, tmp_path, clock)
    clock.after(6)
    with pytest.raises(Fault):
        work.work()
    assert "The backup of 2026-11-22 06:06 UTC failed." in backups.trouble(known, texts, clock.now)
    clock.after(7)
    work.work()  # too early to try again
    (tmp_path / "backups").unlink()
    clock.after(20)
    work.work()
    assert last_time(tmp_path).at == clock.now
    assert backups.trouble(known, texts, clock.now) == ""
    assert "2026-11-22 06:20" in backups.how_they_went(known, texts)
    assert "Leave the program running" in backups.trouble(known, texts, clock.now + timedelta(days=3))


def test_closing_the_program_ends_a_backup_and_leaves_nothing_half_written(warehouse: Site, tmp_path: Path) -> None:
    clock = Clock()
    work = scheduled(warehouse, tmp_path, clock, stopping=True)
    clock.after(6)
    with pytest.raises(Fault, match=r"backup\.interrupted"):
        work.work()
    assert list((tmp_path / "backups").iterdir()) == []
