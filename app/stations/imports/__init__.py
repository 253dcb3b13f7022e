"""Import and export: files looked through before anything changes, applied, taken back; and what is there as files."""

from app.stations.imports.screen import ImportsScreen

__all__ = ["ImportsScreen"]
