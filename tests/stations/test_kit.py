"""Long work, the crash net, the bus and the sounds."""

import io
import struct
import sys
import threading
import wave
from functools import partial
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app import resources
from app.dialogs.dialog import Level
from app.domain.errors import Fault, Refusal
from app.services.changes import Change, Changes
from app.stations.kit.bus import ChangeSignals
from app.stations.kit.crash import CrashNet
from app.stations.kit.fitted_tabs import FittedTabs
from app.stations.kit.kit import Kit
from app.stations.kit.paper import Paper
from app.stations.kit.tasks import Progress, Tasks


def test_work_is_done_elsewhere_and_answered_here(kit: Kit, qtbot: QtBot) -> None:
    told: list[tuple[str, str]] = []
    kit.tasks.start(
        lambda _progress: threading.current_thread().name,
        owner=kit.tasks,
        done=lambda name: told.append((name, threading.current_thread().name)),
        failed=lambda stopped: told.append((stopped.code, "")),
    )
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][0] != threading.main_thread().name == told[0][1]


@pytest.mark.parametrize("stopped", [Refusal("a.rule"), Fault("a.device", retry=True)])
def test_what_stops_the_work_is_told(kit: Kit, qtbot: QtBot, stopped: Exception) -> None:
    told: list[Exception] = []

    def work(_progress: Progress) -> None:
        raise stopped

    kit.tasks.start(work, owner=kit.tasks, done=lambda _none: None, failed=told.append)
    qtbot.waitUntil(lambda: told == [stopped])


def test_progress_is_told_and_cancelled_work_ends_in_silence(kit: Kit, qtbot: QtBot) -> None:
    parts: list[float] = []
    ends: list[object] = []
    go_on = threading.Event()
    ended = threading.Event()

    def work(progress: Progress) -> None:
        try:
            progress.step(0.5)
            go_on.wait(5)
            progress.step(1.0)
        finally:
            ended.set()

    task = kit.tasks.start(
        work, owner=kit.tasks, done=ends.append, failed=ends.append, progress=lambda part, _rows: parts.append(part)
    )
    qtbot.waitUntil(lambda: parts == [0.5])
    task.cancel()
    go_on.set()
    assert ended.wait(5)
    qtbot.waitUntil(lambda: not kit.tasks.busy)
    assert ends == []


def test_no_answer_comes_to_a_screen_that_is_gone_or_was_left(kit: Kit, qtbot: QtBot) -> None:
    gone, left, stays = QWidget(), QWidget(), QWidget()
    part_of_left = QWidget(left)
    told: list[str] = []
    go_on = threading.Event()

    def work(name: str, _progress: Progress) -> str:
        go_on.wait(5)
        return name

    for owner, name in ((gone, "gone"), (part_of_left, "left"), (stays, "stays")):
        kit.tasks.start(partial(work, name), owner=owner, done=told.append, failed=lambda _stopped: None)
    shiboken6.delete(gone)
    kit.tasks.forget(left)
    go_on.set()
    qtbot.waitUntil(lambda: not kit.tasks.busy)
    assert told == ["stays"]


def test_leaving_waits_for_work_under_way(qapp: QApplication) -> None:
    tasks = Tasks(threads=1)
    started, go_on = threading.Event(), threading.Event()

    def work(_progress: Progress) -> None:
        started.set()
        go_on.wait(5)

    tasks.start(work, owner=tasks, done=lambda _none: None, failed=lambda _stopped: None)
    assert started.wait(5)
    assert not tasks.close(timeout_ms=10)
    go_on.set()
    assert tasks.close()


@pytest.fixture
def net(tmp_path: Path, qapp: QApplication) -> CrashNet:
    return CrashNet(tmp_path / "reports", version="0.1.0")


def test_a_defect_in_long_work_reaches_the_crash_net(kit: Kit, net: CrashNet, qtbot: QtBot, tmp_path: Path) -> None:
    told: list[str] = []
    before = sys.excepthook
    net.install()
    net.on_crash(told.append)
    try:
        kit.tasks.start(
            lambda _progress: 1 // 0,
            owner=kit.tasks,
            done=lambda _n: None,
            failed=lambda stopped: told.append(stopped.code),
        )
        qtbot.waitUntil(lambda: len(told) == 2)
    finally:
        net.remove()
    assert "program.defect" in told
    report = next((tmp_path / "reports").iterdir())
    assert report.name in told
    assert "ZeroDivisionError" in report.read_text(encoding="utf-8")
    assert sys.excepthook is before


