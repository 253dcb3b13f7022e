"""Carriers as they are set up: services, zones, prices, surcharges, routes, ranges of numbers, file formats."""

from app.stations.carriers.screen import CarriersScreen

__all__ = ["CarriersScreen"]
