"""Reading settings from the file, the environment and the command line, and writing them to the file."""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import platformdirs
import tomlkit
from tomlkit.exceptions import ParseError

from app.settings.declared import DECLARED, ENVIRONMENT_PREFIX, Settings
from app.settings.devices import DeviceSetting, device_table, read_devices
from app.settings.faults import Note, SettingFault, SettingsError

FILE_NAME = "settings.toml"


def home_folder(option: str | Path | None = None, *, environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of all state: the option, else `STOCKHAND_HOME`, else the platform's place for user data."""
    chosen = option or environment.get(f"{ENVIRONMENT_PREFIX}HOME")
    return Path(chosen).expanduser().absolute() if chosen else platformdirs.user_data_path("stockhand", appauthor=False)


def load(
    home: Path, *, options: Mapping[str, str] | None = None, environment: Mapping[str, str] = os.environ
) -> Settings:
    """Read the settings of `home`; `options` are those of the command line, by key. Raises `SettingsError`."""
    path = home / FILE_NAME
    text, tables = _read_file(path)
    faults: list[SettingFault] = []
    values: dict[str, object] = {}
    devices: tuple[DeviceSetting, ...] = ()

    def note_in_file(key: str, value: object, reason: str) -> None:
        faults.append(SettingFault(str(path), _line_of(text, key), key, value, reason))

    for key, value in _flat(tables):
        if key == "device":
            devices = read_devices(value, note=note_in_file)
        else:
            _accept(key, value, into=values, note=note_in_file)
    for source, given in (("environment", _from_environment(environment)), ("command line", options or {})):
        for key, value in given.items():
            _accept(key, value, into=values, note=lambda *fault, source=source: faults.append(_outside(source, *fault)))
    if faults:
        raise SettingsError(tuple(faults))
    chosen: dict[str, Any] = {DECLARED[key].attribute: value for key, value in values.items()}
    return Settings(home=home, devices=devices, **chosen)


def save(home: Path, changes: Mapping[str, object], *, devices: tuple[DeviceSetting, ...] | None = None) -> None:
    """Write settings, by key, into the file of `home`; comments and all else in it stay. `devices` replaces them all.

    The file is replaced whole or not at all. Raises `SettingsError`.
    """
    path = home / FILE_NAME
    faults: list[SettingFault] = []
    for key, value in changes.items():
        _accept(key, value, into={}, note=lambda *fault: faults.append(_outside("changed setting", *fault)))
    if faults:
        raise SettingsError(tuple(faults))
    text = path.read_text("utf-8") if path.exists() else template()
    try:
        document: Any = tomlkit.parse(text)
    except ParseError as error:
        raise SettingsError((SettingFault(str(path), error.line, "", None, str(error)),)) from error
    for key, value in changes.items():
        *sections, name = key.split(".")
        table = document
        for section in sections:
            table = table.setdefault(section, tomlkit.table())
        table[name] = str(value) if isinstance(value, StrEnum) else value
    if devices is not None:
        document["device"] = tomlkit.item([device_table(device) for device in devices])
    _replace(path, tomlkit.dumps(document))


def template() -> str:
    """Return a settings file in which every setting stands as a comment with its meaning and default."""
    lines = ["# Settings of this machine. What stands as a comment has its default."]
    section = ""
    for declared in DECLARED.values():
        here, name = declared.key.rsplit(".", 1)
        if here != section:
            section = here
            lines += ["", f"[{section}]"]
        default = tomlkit.item(str(declared.default) if isinstance(declared.default, StrEnum) else declared.default)
        lines += [f"# {declared.help}", f"# {name} = {default.as_string()}"]
    return "\n".join(lines) + "\n"


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        declared.key: environment[declared.variable]
        for declared in DECLARED.values()
        if declared.variable in environment
    }


def _outside(source: str, key: str, value: object, reason: str) -> SettingFault:
    """Return a fault of a value that did not come from a file."""
    return SettingFault(source, 0, key, value, reason)


def _accept(key: str, value: object, *, into: dict[str, object], note: Note) -> None:
    """Take a value of a declared setting, or note why not."""
    if key not in DECLARED:
        near = difflib.get_close_matches(key, [*DECLARED, "device"], n=1)
        note(key, value, "unknown setting" + (f"; did you mean {near[0]}?" if near else ""))
        return
    try:
        into[key] = DECLARED[key].read(value)
    except ValueError as error:
        note(key, "…" if key == "database.url" else value, str(error))  # an address may carry a password


def _read_file(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of the file and its tables; both empty where there is none."""
    try:
        text = path.read_text("utf-8")
        return text, tomllib.loads(text)
    except FileNotFoundError:
        return "", {}
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        at = int(line[1]) if line else text.count("\n") + 1
        raise SettingsError((SettingFault(str(path), at, "", None, str(error)),)) from error
    except UnicodeDecodeError as error:
        at = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError((SettingFault(str(path), at, "", None, "is not UTF-8 text"),)) from error
    except OSError as error:
        raise SettingsError((SettingFault(str(path), 0, "", None, str(error.strerror)),)) from error


def _flat(tables: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of nested tables by their dotted keys; `device` is a value of its own."""
    for name, value in tables.items():
        key = prefix + name
        if isinstance(value, dict) and key != "device":
            yield from _flat(value, f"{key}.")
        else:
            yield key, value


def _line_of(text: str, key: str) -> int:
    """Return the line where `key` (such as `device[0].transport.baud`) is set, or the nearest table around it."""
    best, found, section = "", 0, ""
    tables: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[\s*([\w.-]+)\s*\]\]", line):
            tables[header[1]] = tables.get(header[1], -1) + 1
            section = here = f"{header[1]}[{tables[header[1]]}]"
        elif header := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            first, *rest = header[1].split(".")
            first = f"{first}[{tables[first]}]" if first in tables else first
            section = here = ".".join([first, *rest])
        elif entry := re.match(r"\s*([\w.-]+)\s*=", line):
            here = f"{section}.{entry[1]}" if section else entry[1]
        else:
            continue
        if len(here) > len(best) and (key == here or key.startswith((f"{here}.", f"{here}["))):
            best, found = here, number
    return found


def _replace(path: Path, text: str) -> None:
    """Write the file whole, readable by its owner only: an address may carry a password."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
