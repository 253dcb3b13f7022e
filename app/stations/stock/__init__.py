"""Stock by location: the first screen of managers."""

from app.stations.stock.screen import Export, Read, StockScreen, Totals

__all__ = ["Export", "Read", "StockScreen", "Totals"]
