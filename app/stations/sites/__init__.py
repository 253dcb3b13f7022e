"""Warehouses for managers: zones, places, profiles, bins kept for items, stock levels."""

from app.stations.sites.screen import SitesScreen

__all__ = ["SitesScreen"]
