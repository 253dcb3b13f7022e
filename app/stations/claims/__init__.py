"""Promises and reservations: who claims goods, what is left, and claims taken, given and exchanged."""

from app.stations.claims.screen import ClaimsScreen

__all__ = ["ClaimsScreen"]
