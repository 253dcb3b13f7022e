"""An import is taken back by who may set up what it changed, in each of the warehouses."""

from uuid import uuid4

import pytest

from app.database.session import as_json
from app.domain.errors import Refusal
from tests.support import Site


def test_an_import_of_another_warehouse_is_not_taken_back(warehouse: Site) -> None:
    run = uuid4()
    row = {"item": str(warehouse.items["WIDGET"]), "warehouse": str(warehouse.warehouse), "minimum": "1"}
    with warehouse.station("bench1", "ADMIN").transaction() as session:
        session.call("save_levels", request=uuid4(), rows=as_json([row]))
        session.call("keep_import", request=run, files=["levels.csv"], counts=as_json({"levels": {"new": 1}}))
    with (
        pytest.raises(Refusal, match=r"permission\.missing"),
        warehouse.station("dock1", "MANAGER-B").transaction() as session,
    ):
        session.call("undo_import", request=uuid4(), run=run)
        session.call("go_on_undoing", run=run)
    assert warehouse.count("item_level") == 1
    with warehouse.station("bench1", "MANAGER1").transaction() as session:
        session.call("undo_import", request=uuid4(), run=run)
        session.call("go_on_undoing", run=run)
    assert warehouse.count("item_level") == 0
