"""The shipping desk: cartons and their labels, rates compared, manifests, trucks that leave, signatures and papers."""

from app.stations.shipments.screen import ShipmentsScreen

__all__ = ["ShipmentsScreen"]
