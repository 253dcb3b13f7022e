"""What tests of services share."""

from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
