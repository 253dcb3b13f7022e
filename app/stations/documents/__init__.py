"""The documents of a warehouse: `DocumentsScreen`."""

from app.stations.documents.screen import DocumentsScreen

__all__ = ["DocumentsScreen"]
