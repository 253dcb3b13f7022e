"""The fixture of tests that need a warehouse: a conftest says `from tests.fixtures_database import warehouse`."""

from collections.abc import Iterator

import pytest

from app.database import server
from tests.support import Site, copy_of, furnish


@pytest.fixture
def warehouse(embedded_server: server.Attachment) -> Iterator[Site]:
    """A furnished warehouse in a database of its own; see `tests.support.Site` for what stands in it."""
    with copy_of(furnish(embedded_server.url)) as site:
        yield site
