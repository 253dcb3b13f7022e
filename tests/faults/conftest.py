"""What tests of faults share."""

from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
