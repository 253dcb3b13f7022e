"""Partners for managers: customers, suppliers, carriers, manufacturers, owners of goods that we keep."""

from app.stations.partners.screen import PartnersScreen

__all__ = ["PartnersScreen"]
