"""Transfers between warehouses: made, sent, received, ended; and what is missing of them."""

from app.stations.transfers.screen import TransfersScreen

__all__ = ["TransfersScreen"]
