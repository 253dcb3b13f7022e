"""Docks: the calendar of appointments, and lists of doors, rosters and carriers."""

from app.stations.docks.screen import DocksScreen

__all__ = ["DocksScreen"]
