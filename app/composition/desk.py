"""What the screens of managers are wired to at one workstation."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app.composition.home import OpenHome
from app.devices.bench import Bench
from app.domain.people import ApprovalWish
from app.services import sign_on
from app.services.changes import Changes
from app.services.work import Worker
from app.settings import DeviceSetting, Settings

if TYPE_CHECKING:
    from app.stations.kit.desk import DeskWork


@dataclass(frozen=True, slots=True)
class Desk:
    """What screens are wired to: the worker of the person who is signed on, the news, this machine's home.

    `warehouse` answers where that person works now, `permissions` what they may, to grey out the rest, `person` who it
    is (an id, as text); `bench` holds the devices, and `listen_to_wedge` lets another setting of the scanner that
    types hold from now on.
    """

    home: OpenHome
    station: str
    worker: Worker
    changes: Changes
    warehouse: Callable[[], UUID]
    permissions: Callable[[], frozenset[str]] = frozenset
    person: Callable[[], str] = str
    bench: Callable[[], Bench] | None = None
    listen_to_wedge: Callable[[Settings], object] = lambda _settings: None

    @property
    def devices(self) -> tuple[DeviceSetting, ...]:
        """The devices in use now."""
        return self.bench().devices if self.bench else self.home.settings.devices


def desk_work(desk: Desk) -> "DeskWork":
    """What a screen of sheets and questions is wired to."""
    from app.devices import labels  # noqa: PLC0415  (with the first screen, not with the window)
    from app.services import labels as templates  # noqa: PLC0415
    from app.stations.kit.desk import DeskWork, LabelWork  # noqa: PLC0415

    def approve(badge: str, pin: str, wish: ApprovalWish) -> str:
        return sign_on.approve(desk.worker, badge=badge, pin=pin, wish=wish)

    who, memory = desk.person(), Memory(desk.home.folder / "screens.json")
    return DeskWork(
        run=desk.worker.run,
        warehouse=desk.warehouse(),
        permissions=desk.permissions(),
        subscribe=desk.changes.subscribe,
        approve=approve,
        labels=LabelWork(
            fitting=lambda fields: labels.fitting(desk.worker.run(templates.saved_templates), fields),
            picture=labels.picture,
            undrawable=labels.undrawable,
        ),
        recall=lambda name: memory.recall(who, name),
        remember=lambda name, value: memory.remember(who, name, value),
    )


class Memory:
    """How people arranged their tables at this station, in a file of its home; not worth a fault if it is lost."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def recall(self, person: str, name: str) -> str:
        """What was remembered; nothing where there is nothing."""
        return str(self._all().get(person, {}).get(name, ""))

    def remember(self, person: str, name: str, value: str) -> None:
        """Keep it for the next time."""
        known = self._all()
        known.setdefault(person, {})[name] = value
        with contextlib.suppress(OSError):
            self._file.write_text(json.dumps(known, indent=1), encoding="utf-8")

    def _all(self) -> dict[str, dict[str, str]]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
