"""`bench route`, `batch`, `carton` and `pack`: how good and how quick planning is, beside an independent referee.

No server is needed. Each module makes its own cases from a fixed seed and gives dictionaries to print as JSON lines;
`load` is the machine's over the last minute.
"""

from app.services.planning_benchmarks.batches import batch
from app.services.planning_benchmarks.cartons import carton
from app.services.planning_benchmarks.routes import route
from app.services.planning_benchmarks.weights import pack

__all__ = ["batch", "carton", "pack", "route"]
