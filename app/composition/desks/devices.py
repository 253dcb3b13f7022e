"""The screen of this machine's devices."""

from app.composition.desk import Desk
from app.composition.setting_up import SettingUp
from app.stations.devices import DevicesScreen
from app.stations.kit.kit import Kit


def screen(desk: Desk, kit: Kit) -> DevicesScreen:
    """Devices looked at, found, tried and changed."""
    assert desk.bench is not None
    setting_up = SettingUp(
        desk.home,
        desk.station,
        desk.worker,
        desk.bench(),
        warehouse=desk.warehouse,
        may="set_up" in desk.permissions(),
        listen_to_wedge=desk.listen_to_wedge,
    )
    return DevicesScreen(kit, setting_up.work(), subscribe=desk.changes.subscribe)
