"""Every setting of a machine, declared once: its name, type, default, meaning, and what it accepts."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.settings.devices import DeviceSetting, one_of

ENVIRONMENT_PREFIX = "STOCKHAND_"


class Theme(StrEnum):
    """The colours of the screens; `system` follows the desktop."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


def _layout(value: object) -> str:
    if value not in {"", "us", "uk", "de", "fr"}:
        raise ValueError("must be us, uk, de or fr, or empty")
    return str(value)


def _switch(value: object) -> bool:
    words = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise ValueError("must be true or false")


def _theme(value: object) -> Theme:
    return one_of(Theme, value)


def _count(value: object) -> int:
    words = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,4}", words):
        raise ValueError("must be a whole number from 0 to 9999")
    return int(words)


def _language(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", value):
        raise ValueError("must be a language such as en or de_AT")
    return value


def _database_url(value: object) -> str:
    url = _text(value)
    if url and not re.match(r"postgresql(\+psycopg)?://", url):
        raise ValueError("must begin with postgresql://, or be empty for the embedded server")
    return url


def _setting(key: str, default: Any, read: Callable[[object], Any], help_text: str) -> Any:  # noqa: ANN401  (as dataclasses.field)
    return field(default=default, metadata={"key": key, "read": read, "help": help_text})


@dataclass(frozen=True)
class Settings:
    """What this machine is set to. `home` is the folder of all its state."""

    home: Path
    database_url: str = _setting(
        "database.url",
        "",
        _database_url,
        "Address of a shared PostgreSQL server; empty: the embedded one of this home.",
    )
    station_name: str = _setting("station.name", "", _text, "Name of this station as all others see it.")
    language: str = _setting("screen.language", "en", _language, "Language of screens and messages.")
    theme: Theme = _setting("screen.theme", Theme.SYSTEM, _theme, "Colours: light, dark or system.")  # noqa: RUF009
    sound: bool = _setting("sound.on", True, _switch, "Whether scans are answered by sounds.")
    wedge_prefix: str = _setting(
        "wedge.prefix", "", _text, "What a scanner that types is programmed to send before each code."
    )
    wedge_suffix: str = _setting(
        "wedge.suffix", "\r", _text, "What a scanner that types is programmed to send after each code."
    )
    wedge_scanner_layout: str = _setting(
        "wedge.scanner_layout",
        "",
        _layout,
        "Keyboard layout that a scanner that types is programmed for: us, uk, de or fr; empty: the computer's.",
    )
    wedge_computer_layout: str = _setting(
        "wedge.computer_layout", "", _layout, "Keyboard layout of this computer, where it is not the scanner's."
    )
    wedge_gs_key: str = _setting(
        "wedge.gs_key", "F8", _text, "What a scanner that types sends for the separator of GS1 codes."
    )
    wedge_timing: bool = _setting(
        "wedge.timing",
        False,
        _switch,
        "Tell a scanner that can send no prefix from a person by its speed; the last resort.",
    )
    backup_folder: str = _setting(
        "backup.folder", "", _text, "Where backups made by themselves go; empty: the folder backups of the home."
    )
    backup_every_hours: int = _setting(
        "backup.every_hours", 24, _count, "Hours between two backups of the embedded server; 0: none by themselves."
    )
    backup_keep: int = _setting("backup.keep", 7, _count, "How many backups made by themselves are kept; 0: all.")
    devices: tuple[DeviceSetting, ...] = ()


@dataclass(frozen=True)
class Declared:
    """One setting as declared: its name in files, in the environment and in `Settings`."""

    key: str
    attribute: str
    default: object
    help: str
    read: Callable[[object], object]

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return ENVIRONMENT_PREFIX + self.key.upper().replace(".", "_")


DECLARED = {
    found.metadata["key"]: Declared(
        found.metadata["key"], found.name, found.default, found.metadata["help"], found.metadata["read"]
    )
    for found in fields(Settings)
    if "key" in found.metadata
}
