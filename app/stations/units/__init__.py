"""The list of handling units of a warehouse: `UnitsScreen`."""

from app.stations.units.screen import UnitsScreen

__all__ = ["UnitsScreen"]
