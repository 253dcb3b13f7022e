"""What tests of the worker share."""

from pathlib import Path

import pytest

from app.dialogs.packing import PACKING
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.bench import Bench
from tests.dialogs.conversation import Conversation
from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
from tests.support import Site
from tests.worker.carrying import Depot


@pytest.fixture
def depot(warehouse: Site, tmp_path: Path) -> Depot:  # noqa: F811  (a fixture of the same name is asked for)
    """A bench, the worker's login, and the folder of a carrier."""
    folder = tmp_path / "swift"
    folder.mkdir()
    return Depot(Bench(warehouse), Worker(warehouse.login("worker_1"), Changes()), folder)


@pytest.fixture
def packer(depot: Depot) -> Conversation:
    """Somebody at the packing bench."""
    return Conversation(depot.bench.site.station("bench1", "OPERATOR1"), PACKING, depot.bench.site)
