"""Templates of stations: devices by role, protocol and settings, and what becomes of a station that takes one over.

Where a device is attached is its machine's own: in a template only the way is kept (a serial port, the network, …).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.errors import Refusal
from app.settings import (
    DeviceSetting,
    SerialTransport,
    device_table,
    line_of,
    place_of,
    read_devices,
    transport_at,
)

WAYS: Mapping[str, str] = {
    "serial": "?",
    "tcp": "tcp:?:1",
    "usb": "usb:0000:0000",
    "hid": "hid:0000:0000",
    "queue": "queue:?",
    "keyboard": "keyboard",
}
"""The ways of attaching a device, each with the word for a place that nobody has named yet."""


@dataclass(frozen=True, slots=True)
class StationTemplate:
    """Which devices a station of a type (`bench`, `dock`, `desk`) has."""

    name: str
    type: str
    devices: tuple[DeviceSetting, ...]
    saved_at: datetime | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that applying a template changes at a station: the device's name there, what of it, and its values."""

    device: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A station with a template: its devices then, what differs from now, and devices whose place nobody knows yet."""

    devices: tuple[DeviceSetting, ...]
    differences: tuple[Difference, ...]
    unplaced: tuple[DeviceSetting, ...]


def way_of(device: DeviceSetting) -> str:
    """How a device is attached, one of `WAYS`."""
    word = place_of(device.transport).partition(":")[0]
    return word if word in WAYS else "serial"


def without_place(device: DeviceSetting) -> DeviceSetting:
    """A device as a template keeps it: the way of its attaching and the line, not the port."""
    return replace(device, transport=transport_at(WAYS[way_of(device)], line_of(device.transport)))


def to_tables(devices: Iterable[DeviceSetting]) -> list[dict[str, object]]:
    """The devices of a template as they are kept."""
    return [device_table(without_place(device)) for device in devices]


def checked(tables: object, name: str) -> tuple[DeviceSetting, ...]:
    """The devices of a template that somebody wrote; refuses `devices.template_wrong` with the first fault."""
    faults: list[tuple[str, str]] = []
    devices = read_devices(tables, note=lambda key, value, reason: faults.append((key, f"{value} {reason}")))
    for key, fault in faults:
        raise Refusal("devices.template_wrong", name=name, key=key, fault=fault)
    return devices


def from_tables(tables: Sequence[Mapping[str, Any]]) -> tuple[DeviceSetting, ...]:
    """The devices of a template out of what was kept; what this version does not understand is left out."""
    return read_devices([dict(table) for table in tables], note=lambda *_fault: None)


def applied(template: Sequence[DeviceSetting], here: Sequence[DeviceSetting]) -> Applied:
    """What becomes of a station's devices by a template.

    A device of the template is the one of the same name and role, else the first of its role that no other one is.
    It keeps its name and port here. Where it is attached another way than in the template, protocol and confirmation
    stay too, since they belong to that way. Nothing is removed; what is not there at all is `unplaced`.
    """
    devices = {device.id: device for device in here}
    free = dict(devices)
    differences: list[Difference] = []
    unplaced: list[DeviceSetting] = []
    for wanted in sorted(template, key=lambda one: one.id not in devices):
        mate = _mate(wanted, free)
        if mate is None:
            unplaced.append(wanted)
            continue
        del free[mate.id]
        devices[mate.id] = _as_wanted(wanted, mate)
        differences += _differences(mate, devices[mate.id])
    return Applied(tuple(devices.values()), tuple(differences), tuple(unplaced))


def _mate(wanted: DeviceSetting, free: Mapping[str, DeviceSetting]) -> DeviceSetting | None:
    same = free.get(wanted.id)
    if same is not None and same.role is wanted.role:
        return same
    return next((one for one in free.values() if one.role is wanted.role), None)


def _as_wanted(wanted: DeviceSetting, mate: DeviceSetting) -> DeviceSetting:
    taken = replace(wanted, id=mate.id, transport=mate.transport)
    if way_of(wanted) != way_of(mate):
        return replace(taken, protocol=mate.protocol, confirm=mate.confirm)
    if isinstance(mate.transport, SerialTransport):
        line = line_of(wanted.transport)
        return replace(taken, transport=replace(mate.transport, baud=line.baud, format=line.format, flow=line.flow))
    return taken


def _differences(before: DeviceSetting, after: DeviceSetting) -> list[Difference]:
    old, new = _flat(before), _flat(after)
    names = [*old, *(name for name in new if name not in old)]
    return [
        Difference(before.id, name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name, "") != new.get(name, "")
    ]


def _flat(device: DeviceSetting) -> dict[str, str]:
    table = device_table(device)
    transport = table.pop("transport")
    assert isinstance(transport, dict)
    line = {name: transport[name] for name in ("baud", "format", "flow") if name in transport}
    return {name: str(value) for name, value in {**table, **line}.items()}
