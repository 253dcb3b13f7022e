"""The one table of all manager screens: dense rows, fetched page by page, painted by a delegate that asks nobody."""

from app.stations.kit.record_table.model import Column, Page, Query, Record, RecordModel
from app.stations.kit.record_table.table import RecordTable, Sums

__all__ = ["Column", "Page", "Query", "Record", "RecordModel", "RecordTable", "Sums"]
