"""The neutral workload, a small one made by its own generator, whose oracle is independent of this program.

`tests/speed/workload` holds its three files; `bench workload DIR` plays any other.
"""

import json
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from app.database import server
from app.domain.errors import Refusal
from app.services.workload import play_workload
from tests.speed.conftest import Measured

SMALL = Path(__file__).parent / "workload"
pytestmark = pytest.mark.speed


def test_the_stock_is_what_the_oracle_says_and_nothing_is_oversold(
    embedded_server: server.Attachment, measured: Measured
) -> None:
    results = list(play_workload(embedded_server.url, SMALL, version="test", many=2))
    by_item = {(result["item"], result["clients"]): result for result in results}
    assert [result.get("errors", 0) for result in results] == [0] * len(results)
    assert by_item["W4", 1]["digests_agree"] is True
    assert by_item["W2", 1]["lines"] == 10
    assert by_item["W3", 2]["docs"] == 4
    hot = by_item["W7", 3]
    assert (hot["on_hand"], hot["reserved"], hot["granted"], hot["oversold"]) == (10, 10, 10, 0)
    for result in results:
        measured({"bench": "workload"} | {name: value for name, value in result.items() if name != "ops"})


def test_another_answer_than_the_oracles_is_said(embedded_server: server.Attachment, tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "wl")
    moves = (tmp_path / "wl" / "moves.csv").read_text().splitlines()
    (tmp_path / "wl" / "moves.csv").write_text("\n".join(moves[:-1]) + "\n")
    results = play_workload(embedded_server.url, tmp_path / "wl", version="test", many=2)
    looked = next(result for result in results if result["item"] == "W4")
    assert looked["digests_agree"] is False
    assert isinstance(results, Generator)
    results.close()  # and its database with it


@pytest.mark.parametrize("content", ["{}", "no JSON", json.dumps({"format": "warehouse-workload/1"})])
def test_a_folder_that_holds_no_workload_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "workload.json").write_text(content)
    with pytest.raises(Refusal, match=r"workload\."):
        next(play_workload("postgresql://nobody@127.0.0.1:1/none", tmp_path, version="test"))
