"""Expected goods: purchase orders and announcements, entered by hand or from files, and what came for them."""

from app.stations.inbound.screen import InboundScreen

__all__ = ["InboundScreen"]
