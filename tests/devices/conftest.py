"""Devices need a warehouse only where they print."""

from tests.fixtures_database import warehouse

__all__ = ["warehouse"]
