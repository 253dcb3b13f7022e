"""A long list of goods, brought, looked for and taken back: printed, never a verdict on time."""

from pathlib import Path

import pytest

from app.connectors.files import read_file, write_file
from app.database import server
from app.services import import_benchmarks
from tests.speed.conftest import Measured

pytestmark = pytest.mark.speed
ITEMS = 2_000


def test_a_list_of_goods_is_imported_and_searched(
    embedded_server: server.Attachment, tmp_path: Path, measured: Measured
) -> None:
    made = import_benchmarks.goods(ITEMS)
    path = tmp_path / "goods.csv"
    write_file(path, made.kind, columns=made.columns, rows=made.rows, records=made.records)
    results = list(import_benchmarks.import_goods(embedded_server.url, lambda: read_file(path), items=ITEMS))
    for result in results:
        measured(result)
    assert {"read and apply", "undo", "a misspelt name"} <= {str(result["what"]) for result in results}
    found = {result["what"]: result["found"] for result in results if result["bench"] == "search"}
    assert found["a number"] == 0  # there are fewer items
    assert found["another one"] == 8
