"""What the screen of devices is wired to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.devices.bench import DeviceView
from app.devices.finding import Found
from app.domain.equipment import Weight
from app.settings import DeviceSetting, Line


class Ask(Protocol):
    """Finds out what stands behind one port; see `app.devices.finding.ask_port`."""

    def __call__(
        self, place: str, line: Line | None, /, *, heard: Callable[[bytes], None], wanted: Callable[[], bool]
    ) -> Found | None:
        """Listen, then ask; None where nothing is proven."""


@dataclass(frozen=True, slots=True)
class DeviceWork:
    """All but `look` are called in worker threads and may raise a Refusal or a Fault.

    `may` says whether the one who looks may set up, for greying out only. `look` says how all devices are; `find` what
    is attached; `save` keeps other devices and goes on with them; `weigh`, `zero` and `print_test` try one, by name.
    """

    may: bool
    look: Callable[[], Sequence[DeviceView]]
    find: Callable[[], Sequence[Found]]
    ask: Ask
    save: Callable[[tuple[DeviceSetting, ...]], object]
    weigh: Callable[[str], Weight]
    zero: Callable[[str], object]
    print_test: Callable[[str], object]
