"""The quality check at a desk: what waits and what was found, each supplier's record, the checklists."""

from app.stations.quality.screen import QualityScreen

__all__ = ["QualityScreen"]
