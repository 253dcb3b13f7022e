"""`ship evidence`: what happened to a carton as PDF, for scripts and for people without a screen."""

from pathlib import Path

import pypdfium2

from app.dialogs.packing import PACKING
from tests.dialogs.bench import Bench, labelled
from tests.dialogs.conversation import Conversation
from tests.fixtures_database import warehouse as warehouse  # noqa: PLC0414  (the fixture)
from tests.main.commands import Run
from tests.main.commands import run as run  # noqa: PLC0414  (the fixture)
from tests.support import Site


def test_the_evidence_of_a_carton_is_found_by_any_of_its_numbers(warehouse: Site, run: Run, tmp_path: Path) -> None:
    bench = Bench(warehouse)
    packer = Conversation(warehouse.station("bench1", "OPERATOR1"), PACKING, warehouse)
    number = labelled(bench, packer)
    carton = bench.parcels(number)[0]
    for code in (carton["sscc"], carton["tracking"], number):
        assert run("ship", "evidence", code, "--out", str(tmp_path / "e.pdf"))["cartons"] == [carton["sscc"]]
    words = pypdfium2.PdfDocument(tmp_path / "e.pdf")[0].get_textpage().get_text_range()
    assert carton["sscc"] in words and "OPERATOR1" in words.upper()
    assert run("ship", "evidence", "NO-SUCH", code=1)["error"] == "packing.no_such_carton"
