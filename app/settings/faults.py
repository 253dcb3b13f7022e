"""What can be wrong with settings, and how it is told: everything at once."""

from collections.abc import Callable
from dataclasses import dataclass

Note = Callable[[str, object, str], None]  # takes down a fault: key, value, reason


@dataclass(frozen=True)
class SettingFault:
    """One thing that is wrong: where (`line` is 0 outside the file), with which value, and why."""

    path: str
    line: int
    key: str
    value: object
    reason: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.key} = {self.value!r}: {self.reason}" if self.key else f"{where}: {self.reason}"


class SettingsError(Exception):
    """The settings cannot be used; `faults` names everything that is wrong with them."""

    def __init__(self, faults: tuple[SettingFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
