"""What the devices said last is on disk while the program runs, so that support is told of it from outside."""

import sys
import threading
from pathlib import Path

import pytest

from app.devices.blackbox import BlackBox, kept_papers


def test_what_was_said_is_written_while_the_program_runs(tmp_path: Path) -> None:
    written = threading.Event()

    def news() -> object:
        written.set()
        return 1

    box = BlackBox(tmp_path / "devices", lambda: {"scale": "traffic 1.25 kg"}, news, every_s=0.01)
    box.start()
    assert written.wait(5)
    box.stop()
    assert kept_papers(tmp_path / "devices") == {"scale": "traffic 1.25 kg"}


def test_nothing_new_is_not_written_again_and_devices_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    papers, news = {"scale": "a", "scanner": "b"}, [1]
    box = BlackBox(tmp_path, lambda: papers, lambda: news[0])
    box.write()
    papers["scale"] = "c"
    box.write()
    assert kept_papers(tmp_path) == {"scale": "a", "scanner": "b"}
    del papers["scanner"]
    news[0] = 2
    box.write()
    assert kept_papers(tmp_path) == {"scale": "c"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in lists of its own")
def test_only_this_account_may_read_it(tmp_path: Path) -> None:
    BlackBox(tmp_path, lambda: {"scale": "a"}, lambda: 1).write()
    assert (tmp_path / "scale.txt").stat().st_mode & 0o077 == 0


def test_a_disk_that_cannot_be_written_does_not_stop_the_work(tmp_path: Path) -> None:
    (tmp_path / "devices").write_text("a file is in the way", encoding="utf-8")
    BlackBox(tmp_path / "devices", lambda: {"scale": "a"}, lambda: 1).write()
    assert kept_papers(tmp_path / "devices") == {}
