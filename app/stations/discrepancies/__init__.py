"""What came otherwise than ordered, and what is claimed for it."""

from app.stations.discrepancies.screen import DiscrepanciesScreen

__all__ = ["DiscrepanciesScreen"]
