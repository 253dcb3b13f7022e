"""What came, and what is claimed for it, by command."""

import csv
import json
import uuid
from pathlib import Path

from tests.fixtures_database import warehouse as warehouse  # noqa: PLC0414  (the fixture)
from tests.main.commands import Run
from tests.main.commands import run as run  # noqa: PLC0414  (the fixture)
from tests.support import Site, post


def test_what_came_is_written_listed_and_claimed(warehouse: Site, run: Run, tmp_path: Path) -> None:
    line = warehouse.purchase_line("WIDGET", 10)
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 8, line=line)
        row = session.row("SELECT id, number FROM document")
        assert row is not None
        found = session.call(
            "note_discrepancy", request=uuid.uuid4(), document=row["id"], line=line, item=warehouse.items["WIDGET"],
            kind="short", qty=2,
        )  # fmt: skip
        claim = session.call("claim_discrepancies", request=uuid.uuid4(), ids=[found])
    number = row["number"]
    out = tmp_path / "receipt.json"
    assert run("report", "receipt", number, "--out", str(out)) == {"file": str(out), "arrivals": 1}
    assert json.loads(out.read_text(encoding="utf-8"))["receipt"]["lines"][0]["received"] == "8"
    run("report", "receipt", number, "--out", str(tmp_path / "receipt.csv"))
    with (tmp_path / "receipt.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["quantity"] for row in csv.DictReader(file)] == ["8"]
    assert run("report", "receipt", "PO-77", "--out", str(out), code=1)["error"] == "document.unknown"
    (listed,) = run("report", "discrepancies")["discrepancies"]
    assert (listed["kind"], listed["state"], listed["claim"]) == ("short", "claimed", claim)
    assert run("report", "claim", claim, "--out", str(tmp_path / "claim.pdf"))["lines"] == 1
    assert (tmp_path / "claim.pdf").read_bytes().startswith(b"%PDF")
    assert run("report", "claim", "CLM-77", "--out", str(out.with_suffix(".pdf")), code=1)["error"] == (
        "discrepancies.unknown_claim"
    )
