"""The dock board: for a big screen, readable from five metres, what stands at each door and what comes next."""

from app.stations.dock_board.screen import DockBoardScreen

__all__ = ["DockBoardScreen"]
