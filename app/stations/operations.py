"""The stations where a dialog leads the person: they differ in name, permission and page only, so they are data."""

from collections.abc import Callable, Mapping

from app.stations.kit.dialog_screen import DialogScreen
from app.stations.kit.item_panel import PictureSource
from app.stations.kit.kit import Kit
from app.stations.kit.lane import OpenLane
from app.stations.shell.entries import StationEntry

PERMISSIONS: Mapping[str, str] = {
    "receiving": "receive",
    "putaway": "putaway",
    "handling": "handle",
    "picking": "pick",
    "packing": "pack",
    "shipping": "ship",
    "lookup": "",
}


def dialog_entries(
    open_lane: Callable[[str], OpenLane], *, picture: PictureSource, permissions: Mapping[str, str] = PERMISSIONS
) -> tuple[StationEntry, ...]:
    """One entry a dialog, in the order of the goods' way; `open_lane` is told the capability."""
    return tuple(_entry(name, permission, open_lane(name), picture) for name, permission in permissions.items())


def _entry(name: str, permission: str, open_lane: OpenLane, picture: PictureSource) -> StationEntry:
    def screen(kit: Kit) -> DialogScreen:
        return DialogScreen(kit, open_lane, picture=picture, icon=name, help_page=name)

    return StationEntry(name=name, factory=screen, permission=permission, led=True)