def test_a_thread_that_dies_is_reported(net: CrashNet, qtbot: QtBot, tmp_path: Path) -> None:
    told: list[str] = []
    net.install()
    net.on_crash(told.append)
    try:
        thread = threading.Thread(target=lambda: int("no number"), name="device")
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: len(told) == 1)
    finally:
        net.remove()
    assert "thread device" in (tmp_path / "reports" / told[0]).read_text(encoding="utf-8")


def test_many_changes_become_at_most_four_refreshes_a_second(qtbot: QtBot, qapp: QApplication) -> None:
    bus = Changes()
    signals = ChangeSignals(bus.subscribe)
    heard: list[tuple[Change, ...]] = []
    signals.changed.connect(heard.append)

    def publish_fifty() -> None:
        for n in range(50):
            bus.publish([Change(f"stock{n}")])

    publisher = threading.Thread(target=publish_fifty, name="bus")
    publisher.start()
    publisher.join()
    qtbot.waitUntil(lambda: sum(len(changes) for changes in heard) == 50)
    assert len(heard) <= 2
    signals.close()
    bus.publish([Change("stock")])
    assert not signals._pause.isActive()


@pytest.mark.parametrize("level", list(Level))
def test_each_level_has_a_sound_that_can_be_heard(level: Level) -> None:
    with wave.open(str(resources.resource("sounds", f"{level}.wav"))) as file:
        frames = file.readframes(file.getnframes())
        seconds = file.getnframes() / file.getframerate()
    loudest = max(abs(sample) for (sample,) in struct.iter_unpack("<h", frames))
    assert loudest > 10_000
    assert 0.05 < seconds < 1


def test_a_machine_without_player_is_silent_not_broken(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    kit.sounds.prepare()
    asked: list[str] = []
    kit.sounds.asked.connect(asked.append)
    kit.sounds.play(Level.ERROR)
    assert asked == ["error"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays sounds itself")
def test_a_sound_is_played_by_the_systems_player(
    kit: Kit, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = tmp_path / "heard"
    player = tmp_path / "aplay"
    player.write_text(f'#!/bin/sh\necho "$1" > "{heard}"\n', encoding="utf-8")
    player.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    kit.sounds.prepare()
    kit.sounds.play(Level.DONE)
    qtbot.waitUntil(lambda: heard.exists() and heard.read_text(encoding="utf-8").strip().endswith("done.wav"))


def test_a_paper_is_shown_by_its_first_page_and_a_label_as_it_was_drawn(kit: Kit, qtbot: QtBot) -> None:
    from reportlab.pdfgen.canvas import Canvas

    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(595, 842))
    canvas.drawString(72, 700, "Packing list")
    canvas.save()
    paper = Paper(kit.theme)
    qtbot.addWidget(paper)
    paper.show_label(made.getvalue(), name="page")
    assert (paper.dots.width(), paper.dots.height()) == (1190, 1684)
    assert len({paper._drawn.toImage().pixel(x, y) for x in range(144, 300) for y in range(250, 300)}) > 1, "words"
    paper.show_label(b"no picture at all", name="broken")
    assert paper.dots.isEmpty()


def test_tabs_shrink_together_before_words_are_cut_and_grow_again(kit: Kit, qtbot: QtBot) -> None:
    tabs = FittedTabs()
    qtbot.addWidget(tabs)
    for words in ("Cartons to send", "Waiting for a manifest", "Manifests", "Cartons to unpack", "On the way"):
        tabs.addTab(words)
    tabs.show()

    def wide(width: int) -> tuple[int, Qt.TextElideMode]:
        tabs.resize(width, 40)
        return tabs._size[0], tabs.elideMode()

    whole = Qt.TextElideMode.ElideNone
    large, smaller = wide(2000), wide(620)
    assert large == (18, whole)
    assert smaller[0] < 18 and smaller[1] is whole
    assert tabs.tabRect(tabs.count() - 1).right() <= 620, "nothing is cut"
    assert wide(150)[1] is Qt.TextElideMode.ElideRight
    assert wide(2000) == large
