"""`admin support` says truly what is in its bundle."""

from pathlib import Path
from zipfile import ZipFile

from tests.main.conftest import Terminal


def test_who_packs_a_bundle_is_told_whether_it_speaks_of_devices(terminal: Terminal) -> None:
    assert "says nothing of devices" in terminal.run("admin", "support", "before.zip")[1]
    papers = terminal.home / "devices"
    papers.mkdir(exist_ok=True)
    (papers / "bench-scale.txt").write_text("device bench-scale", encoding="utf-8")
    assert "what the devices said" in terminal.run("admin", "support", "after.zip")[1]
    with ZipFile(Path("after.zip")) as bundle:
        assert "devices/bench-scale.txt" in bundle.namelist()
