"""The screen of labels in every state, on templates that lie in memory: what is photographed, no logic."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from app.devices import labels
from app.devices.labels import TemplateVersion
from app.dialogs.dialog import Feedback, Level
from app.domain.labels import LabelContent
from app.stations.kit.kit import Kit
from app.stations.labels import LabelsScreen, LabelsWork
from build_scripts.screenshot_samples import settle
from build_scripts.screenshot_stock import MOMENT

_NOTES = ("larger letters", "the new logo, and the return address below the sender as the carrier asked for", "")


def _versions() -> list[TemplateVersion]:
    own = labels.all_versions([])
    text = labels.template_text("carton")
    saved = [
        TemplateVersion("carton", n, text, n == 3, MOMENT - timedelta(days=9 - n), "Ana Sørensen", _NOTES[n % 3])
        for n in (3, 2, 1)
    ]
    return sorted(
        (*saved, *(each for each in own if each.name != "carton"), TemplateVersion("carton", 0, text, active=False)),
        key=lambda each: (each.name, -each.version),
    )


def _example(version: TemplateVersion) -> LabelContent:
    return labels.example_of(labels.checked_template(version.text, version.name), version.text)


def labels_screen(kit: Kit) -> LabelsScreen:
    """The screen on versions that lie in memory."""
    return LabelsScreen(
        kit,
        LabelsWork(
            versions=_versions,
            example=_example,
            picture=labels.picture,
            undrawable=labels.undrawable,
            brought=labels.brought,
            save=lambda *_: 4,
            use=lambda *_: None,
            print_example=lambda *_: None,
            printers=lambda: [(UUID(int=1), "zebra-dock"), (UUID(int=2), "zebra-bench-2")],
        ),
        subscribe=lambda _hear: lambda: None,
    )


def _selected(name: str, version: int = 0) -> Callable[[LabelsScreen], None]:
    def pose(screen: LabelsScreen) -> None:
        settle(screen)
        keys = [screen.table.model.record(n).key for n in range(screen.table.model.rowCount())]
        screen.table.view.selectRow(keys.index((name, version)))

    return pose


def _asking_printer(screen: LabelsScreen) -> None:
    _selected("bin")(screen)
    screen.keys.pressed.emit("PRINT_EXAMPLE")
    settle(screen)


def _note(screen: LabelsScreen) -> None:
    settle(screen)
    screen.bring(Path(__file__).resolve().parents[1] / "resources" / "labels" / "carton.yaml")
    settle(screen)
    screen.note.setText("the new logo")


def _wrong(screen: LabelsScreen) -> None:
    _selected("carton", 3)(screen)
    facts = {"template": "carton", "why": "line 31, code128: does not know hight"}
    screen.say(Feedback(Level.ERROR, "printing.bad_template", facts))


POSES: Mapping[str, Callable[[LabelsScreen], None]] = {
    "labels-list": lambda _screen: None,
    "labels-carton": _selected("carton", 3),
    "labels-unit": _selected("handling_unit"),
    "labels-printer": _asking_printer,
    "labels-note": _note,
    "labels-wrong": _wrong,
}
