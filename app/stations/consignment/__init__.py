"""Goods on consignment: ours at customers, and suppliers' here."""

from app.stations.consignment.screen import ConsignmentScreen

__all__ = ["ConsignmentScreen"]
