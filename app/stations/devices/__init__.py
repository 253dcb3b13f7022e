"""The devices of this station: how they are, what is attached, and setting all of it up."""

from app.stations.devices.screen import DevicesScreen
from app.stations.devices.work import DeviceWork

__all__ = ["DeviceWork", "DevicesScreen"]
