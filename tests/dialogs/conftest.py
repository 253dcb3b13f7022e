"""What tests of dialogs share: the warehouse, a packing bench, people at work, and a reader of every prompt."""

import pytest

from app.dialogs.packing import PACKING
from app.dialogs.picking import PICKING
from tests.dialogs.bench import Bench
from tests.dialogs.conversation import Conversation
from tests.dialogs.words import every_prompt_has_words  # noqa: F401  (pytest finds fixtures by their name here)
from tests.fixtures_database import warehouse  # noqa: F401  (likewise)
from tests.said_twice import everything_is_said_twice  # noqa: F401  (likewise)
from tests.support import Site


@pytest.fixture
def bench(warehouse: Site) -> Bench:  # noqa: F811  (the fixture above)
    """A packing bench with goods to pack."""
    return Bench(warehouse)


@pytest.fixture
def packer(bench: Bench) -> Conversation:
    """An operator who packs."""
    return Conversation(bench.site.station("bench1", "OPERATOR1"), PACKING, bench.site)


@pytest.fixture
def picker(warehouse: Site) -> Conversation:  # noqa: F811  (the fixture above)
    """An operator who picks."""
    return Conversation(warehouse.station("bench1", "OPERATOR1"), PICKING, warehouse)
