"""The stations where a dialog leads the person: they differ in name, permission and page only, so they are data."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from app.stations.kit.kit import Kit
from app.stations.kit.lane import OpenLane
from app.stations.shell.entries import StationEntry

if TYPE_CHECKING:
    from app.stations.kit.dialog_screen import DialogScreen, EvidenceWriter, PhotoKeeper
    from app.stations.kit.item_panel import PictureSource

PERMISSIONS: Mapping[str, str] = {
    "gate": "check_trucks",
    "receiving": "receive",
    "inspection": "inspect",
    "putaway": "putaway",
    "replenishment": "move",
    "handling": "handle",
    "picking": "pick",
    "paper": "pick",
    "consolidation": "pick",
    "packing": "pack",
    "shipping": "ship",
    "lookup": "",
}


def dialog_entries(
    open_lane: Callable[[str], OpenLane],
    *,
    picture: "PictureSource",
    keep_photo: "PhotoKeeper",
    evidence: "EvidenceWriter",
    permissions: Mapping[str, str] = PERMISSIONS,
) -> tuple[StationEntry, ...]:
    """One entry a dialog, in the order of the goods' way; `open_lane` is told the capability."""

    def entry(name: str, permission: str) -> StationEntry:
        lane = open_lane(name)

        def screen(kit: Kit) -> "DialogScreen":
            from app.stations.kit.dialog_screen import DialogScreen  # noqa: PLC0415  (not with the window)

            return DialogScreen(
                kit, lane, picture=picture, icon=name, help_page=name, keep_photo=keep_photo, evidence=evidence
            )

        return StationEntry(name=name, factory=screen, permission=permission, led=True)

    return tuple(entry(name, permission) for name, permission in permissions.items())
