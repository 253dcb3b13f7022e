"""Warehouses as a file describes them: their zones, and the bins that a range like `A01-Z99` stands for.

`bins` expands ranges and `planning` many of them; `warehouses` reads and checks the whole site; `places` is what people
look after on screens, `layout` how it stands on the plan and how one walks through it, `levels` how much should be
there. Stock and what is in the database already are not
known here.
"""

from app.domain.sites.bins import MOST_BINS, compressed, expand, ranges
from app.domain.sites.warehouses import WarehouseData, ZoneData, ZoneKind, known_time_zone, read_warehouses

__all__ = [
    "MOST_BINS",
    "WarehouseData",
    "ZoneData",
    "ZoneKind",
    "compressed",
    "expand",
    "known_time_zone",
    "ranges",
    "read_warehouses",
]
