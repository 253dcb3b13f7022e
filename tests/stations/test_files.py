"""Tables as files: whole or not at all, and nothing in them runs."""

import csv
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from app.domain.errors import Fault, Refusal
from app.stations.kit.record_table import files
from app.stations.kit.record_table.files import write_table
from app.stations.kit.tasks import Cancelled

HEADINGS = ("Item", "On hand", "Expiry")
ROWS = (("PROD-001", Decimal("12.50"), date(2027, 3, 31)), ('=HYPERLINK("x")', Decimal(0), None))
KINDS = ("stock.csv", "stock.xlsx")


def nothing(_part: float) -> None:
    """Nobody looks at the progress."""


def test_a_csv_file_reads_back_as_it_was(tmp_path: Path) -> None:
    write_table(tmp_path / "stock.csv", HEADINGS, ROWS, nothing)
    with (tmp_path / "stock.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["Item", "On hand", "Expiry"],
            ["PROD-001", "12.5", "2027-03-31"],
            ['\'=HYPERLINK("x")', "0", ""],
        ]


def test_a_spreadsheet_has_numbers_and_dates_and_runs_no_name_as_a_formula(tmp_path: Path) -> None:
    write_table(tmp_path / "stock.xlsx", HEADINGS, ROWS, nothing)
    sheet = openpyxl.load_workbook(tmp_path / "stock.xlsx").active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()][1][:2] == ["PROD-001", 12.5]
    assert sheet["C2"].is_date
    assert sheet["A3"].data_type == "s"


def test_progress_is_told(tmp_path: Path) -> None:
    parts: list[float] = []
    write_table(tmp_path / "stock.csv", ("n",), [(str(n),) for n in range(1_000)], parts.append)
    assert parts == [0.0, 0.5]


@pytest.mark.parametrize("name", KINDS)
def test_cancelled_half_way_the_old_file_stands(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("old", encoding="utf-8")

    def stop(part: float) -> None:
        if part:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_table(tmp_path / name, ("n",), [(str(n),) for n in range(1_000)], stop)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "old"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a device that is always full")
@pytest.mark.parametrize("name", KINDS)
def test_a_full_disk_is_a_fault_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    (tmp_path / f".{name}.part").symlink_to("/dev/full")
    with pytest.raises(Fault) as fault:
        write_table(tmp_path / name, HEADINGS, ROWS * 2_000, nothing)
    assert fault.value.code == "export.disk_full"
    assert list(tmp_path.iterdir()) == []


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal:
        write_table(tmp_path / "stock.pdf", HEADINGS, ROWS, nothing)
    assert refusal.value.code == "export.unknown_kind"


def test_more_rows_than_a_spreadsheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_XLSX_ROWS", 1)
    with pytest.raises(Refusal) as refusal:
        write_table(tmp_path / "stock.xlsx", HEADINGS, ROWS, nothing)
    assert refusal.value.code == "export.too_many_rows"
    assert list(tmp_path.iterdir()) == []
