"""The order desk: the board, exceptions, orders made and changed, when carriers leave; and the big board."""

from app.stations.orders.screen import OrdersScreen
from app.stations.orders.wall import WallScreen

__all__ = ["OrdersScreen", "WallScreen"]
