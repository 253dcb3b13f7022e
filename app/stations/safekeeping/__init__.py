"""What keeps the data safe: backups, and the chain of seals that shows whether anybody has changed what was booked."""

from app.stations.safekeeping.screen import SafekeepingScreen
from app.stations.safekeeping.wiring import Safekeeping

__all__ = ["Safekeeping", "SafekeepingScreen"]
