"""Kits: what they are made of, orders for them, making them, and taking them apart."""

from app.stations.kitting.screen import KittingScreen

__all__ = ["KittingScreen"]
