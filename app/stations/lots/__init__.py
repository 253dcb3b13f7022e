"""Lots and serial numbers with their whole way: `LotsScreen`."""

from app.stations.lots.screen import LotsScreen

__all__ = ["LotsScreen"]
