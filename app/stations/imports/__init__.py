"""Import and export."""

from app.stations.imports.screen import NAME, ImportsScreen
from app.stations.imports.wiring import Exchange

__all__ = ["NAME", "Exchange", "ImportsScreen"]
