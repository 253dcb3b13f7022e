"""Warehouses as a file describes them: their zones, and the bins that a range like `A01-Z99` stands for.

`bins` expands ranges; `warehouses` reads and checks the whole site. Stock and what is in the database already are not
known here.
"""

from app.domain.sites.bins import MOST_BINS, compressed, expand
from app.domain.sites.warehouses import WarehouseData, ZoneData, ZoneKind, read_warehouses

__all__ = ["MOST_BINS", "WarehouseData", "ZoneData", "ZoneKind", "compressed", "expand", "read_warehouses"]
