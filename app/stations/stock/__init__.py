"""Stock: what lies where, what moved, and corrections; the screen of warehouse managers."""

from app.stations.stock.screen import StockScreen
from app.stations.stock.wiring import StockWiring

__all__ = ["StockScreen", "StockWiring"]
