"""What tests of services share: the warehouse, and the admin's desk in it."""

import pytest

from app.services.changes import Changes
from app.services.work import Worker
from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
from tests.said_twice import everything_is_said_twice  # noqa: F401  (likewise)
from tests.support import Site


@pytest.fixture
def desk(warehouse: Site) -> Worker:  # noqa: F811  (the fixture above)
    """The admin's desk."""
    return Worker(warehouse.desk, Changes())
