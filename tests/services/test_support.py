"""The support bundle holds what helps, and nothing that must not leave the house."""

import zipfile
from pathlib import Path

import pytest

from app.domain.errors import Fault
from app.services import clock, crashes, support
from app.services.changes import Changes
from app.services.support import Cleaner, write_bundle
from app.services.work import Worker
from app.settings import DeviceSetting, Role, Settings, TcpTransport
from tests.support import Site

NAME, BADGE, PIN, PASSWORD = "Ida Sørensen", "SH-P-0042", "824671", "k7-Secret-Word"
LOG = f"""2026-11-22 10:00:00 INFO app {NAME} signed on with {BADGE}
2026-11-22 10:00:01 WARNING app postgresql://desk:{PASSWORD}@db.example/warehouse is away
2026-11-22 10:00:02 ERROR app pin={PIN} refused
2026-11-22 10:00:03 ERROR drivers scale_1 lost
"""


def bundle(home: Path, settings: Settings, papers: dict[str, str]) -> dict[str, str]:
    file = home / "support" / "bundle.zip"
    cleaner = Cleaner(secrets=[PASSWORD], names=[NAME], home=home)
    write_bundle(file, settings, version="1", ledger='{"seal_no": 7}', papers=papers, cleaner=cleaner)
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def test_names_badges_pins_and_passwords_are_nowhere_in_the_bundle(tmp_path: Path) -> None:
    for folder, name in (("log", "stockhand.log"), ("log", "stockhand.log.1"), ("crash", "crash-1.txt")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(LOG + str(tmp_path), encoding="utf-8")
    settings = Settings(
        home=tmp_path,
        database_url=f"postgresql://st:{PASSWORD}@db.example/warehouse",
        devices=(DeviceSetting("zebra", Role.LABEL_PRINTER, "zpl", TcpTransport("192.0.2.4", 9100)),),
    )
    found = bundle(tmp_path, settings, {"scanner_1": f"10:00 in  ]C0{BADGE}<0D>"})
    whole = "\n".join(found.values())
    for secret in (NAME, NAME.upper(), BADGE, PIN, PASSWORD, str(tmp_path)):
        assert secret not in whole, secret
    assert {"about.txt", "settings.txt", "ledger.json", "devices/scanner_1.txt", "log/stockhand.log.1"} <= set(found)
    assert "crash/crash-1.txt" in found
    assert "scale_1 lost" in found["log/stockhand.log"]
    assert "tcp:192.0.2.4:9100" in found["settings.txt"]
    assert "db.example" in found["settings.txt"]


def test_a_crash_report_names_no_badge(tmp_path: Path) -> None:
    trace = f"Refusal: sign_on.wrong_pin (badge={BADGE}, left=3)"
    name = crashes.write_crash_report(tmp_path, trace, version="1", now=clock.now())
    assert "(badge=SH-P-…, left=3)" in (tmp_path / name).read_text(encoding="utf-8")


def test_the_ledgers_head_and_the_names_to_hide_are_the_databases(warehouse: Site) -> None:
    worker = Worker(warehouse.desk, Changes())
    assert '"moves"' in worker.run(support.ledger_head)
    assert "OPERATOR1" in " ".join(worker.run(support.names_of_people)).upper()


def test_a_folder_that_cannot_be_written_to_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "support").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(Fault, match=r"support\.not_written"):
        bundle(tmp_path, Settings(home=tmp_path), {})
